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


_ALL = frozenset(Right)
ROLE_RIGHTS: dict[str, frozenset[Right]] = {
    Role.HEAD: _ALL,
    Role.MARKETER: frozenset(
        {Right.SEE_FIGURES, Right.SEE_COSTS, Right.SEE_PEOPLE, Right.IMPORT, Right.SET_CHANNELS, Right.PUBLISH}
    ),
    Role.SUPERVISOR: frozenset({Right.SEE_FIGURES, Right.SEE_COSTS, Right.SEE_PEOPLE, Right.WRITE_SALES}),
    Role.SELLER: frozenset({Right.SEE_FIGURES, Right.SEE_PEOPLE, Right.WRITE_SALES}),
    Role.QUALITY: frozenset({Right.SEE_FIGURES, Right.SEE_PEOPLE, Right.WRITE_SALES}),
    Role.ACCOUNT_MANAGER: frozenset({Right.SEE_PEOPLE, Right.WRITE_SALES}),
    Role.SERVICE: frozenset({Right.SEE_PEOPLE}),
    Role.ADMINISTRATOR: frozenset({Right.SET_CHANNELS, Right.SET_COMPANY, Right.SET_USERS}),
}


def has_right(user: User, right: Right) -> bool:
    """Tell whether the user's role carries the right."""
    return right in ROLE_RIGHTS.get(user.role, frozenset())


def requires(right: Right) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let only signed-in users with `right` into a view: others sign in first or get 403."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_right(request.user, right):  # type: ignore[arg-type]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_right = right  # type: ignore[attr-defined]
        return guarded

    return decorate
