"""What the pages of the plan share: finding a plan and a version, and answering when nothing was done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from onegoal.apps.accounts.models import User
from onegoal.apps.planning.models import Plan, PlanVersion
from onegoal.apps.planning.queries.typed import TypedRefused
from onegoal.apps.planning.queries.versions import visible_plans, visible_versions
from onegoal.apps.planning.services.cells import CellsRefused
from onegoal.apps.planning.services.plans import PlanRefused
from onegoal.apps.planning.services.signing import SigningRefused
from onegoal.apps.planning.words import refusal_words
from onegoal.apps.shell.toasts import say


def user_of(request: HttpRequest) -> User:
    """Return the signed-in reader."""
    return request.user  # type: ignore[return-value]


def find_plan(request: HttpRequest, pk: int) -> Plan:
    """Return a plan the reader may see, or answer 404."""
    return get_object_or_404(visible_plans(user_of(request)), pk=pk)


def find_version(request: HttpRequest, pk: int) -> PlanVersion:
    """Return a version of a plan the reader may see, or answer 404."""
    return get_object_or_404(visible_versions(user_of(request)), pk=pk)


def say_refused(request: HttpRequest, refusal: PlanRefused | CellsRefused | SigningRefused | TypedRefused) -> None:
    """Tell why nothing was done."""
    say(request, refusal_words(refusal), level=messages.ERROR)
