"""What is done with a KPI: activate, end, take up again, renew, delete, sign and take back a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.goal.models import KpiVersion
from onegoal.apps.goal.services import (
    KpiRefused,
    activate_kpi,
    delete_draft,
    end_kpi,
    renew_kpi,
    resume_kpi,
    sign_change,
    withdraw_change,
)
from onegoal.apps.goal.views.common import find_kpi, user_of
from onegoal.apps.goal.words import refusal_words
from onegoal.apps.regulation.models import Side
from onegoal.apps.shell.toasts import say


@requires(Right.SET_GOAL)
@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft the one KPI of its scope and period."""
    kpi = find_kpi(request, pk)
    _try(request, lambda: activate_kpi(kpi=kpi, now=timezone.now()), _("Active: everybody works for it from now on."))
    return redirect("goal:kpi", pk)


@requires(Right.SET_GOAL)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an active KPI, with an undo."""
    kpi = find_kpi(request, pk)
    undo = reverse("goal:resume", args=[pk])
    _try(request, lambda: end_kpi(kpi=kpi, now=timezone.now()), _("The KPI is ended."), undo=undo)
    return redirect("goal:kpi", pk)


@requires(Right.SET_GOAL)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an ended KPI up again."""
    kpi = find_kpi(request, pk)
    _try(request, lambda: resume_kpi(kpi=kpi, now=timezone.now()), _("The KPI is active again."))
    return redirect("goal:kpi", pk)


@requires(Right.SET_GOAL)
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a KPI into a draft for the next period."""
    kpi = find_kpi(request, pk)
    made = _try(
        request, lambda: renew_kpi(kpi=kpi, author=user_of(request), now=timezone.now()),
        _("Copied into a draft for the next period. Set its targets."),
    )  # fmt: skip
    return redirect("goal:edit", made.pk) if made else redirect("goal:kpi", pk)


@requires(Right.SET_GOAL)
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    kpi = find_kpi(request, pk)
    is_done = _try(request, lambda: delete_draft(kpi=kpi, now=timezone.now()) or True, _("The draft is deleted."))
    return redirect("goal:kpis") if is_done else redirect("goal:kpi", pk)


@requires(Right.SIGN_FOR_MARKETING, Right.SIGN_FOR_SALES)
@require_POST
def sign(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Sign a change for a department."""
    found, side = _version(request, pk, version), request.POST.get("side", "")
    if side not in Side.values:
        raise Http404
    signed = _try(request, lambda: sign_change(version=found, side=side, user=user_of(request), now=timezone.now()), "")
    if signed:
        is_in_force = signed.in_force_from is not None
        say(
            request,
            _("Signed by both: in force.") if is_in_force else _("Signed. The other department is still to sign."),
        )
    return redirect("goal:kpi", pk)


@requires(Right.SET_GOAL)
@require_POST
def withdraw(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Take back a change that waits for signatures."""
    found = _version(request, pk, version)
    _try(request, lambda: withdraw_change(version=found, now=timezone.now()), _("The change is taken back."))
    return redirect("goal:kpi", pk)


def _version(request: HttpRequest, pk: int, version: int) -> KpiVersion:
    return get_object_or_404(find_kpi(request, pk).versions.select_related("kpi"), pk=version)


def _try(request: HttpRequest, act: Callable[[], Any], done: str, *, undo: str = "") -> Any:
    """Do it and say so, or say why not; returns what was made, None when refused."""
    try:
        made = act()
    except KpiRefused as refusal:
        say(request, refusal_words(refusal), level=messages.ERROR)
        return None
    if done:
        say(request, done, undo=undo)
    return made
