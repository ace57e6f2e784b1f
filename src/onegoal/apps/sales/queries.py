"""Reads of leads, deals, payments, calls and tasks: always only those the asker may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.sales.models import Call, Deal, Lead, Payment, ScheduledPayment, Task


def visible_leads(user: User) -> QuerySet[Lead]:
    """Return the leads the user may see: all, their teams', their own, or those that became a signed deal."""
    reach = reach_of(user)
    if reach.width is Width.SOLD:  # several deals of one lead must not show it twice
        return Lead.objects.filter(pk__in=Lead.objects.filter(reach.leads()).values("pk"))
    return Lead.objects.filter(reach.leads())


def visible_deals(user: User) -> QuerySet[Deal]:
    """Return the deals the user may see: all, their teams', their own, or the signed ones."""
    return Deal.objects.filter(reach_of(user).deals())


def visible_payments(user: User) -> QuerySet[Payment]:
    """Return the payments of the deals the user may see."""
    return Payment.objects.filter(**_of_deals(user))


def visible_schedule(user: User) -> QuerySet[ScheduledPayment]:
    """Return the promised payments of the deals the user may see."""
    return ScheduledPayment.objects.filter(**_of_deals(user))


def visible_calls(user: User) -> QuerySet[Call]:
    """Return the calls the user made or that belong to leads the user may see."""
    reach = reach_of(user)
    if reach.is_everything:
        return Call.objects.all()
    if reach.width is Width.NOTHING:
        return Call.objects.none()
    return Call.objects.filter(Q(seller_id=user.pk) | Q(lead__in=visible_leads(user).values("pk")))


def visible_tasks(user: User) -> QuerySet[Task]:
    """Return the tasks set to the user or about leads and deals the user may see."""
    reach = reach_of(user)
    if reach.is_everything:
        return Task.objects.all()
    if reach.width is Width.NOTHING:
        return Task.objects.none()
    about = Q(lead__in=visible_leads(user).values("pk")) | Q(deal__in=visible_deals(user).values("pk"))
    return Task.objects.filter(Q(assignee_id=user.pk) | about)


def _of_deals(user: User) -> dict[str, QuerySet]:
    return {} if reach_of(user).is_everything else {"deal__in": visible_deals(user).values("pk")}
