"""The import pages: from the upload to the result without knowing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.world import World

from onegoal.apps.imports import jobs
from onegoal.apps.imports.models import Import, SavedMapping, State
from onegoal.apps.sales.models import Lead

pytestmark = pytest.mark.django_db

FILE = "Дата;Имя;Телефон;Источник\n05.01.2026;Ана;0721 111 222;google\nвчера;Ион;;vk\n"


@pytest.fixture
def page(world: World, client: Client, settings: Any, tmp_path: Path) -> Client:
    """Mark's browser, with imports that keep their files apart."""
    settings.MEDIA_ROOT = tmp_path
    client.force_login(world.mark)
    return client


def _upload(page: Client, text: str = FILE, name: str = "../../leads.csv", **extra: str) -> Any:
    file = SimpleUploadedFile(name, text.encode())
    return page.post(reverse("imports:upload"), {"file": file, "kind": "leads", "source": "site", **extra})


def _map_data(record: Import, page: Client, **changes: str) -> dict[str, str]:
    form = page.get(reverse("imports:map", args=[record.pk])).context
    data = {"source": record.source, "action": "apply"}
    for place, (_name, bound) in enumerate(form["columns"]):
        data[f"target-{place}"] = bound.value() or ""
    return data | changes


def test_a_file_is_guessed_checked_and_imported(page: Client) -> None:
    answer = _upload(page)
    record = Import.objects.get()
    assert answer.url == reverse("imports:map", args=[record.pk])
    shown = page.get(answer.url)
    assert [bound.value() for _name, bound in shown.context["columns"]] == ["created_at", "name", "phone", "source"]
    assert shown.context["check"].fine == 1 and "вчера" in shown.content.decode()
    answer = page.post(answer.url, _map_data(record, page, action="start"))
    jobs.run_next()
    result = page.get(answer.url).content.decode()
    assert Lead.objects.count() == 1 and "вчера" in result
    assert Import.objects.get().state == State.DONE
    errors = page.get(reverse("imports:download", args=[record.pk, "errors"]))
    assert "вчера" in b"".join(errors.streaming_content).decode()


def test_a_trial_writes_nothing_and_says_so(page: Client) -> None:
    _upload(page)
    record = Import.objects.get()
    answer = page.post(reverse("imports:map", args=[record.pk]), _map_data(record, page, action="try"))
    jobs.run_next()
    record.refresh_from_db()
    assert record.state == State.TRIED and record.trial["counts"]["leads"]["created"] == 1
    assert not Lead.objects.exists()
    assert page.get(answer.url).status_code == 200


def test_a_column_can_be_sent_elsewhere(page: Client) -> None:
    _upload(page)
    record = Import.objects.get()
    page.post(
        reverse("imports:map", args=[record.pk]), _map_data(record, page, **{"target-1": "note", "target-3": "custom:"})
    )
    columns = Import.objects.get().map["leads"]
    assert columns["columns"]["note"] == "Имя" and "name" not in columns["columns"]
    assert "source" not in columns["columns"] and len(columns["custom"]) == 1


def test_a_change_is_checked_without_being_kept(page: Client) -> None:
    _upload(page)
    record = Import.objects.get()
    answer = page.post(
        reverse("imports:map", args=[record.pk]),
        _map_data(record, page, **{"target-0": ""}),
        headers={"HX-Request": "true"},
    )
    assert "created_at" in answer.content.decode() and "<html" not in answer.content.decode()
    assert Import.objects.get().map == record.map


def test_a_saved_mapping_fits_the_next_file(page: Client) -> None:
    _upload(page)
    record = Import.objects.get()
    page.post(
        reverse("imports:map", args=[record.pk]),
        _map_data(record, page, action="save", name="Сайт", **{"target-1": "note"}),
    )
    saved = SavedMapping.objects.get()
    _upload(page)
    second = Import.objects.order_by("-pk").first()
    assert second is not None
    page.post(reverse("imports:map", args=[second.pk]), {"action": "preset", "preset": f"saved:{saved.slug}"})
    second.refresh_from_db()
    assert second.map["leads"]["columns"]["note"] == "Имя"


def test_the_mended_rows_are_sent_again(page: Client) -> None:
    _upload(page)
    record = Import.objects.get()
    page.post(reverse("imports:map", args=[record.pk]), _map_data(record, page, action="start"))
    jobs.run_next()
    errors = b"".join(page.get(reverse("imports:download", args=[record.pk, "errors"])).streaming_content).decode()
    mended = SimpleUploadedFile("mended.csv", errors.replace("вчера,", "06.01.2026,", 1).encode())
    answer = page.post(reverse("imports:mend", args=[record.pk]), {"file": mended})
    jobs.run_next()
    assert Lead.objects.count() == 2 and page.get(answer.url).status_code == 200


def test_an_import_is_taken_back_from_its_page(page: Client) -> None:
    _upload(page)
    record = Import.objects.get()
    page.post(reverse("imports:map", args=[record.pk]), _map_data(record, page, action="start"))
    jobs.run_next()
    page.post(reverse("imports:undo", args=[record.pk]))
    assert not Lead.objects.exists()
    assert page.get(reverse("imports:show", args=[record.pk])).status_code == 200


@pytest.mark.parametrize("content", ["", "%PDF-1.4", "<html><body>no</body></html>", "\x00\x00\x00"])
def test_what_is_no_table_is_refused_in_words(page: Client, content: str) -> None:
    answer = _upload(page, content)
    assert answer.status_code == 422 and not Import.objects.exists()


def test_a_file_over_the_limit_is_refused(page: Client, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 10
    assert _upload(page).status_code == 422


def test_the_file_is_stored_under_our_own_name(page: Client, tmp_path: Path) -> None:
    _upload(page)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in stored] == [Import.objects.get().stored_name]
    assert Import.objects.get().shown_name == "leads.csv"


@pytest.mark.parametrize("name", ["nora", "victor", "quinn", "ada"])
def test_others_may_not_import(world: World, client: Client, name: str) -> None:
    client.force_login(getattr(world, name))
    assert client.get(reverse("imports:centre")).status_code == 403


def test_the_centre_shows_counts_that_add_up(page: Client) -> None:
    assert "Import a file" in page.get(reverse("imports:centre")).content.decode()
    _upload(page)
    record = Import.objects.get()
    page.post(reverse("imports:map", args=[record.pk]), _map_data(record, page, action="start"))
    jobs.run_next()
    assert "leads.csv" in page.get(reverse("imports:centre")).content.decode()
