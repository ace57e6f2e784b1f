"""Reads of marks and of questions between the departments: always only those the asker may see."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, Q, QuerySet, Value, When

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.feedback.models import DepartmentQuestion, LeadMark
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.models import Lead, Outcome

WAITING, LATE, ANSWERED = "waiting", "late", "answered"
_SIDES: dict[str, frozenset[str]] = {
    Role.HEAD: frozenset(Side.values),
    Role.MARKETER: frozenset({Side.MARKETING}),
    Role.SUPERVISOR: frozenset({Side.SALES}),
    Role.SELLER: frozenset({Side.SALES}),
    Role.QUALITY: frozenset({Side.SALES}),
}


def sides_of(user: User) -> frozenset[str]:
    """Return the departments a colleague answers for."""
    return _SIDES.get(user.role, frozenset())


def visible_questions(user: User) -> QuerySet[DepartmentQuestion]:
    """Return the questions the user asked or may answer, and all of what they can see for those who see everything.

    A seller meets questions about own leads and calls, those put to them by name, and those about a campaign put to all.
    """
    questions = DepartmentQuestion.objects.filter(withdrawn_at=None)
    if not has_right(user, Right.GIVE_FEEDBACK):
        return questions.none()
    reach = reach_of(user)
    if reach.is_everything:
        return questions
    # Through the question's own lead and call: a list of all visible leads would be made for a handful of questions.
    of_reach = reach.leads("lead__") | reach.leads("call__lead__") | Q(call__seller_id=user.pk)
    if reach.width is Width.ALL:
        of_reach |= Q(campaign__isnull=False) & (Q(campaign__project=None) | reach.projects("campaign__"))
    else:
        of_reach |= Q(campaign__isnull=False, addressee=None, side__in=sides_of(user))
    return questions.filter(Q(author=user) | Q(addressee=user) | of_reach)


def questions_to(user: User) -> QuerySet[DepartmentQuestion]:
    """Return the unanswered questions that wait for this user or their department."""
    waiting = visible_questions(user).filter(answered_at=None, side__in=sides_of(user)).exclude(author=user)
    return waiting.filter(Q(addressee=None) | Q(addressee=user)) if user.role != Role.HEAD else waiting


def with_state(questions: QuerySet[DepartmentQuestion], *, now: dt.datetime) -> QuerySet[DepartmentQuestion]:
    """Give each question its `state`: waiting, late or answered."""
    late = When(due_at__lt=now, then=Value(LATE))
    return questions.annotate(
        state=Case(When(answered_at__isnull=False, then=Value(ANSWERED)), late, default=Value(WAITING))
    )


def late_questions(user: User, *, now: dt.datetime) -> QuerySet[DepartmentQuestion]:
    """Return the unanswered questions the user can see whose time is over."""
    return visible_questions(user).filter(answered_at=None, due_at__lt=now)


def current_mark(lead: Lead) -> LeadMark | None:
    """Return what was last said of a lead."""
    return LeadMark.objects.select_related("objection", "author").filter(lead=lead, is_current=True).first()


def leads_without_mark(user: User, *, since: dt.datetime) -> QuerySet[Lead]:
    """Return the user's own leads decided since a moment of which nobody said how good they were."""
    decided = Lead.objects.filter(seller=user, outcome_at__gte=since).exclude(outcome=Outcome.OPEN)
    return decided.exclude(marks__is_current=True)


def other_side(user: User) -> str:
    """Return the department a question of this colleague usually goes to."""
    return Side.SALES if Side.MARKETING in sides_of(user) else Side.MARKETING


def colleagues_of_sides() -> QuerySet[User]:
    """Return the colleagues who may be asked by name."""
    return User.objects.filter(is_active=True, role__in=_SIDES, email__isnull=False).order_by("name")
