"""Gives each person pages in the language of their own settings, and asks once a page whose rows they may see."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from onegoal.apps.accounts.queries import remember_for_request


class PersonalSettingsMiddleware:
    """Stands after authentication; guests keep the language of their browser or cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        if request.method in ("GET", "HEAD") and request.user.is_authenticated:
            remember_for_request(request.user)
        return self.get_response(request)
