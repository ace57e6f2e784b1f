"""Settings pages: lists with undo, order, and the trail in words."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.company.models import CustomField, ExchangeRate, Pipeline, Project, Stage
from onegoal.apps.sales.services import take_in_leads


@pytest.fixture
def head(world: World, client: Client) -> Client:
    client.force_login(world.hanna)
    return client


def test_a_deleted_project_comes_back_with_one_click(head: Client, world: World) -> None:
    answer = head.post(reverse("company:remove", args=["projects", world.old_mill.pk]))
    assert not Project.objects.filter(name="Old Mill").exists()
    [message] = get_messages(answer.wsgi_request)
    head.post(message.extra_tags.removeprefix("undo:"))
    assert Project.objects.get(name="Old Mill").pk == world.old_mill.pk


def test_a_project_with_leads_stays(head: Client, world: World) -> None:
    take_in_leads(rows=[lead_row("L1", project="River Park", person=person_ref(phone="+40722000001"))], now=NOW)
    head.post(reverse("company:remove", args=["projects", world.river_park.pk]))
    assert Project.objects.filter(pk=world.river_park.pk).exists()


def test_stages_are_moved_and_keep_their_places(head: Client) -> None:
    for name in ("New", "Talk", "Visit"):
        head.post(reverse("company:new", args=["stages"]), {"pipeline": "lead", "name": name, "kind": "open"})
    visit = Stage.objects.get(name="Visit")
    head.post(reverse("company:move", args=["stages", visit.pk]), {"up": ""})
    assert [stage.name for stage in Stage.objects.filter(pipeline=Pipeline.LEAD)] == ["New", "Visit", "Talk"]


def test_two_fields_of_one_label_get_different_keys(head: Client) -> None:
    for _ in range(2):
        head.post(reverse("company:new", args=["fields"]), {"entity": "lead", "label": "Бюджет", "kind": "number"})
    assert len(set(CustomField.objects.values_list("key", flat=True))) == 2


def test_a_rate_is_kept_exactly(head: Client) -> None:
    head.post(
        reverse("company:new", args=["rates"]), {"currency": "USD", "valid_from": "2026-01-01", "rate": "0.912345678"}
    )
    assert ExchangeRate.objects.get().rate_billionths == 912_345_678


def test_the_trail_says_names_instead_of_numbers(head: Client, world: World) -> None:
    rows = [
        lead_row("L1", project="River Park", seller=world.nora.email, person=person_ref("Ion", phone="+40722000001"))
    ]
    take_in_leads(rows=rows, now=NOW)
    page = head.get(reverse("company:trail"), {"entity": "lead"}).content.decode()
    assert "River Park" in page
    assert "Nora" in page


def test_the_trail_as_a_file_runs_no_formula(head: Client) -> None:
    head.post(reverse("company:new", args=["projects"]), {"name": "=HYPERLINK(1)", "is_active": "on"})
    answer = head.get(reverse("company:trail_export"))
    lines = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK(1)" in lines


@pytest.mark.parametrize(
    "query", ["entity=none", "entity_id=99999999999999999999", "start=x", "actor=x", "page=x", "batch=%00"]
)
def test_a_filter_that_cannot_be_meant_does_not_break_the_trail(head: Client, query: str) -> None:
    assert head.get(f"{reverse('company:trail')}?{query}").status_code == 200


def test_every_change_of_the_settings_is_in_the_trail(head: Client, world: World) -> None:
    head.post(reverse("company:edit", args=["projects", world.old_mill.pk]), {"name": "New Mill", "is_active": "on"})
    noted = AuditEntry.objects.filter(entity="project").latest("id")
    assert (noted.before, noted.after, noted.actor, noted.via) == (
        {"name": "Old Mill"},
        {"name": "New Mill"},
        world.hanna,
        "web",
    )
