"""Filling the queue of rejections to be checked: those against the regulation, promising ones, and the draw."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Max

from onegoal.apps.audit.models import Action
from onegoal.apps.audit.services import Change, record_change, record_changes, snapshot
from onegoal.apps.quality.models import Check, QualitySettings
from onegoal.apps.quality.queries.checks import (
    SAMPLED_DAYS,
    new_rejections,
    rejections,
    rejections_of_sellers,
    share_for,
    wanted_of,
)
from onegoal.apps.regulation.models import Decision
from onegoal.apps.scoring.models import LeadScore
from onegoal.core.sampling import draw, is_drawn

_MOST: Final = 2_000
_FULL_BP: Final = 10_000


@dataclass(frozen=True)
class _Reason:
    """Why a rejection is looked at; nothing but False means that it is not."""

    is_contradictory: bool
    is_drawn: bool
    chance_bp: int | None
    is_promising: bool
    share_bp: int

    def __bool__(self) -> bool:
        return self.is_contradictory or self.is_drawn or self.is_promising


@transaction.atomic
def begin_control(*, now: dt.datetime) -> QualitySettings:
    """Return what was agreed, locked; the first time the seed of the draw is made and control begins now."""
    settings, _is_new = QualitySettings.objects.select_for_update().get_or_create(pk=1)
    if settings.seed and settings.began_at:
        return settings
    settings.seed = settings.seed or secrets.token_hex(16)
    if settings.began_at is None:
        settings.began_at = now
        settings.seen_decision = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    settings.save()
    return settings


@transaction.atomic
def queue_new_rejections(*, now: dt.datetime, today: dt.date) -> int:
    """Put the rejections that came since the last look into the queue, as far as they are to be checked; return how many.

    Each is drawn with the chance its seller's rejections of the last thirty days ask for.
    """
    settings = begin_control(now=now)
    decisions = list(new_rejections(settings, most=_MOST))
    if not decisions:
        return 0
    sellers = {decision.seller_id for decision in decisions}
    counts = rejections_of_sellers(now - SAMPLED_DAYS, now + dt.timedelta(days=1), sellers)
    shares = {seller: share_for(settings, counts.get(seller, 0)) for seller in sellers}
    drawn = {one.pk for one in decisions if is_drawn(one.pk, shares[one.seller_id], settings.seed)}
    made = _make_checks(decisions, drawn, shares, settings, now=now, today=today)
    newest = max(decision.pk for decision in decisions)
    if newest > settings.seen_decision:
        QualitySettings.objects.filter(pk=1).update(seen_decision=newest)
    return made


@transaction.atomic
def queue_period(
    *, since: dt.datetime, until: dt.datetime, with_contradictions: bool, now: dt.datetime, today: dt.date
) -> int:
    """Draw the sample of the rejections of a past time, also from before control began; return how many came into the queue.

    Of each seller exactly as many are drawn as the wanted precision asks for. With `with_contradictions` those against
    the regulation and promising ones come along.
    """
    settings = begin_control(now=now)
    decisions = list(rejections().filter(at__gte=since, at__lt=until).select_related("check_of"))
    by_seller: defaultdict[int | None, list[int]] = defaultdict(list)
    for decision in decisions:
        by_seller[decision.seller_id].append(decision.pk)
    wanted = {seller: wanted_of(settings, len(keys)) for seller, keys in by_seller.items()}
    drawn = set().union(*(draw(keys, wanted[seller], settings.seed) for seller, keys in by_seller.items()))
    shares = {seller: wanted[seller] / len(keys) for seller, keys in by_seller.items()}
    unchecked = [one for one in decisions if not hasattr(one, "check_of") and (with_contradictions or one.pk in drawn)]
    _mark_drawn([one.check_of for one in decisions if hasattr(one, "check_of")], drawn, shares, now=now)
    return _make_checks(unchecked, drawn, shares, settings, now=now, today=today)


def _make_checks(
    decisions: Iterable[Decision],
    drawn: Collection[int],
    shares: dict[int | None, float],
    settings: QualitySettings,
    *,
    now: dt.datetime,
    today: dt.date,
) -> int:
    decisions = list(decisions)
    scores = dict(
        LeadScore.objects.filter(lead_id__in=[one.lead_id for one in decisions]).values_list("lead_id", "chance_bp")
    )
    reasons = {one.pk: _reason(one, drawn, shares, scores.get(one.lead_id), settings) for one in decisions}
    checks = [_check(one, reasons[one.pk], today) for one in decisions if reasons[one.pk]]
    made = Check.objects.bulk_create(checks)
    record_changes(entity="check", changes=[Change(one.pk, Action.CREATE, {}, snapshot(one)) for one in made], now=now)
    return len(made)


def _reason(
    decision: Decision,
    drawn: Collection[int],
    shares: dict[int | None, float],
    chance_bp: int | None,
    settings: QualitySettings,
) -> _Reason:
    return _Reason(
        is_contradictory=bool(decision.contradiction),
        is_drawn=decision.pk in drawn,
        chance_bp=chance_bp,
        is_promising=chance_bp is not None and chance_bp >= settings.promising_bp,
        share_bp=round(shares[decision.seller_id] * _FULL_BP),
    )


def _check(decision: Decision, reason: _Reason, today: dt.date) -> Check:
    return Check(
        decision=decision,
        queued_on=today,
        is_contradictory=reason.is_contradictory,
        is_drawn=reason.is_drawn,
        is_promising=reason.is_promising,
        chance_bp=reason.chance_bp,
        share_bp=reason.share_bp,
    )


def _mark_drawn(
    checks: list[Check], drawn: Collection[int], shares: dict[int | None, float], *, now: dt.datetime
) -> None:
    """Let checks that stood in the queue for another reason count in the sample as well, once the draw meets them."""
    for check in checks:
        if check.decision_id in drawn and not check.is_drawn:
            before = snapshot(check)
            check.is_drawn, check.share_bp = True, round(shares[check.decision.seller_id] * _FULL_BP)
            check.save(update_fields=["is_drawn", "share_bp"])
            record_change(record=check, before=before, now=now)
