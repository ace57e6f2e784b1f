"""Attributes the changes of a web request to the signed-in person."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from onegoal.apps.audit.services import Author, acting


class ActorMiddleware:
    """Stands after authentication; the API names its token's owner itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user_id = request.user.pk if request.user.is_authenticated else None
        with acting(Author(user_id=user_id, via="web")):
            return self.get_response(request)
