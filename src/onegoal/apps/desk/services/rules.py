"""Writes of the rules of distribution."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.desk.models import DistributionRule


@transaction.atomic
def save_rule(*, rule: DistributionRule, sellers: Iterable[User], now: dt.datetime) -> DistributionRule:
    """Create or change a rule; a new one is asked last."""
    stored = DistributionRule.objects.filter(pk=rule.pk).first() if rule.pk else None
    if rule.pk is None:
        last = DistributionRule.objects.aggregate(last=Max("position"))["last"]
        rule.position = 0 if last is None else last + 1
    rule.save()
    rule.sellers.set(sellers)
    record_change(record=rule, before=snapshot(stored) if stored else {}, now=now)
    return rule


@transaction.atomic
def switch_rule(*, rule: DistributionRule, is_active: bool, now: dt.datetime) -> DistributionRule:
    """Take a rule into use or out of it."""
    before = snapshot(rule)
    rule.is_active = is_active
    rule.save(update_fields=["is_active"])
    record_change(record=rule, before=before, now=now)
    return rule


@transaction.atomic
def move_rule(*, rule: DistributionRule, steps: int, now: dt.datetime) -> None:
    """Move a rule up (negative) or down; earlier rules are asked first."""
    ordered: Sequence[DistributionRule] = list(DistributionRule.objects.all())
    place = next(at for at, other in enumerate(ordered) if other.pk == rule.pk)
    moved = list(ordered)
    moved.insert(max(0, min(len(moved) - 1, place + steps)), moved.pop(place))
    for position, one in enumerate(moved):
        if one.position != position:
            before = snapshot(one)
            one.position = position
            one.save(update_fields=["position"])
            record_change(record=one, before=before, now=now)


@transaction.atomic
def remove_rule(*, rule: DistributionRule, now: dt.datetime) -> dict[str, Any]:
    """Delete a rule; returns what it held, for an undo."""
    sellers = list(rule.sellers.values_list("pk", flat=True))
    held = {"id": rule.pk, "values": snapshot(rule), "sellers": sellers}
    record_deletion(record=rule, now=now)
    rule.delete()
    return held


@transaction.atomic
def restore_rule(*, held: dict[str, Any], now: dt.datetime) -> DistributionRule:
    """Put back a deleted rule; colleagues, teams and projects that are gone meanwhile stay away."""
    rule = DistributionRule(pk=held["id"], **held["values"])
    rule.save(force_insert=True)
    rule.sellers.set(User.objects.filter(pk__in=held["sellers"]))
    record_change(record=rule, before={}, now=now)
    return rule
