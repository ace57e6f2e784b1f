"""The first start of an installation, and the short way into the demo company."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.queries import has_any_user
from onegoal.apps.accounts.views.entry import MODEL_BACKEND
from onegoal.apps.company.forms import SetUpForm
from onegoal.apps.company.queries import current_company, demo_people
from onegoal.apps.company.services_settings import AlreadySetUp, set_up_company
from onegoal.apps.company.setup_code import forget_setup_code, setup_code, setup_code_path

_log = logging.getLogger("onegoal.setup")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Make the company and its first head; exists only while there is no user."""
    if has_any_user():
        return redirect("accounts:sign_in")
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _finish(request, form.cleaned_data)
    _log.warning("Set-up code: %s (also in %s)", setup_code(), setup_code_path())
    return render(request, "company/set_up.html", {"form": form})


def _finish(request: HttpRequest, data: dict[str, str]) -> HttpResponse:
    try:
        head = set_up_company(
            name=data["company"], country=data["country"], time_zone=data["time_zone"], language=data["language"],
            head_name=data["name"], email=data["email"], password=data["password"], now=timezone.now(),
        )  # fmt: skip
    except AlreadySetUp:
        return redirect("accounts:sign_in")
    forget_setup_code()
    login(request, head, backend=MODEL_BACKEND)
    return redirect("/")


@require_POST
def enter_demo(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as one of the demo company's people; there is no such way into a real company."""
    if not (current_company().is_demo and settings.DEMO_SIGN_IN):
        raise Http404
    user = get_object_or_404(demo_people(), pk=pk)
    login(request, user, backend=MODEL_BACKEND)
    return redirect("/")
