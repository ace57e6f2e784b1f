"""Decisions on leads: what the regulation allows is written down with its verdict, the rest is refused in words."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.apps.regulation.conftest import NOW, call, clause
from tests.world import World, at, lead_row, person_ref

from onegoal.apps.people.timeline import timeline
from onegoal.apps.regulation.models import Decision, Suppression, TrailRead
from onegoal.apps.regulation.queries import attempts_of, is_suppressed
from onegoal.apps.regulation.services import (
    DecisionRefused,
    bring_back_nurtured,
    decide_lead,
    note_found_decisions,
    return_to_work,
)
from onegoal.apps.regulation.words import words_of_refusal
from onegoal.apps.sales.models import Lead, RequiredField, Task
from onegoal.apps.sales.services import save_lead, take_in_leads


def refused(lead: Any, outcome: str, **asked: Any) -> DecisionRefused:
    with pytest.raises(DecisionRefused) as caught:
        decide_lead(lead=lead, outcome=outcome, **({"now": NOW} | asked))
    return caught.value


def test_a_good_lead_is_qualified_with_the_verdict_beside_it(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead(custom={"budget": 65_000})
    decision = decide_lead(lead=lead, outcome="qualified", author=world.nora, now=NOW)
    assert (lead.outcome, lead.stage.kind, lead.qualified_at) == ("qualified", "qualified", NOW)
    assert (decision.result, decision.points, decision.regulation, decision.seller) == (
        "qualifies",
        5,
        signed,
        world.nora,
    )
    assert decision.verdict == [
        {"number": "1.1", "holds": True, "value": True}, {"number": "1.2", "holds": True, "value": 65_000},
    ]  # fmt: skip


def test_a_lead_that_fails_is_not_qualified_and_the_clause_is_named(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead(custom={"budget": 45_000})
    refusal = refused(lead, "qualified", author=world.nora)
    assert (refusal.code, refusal.clauses) == ("fails", ("1.2",))
    assert not Decision.objects.exists() and Lead.objects.get().outcome == "open"


def test_a_lead_of_which_too_little_is_known_names_what_is_missing(world: World, signed: Any, make_lead: Any) -> None:
    refusal = refused(make_lead(), "qualified", author=world.nora)
    assert (refusal.code, refusal.clauses) == ("unknown", ("1.2",))


def test_only_who_may_overrides_the_regulation_and_says_why(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead(custom={"budget": 45_000})
    assert refused(lead, "qualified", author=world.nora, override="I know him").code == "override"
    assert refused(lead, "qualified", author=world.victor).code == "fails"
    decision = decide_lead(lead=lead, outcome="qualified", author=world.victor, now=NOW, override="Pays in cash")
    assert (decision.override, decision.result) == ("Pays in cash", "fails")


def test_a_rejection_cites_a_clause_of_the_leads_version(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead(custom={"budget": 45_000})
    assert refused(lead, "rejected", author=world.nora, reason="Bad").code == "no_clause"
    from onegoal.apps.regulation.services import create_draft

    other = create_draft(title="Other", author=world.mark, now=NOW, like=signed)
    assert refused(lead, "rejected", author=world.nora, clause=clause(other, "1.2")).code == "foreign_clause"
    decision = decide_lead(lead=lead, outcome="rejected", author=world.nora, now=NOW, clause=clause(signed, "1.2"))
    assert decision.contradiction == ""
    assert lead.outcome == "rejected" and lead.reason.startswith("1.2 ")


def test_citing_what_the_lead_meets_is_written_down_as_a_contradiction(
    world: World, signed: Any, make_lead: Any
) -> None:
    lead = make_lead(custom={"budget": 65_000})
    decision = decide_lead(lead=lead, outcome="rejected", author=world.nora, now=NOW, clause=clause(signed, "1.2"))
    assert decision.contradiction == "clause_holds"


@pytest.mark.parametrize(
    ("days", "is_enough"), [((), False), ((6,), False), ((6, 6, 6), False), ((6, 7), False), ((6, 6, 7), True)]
)
def test_could_not_reach_needs_the_agreed_attempts_on_the_agreed_days(
    world: World, signed: Any, make_lead: Any, days: tuple[int, ...], is_enough: bool
) -> None:
    lead = make_lead()
    for place, day in enumerate(days):
        call(lead, at(f"2026-01-{day:02}", f"{10 + place}:00"))
    asked = {"author": world.nora, "clause": clause(signed, "2.1")}
    if is_enough:
        assert decide_lead(lead=lead, outcome="rejected", now=NOW, **asked).attempts == 3
    else:
        refusal = refused(lead, "rejected", **asked)
        assert (refusal.code, refusal.attempts.count) == ("attempts", len(days))


def test_only_calls_out_since_the_lead_came_are_attempts(world: World, make_lead: Any) -> None:
    lead = make_lead()
    call(lead, at("2026-01-04"))  # before it came
    call(lead, at("2026-01-06"), direction="in")
    call(lead, at("2026-01-06", "11:00"), lead_id=None)  # known by the person alone
    call(lead, at("2026-01-07", "22:30"))  # the eighth of January in Bucharest
    call(lead, at("2026-01-08", "08:00"))
    attempts = attempts_of(lead)
    assert (attempts.count, attempts.days, attempts.is_reached) == (3, 2, False)


def test_somebody_who_answered_was_reached(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead()
    for day in (6, 7, 8):
        call(lead, at(f"2026-01-0{day}"))
    call(lead, at("2026-01-09"), is_answered=True, talk_seconds=60)
    assert refused(lead, "rejected", author=world.nora, clause=clause(signed, "2.1")).code == "reached"


def test_a_head_may_reject_without_the_attempts_and_it_shows(world: World, signed: Any, make_lead: Any) -> None:
    decision = decide_lead(
        lead=make_lead(), outcome="rejected", author=world.hanna, now=NOW, clause=clause(signed, "2.1"),
        override="The number does not exist",
    )  # fmt: skip
    assert (decision.contradiction, decision.override) == ("attempts", "The number does not exist")


def test_warming_up_needs_a_day_to_come(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead()
    assert refused(lead, "nurture", author=world.nora).code == "no_date"
    assert refused(lead, "nurture", author=world.nora, returns_on=dt.date(2026, 1, 20)).code == "past_date"
    decide_lead(lead=lead, outcome="nurture", author=world.nora, now=NOW, returns_on=dt.date(2026, 1, 21))
    assert (lead.outcome, lead.returns_on) == ("nurture", dt.date(2026, 1, 21))


def test_a_warmed_up_lead_comes_back_by_itself_with_a_task(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead()
    decide_lead(lead=lead, outcome="nurture", author=world.nora, now=NOW, returns_on=dt.date(2026, 1, 25))
    assert bring_back_nurtured(now=at("2026-01-24")) == 0
    assert bring_back_nurtured(now=at("2026-01-25")) == 1
    assert bring_back_nurtured(now=at("2026-01-25")) == 0
    lead.refresh_from_db()
    assert (lead.outcome, lead.stage.kind, lead.returns_on) == ("open", "open", None)
    task = Task.objects.get()
    assert (task.assignee, task.lead, task.kind) == (world.nora, lead, "call")
    assert [one.outcome for one in Decision.objects.order_by("pk")] == ["nurture", "open"]
    from onegoal.apps.shell.notices import notices_for

    assert any(
        "come back" in str(notice.text) or "has come back" in str(notice.text) for notice in notices_for(world.nora)
    )


def test_a_lead_of_somebody_who_left_comes_back_as_nobodys(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead()
    decide_lead(lead=lead, outcome="nurture", author=world.nora, now=NOW, returns_on=dt.date(2026, 1, 25))
    world.nora.left_on = dt.date(2026, 1, 22)
    world.nora.save()
    bring_back_nurtured(now=at("2026-01-25"))
    lead.refresh_from_db()
    assert lead.seller is None and lead.outcome == "open" and not Task.objects.exists()


def test_a_lead_decided_meanwhile_is_not_decided_over(world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead(custom={"budget": 45_000})
    stale = Lead.objects.get(pk=lead.pk)
    first = decide_lead(lead=lead, outcome="rejected", author=world.nora, now=NOW, clause=clause(signed, "1.2"))
    refusal = refused(stale, "nurture", author=world.victor, returns_on=dt.date(2026, 2, 1))
    assert (refusal.code, refusal.last) == ("meanwhile", first)
    assert Decision.objects.count() == 1


def test_without_a_regulation_a_reason_in_words_is_enough(world: World, make_lead: Any) -> None:
    lead = make_lead()
    assert refused(lead, "rejected", author=world.nora).code == "no_reason"
    decision = decide_lead(lead=lead, outcome="rejected", author=world.nora, now=NOW, reason="Wants a garage")
    assert (decision.regulation, decision.contradiction, lead.reason) == (None, "", "Wants a garage")


def test_a_rejected_lead_returns_to_work_and_the_first_rejection_stays(
    world: World, signed: Any, make_lead: Any
) -> None:
    lead = make_lead(custom={"budget": 45_000})
    decide_lead(lead=lead, outcome="rejected", author=world.nora, now=NOW, clause=clause(signed, "1.2"))
    decision = return_to_work(lead=lead, seller=world.nick, author=world.quinn, now=NOW, note="He said 70,000")
    assert (decision.outcome, decision.seller, lead.outcome, lead.returned_at) == ("open", world.nick, "open", NOW)
    assert [one.outcome for one in Decision.objects.order_by("pk")] == ["rejected", "open"]
    titles = [moment.title for moment in timeline(world.hanna, lead.person, kind="decision")]
    assert sorted(titles) == ["Back to work", "Rejected"]
    with pytest.raises(DecisionRefused):
        return_to_work(lead=lead, seller=None, author=world.quinn, now=NOW, note="")


def test_never_contact_again_puts_the_person_on_the_list_until_the_lead_is_worked_again(
    world: World, signed: Any, make_lead: Any
) -> None:
    lead = make_lead()
    decide_lead(lead=lead, outcome="rejected", author=world.nora, now=NOW, clause=clause(signed, "2.2"))
    assert is_suppressed(lead.person_id) and Suppression.objects.get().reason == "2.2 Spam"
    return_to_work(lead=lead, seller=world.nora, author=world.quinn, now=NOW, note="")
    assert not is_suppressed(lead.person_id) and Suppression.objects.count() == 1


def test_decisions_made_elsewhere_are_found_with_their_contradictions(
    world: World, signed: Any, make_lead: Any, stages: dict[str, Any]
) -> None:
    good = make_lead("good", custom={"budget": 65_000}, outcome="rejected")
    make_lead("open")
    dragged = make_lead("dragged", custom={"budget": 45_000})
    dragged.stage, dragged.reason = stages["rejected"], "1.2 Budget"
    save_lead(lead=dragged, now=NOW)
    assert note_found_decisions(now=NOW) == 2
    assert note_found_decisions(now=NOW) == 0
    by_lead = {one.lead.source_id: one for one in Decision.objects.all()}
    assert (by_lead["good"].contradiction, by_lead["good"].outcome) == ("qualifies", "rejected")
    assert (by_lead["dragged"].contradiction, by_lead["dragged"].clause) == ("", clause(signed, "1.2"))
    assert by_lead["dragged"].at == NOW
    decide_lead(lead=Lead.objects.get(pk=good.pk), outcome="qualified", author=world.nora, now=NOW)
    assert note_found_decisions(now=NOW) == 0


def test_a_rejection_found_without_attempts_contradicts(world: World, signed: Any, make_lead: Any) -> None:
    make_lead("tired", outcome="rejected")
    Lead.objects.update(reason="Could not reach")
    note_found_decisions(now=NOW)
    assert Decision.objects.get().contradiction == "attempts"


def test_the_trail_is_read_on_from_where_it_stopped(world: World, make_lead: Any) -> None:
    make_lead("one", outcome="rejected")
    note_found_decisions(now=NOW)
    before = TrailRead.objects.get().last_entry
    lead = Lead.objects.get()
    lead.outcome, lead.stage = "open", None
    row = lead_row("one", outcome="open", person=person_ref(phone="+40722009999"))
    take_in_leads(rows=[row], now=NOW)
    assert note_found_decisions(now=NOW) == 1
    assert [one.outcome for one in Decision.objects.order_by("pk")] == ["rejected", "open"]
    assert TrailRead.objects.get().last_entry > before


def htmx(client: Client, lead: Any, **sent: Any) -> Any:
    headers = {"HX-Request": "true", "HX-Target": "panel-regulation"}
    return client.post(reverse("regulation:decide", args=[lead.pk]), sent, headers=headers)


def test_the_panel_explains_the_verdict_in_words(client: Client, world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead(custom={"budget": 45_000})
    client.force_login(world.nora)
    page = client.get(reverse("cards:lead", args=[lead.pk])).content.decode()
    assert "Budget: at least 60,000" in page and "45,000, not met" in page and "Does not qualify" in page
    assert page.index("Criteria the lead does not meet") < page.index("Bought elsewhere")
    client.force_login(world.mark)
    assert 'data-key="x"' not in client.get(reverse("cards:lead", args=[lead.pk])).content.decode()


def test_a_refusal_stands_in_the_panel_in_words(client: Client, world: World, signed: Any, make_lead: Any) -> None:
    lead = make_lead(custom={"budget": 45_000})
    client.force_login(world.nora)
    answer = htmx(client, lead, outcome="qualified", seen=0)
    assert answer.status_code == 422
    assert "The lead does not qualify" in answer.content.decode() and "all the same" not in answer.content.decode()
    client.force_login(world.victor)
    assert "Decide so all the same" in htmx(client, lead, outcome="qualified", seen=0).content.decode()


def test_a_lead_of_another_seller_cannot_be_decided(client: Client, world: World, signed: Any, make_lead: Any) -> None:
    client.force_login(world.sam)
    assert htmx(client, make_lead(), outcome="qualified").status_code == 404


def test_one_tap_rejects_with_a_sub_reason_and_the_toast_takes_it_back(
    client: Client, world: World, signed: Any, make_lead: Any
) -> None:
    lead = make_lead(custom={"budget": 65_000})
    client.force_login(world.nora)
    answer = htmx(client, lead, outcome="rejected", seen=0, cited=f"{clause(signed, '2.3').pk}:1")
    assert answer.status_code == 200
    decision = Decision.objects.get()
    assert (decision.sub_reason, decision.via) == ("Place", "web")
    undo = json.loads(answer["HX-Trigger"])["onegoal:said"][0]["undo"]
    assert client.post(undo).status_code == 302
    lead.refresh_from_db()
    assert (lead.outcome, lead.reason, lead.outcome_at) == ("open", "", None)
    assert [(one.outcome, one.via) for one in Decision.objects.order_by("pk")] == [
        ("rejected", "web"),
        ("open", "undo"),
    ]
    client.post(undo)
    assert Decision.objects.count() == 2


def test_an_undone_qualification_leaves_no_qualified_lead(
    client: Client, world: World, signed: Any, make_lead: Any
) -> None:
    lead = make_lead(custom={"budget": 65_000})
    client.force_login(world.nora)
    answer = htmx(client, lead, outcome="qualified", seen=0)
    client.post(json.loads(answer["HX-Trigger"])["onegoal:said"][0]["undo"])
    lead.refresh_from_db()
    assert (lead.outcome, lead.qualified_at) == ("open", None)


def test_who_opened_the_card_before_hears_who_decided(
    client: Client, world: World, signed: Any, make_lead: Any
) -> None:
    lead = make_lead(custom={"budget": 45_000})
    decide_lead(lead=lead, outcome="rejected", author=world.nora, now=timezone.now(), clause=clause(signed, "1.2"))
    client.force_login(world.victor)
    answer = htmx(client, lead, outcome="nurture", returns_on="2099-01-01", seen=0)
    assert answer.status_code == 409 and "Nora decided on this lead meanwhile" in answer.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"outcome": "open"}, {"outcome": "rejected", "cited": "99999999999999999999:1"},
        {"outcome": "rejected", "clause": "x"},
        {"outcome": "nurture", "returns_on": "2026-02-30"}, {"outcome": "rejected", "cited": "\u00b2:1"},
        {"outcome": "qualified", "seen": "-1"},
    ],
)  # fmt: skip
def test_a_form_that_makes_no_sense_changes_nothing(
    client: Client, world: World, signed: Any, make_lead: Any, sent: dict[str, Any]
) -> None:
    client.force_login(world.nora)
    assert htmx(client, make_lead(), **sent).status_code in (409, 422)
    assert not Decision.objects.exists()


def test_a_card_that_lacks_what_was_agreed_for_the_step_is_not_moved_on(
    world: World, signed: Any, make_lead: Any, stages: dict[str, Any]
) -> None:
    RequiredField.objects.create(entity="lead", stage=stages["qualified"], field="region")
    lead = make_lead(custom={"budget": 65_000})
    refusal = refused(lead, "qualified", author=world.nora)
    assert (refusal.code, refusal.fields) == ("fields", ("region",))
    assert "Region" in words_of_refusal(lead, refusal)
    Lead.objects.update(region="Cluj")
    lead.refresh_from_db()
    assert decide_lead(lead=lead, outcome="qualified", author=world.nora, now=NOW).outcome == "qualified"
