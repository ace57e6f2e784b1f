"""Writes of the score: asking for a training, training, scoring leads, declaring fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.models import Action
from onegoal.apps.audit.services import Change, record_change, record_changes, record_deletion
from onegoal.apps.sales.models import Lead, Outcome
from onegoal.apps.scoring.arrival import Arrivals, arrivals_of
from onegoal.apps.scoring.models import KnownAtArrival, LeadScore, Target, Training
from onegoal.apps.scoring.outcomes import labelled_leads
from onegoal.apps.scoring.queries import declarations, declared_fields, leads_to_score, unscored, used_training
from onegoal.apps.scoring.report import report_of
from onegoal.core.lead_score import Model, chances, reasons
from onegoal.core.lead_score_training import learn

Clock = Callable[[], dt.datetime]
SCORED_AT_ONCE: Final = 1_000
FAILED: Final = "failed"


class AlreadyTraining(Exception):
    """A training runs or waits already."""


@transaction.atomic
def ask_training(*, target: str, author: User | None, now: dt.datetime) -> Training:
    """Put a training into the line; the jobs process does it. Raises: AlreadyTraining, ValueError for no such target."""
    if target not in Target.values:
        raise ValueError(target)
    if Training.objects.filter(finished_at=None).exists():
        raise AlreadyTraining
    training = Training.objects.create(target=target, started_at=now, author=author)
    _note(training, Action.CREATE, {"target": target}, now)
    return training


def train(*, training: Training, clock: Clock) -> Training:
    """Learn from the company's own outcomes, judge, and put the model to use or switch the score off."""
    progress = _progress_of(training)
    began = clock()
    labelled = labelled_leads(training.target, began)
    progress(5)
    declared = declared_fields()
    arrivals = arrivals_of(labelled.ids, declared=declared, progress=lambda share: progress(5 + int(35 * share)))
    columns = arrivals.usable(declared)
    labelled = labelled.only(arrivals.ids)
    learnt = learn(columns, labelled.outcomes, labelled.days, progress=lambda done: progress(40 + int(0.55 * done)))
    report = report_of(labelled, arrivals, learnt, columns, list(declarations()))
    return _finish(
        training,
        why_off=learnt.why_off,
        model=learnt.model.to_data() if learnt.model else {},
        report=report,
        now=clock(),
    )


def give_up(*, training: Training, now: dt.datetime) -> Training:
    """End a training that broke down; the score in use stays."""
    training.finished_at, training.progress, training.why_off = now, 100, FAILED
    training.save()
    _note(training, Action.UPDATE, {"why_off": FAILED}, now)
    return training


@transaction.atomic
def _finish(training: Training, *, why_off: str, model: dict, report: dict, now: dt.datetime) -> Training:
    Training.objects.filter(is_used=True).update(is_used=False)
    training.finished_at, training.progress, training.why_off = now, 100, why_off
    training.is_good = training.is_used = not why_off
    training.model, training.report = model, report
    training.save()
    if why_off:
        LeadScore.objects.all()._raw_delete(using="default")
    _note(training, Action.UPDATE, {"is_used": training.is_used, "why_off": why_off}, now)
    return training


def score_waiting(*, now: dt.datetime, only_open: bool = False, most: int | None = None) -> int:
    """Score leads that the training in use has not scored yet, newest first; return how many."""
    training = used_training()
    if training is None:
        return 0
    leads = Lead.objects.filter(outcome=Outcome.OPEN) if only_open else leads_to_score(now)
    ids = list(unscored(leads, training).values_list("pk", flat=True)[:most])
    for start in range(0, len(ids), SCORED_AT_ONCE):
        score_leads(ids=ids[start : start + SCORED_AT_ONCE], training=training, now=now)
    return len(ids)


def score_leads(*, ids: Sequence[int], training: Training, now: dt.datetime) -> None:
    """Write what a training says of these leads, in place of what an earlier one said."""
    model = Model.from_data(training.model)
    arrivals = arrivals_of(ids, declared=_declared_then(training))
    scores = _scores(model, arrivals, training, now)
    with transaction.atomic():
        if not Training.objects.filter(pk=training.pk, is_used=True).exists():
            return
        present = set(Lead.objects.filter(pk__in=ids).values_list("pk", flat=True))
        LeadScore.objects.filter(lead_id__in=ids)._raw_delete(using="default")
        LeadScore.objects.bulk_create([one for one in scores if one.lead_id in present])


def drop_needless_scores(*, now: dt.datetime) -> int:
    """Delete scores of leads that no longer carry one, and those of trainings no longer in use; return how many."""
    kept = LeadScore.objects.filter(training__is_used=True, lead__in=leads_to_score(now).values("pk"))
    return LeadScore.objects.exclude(pk__in=kept.values("pk")).delete()[0]


@transaction.atomic
def declare_known(*, field: str, author: User, now: dt.datetime) -> KnownAtArrival:
    """Answer for a field: what records were taken in with was known when their lead came."""
    known, is_new = KnownAtArrival.objects.get_or_create(field=field, defaults={"author": author, "declared_at": now})
    if is_new:
        record_change(record=known, before={}, now=now)
    return known


@transaction.atomic
def withdraw_known(*, declaration: KnownAtArrival, now: dt.datetime) -> None:
    """Take a declaration back; the next training does without the field unless the trail itself vouches for it."""
    record_deletion(record=declaration, now=now)
    declaration.delete()


def _scores(model: Model, arrivals: Arrivals, training: Training, now: dt.datetime) -> list[LeadScore]:
    columns = {key: arrivals.columns.get(key) or [""] * len(arrivals.ids) for key in model.keys}
    found = chances(model, columns, len(arrivals.ids))
    return [
        LeadScore(
            lead_id=pk,
            training=training,
            chance_bp=round(float(found[at]) * 10_000),
            reasons=[
                {"field": one.key, "value": one.value, "points_bp": round(one.points * 100)}
                for one in reasons(model, {key: values[at] for key, values in columns.items()})
            ],
            scored_at=now,
        )
        for at, pk in enumerate(arrivals.ids)
    ]


def _declared_then(training: Training) -> frozenset[str]:
    return frozenset(one["field"] for one in training.report.get("declared", ()))


def _progress_of(training: Training) -> Callable[[int], None]:
    def tell(done: int) -> None:
        if done > training.progress:
            training.progress = done
            Training.objects.filter(pk=training.pk).update(progress=done)

    return tell


def _note(training: Training, action: Action, after: dict, now: dt.datetime) -> None:
    """Say in the trail what was decided; the model itself would fill it with numbers."""
    record_changes(entity="training", changes=[Change(training.pk, action, {}, after)], now=now)
