"""What can be done with a version: proposed, signed, taken back, put aside, copied, renamed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import ROLE_RIGHTS, Right, has_right, requires
from onegoal.apps.company.queries import current_company
from onegoal.apps.planning.check_panel import line_of
from onegoal.apps.planning.forms import ReasonForm, ScenarioForm
from onegoal.apps.planning.models import PlanSignature, PlanVersion, VersionState
from onegoal.apps.planning.queries.checks import checks_of
from onegoal.apps.planning.services.plans import (
    PlanRefused,
    add_version,
    rename_version,
    restore_version,
    withdraw_version,
)
from onegoal.apps.planning.services.signing import SigningRefused, propose_version, sign_version, take_back_version
from onegoal.apps.planning.views.common import find_version, say_refused, user_of
from onegoal.apps.regulation.models import Side
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.apps.shell.toasts import say


@dataclass(frozen=True)
class SideLine:
    """One department under a version: who signed, or whether the reader may."""

    value: str
    label: str
    signature: PlanSignature | None
    may_sign: bool


def steps_of(version: PlanVersion, user: User) -> dict[str, Any]:
    """Return who signed a version for which department, its overrides, and what the reader may do with it."""
    signed = {one.side: one for one in version.signatures.select_related("user")}
    has_signed = any(one.user_id == user.pk for one in signed.values())
    is_proposed = version.state == VersionState.PROPOSED
    sides = [
        SideLine(
            side.value, str(side.label), signed.get(side.value),
            is_proposed and side.value not in signed and not has_signed and has_right(user, RIGHT_OF_SIDE[side]),
        )
        for side in Side
    ]  # fmt: skip
    return {
        "sides": sides,
        "overrides": list(version.overrides.select_related("author")),
        "may_draft": has_right(user, Right.DRAFT_PLAN),
        "is_draft": version.state == VersionState.DRAFT,
        "is_proposed": is_proposed,
    }


@requires(Right.DRAFT_PLAN)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask both departments to sign; a red plan is refused here with its checks, or let pass by name."""
    version, user = find_version(request, pk), user_of(request)
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST":
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        try:
            propose_version(version=version, author=user, now=timezone.now(), reason=reason)
        except SigningRefused as refusal:
            say_refused(request, refusal)
            status = 422
        except PlanRefused as refusal:
            say_refused(request, refusal)
            return redirect("planning:version", pk)
        else:
            say(request, _("Proposed. Now marketing and sales have to sign it."))
            return redirect("planning:version", pk)
    elif version.state != VersionState.DRAFT:
        return redirect("planning:version", pk)
    red, currency = checks_of(version, timezone.now()).red, current_company().currency
    context = {
        "version": version, "form": form, "red": [line_of(one, currency) for one in red],
        "may_override": has_right(user, Right.OVERRIDE),
        "overriders": [] if has_right(user, Right.OVERRIDE) else _overriders(),
    }  # fmt: skip
    return render(request, "planning/propose.html", context, status=status)


@requires(Right.SIGN_FOR_MARKETING, Right.SIGN_FOR_SALES)
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for a department."""
    version, side = find_version(request, pk), request.POST.get("side", "")
    if side not in Side.values:
        return HttpResponse(status=400)
    try:
        signed = sign_version(version=version, side=side, user=user_of(request), now=timezone.now())
    except SigningRefused as refusal:
        say_refused(request, refusal)
        return redirect("planning:version", pk)
    if signed.state == VersionState.IN_FORCE:
        say(request, _("Signed by both. This version is in force."))
    else:
        say(request, _("Signed. The other department is still to sign."))
    return redirect("planning:version", pk)


@requires(Right.DRAFT_PLAN)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a proposed version a draft again."""
    version = find_version(request, pk)
    try:
        take_back_version(version=version, now=timezone.now())
        say(request, _("Taken back. It is a draft again; signatures under it are gone."))
    except SigningRefused as refusal:
        say_refused(request, refusal)
    return redirect("planning:version", pk)


@requires(Right.DRAFT_PLAN)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft aside, with an undo."""
    version = find_version(request, pk)
    try:
        withdraw_version(version=version, now=timezone.now())
    except PlanRefused as refusal:
        say_refused(request, refusal)
        return redirect("planning:version", pk)
    say(request, _("Put aside."), undo=reverse("planning:restore", args=[pk]))
    return redirect("planning:plan", version.plan_id)


@requires(Right.DRAFT_PLAN)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a version that was put aside up again."""
    version = find_version(request, pk)
    try:
        restore_version(version=version, now=timezone.now())
    except PlanRefused as refusal:
        say_refused(request, refusal)
    return redirect("planning:version", pk)


@requires(Right.DRAFT_PLAN)
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a version into a new scenario of the same plan."""
    like, form = find_version(request, pk), ScenarioForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    made = add_version(plan=like.plan, author=user_of(request), now=timezone.now(), like=like, name=name or like.name)
    say(request, _("Copied into scenario %(number)s.") % {"number": made.number})
    return redirect("planning:version", made.pk)


@requires(Right.DRAFT_PLAN)
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a scenario another name."""
    version, form = find_version(request, pk), ScenarioForm(request.POST)
    if form.is_valid():
        rename_version(version=version, name=form.cleaned_data["name"], now=timezone.now())
    return redirect("planning:version", pk)


def _overriders() -> list[User]:
    """Return who may let a red plan pass."""
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.OVERRIDE in rights]
    return list(User.objects.filter(is_active=True, role__in=roles).order_by("name")[:10])
