"""Calls that colleagues note by hand, so that attempts stand in the call log although no telephone told of them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.sales.models import Call, Direction, Lead
from onegoal.apps.sales.services import save_lead, save_record


@transaction.atomic
def log_call(
    *, lead: Lead, seller: User, started_at: dt.datetime, is_answered: bool, now: dt.datetime,
    direction: str = Direction.OUT, talk_seconds: int | None = None, topic: str = "",
) -> Call:  # fmt: skip
    """Note a call with a lead's person; the first one after the lead came is its first answer."""
    kept = Lead.objects.select_for_update().get(pk=lead.pk)
    call = Call(
        person_id=kept.person_id, lead=kept, seller=seller, started_at=started_at, direction=direction,
        is_answered=is_answered, talk_seconds=talk_seconds if is_answered else None, topic=topic.strip(),
    )  # fmt: skip
    save_record(record=call, now=now)
    if kept.first_response_at is None and direction == Direction.OUT and started_at >= kept.created_at:
        kept.first_response_at = started_at
        save_lead(lead=kept, now=now)
    return call


@transaction.atomic
def set_topic(*, call: Call, topic: str, now: dt.datetime) -> Call:
    """Say what a call was about."""
    kept = Call.objects.select_for_update().get(pk=call.pk)
    kept.topic = topic.strip()
    return save_record(record=kept, now=now)
