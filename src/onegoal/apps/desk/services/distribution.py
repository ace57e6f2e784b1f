"""New leads go to whom the rules name; leads that came with a seller get their clock."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.desk.models import DistributionRule, Offer, Turn
from onegoal.apps.desk.queries.clocks import fresh_since
from onegoal.apps.desk.queries.rules import answer_times, give_answer, rule_of
from onegoal.apps.desk.services.assigning import assign_lead
from onegoal.apps.regulation.models import Decision
from onegoal.apps.sales.models import Lead, Outcome
from onegoal.core.working_hours import Calendar

MOST_AT_ONCE: Final = 200


@transaction.atomic
def distribute_lead(*, lead: Lead, now: dt.datetime) -> Lead:
    """Give a lead in work that has nobody to whom the rules name, or offer it; returns it as stored.

    When nobody can take it now it waits with its clock running from its arrival, and is tried again.
    """
    row = Lead.objects.select_for_update().select_related("origin").get(pk=lead.pk)
    if row.seller_id is not None or row.outcome != Outcome.OPEN:
        return row
    calendar = calendar_of_company()
    answer = give_answer(row, now, calendar=calendar)
    if answer.seller is not None and answer.rule is not None:
        _take_turn(answer.rule, answer.seller, now)
        return assign_lead(lead=row, seller=answer.seller, now=now, rule=answer.rule)
    _start_clock(row, calendar, now)
    if answer.is_offered and answer.rule is not None:
        _offer(row, answer.rule, now)
    else:
        Offer.objects.filter(lead=row).delete()
    return row


def distribute_new_leads(*, now: dt.datetime) -> int:
    """Give out the leads that wait, the oldest first, and start the clocks of those that came with a seller.

    Returns how many got a seller or a clock. Leads older than the last working day are left alone: they are history.
    """
    calendar = calendar_of_company()
    since = fresh_since(calendar, now)
    done = 0
    for lead in _came_with_a_seller(since)[:MOST_AT_ONCE]:
        done += _take_over(lead, calendar, now)
    for lead in _waiting_for_somebody(since)[:MOST_AT_ONCE]:
        done += distribute_lead(lead=lead, now=now).seller_id is not None
    return done


def _came_with_a_seller(since: dt.datetime) -> QuerySet[Lead]:
    return Lead.objects.filter(
        created_at__gte=since, outcome=Outcome.OPEN, seller__isnull=False, assigned_at=None
    ).order_by("created_at", "pk")


def _waiting_for_somebody(since: dt.datetime) -> QuerySet[Lead]:
    """Leads nobody has: fresh ones, those whose clock runs already, and those that came back to work."""
    reasons = (
        Q(created_at__gte=since),
        Q(response_due_at__isnull=False),
        Q(pk__in=Decision.objects.filter(outcome=Outcome.OPEN, at__gte=since).values("lead")),
    )
    # An offered lead stays offered as long as its rule is in use: nothing changes by asking again.
    free = Lead.objects.filter(outcome=Outcome.OPEN, seller=None).exclude(offer__rule__is_active=True)
    # One question for each reason: each has an index of its own, and this is asked every few seconds.
    ids = {pk for reason in reasons for pk in free.filter(reason).values_list("pk", flat=True)[:MOST_AT_ONCE]}
    return Lead.objects.filter(pk__in=ids).order_by("created_at", "pk")


@transaction.atomic
def _take_over(lead: Lead, calendar: Calendar, now: dt.datetime) -> bool:
    """Start the clock of a lead that came with its seller, from its arrival."""
    row = Lead.objects.select_for_update().select_related("origin").get(pk=lead.pk)
    if row.assigned_at is not None or row.seller_id is None or row.outcome != Outcome.OPEN:
        return False
    before = snapshot(row)
    row.assigned_at = min(now, max(row.created_at, fresh_since(calendar, now)))
    minutes, _hours = answer_times(rule_of(row))
    row.response_due_at = row.response_due_at or calendar.add(row.created_at, minutes)
    row.save()
    record_change(record=row, before=before, now=now)
    return True


def _start_clock(lead: Lead, calendar: Calendar, now: dt.datetime) -> None:
    if lead.response_due_at is not None or lead.first_response_at is not None:
        return
    before = snapshot(lead)
    minutes, _hours = answer_times(rule_of(lead))
    lead.response_due_at = calendar.add(max(lead.created_at, fresh_since(calendar, now)), minutes)
    lead.save()
    record_change(record=lead, before=before, now=now)


def _take_turn(rule: DistributionRule, seller: User, now: dt.datetime) -> None:
    # Leads given out at one moment still have an order: else the next choice would not know whose turn was last.
    last = Turn.objects.filter(rule=rule).aggregate(last=Max("last_at"))["last"]
    at = max(now, last + dt.timedelta(microseconds=1)) if last else now
    Turn.objects.update_or_create(rule=rule, seller=seller, defaults={"last_at": at})


def _offer(lead: Lead, rule: DistributionRule, now: dt.datetime) -> None:
    offer = Offer.objects.filter(lead=lead).first()
    if offer is None:
        Offer.objects.create(lead=lead, rule=rule, offered_at=now)
    elif offer.rule_id != rule.pk:
        offer.rule = rule
        offer.save(update_fields=["rule"])
