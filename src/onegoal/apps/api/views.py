"""The description of the API as a page to read and try."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET
from ninja.openapi.docs import Swagger

from onegoal.apps.api.application import api


@login_required
@ensure_csrf_cookie
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The interactive description, served from our own static files."""
    return Swagger().render_page(request, api)
