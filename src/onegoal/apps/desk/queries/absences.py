"""Who is away on which days, as far as a reader may see it."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import led_team_ids
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.desk.models import Absence


def visible_absences(user: User) -> QuerySet[Absence]:
    """Return a colleague's own absences, those of the teams they lead, or everybody's for who gives leads to all."""
    absences = Absence.objects.select_related("user")
    if not has_right(user, Right.ASSIGN):
        return absences.filter(user=user)
    if reach_of(user).width is Width.ALL:
        return absences
    return absences.filter(Q(user=user) | Q(user__team_id__in=led_team_ids(user)))


def colleagues_away(user: User) -> QuerySet[User]:
    """Return those for whom the user may enter an absence."""
    people = User.objects.filter(is_active=True).order_by("name")
    if not has_right(user, Right.ASSIGN):
        return people.filter(pk=user.pk)
    if reach_of(user).width is Width.ALL:
        return people
    return people.filter(Q(pk=user.pk) | Q(team_id__in=led_team_ids(user)))


def away_on(day: dt.date) -> frozenset[int]:
    """Return the ids of the colleagues who are away on a day."""
    return frozenset(Absence.objects.filter(first_on__lte=day, last_on__gte=day).values_list("user_id", flat=True))
