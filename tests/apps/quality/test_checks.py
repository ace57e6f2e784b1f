"""Judging a rejection: right or wrong, return to work, the seller's answer, the head's word; races and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.quality.rejections import found_wrong, reject, to_check
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
FINDING = "She asked for two rooms and has the money."


def right(check: Any, author: Any, now: dt.datetime = NOW, **said: Any) -> Any:
    """Find a check right."""
    from onegoal.apps.quality.services.checks import Evidence, find_right

    return find_right(check=check, author=author, evidence=Evidence(), now=now, **said)


def wrong(check: Any, author: Any, to: Any, **said: Any) -> Any:
    """Find a check wrong and send the lead to somebody."""
    from onegoal.apps.quality.services.checks import Evidence, find_wrong

    evidence = Evidence(**({"finding": FINDING} | said))
    return find_wrong(check=check, author=author, evidence=evidence, returned_to=to, now=NOW)


def refusal(function: Any, *args: Any, **said: Any) -> str:
    """Why something was refused."""
    from onegoal.apps.quality.services.checks import CheckRefused

    with pytest.raises(CheckRefused) as caught:
        function(*args, **said)
    return caught.value.code


def answer(check: Any, author: Any, text: str) -> Any:
    """Answer a finding."""
    from onegoal.apps.quality.services.checks import answer_check

    return answer_check(check=check, author=author, text=text, now=NOW)


def rule(check: Any, author: Any, is_upheld: bool, ruling: str = "I heard the call.") -> Any:
    """Say the last word."""
    from onegoal.apps.quality.services.checks import rule_on_check

    return rule_on_check(check=check, author=author, is_upheld=is_upheld, ruling=ruling, now=NOW)


def open_by(check: Any, author: Any, now: dt.datetime = NOW, **said: Any) -> Any:
    """Open a check, or do something on its page."""
    from onegoal.apps.quality.services.checks import open_check

    return open_check(check=check, author=author, now=now, **said)


def page(user: Any, name: str, *args: Any, data: Any = None, **said: Any) -> Any:
    """Ask for a page, or post to it."""
    client = Client()
    client.force_login(user)
    url = reverse(f"quality:{name}", args=args)
    return client.get(url, **said) if data is None else client.post(url, data, **said)


# Right and wrong


def test_a_right_rejection_stays_rejected(world: World) -> None:
    check = right(to_check(world, world.nora), world.quinn)
    assert (check.state, check.reviewer, check.checked_at) == ("right", world.quinn, NOW)
    check.decision.lead.refresh_from_db()
    assert check.decision.lead.outcome == "rejected"


def test_a_wrong_one_goes_back_to_work_with_its_clock_started_anew(world: World) -> None:
    check = wrong(to_check(world, world.nora), world.quinn, world.nora)
    lead = check.decision.lead
    lead.refresh_from_db()
    assert (check.state, check.returned_to, check.returned_at) == ("wrong", world.nora, NOW)
    assert (lead.outcome, lead.stage.kind, lead.seller, lead.returned_at) == ("open", "open", world.nora, NOW)
    assert lead.assigned_at == NOW
    assert lead.response_due_at > NOW


def test_the_first_rejection_stays_on_record(world: World) -> None:
    check = wrong(to_check(world, world.nora), world.quinn, world.nick)
    first, back = check.decision.lead.decisions.order_by("pk")
    assert (first.outcome, first.reason, first.seller) == ("rejected", "too dear", world.nora)
    assert (back.outcome, back.author, back.note) == ("open", world.quinn, FINDING)


def test_a_lead_may_go_to_another_seller_and_the_finding_stays_with_the_first(world: World) -> None:
    from onegoal.apps.quality.queries.checks import visible_checks

    check = wrong(to_check(world, world.nora), world.quinn, world.sam)
    check.decision.lead.refresh_from_db()
    assert check.decision.lead.seller == world.sam
    assert check in visible_checks(world.nora)
    assert check not in visible_checks(world.sam)


def test_a_lead_somebody_took_back_already_is_left_where_it_is(world: World) -> None:
    from onegoal.apps.sales.models import Lead

    check = to_check(world, world.nora)
    Lead.objects.update(outcome="open", seller=world.nick)
    check = wrong(check, world.quinn, world.nora)
    assert (check.state, check.returned_to) == ("wrong", None)
    assert Lead.objects.get().seller == world.nick


def test_wrong_needs_words_and_somebody_to_go_back_to(world: World) -> None:
    check = to_check(world, world.nora)
    assert refusal(wrong, check, world.quinn, world.nora, finding="  ") == "no_finding"
    assert refusal(wrong, check, world.quinn, None) == "no_seller"
    check.refresh_from_db()
    assert check.state == "waiting"


def test_nobody_judges_their_own_rejection(world: World) -> None:
    check = to_check(world, world.nora)
    check.decision.__class__.objects.update(author=world.quinn)
    assert refusal(right, check, world.quinn) == "own"
    assert refusal(wrong, check, world.nora, world.nora) == "own"


def test_the_second_to_decide_is_told_who_was_first(world: World) -> None:
    check = to_check(world, world.nora)
    right(check, world.quinn)
    assert refusal(wrong, check, world.hanna, world.nora) == "decided"
    answer = page(
        world.hanna, "check", check.pk, data={"verdict": "wrong", "finding": "x", "returned_to": world.nora.pk}
    )
    assert answer.status_code == 409
    assert "Quinn decided this already" in answer.content.decode()


def test_right_can_be_undone_by_its_analyst_only(world: World) -> None:
    from onegoal.apps.quality.services.checks import undo_right

    check = right(to_check(world, world.nora), world.quinn)
    assert refusal(undo_right, check=check, author=world.hanna, now=NOW) == "not_right"
    assert undo_right(check=check, author=world.quinn, now=NOW).state == "waiting"
    back = found_wrong(world, world.nick)
    assert refusal(undo_right, check=back, author=world.quinn, now=NOW) == "not_right"


def test_every_step_leaves_a_trail(world: World) -> None:
    from onegoal.apps.audit.models import AuditEntry

    check = rule(answer(found_wrong(world, world.nora), world.nora, "No."), world.hanna, True)
    states = [entry.after.get("state") for entry in AuditEntry.objects.filter(entity="check").order_by("pk")]
    assert states == ["wrong", "disputed", "upheld"]
    assert check.state == "upheld"


# Time and locks


def test_time_is_counted_while_something_is_done_and_pauses_are_not(world: World) -> None:
    check = to_check(world, world.nora)
    open_by(check, world.quinn)
    open_by(check, world.quinn, NOW + dt.timedelta(minutes=4))
    open_by(check, world.quinn, NOW + dt.timedelta(minutes=40))
    done = right(check, world.quinn, NOW + dt.timedelta(minutes=42))
    assert done.working_seconds == 6 * 60
    assert done.opened_by is None


def test_time_written_in_stands(world: World) -> None:
    check = to_check(world, world.nora)
    open_by(check, world.quinn)
    assert right(check, world.quinn, NOW + dt.timedelta(minutes=4), seconds=900).working_seconds == 900
    assert page(world.quinn, "check_time", check.pk, data={"minutes": "7.5"}).status_code == 302
    check.refresh_from_db()
    assert check.working_seconds == 450


def test_the_second_to_open_is_told_and_may_take_it_over(world: World) -> None:
    from onegoal.apps.quality.services.checks import OpenElsewhere

    check = to_check(world, world.nora)
    open_by(check, world.quinn)
    with pytest.raises(OpenElsewhere) as caught:
        open_by(check, world.hanna, NOW + dt.timedelta(minutes=5))
    assert caught.value.by == world.quinn
    assert open_by(check, world.hanna, NOW + dt.timedelta(minutes=5), takes_over=True).opened_by == world.hanna


def test_who_left_ten_minutes_ago_holds_nothing(world: World) -> None:
    check = to_check(world, world.nora)
    open_by(check, world.quinn)
    assert open_by(check, world.hanna, NOW + dt.timedelta(minutes=11)).opened_by == world.hanna


def test_one_is_at_one_check_at_a_time(world: World) -> None:
    first, second = to_check(world, world.nora, 1), to_check(world, world.nora, 2)
    open_by(first, world.quinn)
    open_by(second, world.quinn)
    first.refresh_from_db()
    assert first.opened_by is None


def test_the_next_one_is_the_foremost_nobody_else_is_at(world: World) -> None:
    from onegoal.apps.quality.queries.checks import next_check

    drawn = to_check(world, world.nora, 1)
    promising = to_check(world, world.nora, 2, is_promising=True)
    against = to_check(world, world.nora, 3, is_contradictory=True)
    assert next_check(world.quinn, after=None, now=NOW) == against
    assert next_check(world.quinn, after=against, now=NOW) == promising
    assert next_check(world.quinn, after=drawn, now=NOW) == against
    open_by(against, world.hanna)
    assert next_check(world.quinn, after=None, now=NOW) == promising


# The seller's answer and the head's word


def test_a_seller_who_disagrees_brings_it_before_the_head(world: World) -> None:
    check = answer(found_wrong(world, world.nora), world.nora, "She only asked for the price.")
    assert check.state == "disputed"
    assert rule(check, world.hanna, is_upheld=False).state == "reversed"


def test_a_seller_who_agrees_ends_it(world: World) -> None:
    check = answer(found_wrong(world, world.nora), world.nora, "")
    assert (check.state, check.answered_at) == ("wrong", NOW)
    assert refusal(answer, check, world.nora, "I thought it over.") == "answered"


def test_only_the_seller_answers_and_only_a_finding(world: World) -> None:
    check = found_wrong(world, world.nora)
    assert refusal(answer, check, world.nick, "No.") == "not_yours"
    assert refusal(answer, to_check(world, world.nora, 2), world.nora, "No.") == "not_wrong"


def test_the_head_rules_on_what_is_disputed_with_words(world: World) -> None:
    check = found_wrong(world, world.nora)
    assert refusal(rule, check, world.hanna, True) == "not_disputed"
    answer(check, world.nora, "No.")
    assert refusal(rule, check, world.hanna, True, " ") == "no_words"
    assert rule(check, world.hanna, True).ruled_by == world.hanna
    assert refusal(rule, check, world.hanna, False) == "not_disputed"


def test_a_reversed_finding_leaves_the_lead_at_work(world: World) -> None:
    check = rule(answer(found_wrong(world, world.nora), world.nora, "No."), world.hanna, False)
    check.decision.lead.refresh_from_db()
    assert check.decision.lead.outcome == "open"


# Who sees what


def test_a_seller_sees_own_findings_only(world: World) -> None:
    from onegoal.apps.quality.queries.checks import visible_checks

    own, other = found_wrong(world, world.nora, 1), found_wrong(world, world.nick, 2)
    waiting, passed = to_check(world, world.nora, 3), right(to_check(world, world.nora, 4), world.quinn)
    assert set(visible_checks(world.nora)) == {own}
    assert set(visible_checks(world.victor)) == {own, other}
    assert set(visible_checks(world.sam)) == set()
    assert set(visible_checks(world.mark)) == set()
    assert set(visible_checks(world.quinn)) == {own, other, waiting, passed}


def test_who_gets_the_lead_reads_the_finding_but_owes_no_answer(world: World) -> None:
    from onegoal.apps.quality.services.checks import Evidence, find_wrong

    check, evidence = to_check(world, world.nora), Evidence(finding="She has the money.")
    find_wrong(check=check, author=world.quinn, evidence=evidence, returned_to=world.nick, now=NOW)
    nick = Client()
    nick.force_login(world.nick)
    card = nick.get(f"/leads/{check.decision.lead_id}/").content.decode()
    assert "She has the money." in card
    assert "Say why you disagree" not in card
    assert "She has the money." not in nick.get("/quality/rejections/own/").content.decode()


def test_a_foreign_finding_is_not_there(world: World) -> None:
    check = found_wrong(world, world.nora)
    assert page(world.sam, "answer", check.pk, data={"text": "No."}).status_code == 404
    assert page(world.nora, "check", check.pk).status_code == 403
    assert page(world.victor, "rule", check.pk, data={"ruling": "x"}).status_code == 403


def test_a_supervisor_reads_the_teams_but_answers_nothing(world: World) -> None:
    check = found_wrong(world, world.nora)
    shown = page(world.victor, "own_checks").content.decode()
    assert FINDING in shown
    assert "I disagree" not in shown
    page(world.victor, "answer", check.pk, data={"text": "No."})
    check.refresh_from_db()
    assert check.state == "wrong"


def test_an_analyst_of_one_project_sees_no_other(world: World) -> None:
    from onegoal.apps.quality.queries.checks import next_check, visible_checks

    to_check(world, world.nora)
    world.quinn.projects.add(world.old_mill)
    assert not visible_checks(world.quinn).exists()
    assert next_check(world.quinn, after=None, now=NOW) is None


# Merged and deleted


def test_a_check_follows_a_merged_person_and_goes_with_a_deleted_lead(world: World) -> None:
    from onegoal.apps.people.models import Person
    from onegoal.apps.quality.models import Check

    check = to_check(world, world.nora)
    kept = Person.objects.create(name="Kept after the merge", created_at=NOW)
    lead = check.decision.lead
    lead.person = kept
    lead.save()
    assert "Kept after the merge" in page(world.quinn, "check", check.pk).content.decode()
    lead.delete()
    assert not Check.objects.exists()
    assert page(world.quinn, "check", check.pk).status_code == 404


# Pages


def test_the_queue_shows_what_waits_in_its_order(world: World) -> None:
    to_check(world, world.nora, 1)
    to_check(world, world.nick, 2, is_contradictory=True)
    found_wrong(world, world.sam, 3)
    shown = page(world.quinn, "checks").content.decode()
    assert shown.index("Client Nick-2") < shown.index("Client Nora-1")
    assert "Client Sam-3" not in shown
    assert "Client Sam-3" in page(world.quinn, "checks", QUERY_STRING="list=wrong").content.decode()
    narrowed = page(world.quinn, "checks", QUERY_STRING="why=3").content.decode()
    assert "Client Nora-1" in narrowed
    assert "Client Nick-2" not in narrowed


def test_the_page_of_a_check_shows_the_verdict_clause_by_clause(world: World) -> None:
    from onegoal.apps.regulation.models import Clause, Regulation
    from onegoal.apps.sales.models import Call

    version = Regulation.objects.create(number=1, title="Spring", created_at=NOW, threshold=3)
    held = Clause.objects.create(regulation=version, kind="criterion", number="1.1", text="Sold here", field="project")
    Clause.objects.create(regulation=version, kind="criterion", number="1.2", text="Has the money", field="region")
    check = to_check(world, world.nora)
    verdict = [{"number": "1.1", "holds": True, "value": str(world.river_park.pk)}, {"number": "1.2", "holds": None}]
    check.decision.__class__.objects.update(
        regulation=version, clause=held, verdict=verdict, contradiction="clause_holds", note="Only looked."
    )
    lead = check.decision.lead
    Call.objects.create(person=lead.person, lead=lead, started_at=NOW - dt.timedelta(hours=3), direction="out")
    shown = " ".join(page(world.quinn, "check", check.pk).content.decode().split())
    for part in ("Sold here", "River Park", "Has the money", "not known", "the lead meets the clause it cites"):
        assert part in shown
    assert "1 call that nobody answered" in shown


def test_a_decision_opens_the_next_one_and_offers_an_undo(world: World) -> None:
    first, second = to_check(world, world.nora, 1), to_check(world, world.nora, 2)
    done = page(world.quinn, "check", first.pk, data={"verdict": "right"}, follow=True)
    assert done.redirect_chain == [(reverse("quality:check", args=[second.pk]), 302)]
    assert reverse("quality:check_undo", args=[first.pk]) in done.content.decode()
    page(world.quinn, "check_undo", first.pk, data={})
    first.refresh_from_db()
    assert first.state == "waiting"


def test_wrong_by_the_page_keeps_all_evidence(world: World) -> None:
    from onegoal.apps.regulation.models import Clause, Regulation
    from onegoal.apps.sales.models import Call

    version = Regulation.objects.create(number=1, title="Spring", created_at=NOW)
    clause = Clause.objects.create(regulation=version, kind="criterion", number="1.1", text="Sold here")
    check = to_check(world, world.nora)
    lead = check.decision.lead
    call = Call.objects.create(person=lead.person, lead=lead, started_at=NOW, direction="in", is_answered=True)
    said = {
        "verdict": "wrong", "finding": FINDING, "clause": clause.pk, "call": call.pk, "call_second": "3:05",
        "returned_to": world.sam.pk, "minutes": "2",
    }  # fmt: skip
    assert page(world.quinn, "check", check.pk, data=said).status_code == 302
    check.refresh_from_db()
    found = (check.state, check.clause, check.call, check.call_second, check.returned_to, check.working_seconds)
    assert found == ("wrong", clause, call, 185, world.sam, 120)


@pytest.mark.parametrize(
    "said",
    [{"finding": ""}, {"call_second": "3:05"}, {"call_second": "soon"}, {"returned_to": "987654"}, {"minutes": "-1"}],
)
def test_a_form_with_something_amiss_decides_nothing(world: World, said: dict[str, str]) -> None:
    check = to_check(world, world.nora)
    posted = {"verdict": "wrong", "finding": FINDING, "returned_to": world.nora.pk} | said
    answered = page(world.quinn, "check", check.pk, data=posted)
    check.refresh_from_db()
    assert (answered.status_code, check.state) == (422, "waiting")


def test_somebody_elses_call_is_no_evidence(world: World) -> None:
    from onegoal.apps.sales.models import Call

    check = to_check(world, world.nora, 1)
    foreign = reject(world, world.nora, 2).lead
    call = Call.objects.create(person=foreign.person, lead=foreign, started_at=NOW, direction="in")
    said = {"verdict": "right", "call": call.pk}
    assert page(world.quinn, "check", check.pk, data=said).status_code == 422


def test_opening_says_who_else_is_there(world: World) -> None:
    from django.utils import timezone

    check = to_check(world, world.nora)
    open_by(check, world.hanna, timezone.now())
    assert "Hanna is at this one now" in page(world.quinn, "check", check.pk).content.decode()
    opened = page(world.quinn, "check_open", check.pk, data={}, headers={"HX-Request": "true"}).content.decode()
    assert "Hanna is at this one now" in opened
    page(world.quinn, "check_open", check.pk, data={"take_over": "1"})
    check.refresh_from_db()
    assert check.opened_by == world.quinn


def test_a_dispute_by_the_pages(world: World) -> None:
    check = found_wrong(world, world.nora)
    assert "I disagree" in page(world.nora, "own_checks").content.decode()
    page(world.nora, "answer", check.pk, data={"verdict": "disagree", "text": "She only asked for the price."})
    assert "She only asked" in page(world.hanna, "check", check.pk).content.decode()
    page(world.hanna, "rule", check.pk, data={"verdict": "right", "ruling": "Nora is right."})
    check.refresh_from_db()
    assert (check.state, check.ruling) == ("reversed", "Nora is right.")
    assert "Nora is right." in page(world.nora, "own_checks").content.decode()


def test_the_card_carries_the_finding_and_takes_the_answer(world: World) -> None:
    check = found_wrong(world, world.nora)
    client = Client()
    client.force_login(world.nora)
    card = client.get(reverse("cards:lead", args=[check.decision.lead_id])).content.decode()
    assert FINDING in card
    headers = {"HX-Request": "true", "HX-Target": "panel-control"}
    url = reverse("quality:answer", args=[check.pk])
    assert client.post(url, {"text": ""}, headers=headers).status_code == 422
    answered = client.post(url, {"text": "No, the price."}, headers=headers)
    assert "No, the price." in answered.content.decode()
    assert client.post(url, {"text": "Again."}, headers=headers).status_code == 409


def test_the_timeline_tells_of_the_control(world: World) -> None:
    from onegoal.apps.people.timeline import timeline

    check = rule(answer(found_wrong(world, world.nora), world.nora, "No."), world.hanna, True)
    person = check.decision.lead.person
    titles = [moment.title for moment in timeline(world.quinn, person, kind="check")]
    assert sorted(titles) == ["Checked: wrongly rejected", "Decided: wrongly rejected", "The seller disagrees"]
    assert timeline(world.mark, person, kind="check") == []


def test_notices_tell_everybody_what_waits_for_them(world: World) -> None:
    from onegoal.apps.quality import waiting_checks as waiting

    check = found_wrong(world, world.nora)
    to_check(world, world.nora, 2)
    assert waiting.findings(world.nora).count == 1
    assert waiting.findings(world.nick) is None
    assert waiting.rejections(world.quinn).is_late
    assert waiting.disputes(world.hanna) is None
    answer(check, world.nora, "No.")
    assert waiting.disputes(world.hanna).count == 1
    assert waiting.findings(world.nora) is None


def test_two_working_days_are_not_two_days(world: World) -> None:
    from onegoal.apps.quality.waiting_checks import late_before

    monday = dt.date(2026, 2, 9)
    assert late_before(monday) == dt.date(2026, 2, 5)
    assert late_before(dt.date(2026, 2, 13)) == dt.date(2026, 2, 11)


# What was agreed


def test_what_was_agreed_is_kept_in_peoples_units(world: World) -> None:
    from onegoal.apps.quality.queries.settings import quality_settings

    said = {
        "expected": "12.5", "precision": "7.25", "promising": "60", "began_on": "2026-02-01", "hour_cost": "18.50",
        "reviews_a_day": "3", "shortest_seconds": "45",
    }  # fmt: skip
    assert page(world.quinn, "settings", data=said).status_code == 302
    agreed = quality_settings()
    assert (agreed.expected_bp, agreed.precision_bp, agreed.promising_bp) == (1250, 725, 6000)
    assert (agreed.hour_cost_minor, agreed.reviews_a_day, agreed.shortest_seconds) == (1850, 3, 45)
    assert agreed.began_at == dt.datetime(2026, 1, 31, 22, tzinfo=dt.UTC)
    assert 'value="12.5"' in page(world.quinn, "settings").content.decode()
    for amiss in ({"expected": "0"}, {"precision": "50"}, {"hour_cost": "-1"}, {"began_on": "soon"}):
        assert page(world.quinn, "settings", data=said | amiss | {"reviews_a_day": "9"}).status_code == 422
    assert quality_settings().reviews_a_day == 3
