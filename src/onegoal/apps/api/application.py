"""The REST API as one object: routes, the gate before them, and errors in one shape."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import BaseRenderer

from onegoal.apps.api import (
    attribution,
    blockers,
    changes,
    checks,
    conflicts,
    contests,
    control,
    deals,
    decisions,
    desk,
    evening,
    feedback,
    figures,
    formulas,
    goal,
    lists,
    offers,
    pay,
    pay_answers,
    payment_forecast,
    plan,
    plan_checks,
    regulations,
    reviews,
    schemes,
    team_stability,
)
from onegoal.apps.api.callers import SessionAuth, TokenAuth
from onegoal.apps.api.gate import gate
from onegoal.apps.api.problems import Problem, not_found
from onegoal.apps.api.refusals import say_refusals
from onegoal.apps.api.strict_json import StrictParser

_log = logging.getLogger("onegoal.api")
_DESCRIPTION = """\
Read figures and records, write leads and deals, decide on leads, check rejections, sell; agree on a goal, plan it, be paid by it.
Send `Authorization: Bearer og_…`; make a token under *Your settings*.
Lists come in pages: pass `next_cursor` as `cursor`. Send `Idempotency-Key` with a write and repeat it safely for 48 hours.
Errors are `application/problem+json` with `code`, `message` and `field`. 20 calls a second, 100 at once, for each web process.
"""


class _Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else str(value)


api = NinjaAPI(
    title="onegoal", version=version("onegoal"), description=_DESCRIPTION, urls_namespace="api:api_v1", docs_url=None,
    docs_decorator=login_required, auth=[TokenAuth(), SessionAuth()], parser=StrictParser(), renderer=_Renderer(),
)  # fmt: skip
api.add_decorator(gate, mode="view")
api.add_router("/metrics", figures.router)
api.add_router("/attribution", attribution.router)
for part in (
    changes, decisions, desk, feedback, deals, offers, regulations, checks, reviews, lists, goal, control, blockers,
    team_stability, plan, plan_checks, payment_forecast, pay, pay_answers, schemes, formulas, conflicts, contests,
    evening,
):  # fmt: skip
    api.add_router("", part.router)
say_refusals(api)


@api.exception_handler(Problem)
def on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a refused call."""
    return problem.response()


@api.exception_handler(ValidationError)
def on_not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a body or parameter of the wrong shape, naming each field."""
    found = [
        {
            "field": ".".join(str(part) for part in one["loc"] if part not in ("body", "query", "path")),
            "message": one["msg"],
            "code": one["type"],
        }
        for one in error.errors[:50]
    ]
    first = found[0] if found else {"field": "", "message": "", "code": ""}
    return Problem(422, "not_valid", first["message"], field=first["field"], errors=found).response()


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer like any missing record."""
    return not_found().response()


@api.exception_handler(AuthenticationError)
@api.exception_handler(PermissionDenied)
def on_denied(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a caller who may not."""
    return Problem(403, "right_missing", "Your role may not do this.").response()


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer an error of the framework in our shape."""
    return Problem(error.status_code, "not_valid", str(error)).response()


@api.exception_handler(Exception)
def on_failure(request: HttpRequest, error: Exception) -> HttpResponse:
    """Log what went wrong and say so without details."""
    _log.error("API call failed: %s %s", request.method, request.path, exc_info=error)
    return Problem(500, "failed", "This did not work and nothing was stored. It has been logged.").response()
