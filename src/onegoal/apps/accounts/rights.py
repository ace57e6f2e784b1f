"""What each role may do: one table, asked by views, the API and the navigation."""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from onegoal.apps.accounts.models import Role, User


class Right(enum.StrEnum):
    """One thing a role may or may not do."""

    SEE_FIGURES = "see_figures"  # the chain, time to sale, hours: within the rows the user may see
    SEE_COSTS = "see_costs"  # spend and whatever is computed from it
    SEE_PEOPLE = "see_people"  # names, contacts and timelines: within the rows the user may see
    WRITE_SALES = "write_sales"  # leads, deals, payments, calls, tasks
    IMPORT = "import"
    SET_CHANNELS = "set_channels"
    SET_COMPANY = "set_company"  # projects, stages, custom fields, currency, demo data
    SET_USERS = "set_users"
    SEE_AUDIT = "see_audit"
    PUBLISH = "publish"  # figures that others are told, with the data they came from
    FREEZE = "freeze"  # published figures that somebody is paid by: for good
    ASSIGN = "assign"  # give leads and deals to others, within the rows the user may see
    SET_DESK = "set_desk"  # distribution of leads, answer times, required fields, objections, board settings
    DRAFT_REGULATION = "draft_regulation"
    SIGN_FOR_MARKETING = "sign_for_marketing"
    SIGN_FOR_SALES = "sign_for_sales"
    OVERRIDE = "override"  # decide against the regulation or let a plan pass, by name and with a reason
    SEE_SUPPRESSED = "see_suppressed"  # the list of those never to be targeted, and its export
    CHECK_REJECTIONS = "check_rejections"
    RULE = "rule"  # have the last word between a seller and an analyst
    HEAR_CALLS = "hear_calls"  # recordings and reviews, within the calls the user may see
    REVIEW_CALLS = "review_calls"
    SET_REVIEWS = "set_reviews"  # scorecards and what was agreed about control
    APPROVE_DISCOUNTS = "approve_discounts"
    GIVE_FEEDBACK = "give_feedback"  # ask the other department and answer it
    SET_SCORE = "set_score"  # train the lead score, declare fields
    SEE_GOAL = "see_goal"  # the shared KPI, its pace and forecast: the same number for everybody
    SET_GOAL = "set_goal"  # draft, activate and end the shared KPI
    SEE_PLAN = "see_plan"  # the joint plan with its costs, checks and probabilities, the payment forecast
    DRAFT_PLAN = "draft_plan"  # its signatures are SIGN_FOR_MARKETING and SIGN_FOR_SALES
    SEE_DESK = "see_desk"  # what costs the KPI most, over the whole company
    RAISE_BLOCKER = "raise_blocker"
    SEE_OWN_PAY = "see_own_pay"
    SEE_PAY = "see_pay"  # everybody's pay, schemes and flags
    DRAFT_PAY = "draft_pay"  # schemes, members, shares of deals, pay runs, adjustments
    APPROVE_PAY = "approve_pay"  # what another person drafted
    AUDIT_KPIS = "audit_kpis"  # where pay rises while the shared KPI falls
    SET_WALL = "set_wall"
    SET_CONTESTS = "set_contests"
    SET_EVENING = "set_evening"  # where the evening report goes, and when


_ALL = frozenset(Right)
_COLLEAGUE = frozenset({Right.SEE_GOAL, Right.RAISE_BLOCKER, Right.SEE_OWN_PAY})
ROLE_RIGHTS: dict[str, frozenset[Right]] = {
    Role.HEAD: _ALL,
    Role.MARKETER: frozenset(
        {
            Right.SEE_FIGURES,
            Right.SEE_COSTS,
            Right.SEE_PEOPLE,
            Right.IMPORT,
            Right.SET_CHANNELS,
            Right.PUBLISH,
            Right.DRAFT_REGULATION,
            Right.SIGN_FOR_MARKETING,
            Right.SEE_SUPPRESSED,
            Right.HEAR_CALLS,
            Right.GIVE_FEEDBACK,
            Right.SEE_PLAN,
            Right.DRAFT_PLAN,
            Right.SET_CONTESTS,
        }
    )
    | _COLLEAGUE,
    Role.SUPERVISOR: frozenset(
        {
            Right.SEE_FIGURES,
            Right.SEE_COSTS,
            Right.SEE_PEOPLE,
            Right.WRITE_SALES,
            Right.ASSIGN,
            Right.DRAFT_REGULATION,
            Right.SIGN_FOR_SALES,
            Right.OVERRIDE,
            Right.HEAR_CALLS,
            Right.REVIEW_CALLS,
            Right.APPROVE_DISCOUNTS,
            Right.GIVE_FEEDBACK,
            Right.SEE_PLAN,
            Right.DRAFT_PLAN,
            Right.SET_CONTESTS,
        }
    )
    | _COLLEAGUE,
    Role.SELLER: frozenset(
        {Right.SEE_FIGURES, Right.SEE_PEOPLE, Right.WRITE_SALES, Right.HEAR_CALLS, Right.GIVE_FEEDBACK}
    )
    | _COLLEAGUE,
    Role.QUALITY: frozenset(
        {
            Right.SEE_FIGURES,
            Right.SEE_PEOPLE,
            Right.WRITE_SALES,
            Right.CHECK_REJECTIONS,
            Right.HEAR_CALLS,
            Right.REVIEW_CALLS,
            Right.SET_REVIEWS,
            Right.GIVE_FEEDBACK,
        }
    )
    | _COLLEAGUE,
    Role.ACCOUNT_MANAGER: frozenset({Right.SEE_PEOPLE, Right.WRITE_SALES}) | _COLLEAGUE,
    Role.SERVICE: frozenset({Right.SEE_PEOPLE}) | _COLLEAGUE,
    Role.ACCOUNTANT: frozenset({Right.SEE_PAY, Right.DRAFT_PAY, Right.APPROVE_PAY}) | _COLLEAGUE,
    Role.ADMINISTRATOR: frozenset(
        {
            Right.SET_CHANNELS,
            Right.SET_COMPANY,
            Right.SET_USERS,
            Right.SET_DESK,
            Right.SET_SCORE,
            Right.SET_WALL,
            Right.SET_EVENING,
        }
    )
    | _COLLEAGUE,
}


def has_right(user: User, right: Right) -> bool:
    """Tell whether the user's role carries the right."""
    return right in ROLE_RIGHTS.get(user.role, frozenset())


def requires(*rights: Right) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let only signed-in users with one of `rights` into a view: others sign in first or get 403."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(has_right(request.user, right) for right in rights):  # type: ignore[arg-type]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
