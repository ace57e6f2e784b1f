"""Puts each request on the company's clock and carries messages into partial answers."""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from onegoal.apps.company.queries import current_company
from onegoal.apps.shell.toasts import describe

# Somebody was quicker, or the form has faults: the answer is shown in place like a good one.
_SHOWN_REFUSALS = frozenset({409, 422})
Answer = Callable[[HttpRequest], HttpResponse]


class CompanyClockMiddleware:
    """Sets `request.company` and shows moments in its time zone; an unknown zone reads as UTC."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.company = company = current_company()  # type: ignore[attr-defined]
        with timezone.override(_zone(company.time_zone)):
            return self.get_response(request)


class ToastMiddleware:
    """Adds waiting messages to partial answers as an event; stands after the message middleware."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_shown = 200 <= response.status_code < 300 or response.status_code in _SHOWN_REFUSALS
        if not getattr(request, "htmx", False) or not is_shown:
            return response
        storage = get_messages(request)
        if "HX-Redirect" in response or "HX-Refresh" in response or getattr(storage, "used", False):
            return response
        said = [describe(message) for message in storage]
        if said:
            events = json.loads(response["HX-Trigger"]) if response.get("HX-Trigger", "").startswith("{") else {}
            response["HX-Trigger"] = json.dumps(events | {"onegoal:said": said})
        return response


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")
