"""The inbox shows each reader their leads, what to do first at the head, and lets them act with a way back."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.world import World, lead_row, person_ref

from onegoal.apps.company.models import WorkingHours
from onegoal.apps.desk.models import DistributionRule, Method
from onegoal.apps.desk.queries.inbox import to_do
from onegoal.apps.desk.services import assign_lead, distribute_new_leads
from onegoal.apps.sales.models import Call, Lead, RequiredField, Task
from onegoal.apps.sales.services import take_in_leads

NORA, SAM = "nora@casaverde.test", "sam@casaverde.test"
INBOX = "/leads/"


@pytest.fixture(autouse=True)
def _day_and_night(db: None) -> None:
    """The office never closes, so that what is late does not hang on when the tests run."""
    for weekday in range(7):
        WorkingHours.objects.create(weekday=weekday, opens=dt.time(0), closes=dt.time(23, 59))


@pytest.fixture
def as_user(client: Client) -> Callable[[Any], Client]:
    def enter(user: Any) -> Client:
        client.force_login(user)
        return client

    return enter


def lead(number: int, minutes_ago: float = 0, **said: Any) -> Lead:
    came = timezone.now() - dt.timedelta(minutes=minutes_ago)
    person = person_ref(f"Client {number}", phone=f"+407220000{number:02d}")
    take_in_leads(rows=[lead_row(f"L{number}", created_at=came, person=person, **said)], now=came)
    return Lead.objects.select_related("person").get(source_id=f"L{number}")


def page(client: Client, **asked: str) -> str:
    answer = client.get(INBOX, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(html: str) -> list[str]:
    """The numbers of the clients on a page, in the order of their rows."""
    return [part.split("<")[0].strip() for part in html.split("Client ")[1:]]


def undo_of(answer: Any) -> str:
    [message] = get_messages(answer.wsgi_request)
    return message.extra_tags.removeprefix("undo:")


def test_late_answers_come_first_then_due_ones_returned_ones_tasks_and_the_rest(world: World) -> None:
    now = timezone.now()
    DistributionRule.objects.create(name="all", response_minutes=30)
    names = {
        "late": lead(1, 100), "later": lead(2, 200), "due": lead(3, 5), "returned": lead(4, 9), "today": lead(5, 3000),
        "missed": lead(6, 3000), "bare": lead(7, 3000), "fresher": lead(8, 2900),
    }  # fmt: skip
    for one in names.values():
        Lead.objects.filter(pk=one.pk).update(seller=world.nora)
    for name, minutes in (("late", -70), ("later", -170), ("due", 25), ("returned", 10)):
        Lead.objects.filter(pk=names[name].pk).update(response_due_at=now + dt.timedelta(minutes=minutes))
    Lead.objects.filter(pk=names["returned"].pk).update(returned_at=now)
    task = {"assignee": world.nora, "created_at": now}
    Task.objects.create(lead=names["today"], due_at=now + dt.timedelta(minutes=1), title="t", **task)
    Task.objects.create(lead=names["missed"], due_at=now - dt.timedelta(days=2), title="t", **task)
    done = {"due_at": now - dt.timedelta(days=2), "done_at": now}
    Task.objects.create(lead=names["bare"], title="t", **done, **task)
    found = to_do(Lead.objects.all(), now=now, end_of_day=now + dt.timedelta(hours=1), assignee=None)
    order = {one.pk: name for name, one in names.items()}
    assert [order[pk] for pk in found] == ["later", "late", "due", "returned", "today", "missed", "fresher", "bare"]


def test_a_seller_sees_their_own_leads_and_a_supervisor_the_teams(world: World, as_user: Any) -> None:
    lead(1, seller=NORA)
    lead(2, seller=SAM)
    assert shown(page(as_user(world.nora), state="open")) == ["1"]
    assert shown(page(as_user(world.victor), state="open")) == ["1"]
    assert sorted(shown(page(as_user(world.hanna), state="open"))) == ["1", "2"]
    assert shown(page(as_user(world.nora))) == ["1"]


def test_what_to_do_and_why_stand_in_the_row(world: World, as_user: Any) -> None:
    lead(1, 90, seller=NORA)
    distribute_new_leads(now=timezone.now())
    html = page(as_user(world.nora))
    assert "Answer" in html
    assert "late by" in html
    RequiredField.objects.create(entity="lead", field="region")
    assert "1 field" in page(as_user(world.nora))


def test_an_offered_lead_shows_no_contact_and_cannot_be_found_by_it(world: World, as_user: Any) -> None:
    DistributionRule.objects.create(name="all", method=Method.BY_CLAIM)
    lead(1)
    distribute_new_leads(now=timezone.now())
    seller = as_user(world.nick)
    html = page(seller, columns="person,contacts,seller")
    assert "Client 1" in html
    assert "+40722" not in html
    assert "Take it" in html
    assert shown(page(seller, state="open", q="0722")) == []
    one = Lead.objects.get()
    assert seller.get(reverse("cards:lead", args=[one.pk])).status_code == 404
    assign_lead(lead=one, seller=world.nick, now=timezone.now(), is_claim=True)
    assert "+40722" in page(seller, columns="person,contacts")
    assert shown(page(seller, state="open", q="0722")) == ["1"]


def test_who_takes_a_lead_second_gets_409_and_reads_who_was_first(world: World, as_user: Any) -> None:
    DistributionRule.objects.create(name="all", method=Method.BY_CLAIM)
    one = lead(1)
    distribute_new_leads(now=timezone.now())
    url = reverse("desk:claim", args=[one.pk])
    assert as_user(world.nora).post(url).status_code == 302
    late = as_user(world.nick).post(url)
    assert late.status_code == 409
    assert "Nora took this lead already" in late.content.decode()
    by_htmx = as_user(world.nick).post(url, headers={"HX-Request": "true"})
    assert (by_htmx.status_code, by_htmx.headers["HX-Refresh"]) == (409, "true")
    assert Lead.objects.get().seller == world.nora


def test_a_lead_of_another_team_that_was_never_offered_is_as_if_it_were_missing(world: World, as_user: Any) -> None:
    one = lead(1, seller=SAM)
    assert as_user(world.nora).post(reverse("desk:claim", args=[one.pk])).status_code == 404
    assert as_user(world.nora).get(reverse("desk:assign"), {"chosen": one.pk}).status_code == 404


def test_leads_given_together_come_back_together_with_their_tasks(world: World, as_user: Any) -> None:
    leads = [lead(number, seller=NORA) for number in (1, 2)]
    task = Task.objects.create(title="call", lead=leads[0], assignee=world.nora, created_at=timezone.now())
    client = as_user(world.victor)
    said = {"chosen": [one.pk for one in leads], "seller": world.nick.pk}
    answer = client.post(reverse("desk:assign"), said)
    task.refresh_from_db()
    assert {one.seller for one in Lead.objects.all()} == {world.nick}
    assert task.assignee == world.nick
    client.post(undo_of(answer))
    task.refresh_from_db()
    assert {one.seller for one in Lead.objects.all()} == {world.nora}
    assert task.assignee == world.nora


def test_an_undo_belongs_to_who_did_it(world: World, as_user: Any) -> None:
    one = lead(1, seller=NORA)
    answer = as_user(world.victor).post(reverse("desk:assign"), {"chosen": one.pk, "seller": world.nick.pk})
    undo = undo_of(answer)
    assert as_user(world.nick).post(undo).status_code == 404
    assert Lead.objects.get().seller == world.nick


def test_a_seller_hands_over_own_leads_only_with_a_reason(world: World, as_user: Any) -> None:
    own, other = lead(1, seller=NORA), lead(2, seller=SAM)
    client = as_user(world.nora)
    said = {"chosen": [own.pk, other.pk], "seller": world.nick.pk}
    assert client.post(reverse("desk:assign"), said).status_code == 422
    client.post(reverse("desk:assign"), said | {"reason": "on holiday tomorrow"})
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.seller, other.seller) == (world.nick, world.sam)


def test_a_task_for_many_leads_goes_to_each_ones_seller(world: World, as_user: Any) -> None:
    leads = [lead(1, seller=NORA), lead(2)]
    said = {
        "chosen": [one.pk for one in leads],
        "title": "Invite to the open day",
        "kind": "call",
        "due_at": "2026-12-01T10:00",
    }
    as_user(world.hanna).post(reverse("desk:tasks"), said)
    assert list(Task.objects.order_by("lead__source_id").values_list("assignee__name", flat=True)) == ["Nora", "Hanna"]


def test_filters_and_the_search_narrow_the_list(world: World, as_user: Any) -> None:
    from onegoal.apps.marketing.intake import OriginMarks

    lead(1, project="River Park", request_type="form", seller=NORA)
    two = lead(2, 3 * 24 * 60, project="Old Mill", request_type="call", seller=SAM,
               marks=OriginMarks(source="google", medium="cpc", campaign="Spring"))  # fmt: skip
    Task.objects.create(title="call", lead=two, created_at=timezone.now(), due_at=timezone.now() - dt.timedelta(days=1))
    head = as_user(world.hanna)
    for asked in (
        {"project": str(world.old_mill.pk)}, {"channel": "paid_search"}, {"campaign": "Spring"}, {"request": "call"},
        {"seller": str(world.sam.pk)}, {"task": "late"}, {"q": "L2"}, {"q": f"#{two.pk}"}, {"q": "0722 000 002"},
    ):  # fmt: skip
        assert shown(page(head, state="open", **asked)) == ["2"], asked
    assert shown(page(head, state="open", period="today")) == ["1"]


def test_the_file_of_chosen_leads_holds_their_plain_texts(world: World, as_user: Any) -> None:
    from openpyxl import load_workbook

    one, _two = lead(1, 90, seller=NORA), lead(2, seller=NORA)
    distribute_new_leads(now=timezone.now())
    answer = as_user(world.nora).post(reverse("desk:export"), {"chosen": one.pk})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][0] == "Client 1"
    assert rows[1][1] == "Answer the lead: a new lead"
    assert "+40722" in str(rows[1])


def test_new_leads_are_told_without_a_word_while_there_are_none(world: World, as_user: Any) -> None:
    first = lead(1, seller=NORA)
    client = as_user(world.nora)
    asked = {"after": first.pk, "since": timezone.now().isoformat()}
    assert client.get(reverse("desk:fresh"), asked).status_code == 204
    second = lead(2, seller=NORA)
    lead(3, seller=SAM)
    assert "1 new lead" in client.get(reverse("desk:fresh"), asked).content.decode()
    asked = {"after": second.pk + 1, "since": timezone.now().isoformat()}
    assign_lead(lead=first, seller=world.nora, now=timezone.now())
    assert "1 new lead" in client.get(reverse("desk:fresh"), asked).content.decode()


def test_a_filtered_table_answers_alone_with_tabs_that_keep_the_filter(world: World, as_user: Any) -> None:
    lead(1, seller=NORA)
    answer = as_user(world.nora).get(
        INBOX, {"state": "open", "request": "form"}, headers={"HX-Request": "true", "HX-Target": "table-leads"}
    )
    html = answer.content.decode()
    assert "<html" not in html
    assert "hx-swap-oob" in html
    assert "request=form&amp;state=nurture" in html


def test_the_last_call_stands_in_the_row(world: World, as_user: Any) -> None:
    one = lead(1, seller=NORA)
    Call.objects.create(person=one.person, started_at=timezone.now(), direction="out", is_answered=False)
    assert "no answer" in page(as_user(world.nora))


def test_the_late_answers_of_a_team_stand_above_its_supervisors_work(world: World) -> None:
    from onegoal.apps.desk.notices import late_answers

    lead(1, 90, seller=NORA)
    lead(2, 90, seller=SAM)
    distribute_new_leads(now=timezone.now())
    assert late_answers(world.victor).count == 1
    assert late_answers(world.hanna).count == 2
    assert late_answers(world.mark) is None
