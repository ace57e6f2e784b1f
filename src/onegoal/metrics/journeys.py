"""The journey rule as expressions: which touches stand before which conversion, and what stays open, on any engine.

Tables in, table out. Moments are whole microseconds since 1970 UTC, because engines disagree about arithmetic on dates.
`touches`: person, at, sequence, channel (null: the row is only a conversion), converted, value.
`conversions`: person, at, value, lead_at (null: not known), key.  `groups`: channel, code (0, 1, … in order of name).
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onegoal.core.attribution.journeys import JourneyRule

JOURNEY = ("person", "ends_at", "tie")
"""What names a journey: whose it is, the moment of its conversion, its place among conversions of one moment."""


def coded(touches: ir.Table, groups: ir.Table) -> ir.Table:
    """Return the rows that are touches: person, at, sequence, code."""
    known = touches.join(groups, touches.channel == groups.channel)
    return known.select(touches.person, touches.at, sequence=touches.sequence.fill_null(0), code=groups.code)


def numbered_conversions(touches: ir.Table, conversions: ir.Table | None) -> ir.Table:
    """Return every conversion: person, ends_at, tie, value, lead_age (-1: no lead known).

    Conversions of one person at one moment are told apart by their key (of a touch: its sequence number), then value.
    """
    own = touches.filter(touches.converted)
    found = own.select(
        own.person, own.at, value=own.value.fill_null(0), lead_at=ibis.null("int64"), key=own.sequence.fill_null(0)
    )
    if conversions is not None:
        found = found.union(conversions.select("person", "at", "value", "lead_at", "key"))
    order = ibis.window(group_by=[found.person, found.at], order_by=[found.key, found.value])
    age = ibis.greatest(found.at - found.lead_at, -1)
    return found.select(
        found.person,
        ends_at=found.at,
        tie=ibis.row_number().over(order),
        value=found.value,
        lead_age=ibis.cases((found.lead_at.isnull(), -1), else_=age),
    )


def journey_touches(touches: ir.Table, conversions: ir.Table, rule: JourneyRule) -> ir.Table:
    """Return the touches of every journey with the columns of its conversion.

    JOURNEY, value, lead_age; age, code; position (0 for the oldest touch) and length of the journey.
    `touches` are coded, `conversions` numbered. Order is by (moment, sequence number, name of the channel).
    """
    found = _overlapping(touches, conversions) if rule.is_overlapping else _cut(touches, conversions)
    found = found.filter(found.at > found.ends_at - rule.window)
    journey = [found[name] for name in JOURNEY]
    order = ibis.window(group_by=journey, order_by=[found.at, found.sequence, found.code])
    return found.select(
        *journey,
        found.value,
        found.lead_age,
        found.code,
        age=found.ends_at - found.at,
        position=ibis.row_number().over(order),
        length=found.count().over(ibis.window(group_by=journey)),
    )


def open_touches(touches: ir.Table, conversions: ir.Table) -> ir.Table:
    """Return the touches after the last conversion of their person, who may have none: person, at, sequence, code."""
    over = conversions.group_by("person").aggregate(over_at=conversions.ends_at.max())
    beside = touches.left_join(over, touches.person == over.person)
    left = beside.filter(beside.over_at.isnull() | (beside.at > beside.over_at))
    return left.select("person", "at", "sequence", "code")


def counts(journey_touches: ir.Table, conversions: ir.Table) -> ir.Table:
    """Return one row: conversions and value, of all and of those with a touch in their journey."""
    first = journey_touches.filter(journey_touches.position == 0)
    attributed = first.aggregate(attributed_conversions=first.count(), attributed_value=first.value.sum().fill_null(0))
    everything = conversions.aggregate(conversions=conversions.count(), value=conversions.value.sum().fill_null(0))
    return everything.cross_join(attributed)


def _overlapping(touches: ir.Table, conversions: ir.Table) -> ir.Table:
    """Return each touch beside each later conversion of its person."""
    beside = touches.join(conversions, touches.person == conversions.person)
    later = beside.filter(beside.at <= beside.ends_at)
    return later.select(*JOURNEY, "value", "lead_age", "at", "sequence", "code")


def _cut(touches: ir.Table, conversions: ir.Table) -> ir.Table:
    """Return each touch beside the next conversion of its person, the first of those at one moment.

    The next conversion is found in one pass over each person's touches and conversions together, backwards in time, so that
    a person with very many of both costs no more than their number.
    """
    known = touches.semi_join(conversions, "person")
    steps = known.mutate(ends_at=ibis.null("int64"))
    first = conversions.filter(conversions.tie == 0)
    ends = first.select(
        first.person, at=first.ends_at, sequence=ibis.null("int64"), code=ibis.null("int64"), ends_at=first.ends_at
    )
    both = steps.union(ends)
    backwards = ibis.range_window(preceding=None, following=0, group_by=both.person, order_by=both.at.desc())
    following = both.mutate(ends_at=both.ends_at.min().over(backwards))
    following = following.filter(following.code.notnull() & following.ends_at.notnull())
    beside = following.join(first, [following.person == first.person, following.ends_at == first.ends_at])
    return beside.select(*JOURNEY, "value", "lead_age", "at", "sequence", "code")
