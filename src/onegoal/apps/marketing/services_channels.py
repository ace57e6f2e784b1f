"""Writes of the channel table; each ends with every origin regrouped by the table as it then is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F

from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.marketing.models import ChannelRule
from onegoal.apps.marketing.origins import regroup_channels


@transaction.atomic
def save_rule(*, rule: ChannelRule, now: dt.datetime) -> int:
    """Store a new or edited rule; returns how many origins changed their channel."""
    stored = ChannelRule.objects.filter(pk=rule.pk).first() if rule.pk else None
    if stored is None:
        # A new rule takes its place and the later ones move down.
        ChannelRule.objects.filter(position__gte=rule.position).update(position=F("position") + 1)
    rule.save()
    record_change(record=rule, before=snapshot(stored) if stored else {}, now=now)
    return regroup_channels(now)


@transaction.atomic
def remove_rule(*, rule: ChannelRule, now: dt.datetime) -> tuple[dict[str, Any], int]:
    """Delete a rule; returns what it held, for an undo, and how many origins changed their channel."""
    held = snapshot(rule)
    record_deletion(record=rule, now=now)
    rule.delete()
    return held, regroup_channels(now)


@transaction.atomic
def move_rule(*, rule: ChannelRule, to: int, now: dt.datetime) -> int:
    """Move a rule to a place counted from 0 and number all anew; returns how many origins changed their channel."""
    ordered = [other for other in ChannelRule.objects.all() if other.pk != rule.pk]
    ordered.insert(max(0, min(len(ordered), to)), rule)
    for position, other in enumerate(ordered, start=1):
        if other.position != position:
            before = snapshot(other)
            other.position = position
            other.save(update_fields=["position"])
            record_change(record=other, before=before, now=now)
    return regroup_channels(now)
