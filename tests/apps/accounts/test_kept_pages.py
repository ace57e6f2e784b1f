"""A page is kept for its reader until anything it was made of changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from tests.world import World

from onegoal.apps.accounts import kept_pages
from onegoal.apps.company.models import Project
from onegoal.core.memory import Memory


class Records:
    """A version of the records that a test changes by hand: its own transaction is never committed."""

    version: str | None = "1"

    def __call__(self) -> str | None:
        return self.version


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    records = Records()
    monkeypatch.setattr(kept_pages, "record_version", records)
    monkeypatch.setattr(kept_pages, "_pages", Memory())
    return records


@pytest.fixture
def head(world: World, client: Client) -> Client:
    client.force_login(world.hanna)
    return client


def projects() -> str:
    return reverse("company:list", args=["projects"])


def test_a_page_is_shown_as_it_was_until_the_records_change(head: Client, records: Records) -> None:
    head.get(projects())
    Project.objects.create(name="Tower")
    assert "Tower" not in head.get(projects()).content.decode()
    records.version = "2"
    assert "Tower" in head.get(projects()).content.decode()


def test_without_a_version_every_page_is_made_anew(head: Client, records: Records) -> None:
    records.version = None
    head.get(projects())
    Project.objects.create(name="Tower")
    assert "Tower" in head.get(projects()).content.decode()


def test_a_kept_page_is_the_page_that_was_made(head: Client, records: Records) -> None:
    def without_what_always_differs(page: HttpResponse) -> str:
        text = re.sub(r'nonce="[^"]*"', "", page.content.decode())
        return re.sub(r'(middlewaretoken" value|csrf-token" content)="\w+"', "", text)

    records.version = None
    made = without_what_always_differs(head.get(projects()))
    records.version = "1"
    assert [without_what_always_differs(head.get(projects())) for _ in range(2)] == [made, made]


def test_a_kept_page_carries_the_nonce_of_its_own_answer(head: Client, records: Records) -> None:
    seen = set()
    for _ in range(2):
        answer = head.get(projects())
        [nonce] = set(re.findall(r'nonce="([^"]+)"', answer.content.decode()))
        assert f"'nonce-{nonce}'" in answer["Content-Security-Policy"]
        seen.add(nonce)
    assert len(seen) == 2


def test_forms_of_a_kept_page_can_be_sent(world: World, records: Records) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.hanna)
    client.get(projects())
    client.cookies.pop("csrftoken")
    page = client.get(projects()).content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    answer = client.post(reverse("shell:theme"), {"theme": "dark", "csrfmiddlewaretoken": token})
    assert answer.status_code != 403


def test_nobody_is_shown_the_page_of_another(head: Client, world: World, records: Records) -> None:
    head.get(projects())
    other = Client()
    other.force_login(world.ada)
    assert world.ada.name in other.get(projects()).content.decode()
    assert world.hanna.name in head.get(projects()).content.decode()


def test_a_kept_page_follows_the_readers_language(head: Client, world: World, records: Records) -> None:
    head.get(projects())
    world.hanna.language = "ru"
    world.hanna.save()
    assert 'lang="ru"' in head.get(projects()).content.decode()


def test_rights_are_asked_before_what_is_kept(head: Client, world: World, records: Records) -> None:
    head.get(projects())
    world.hanna.role = "service"
    world.hanna.save()
    assert head.get(projects()).status_code == 403


def test_a_message_is_shown_once(head: Client, records: Records) -> None:
    head.get(projects())
    edited = reverse("company:new", args=["projects"])
    head.post(edited, {"name": "Tower"})
    assert "Saved." in head.get(projects()).content.decode()
    assert "Saved." not in head.get(projects()).content.decode()


@pytest.mark.parametrize("status", [302, 404])
def test_only_whole_pages_are_kept(rf: Any, world: World, records: Records, status: int) -> None:
    made = []

    @kept_pages.kept_until_change()
    def view(request: HttpRequest) -> HttpResponse:
        made.append(request)
        return HttpResponse(status=status)

    for _ in range(2):
        request = rf.get("/")
        request.user = world.hanna
        view(request)
    assert len(made) == 2
