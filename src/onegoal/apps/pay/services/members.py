"""Who is paid by which scheme from when to when, with which values; and how a deal counts for several people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from django.db import transaction
from django.db.models import Q

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.pay.models import DealShare, Scheme, SchemeMember
from onegoal.apps.pay.queries.names import is_money_value
from onegoal.apps.pay.queries.rules import locked_until
from onegoal.apps.pay.services.refusals import PayRefused
from onegoal.apps.sales.models import Deal

_DAY = dt.timedelta(days=1)
WHOLE_BP = 10_000
Value = int | str


@transaction.atomic
def set_member(
    *, scheme: Scheme, user: User, starts_on: dt.date, values: Mapping[str, Value], now: dt.datetime,
    ends_on: dt.date | None = None,
) -> SchemeMember:  # fmt: skip
    """Pay a person by a scheme from a day on; what held before ends the day before, and what began that day is replaced.

    Money among the values is whole minor units, other numbers may be decimal text ("0.5"). A person is paid by one scheme
    at a time, so that nobody is counted twice. Raises: PayRefused ends_before_it_starts, bad_value, month_locked,
    overlaps (with what begins later).
    """
    if ends_on is not None and ends_on < starts_on:
        raise PayRefused("ends_before_it_starts")
    _check_values(values)
    _check_open(starts_on)
    User.objects.select_for_update().get(pk=user.pk)
    others = list(SchemeMember.objects.filter(user=user).filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)))
    member = SchemeMember(user=user, scheme=scheme, starts_on=starts_on)
    for other in others:
        if other.starts_on == starts_on:
            member = other
        elif other.starts_on < starts_on:
            with changing(other, now=now):
                other.ends_on = starts_on - _DAY
        elif ends_on is None or other.starts_on <= ends_on:
            raise PayRefused("overlaps", other.scheme.name)
    with changing(member, now=now):
        member.scheme, member.ends_on, member.values = scheme, ends_on, dict(values)
    return member


@transaction.atomic
def end_member(*, member: SchemeMember, ends_on: dt.date, now: dt.datetime) -> SchemeMember:
    """Pay a person by the scheme up to a day, included. Raises: PayRefused ends_before_it_starts, month_locked."""
    stored = SchemeMember.objects.select_for_update().get(pk=member.pk)
    if ends_on < stored.starts_on:
        raise PayRefused("ends_before_it_starts")
    _check_open(ends_on + _DAY)
    with changing(stored, now=now):
        stored.ends_on = ends_on
    return stored


@transaction.atomic
def resume_member(*, member: SchemeMember, now: dt.datetime) -> SchemeMember:
    """Take the end of a membership back: the person is paid by the scheme until further notice.

    Raises: PayRefused month_locked (the days after the end are paid already), overlaps (with what begins later).
    """
    stored = SchemeMember.objects.select_for_update().get(pk=member.pk)
    if stored.ends_on is None:
        return stored
    _check_open(stored.ends_on + _DAY)
    User.objects.select_for_update().get(pk=stored.user_id)
    later = SchemeMember.objects.filter(user=stored.user_id, starts_on__gt=stored.starts_on).exclude(pk=stored.pk)
    if other := later.select_related("scheme").first():
        raise PayRefused("overlaps", other.scheme.name)
    with changing(stored, now=now):
        stored.ends_on = None
    return stored


@transaction.atomic
def split_deal(*, deal: Deal, shares: Mapping[User, int], now: dt.datetime) -> list[DealShare]:
    """Let a deal count for several people, in hundredths of a per cent that add up to 10,000; none: its seller's alone.

    A deal of a locked month may be split too: what changes by it is found as a late fact of that month.
    Raises: PayRefused `shares_not_whole`.
    """
    Deal.objects.select_for_update().get(pk=deal.pk)
    whole = sum(shares.values())
    if shares and (whole != WHOLE_BP or min(shares.values()) < 1):
        raise PayRefused("shares_not_whole", whole)
    wanted = {user.pk: share for user, share in shares.items()}
    for stored in DealShare.objects.filter(deal=deal):
        if stored.user_id not in wanted:
            record_deletion(record=stored, now=now)
            stored.delete()
            continue
        with changing(stored, now=now):
            stored.share_bp = wanted.pop(stored.user_id)
    for user_id, share in wanted.items():
        with changing(DealShare(deal=deal, user_id=user_id, share_bp=share), now=now):
            pass
    return list(DealShare.objects.filter(deal=deal))


def _check_values(values: Mapping[str, Value]) -> None:
    for key, raw in values.items():
        try:
            number = Fraction(str(raw))
        except (ValueError, ZeroDivisionError):
            raise PayRefused("bad_value", key) from None
        if isinstance(raw, bool) or not key.isidentifier() or (is_money_value(key) and number.denominator != 1):
            raise PayRefused("bad_value", key)


def _check_open(day: dt.date) -> None:
    """What counts for a locked month stays as it is."""
    locked = locked_until()
    if locked is not None and day <= locked:
        raise PayRefused("month_locked", locked.isoformat())
