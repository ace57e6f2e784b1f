"""Reports of the sales desk: what they say, what they do not, and what they lead to."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.apps.analysis.conftest import DAYS
from tests.shared_records import SharedFacts, as_at_first, shared_records
from tests.world import NOW, World, at, lead_row, make_world, person_ref

from onegoal.apps.audit.services import record_change
from onegoal.apps.facts.services import publish_now
from onegoal.apps.feedback.models import LeadMark
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.quality.models import Answer, Check, QualitySettings, Question, Review, Scorecard
from onegoal.apps.regulation.models import Decision
from onegoal.apps.sales.models import Call, Lead, Objection, RequiredField
from onegoal.apps.sales.services import take_in_leads

REPORTS = (
    "/reports/sales/", "/reports/rejections/", "/reports/reviews/", "/reports/feedback/", "/reports/completeness/",
)  # fmt: skip


def note(record: Any) -> Any:
    """Write a new record into the trail, as its service would."""
    record_change(record=record, before={}, now=NOW)
    return record


def make_rejections(world: World) -> None:
    """Ninety leads of three sellers, thirty each from google and bing in turn, all rejected and drawn; Sam's are mostly wrong."""
    sellers = [world.nora, world.nick, world.sam]
    rows = [
        lead_row(
            f"l{n}", person=person_ref(f"Ion {n}", phone=f"+407220000{n:02d}"), seller=sellers[n % 3].name,
            marks=OriginMarks(source="google" if n % 2 else "bing", medium="cpc", campaign="Spring" if n % 2 else "Autumn"),
        )
        for n in range(90)
    ]  # fmt: skip
    take_in_leads(rows=rows, now=NOW)
    for n, lead in enumerate(Lead.objects.order_by("pk")):
        reason = "2.1 No budget" if n % 2 else "2.2 Wrong number"
        decision = note(
            Decision.objects.create(
                lead=lead, outcome="rejected", seller=sellers[n % 3], at=at("2026-01-10"), reason=reason
            )
        )
        wrong = n % 3 == 2 and n % 4 != 0
        back = at("2026-01-12") if wrong and n < 30 else None
        note(
            Check.objects.create(
                decision=decision, queued_on=dt.date(2026, 1, 11), state="wrong" if wrong else "right", is_drawn=True,
                checked_at=at("2026-01-12"), working_seconds=120, returned_at=back,
            )
        )  # fmt: skip
    publish_now()


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> SharedFacts:
    """The warehouse of the module's one company."""
    return SharedFacts(tmp_path_factory.mktemp("rejections"))


@pytest.fixture(scope="module")
def rejecting_company(django_db_setup: None, django_db_blocker: Any, facts: SharedFacts) -> Iterator[World]:
    """The company whose sellers reject, once for all tests."""

    def make() -> World:
        with facts.used():
            world = make_world()
            make_rejections(world)
        return world

    with shared_records(django_db_blocker, make) as world:
        yield world


@pytest.fixture
def world(rejecting_company: World, db: None) -> World:
    return as_at_first(rejecting_company)


@pytest.fixture
def rejecting(world: World, facts: SharedFacts) -> Iterator[World]:
    """Ninety rejected leads of three sellers; see `make_rejections`."""
    with facts.used():
        yield world


@pytest.mark.parametrize("page", REPORTS)
def test_before_any_data_a_report_says_what_will_be_here(as_head: Client, empty_warehouse: None, page: str) -> None:
    assert "No data yet" in as_head.get(page).content.decode()


@pytest.mark.parametrize("page", REPORTS)
@pytest.mark.parametrize(
    "query", ["by=drop&sort=;", "channel=%00", "seller=nobody", "leads_sort=-x&reasons_page=99999"]
)
def test_a_senseless_address_still_gets_its_report(as_head: Client, rejecting: World, page: str, query: str) -> None:
    assert as_head.get(f"{page}?{DAYS}&{query}").status_code == 200


def test_the_report_names_the_seller_whose_rejections_are_wrong_and_nobody_else(
    as_head: Client, rejecting: World
) -> None:
    text = as_head.get(f"/reports/rejections/?{DAYS}").content.decode()
    assert "Wrong-rejection rate: higher for Sam." in text.replace("; lower for Nick, Nora", "")
    assert "Of 90 rejections drawn at random and decided, 23 were wrong" in text


def test_nobody_is_named_where_sellers_do_not_differ(as_head: Client, rejecting: World) -> None:
    for check in Check.objects.all():
        check.state = "wrong" if check.pk % 5 == 0 else "right"
        check.save()
        note(check)
    publish_now()
    text = as_head.get(f"/reports/rejections/?{DAYS}").content.decode()
    assert "No sales manager differs from the others beyond chance." in text
    assert "higher for" not in text


def test_control_is_priced_by_the_hour_for_those_who_may_know(
    client: Client, as_head: Client, rejecting: World
) -> None:
    QualitySettings.objects.create(pk=1, hour_cost_minor=20_00)
    assert "€60" in as_head.get(f"/reports/rejections/?{DAYS}").content.decode()
    client.force_login(rejecting.sam)
    text = client.get(f"/reports/rejections/?{DAYS}").content.decode()
    assert "Cost of control" not in text
    assert "Nora" not in text


