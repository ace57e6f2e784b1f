"""Training: a leaking field is refused, wrong rejections are no bad leads, and scores live only while the score is on."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.audit.models import Action, AuditEntry
from onegoal.apps.audit.services import Author, Change, acting, record_changes
from onegoal.apps.company.models import CustomField
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.sales.models import Lead, Outcome
from onegoal.apps.sales.services import take_in_leads
from onegoal.apps.scoring import jobs, services
from onegoal.apps.scoring.models import KnownAtArrival, LeadScore, Target, Training
from onegoal.apps.scoring.outcomes import labelled_leads
from onegoal.apps.scoring.queries import score_of

COUNT = 600


def make_leads(*, good: Any, custom: Any = None, seed: int = 1) -> list[Lead]:
    """Leads of the last three hundred days, decided a day after they came; `good` gives the chance by the creative.

    `custom` gives what is filled into a field of one's own two hours after the lead came, by whether it is good.
    """
    drawn = random.Random(seed)
    rows, outcomes = [], []
    for number in range(COUNT):
        creative = drawn.choice(("plan-3d", "family", "banner"))
        is_good = drawn.random() < good(creative)
        came = NOW - dt.timedelta(days=305 - number / 2)
        marks = OriginMarks(source="google", medium="cpc", creative=creative)
        rows.append(lead_row(f"l{number}", person=person_ref(f"P {number}"), created_at=came, marks=marks))
        outcomes.append(is_good)
    with acting(Author(user_id=None, via="test")):
        take_in_leads(rows=rows, now=NOW)
    _as_seen_at_once()
    leads = sorted(Lead.objects.all(), key=lambda lead: int(lead.source_id[1:]))
    for lead, is_good in zip(leads, outcomes, strict=True):
        _decide(lead, is_good, custom(is_good) if custom else None)
    Lead.objects.bulk_update(leads, ["custom", "outcome", "outcome_at", "qualified_at"], batch_size=200)
    return leads


def _as_seen_at_once() -> None:
    """Let the trail say that each lead was taken in when it came."""
    came = dict(Lead.objects.values_list("pk", "created_at"))
    entries = list(AuditEntry.objects.filter(entity="lead"))
    for entry in entries:
        entry.at = came[entry.entity_id]
    AuditEntry.objects.bulk_update(entries, ["at"], batch_size=200)


def _decide(lead: Lead, is_good: bool, filled: dict[str, str] | None) -> None:
    if filled:
        lead.custom = filled
        change = Change(lead.pk, Action.UPDATE, {"custom": {}}, {"custom": filled})
        record_changes(entity="lead", changes=[change], now=lead.created_at + dt.timedelta(hours=2))
    lead.outcome = Outcome.QUALIFIED if is_good else Outcome.REJECTED
    lead.outcome_at = lead.created_at + dt.timedelta(days=1)
    lead.qualified_at = lead.outcome_at if is_good else None


def trained(target: str = Target.QUALIFIED) -> Training:
    training = services.ask_training(target=target, author=None, now=NOW)
    return services.train(training=training, clock=lambda: NOW)


def by_creative(creative: str) -> float:
    return {"plan-3d": 0.8, "family": 0.35, "banner": 0.1}[creative]


def test_a_field_filled_only_for_good_leads_after_the_call_is_refused(world: World) -> None:
    """Such a field would tell every outcome; the trail shows when it was filled."""
    CustomField.objects.create(entity="lead", key="passport", label="Passport seen")
    make_leads(good=lambda _creative: 0.4, custom=lambda is_good: {"passport": "yes"} if is_good else None)
    services.declare_known(field="lead:passport", author=world.hanna, now=NOW)
    training = trained()
    refused = {one["field"]: one for one in training.report["refused"]}
    assert refused["lead:passport"]["why"] == "late" and refused["lead:passport"]["count"] > 200
    assert Lead.objects.get(pk=refused["lead:passport"]["example"]).custom == {"passport": "yes"}
    assert "lead:passport" not in training.report["fields"]
    assert training.why_off == "no_better" and not training.is_used


def test_the_score_is_on_where_creatives_differ_and_gives_its_reasons(world: World) -> None:
    leads = make_leads(good=by_creative)
    Lead.objects.filter(pk__in=[lead.pk for lead in leads[-20:]]).update(outcome=Outcome.OPEN, qualified_at=None)
    training = trained()
    assert training.is_used and training.report["judgement"]["area"] > 0.7
    assert services.score_waiting(now=NOW) >= 20
    best = LeadScore.objects.order_by("-chance_bp", "pk").select_related("lead__origin").first()
    assert best is not None and best.lead.origin.creative == "plan-3d" and best.chance_bp > 6_000
    reason = max(best.reasons, key=lambda one: one["points_bp"])
    assert (reason["field"], reason["value"]) == ("creative", "plan-3d") and reason["points_bp"] > 2_000


def test_scores_go_when_a_training_finds_nothing(world: World) -> None:
    leads = make_leads(good=by_creative)
    Lead.objects.filter(pk=leads[-1].pk).update(outcome=Outcome.OPEN, qualified_at=None)
    trained()
    services.score_waiting(now=NOW)
    assert score_of(leads[-1]) is not None
    coin = random.Random(5)
    for lead in Lead.objects.all():
        lead.qualified_at = lead.created_at + dt.timedelta(days=1) if coin.random() < 0.4 else None
        lead.outcome = Outcome.QUALIFIED if lead.qualified_at else Outcome.REJECTED
        lead.save(update_fields=["qualified_at", "outcome"])
    assert trained().why_off == "no_better"
    assert not LeadScore.objects.exists() and score_of(leads[-1]) is None


def test_a_new_lead_is_scored_by_the_job(world: World) -> None:
    make_leads(good=by_creative)
    trained()
    marks = OriginMarks(source="google", medium="cpc", creative="plan-3d")
    fate = take_in_leads(rows=[lead_row("new", person=person_ref("New"), created_at=NOW, marks=marks)], now=NOW)[0]
    jobs.score_new_leads()
    assert LeadScore.objects.get().lead_id == fate.record_id


def test_a_wrongly_rejected_lead_counts_as_a_good_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leads = make_leads(good=lambda _creative: 0.0)
    from onegoal.apps.scoring import outcomes

    monkeypatch.setattr(outcomes, "_finders", [lambda: [leads[0].pk]])
    labelled = labelled_leads(Target.QUALIFIED, NOW)
    assert labelled.outcomes[0] == 1 and sum(labelled.outcomes) == 1 and labelled.corrected == 1
    won = labelled_leads(Target.WON, NOW)
    assert leads[0].pk not in won.ids and sum(won.outcomes) == 0


def test_leads_too_young_to_be_decided_are_left_out_even_when_they_are(world: World) -> None:
    leads = make_leads(good=lambda _creative: 0.5)
    Lead.objects.filter(pk__in=[lead.pk for lead in leads[:-100]]).update(outcome_at=None, qualified_at=None)
    for lead in leads[:100]:
        lead.outcome, lead.qualified_at = Outcome.QUALIFIED, lead.created_at + dt.timedelta(days=60)
        lead.save()
    labelled = labelled_leads(Target.QUALIFIED, NOW)
    assert labelled.maturity == dt.timedelta(days=60) and labelled.young == 109
    assert labelled.last_at is not None and labelled.last_at <= NOW - dt.timedelta(days=60)


def test_two_trainings_never_run_at_once(world: World) -> None:
    services.ask_training(target=Target.QUALIFIED, author=world.hanna, now=NOW)
    with pytest.raises(services.AlreadyTraining):
        services.ask_training(target=Target.QUALIFIED, author=world.hanna, now=NOW)


def test_a_training_that_breaks_down_says_so_and_lets_the_next_one_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_arguments: Any, **_named: Any) -> None:
        raise OSError("no process")

    monkeypatch.setattr(jobs.subprocess, "run", break_down)
    services.ask_training(target=Target.QUALIFIED, author=None, now=NOW)
    jobs.train_waiting()
    assert Training.objects.get().why_off == "failed"
    services.ask_training(target=Target.QUALIFIED, author=None, now=NOW)


def test_the_score_trains_by_itself_once_there_are_leads_and_then_weekly(world: World) -> None:
    jobs.train_weekly()
    assert not Training.objects.exists()
    make_leads(good=lambda _creative: 0.5)
    jobs.train_weekly()
    jobs.train_weekly()
    training = Training.objects.get()
    training.finished_at = training.started_at
    training.save()
    jobs.train_weekly()
    assert Training.objects.count() == 1
    Training.objects.update(started_at=training.started_at - dt.timedelta(days=8))
    jobs.train_weekly()
    assert Training.objects.count() == 2


def test_a_declaration_is_noted_and_can_be_taken_back(world: World) -> None:
    known = services.declare_known(field="region", author=world.hanna, now=NOW)
    assert services.declare_known(field="region", author=world.ada, now=NOW).author == world.hanna
    services.withdraw_known(declaration=known, now=NOW)
    assert not KnownAtArrival.objects.exists()
