"""Moments of the desk in a person's timeline: to whom their leads were given."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.desk.models import Assignment
from onegoal.apps.people.models import Person
from onegoal.apps.people.timeline import MOST_MOMENTS, Moment, Source
from onegoal.apps.sales.queries import visible_leads


def given_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield each giving of the person's leads: to whom, by whom or which rule, and why."""
    leads = visible_leads(user).filter(person=person).values("pk")
    found = Assignment.objects.filter(lead__in=leads).select_related("seller", "author", "rule")
    for one in found[:MOST_MOMENTS]:
        yield Moment(one.at, "given", _title(one), " · ".join(str(part) for part in _about(one) if part))


def _title(one: Assignment) -> str:
    if one.seller is None:
        return _("Lead put back")
    return (_("%(name)s took the lead") if one.is_claim else _("Lead given to %(name)s")) % {"name": one.seller.name}


def _about(one: Assignment) -> tuple[object, ...]:
    if one.is_claim:
        return ()
    return (one.rule.name if one.rule else "", one.author.name if one.author else "", one.reason)


SOURCE = Source("given", gettext_lazy("who got leads"), given_moments)