def test_reasons_stand_beside_the_channels_they_are_given_for(as_head: Client, rejecting: World) -> None:
    text = as_head.get(f"/reports/sales/?{DAYS}&by=campaign").content.decode()
    assert "Beyond chance: 2.1 No budget more often in Spring; 2.2 Wrong number more often in Autumn." in text
    assert (
        "metric=rejections&amp;from=2026-01-01&amp;to=2026-02-28&amp;reason=2.1+No+budget&amp;campaign=Spring" in text
    )
    assert "90 leads came, 0 of them qualified so far (0.0" in text


def test_the_workbook_has_a_sheet_for_each_part_with_typed_cells(as_head: Client, rejecting: World) -> None:
    answer = as_head.get(f"/reports/sales/?{DAYS}&export=xlsx")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert len(book.sheetnames) == 8
    assert book.sheetnames[1] == "Leads and how many quali"
    cells = {(row[0], row[1]) for row in book["Leads and how many quali"].iter_rows(min_row=2, values_only=True)}
    assert cells == {("Paid search", 90)}


def test_each_part_can_be_kept_as_text(as_head: Client, rejecting: World) -> None:
    answer = as_head.get(f"/reports/sales/?{DAYS}&requests_export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("Request type,Leads,")


def test_a_list_behind_a_rejection_holds_as_many_as_were_counted(as_head: Client, rejecting: World) -> None:
    text = as_head.get(f"/behind/?metric=drawn&{DAYS}").content.decode()
    assert "There is no list behind this figure." in text
    answer = as_head.get(f"/behind/?metric=wrong_rejection_rate&{DAYS}&seller=Sam&export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert (len(lines) - 1, "Sam" in lines[1], "wrongly rejected" in lines[1]) == (23, True, True)


def test_feedback_is_sent_again_only_when_something_changed(as_head: Client, rejecting: World) -> None:
    dear = note(Objection.objects.create(name="Too dear"))
    lead = Lead.objects.get(source_id="l1")
    note(LeadMark.objects.create(lead=lead, author=lead.seller, quality="good", objection=dear, at=at("2026-01-20")))
    publish_now()
    page = as_head.get(f"/reports/feedback/?{DAYS}")
    text = page.content.decode()
    assert "Spring" in text
    assert "Too dear" in text
    version = text.split("HX-Seen&quot;: &quot;")[-1].split('"HX-Seen": "')[-1].split('"')[0].replace("\\u002D", "-")
    again = as_head.get(f"/reports/feedback/?{DAYS}", headers={"HX-Request": "true", "HX-Seen": version})
    assert again.status_code == 204
    other = Lead.objects.get(source_id="l2")
    note(LeadMark.objects.create(lead=other, author=other.seller, quality="bad", at=at("2026-01-20")))
    publish_now()
    fresh = as_head.get(f"/reports/feedback/?{DAYS}", headers={"HX-Request": "true", "HX-Seen": version})
    assert (fresh.status_code, "Autumn" in fresh.content.decode()) == (200, True)


def test_steps_that_fail_are_told_with_their_counts(as_head: Client, rejecting: World) -> None:
    card = Scorecard.objects.create(name="First call", created_at=NOW)
    greeting = Question.objects.create(scorecard=card, step="Greeting", text="Gave their name")
    close = Question.objects.create(scorecard=card, step="Close", text="Agreed a next step", position=1)
    for n, lead in enumerate(Lead.objects.order_by("pk")[:40]):
        call = note(
            Call.objects.create(
                person=lead.person, lead=lead, seller=lead.seller, started_at=at("2026-01-30"), is_answered=True,
                source="crm", source_id=f"c{n}", updated_at=NOW,
            )
        )  # fmt: skip
        review = note(
            Review.objects.create(
                call=call, seller=lead.seller, reviewer=rejecting.quinn, scorecard=card, started_at=NOW,
                finished_at=at("2026-02-01"), score_bp=100 * (n + 40),
            )
        )  # fmt: skip
        for question, fails in ((greeting, n % 10 == 0), (close, n % 2 == 0)):
            note(Answer.objects.create(review=review, question=question, value=0 if fails else 1, is_failed=fails))
    publish_now()
    text = as_head.get(f"/reports/reviews/?{DAYS}").content.decode()
    assert "Failed share of a script step: higher for Close; lower for Greeting." in text
    assert "20 of 40" in text
    assert "60–70" in text
    lists = as_head.get(f"/behind/?metric=step_failure_rate&{DAYS}&script_step=Close&export=csv")
    assert b"".join(lists.streaming_content).decode().count("Agreed a next step") == 20  # type: ignore[attr-defined]


def test_empty_required_fields_are_found_by_field_and_seller(as_head: Client, rejecting: World) -> None:
    text = as_head.get(f"/reports/completeness/?{DAYS}").content.decode()
    assert "No field is required yet" in text
    for name in ("phone", "project"):
        note(RequiredField.objects.create(entity="lead", field=name))
    publish_now()
    text = as_head.get(f"/reports/completeness/?{DAYS}").content.decode()
    assert "90 of 180" in text
    assert "Completeness of cards: higher for phone; lower for project." in text
    answer = as_head.get(f"/behind/?metric=fields_missing&{DAYS}&field=project&export=csv")
    assert len(b"".join(answer.streaming_content).splitlines()) == 91  # type: ignore[attr-defined]
