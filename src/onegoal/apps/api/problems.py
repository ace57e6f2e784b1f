"""Errors of the API in one shape, after RFC 9457: `application/problem+json` with code, message and field."""

from __future__ import annotations

import http
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.http import HttpResponse


class Problem(Exception):
    """A refused call: HTTP status, a stable code, a sentence, and the field at fault where there is one."""

    def __init__(
        self, status: int, code: str, message: str, *, field: str = "",
        errors: Sequence[Mapping[str, Any]] = (), headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"{status} {code}")
        self.status, self.code, self.message, self.field = status, code, message, field
        self.errors, self.headers = errors, headers or {}

    def response(self) -> HttpResponse:
        """Return the problem as an answer."""
        body = {
            "type": "about:blank",
            "title": http.HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "field": self.field or None,
        }
        if self.errors:
            body["errors"] = list(self.errors)
        response = HttpResponse(orjson.dumps(body), status=self.status, content_type="application/problem+json")
        for name, value in self.headers.items():
            response[name] = value
        response["Cache-Control"] = "no-store"
        return response


def not_found() -> Problem:
    """Return the one answer for what is missing and for what is not the caller's."""
    return Problem(404, "not_found", "There is no such record.")
