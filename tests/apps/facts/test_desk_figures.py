"""Figures of the sales desk: rejections and their control, reviews, marks, answer times, completeness of cards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.world import NOW, World, at, deal_row, lead_row, person_ref

from onegoal.apps.audit.services import mark_stale, record_change, snapshot
from onegoal.apps.facts.queries import ask, differences, members, scope_of
from onegoal.apps.facts.services import publish_now
from onegoal.apps.feedback.models import LeadMark
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.quality.models import Answer, Check, CheckState, Question, Review, ReviewDuty, Scorecard
from onegoal.apps.regulation.models import Decision
from onegoal.apps.sales.models import Call, Deal, Lead, Objection, RequiredField
from onegoal.apps.sales.services import take_in_deals, take_in_leads
from onegoal.metrics.question import Question as Asked
from onegoal.metrics.question import Row, Scope

SPRING = OriginMarks(source="google", medium="cpc", campaign="Spring")


@pytest.fixture
def leads(world: World) -> list[Lead]:
    """Six leads: four of Nora's from google, two of Sam's."""
    rows = [
        lead_row(
            f"l{n}", person=person_ref(f"Ion {n}", phone=f"+407220000{n:02d}"), marks=SPRING, project="River Park",
            seller="Nora" if n < 4 else "Sam",
        )
        for n in range(6)
    ]  # fmt: skip
    take_in_leads(rows=rows, now=NOW)
    return [Lead.objects.get(source_id=f"l{n}") for n in range(6)]


def note(record: Any, before: dict[str, Any] | None = None) -> Any:
    """Write a record into the trail, as its service would."""
    record_change(record=record, before=before or {}, now=NOW)
    return record


def rejected(lead: Lead, **said: Any) -> Decision:
    row = {"outcome": "rejected", "seller": lead.seller, "at": at("2026-01-10"), "reason": "2.1 No budget"}
    return note(Decision.objects.create(lead=lead, **(row | said)))  # type: ignore[no-any-return]


def checked(decision: Decision, state: str, **said: Any) -> Check:
    row = {"queued_on": dt.date(2026, 1, 11), "state": state, "is_drawn": True, "checked_at": at("2026-01-12")}
    return note(Check.objects.create(decision=decision, **(row | said)))  # type: ignore[no-any-return]


def one(metric: str, **where: str) -> Row:
    """The one row of a metric, narrowed."""
    publish_now()
    return ask(Asked(metric, where=tuple(where.items()))).rows[0]


def test_the_wrong_rejection_rate_counts_drawn_and_decided_checks_alone(leads: list[Lead]) -> None:
    states = (
        (CheckState.WRONG, True), (CheckState.UPHELD, True), (CheckState.RIGHT, True), (CheckState.DISPUTED, True),
        (CheckState.WRONG, False), (CheckState.WAITING, True),
    )  # fmt: skip
    for lead, (state, is_drawn) in zip(leads, states, strict=True):
        checked(rejected(lead), state, is_drawn=is_drawn, checked_at=None if state == "waiting" else at("2026-01-12"))
    rate = one("wrong_rejection_rate")
    assert (rate.numerator, rate.denominator) == (2, 3)
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.2077, 0.9385)  # type: ignore[arg-type]
    assert one("rejections_wrong").value == 3
    assert one("rejections_checked").value == 5
    assert differences() == []


def test_a_ruling_reaches_the_rate_of_its_rejection_at_once(leads: list[Lead]) -> None:
    check = checked(rejected(leads[0]), CheckState.DISPUTED)
    assert one("wrong_rejection_rate").denominator == 0
    before = snapshot(check)
    check.state = CheckState.REVERSED
    check.save()
    note(check, before)
    assert (one("wrong_rejection_rate").numerator, one("wrong_rejection_rate").denominator) == (0, 1)


def test_a_rejection_belongs_to_the_seller_of_that_moment_and_to_the_leads_campaign(
    world: World, leads: list[Lead]
) -> None:
    rejected(leads[0], seller=world.sam, contradiction="no_clause")
    publish_now()
    assert one("rejections", seller="Sam", campaign="Spring", reason="2.1 No budget", project="River Park").value == 1
    assert one("contradiction_rate", team="South").numerator == 1
    own = ask(Asked("rejections", scope=scope_of(world.nora)))
    assert own.rows[0].value == 0


def test_what_became_of_a_return_is_counted_from_the_return_on(world: World, leads: list[Lead]) -> None:
    checked(rejected(leads[0]), CheckState.WRONG, returned_at=at("2026-01-12"), working_seconds=600)
    take_in_deals(
        rows=[
            deal_row("early", lead="l0", person=person_ref("Ion 0"), amount_minor=500_00, currency="EUR",
                     won_at=at("2026-01-11"), seller="Sam"),
            deal_row("late", lead="l0", person=person_ref("Ion 0"), amount_minor=900_00, margin_minor=90_00, currency="EUR",
                     won_at=at("2026-02-11"), seller="Sam"),
        ],
        now=NOW,
    )  # fmt: skip
    assert one("leads_returned", seller="Nora").value == 1
    assert one("returned_won", seller="Nora").value == 1
    assert one("money_returned").value == 900_00
    assert one("margin_returned").value == 90_00
    assert (one("returned_to_won").numerator, one("returned_to_won").denominator) == (1, 1)
    assert one("control_seconds").value == 600
    assert members(Asked("returned_won"), {}).ids == (Deal.objects.get(source_id="late").pk,)


def test_a_lead_returned_twice_brings_its_deal_back_once(leads: list[Lead]) -> None:
    for day in ("2026-01-12", "2026-01-20"):
        checked(rejected(leads[0], at=at(day, "08:00")), CheckState.WRONG, returned_at=at(day))
    take_in_deals(
        rows=[
            deal_row("d", lead="l0", amount_minor=900_00, margin_minor=90_00, currency="EUR", won_at=at("2026-02-11"))
        ],
        now=NOW,
    )
    assert (one("leads_returned").value, one("returned_won").value, one("money_returned").value) == (1, 1, 900_00)


@pytest.fixture
def scorecard(db: None) -> list[Question]:
    """Two questions of one card: of the greeting and, in words, of the close."""
    card = Scorecard.objects.create(name="First call", created_at=NOW)
    said = {"scorecard": card}
    return [
        Question.objects.create(step="Greeting", text="Gave their name", **said),
        Question.objects.create(step="Close", text="Anything else", kind="text", position=1, **said),
    ]


def reviewed(call: Call, reviewer: Any, questions: list[Question], score: int, *, fails: bool) -> Review:
    review = Review.objects.create(
        call=call, seller=call.seller, reviewer=reviewer, scorecard=questions[0].scorecard, started_at=NOW,
        finished_at=at("2026-02-01"), score_bp=score,
    )  # fmt: skip
    note(Answer.objects.create(review=review, question=questions[0], value=0 if fails else 1, is_failed=fails))
    note(Answer.objects.create(review=review, question=questions[1], text="Well done"))
    return note(review)  # type: ignore[no-any-return]


def a_call(lead: Lead, number: int) -> Call:
    call = Call.objects.create(
        person=lead.person, lead=lead, seller=lead.seller, started_at=at("2026-01-30"), direction="out",
        is_answered=True, source="crm", source_id=f"c{number}", updated_at=NOW,
    )  # fmt: skip
    return note(call)  # type: ignore[no-any-return]


def test_a_step_fails_by_its_answers_and_words_are_no_failure(
    world: World, leads: list[Lead], scorecard: list[Question]
) -> None:
    calls = [a_call(lead, n) for n, lead in enumerate(leads[:3])]
    reviewed(calls[0], world.quinn, scorecard, 4_000, fails=True)
    reviewed(calls[0], world.victor, scorecard, 6_000, fails=False)
    reviewed(calls[1], world.quinn, scorecard, 8_000, fails=False)
    assert (one("step_failure_rate", script_step="Greeting").numerator, one("step_failure_rate").denominator) == (1, 3)
    assert one("calls_reviewed").value == 2
    assert float(one("review_score").value or 0) == 6_000
    assert one("reviews_scored", score_band="4").value == 1
    by_seller = ask(Asked("review_score", by=("seller",))).rows
    assert [row.by["seller"] for row in by_seller] == ["Nora"]
    assert members(Asked("calls_reviewed"), {}).entity == "call"


def test_a_call_drawn_for_review_is_owed_until_it_is_done_or_excused(leads: list[Lead]) -> None:
    states = ({"done_at": NOW}, {}, {"excused": "a wrong number"})
    for number, said in enumerate(states):
        call = a_call(leads[number], number)
        note(ReviewDuty.objects.create(day=dt.date(2026, 2, 1), seller=call.seller, call=call, **said))
    assert (one("review_coverage").numerator, one("review_coverage", seller="Nora").denominator) == (1, 2)


def test_the_reasons_of_a_channel_make_up_all_its_rejections(leads: list[Lead]) -> None:
    for lead, reason in zip(leads, ("2.1 No budget", "2.1 No budget", "2.2 Wrong number"), strict=False):
        rejected(lead, reason=reason)
    publish_now()
    rows = ask(Asked("rejection_mix", by=("channel",))).rows
    shares = {row.by["reason"]: (row.numerator, row.denominator) for row in rows}
    assert shares == {"2.1 No budget": (2, 3), "2.2 Wrong number": (1, 3)}


def test_only_the_last_word_of_a_seller_about_a_lead_counts(leads: list[Lead]) -> None:
    dear = note(Objection.objects.create(name="Too dear"))
    note(LeadMark.objects.create(lead=leads[0], author=leads[0].seller, quality="bad", at=NOW, is_current=False))
    note(LeadMark.objects.create(lead=leads[0], author=leads[0].seller, quality="good", objection=dear, at=NOW))
    note(LeadMark.objects.create(lead=leads[4], author=leads[4].seller, quality="bad", at=NOW))
    assert (one("marked_good_rate").numerator, one("marked_good_rate").denominator) == (1, 2)
    assert one("objections", objection="Too dear", campaign="Spring").value == 1
    assert one("marks", quality="bad", seller="Sam").value == 1


def test_a_lead_that_still_has_time_to_be_answered_is_neither_late_nor_in_time(leads: list[Lead]) -> None:
    hour = dt.timedelta(hours=1)
    for lead, (due, answered) in zip(leads, ((1, 0.5), (1, 2), (1, None), (9_999, None)), strict=False):
        before = snapshot(lead)
        lead.response_due_at = lead.created_at + due * hour
        lead.first_response_at = lead.created_at + answered * hour if answered else None
        lead.save()
        note(lead, before)
    rate = one("first_response_in_time")
    assert (rate.numerator, rate.denominator) == (1, 3)


def test_a_card_is_as_complete_as_the_fields_asked_of_it_now(world: World, leads: list[Lead]) -> None:
    for name in ("phone", "segment", "project"):
        note(RequiredField.objects.create(entity="lead", field=name))
    rate = one("card_completeness", card="lead")
    assert (rate.numerator, rate.denominator) == (12, 18)
    assert one("fields_missing", field="segment", seller="Sam").value == 2
    leads[0].person.identifiers.all().delete()
    note(leads[0].person, {"name": "somebody else"})
    assert one("card_completeness", field="phone").numerator == 5
    assert members(Asked("fields_missing", where=(("field", "phone"),)), {}).entity == "card_field"
    narrowed = ask(Asked("card_completeness", scope=Scope(seller_ids=frozenset({world.sam.pk})))).rows[0]
    assert (narrowed.numerator, narrowed.denominator) == (4, 6)


def test_a_lead_of_a_monday_is_found_under_that_day(leads: list[Lead]) -> None:
    publish_now()
    assert ask(Asked("leads", by=("weekday",))).rows[0].by == {"weekday": "0"}


def test_a_rejection_taken_back_at_once_counts_for_nothing_even_after_it_was_published(leads: list[Lead]) -> None:
    first = rejected(leads[0])
    rejected(leads[1])
    assert one("rejections").value == 2
    note(
        Decision.objects.create(lead=leads[0], outcome="open", via="undo", at=at("2026-01-10"), seller=leads[0].seller)
    )
    mark_stale(entity="decision", ids=[first.pk])
    assert one("rejections").value == 1
    assert one("leads_returned").value == 0
