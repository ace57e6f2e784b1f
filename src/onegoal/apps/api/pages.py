"""Lists in pages: a cursor after the last record seen, filters by name, nothing guessed."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from onegoal.apps.api.problems import Problem

USUAL, MOST = 50, 200
_PAGING = ("limit", "cursor")
_SOURCED = ("updated_since", "source", "source_id")


def parameter(name: str, *, is_required: bool = False, **schema: Any) -> dict[str, Any]:
    """Return a parameter of the address as the description names it."""
    return {"name": name, "in": "query", "required": is_required, "schema": schema}


PLAIN_PARAMETERS = [
    parameter("limit", type="integer", minimum=1, maximum=MOST, default=USUAL),
    parameter("cursor", type="string"),
]
PAGE_PARAMETERS = [
    *PLAIN_PARAMETERS,
    parameter("updated_since", type="string", format="date-time"),
    parameter("source", type="string"),
    parameter("source_id", type="string"),
]


@dataclass(frozen=True)
class Narrow:
    """A filter of one list: its parameter, the lookup it means, and the values it takes (none: the id of a record)."""

    name: str
    lookup: str
    values: tuple[str, ...] = ()

    @property
    def parameter(self) -> dict[str, Any]:
        """Return the filter as the description names it."""
        if self.values:
            return parameter(self.name, type="string", enum=list(self.values))
        return parameter(self.name, type="integer", minimum=1)

    def read(self, text: str) -> int | str:
        """Return what to look for. Raises: Problem 400 for what cannot be meant."""
        if self.values and text in self.values:
            return text
        if not self.values and text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
        wanted = f"one of {', '.join(self.values)}" if self.values else "the id of a record"
        raise Problem(400, "parameter_not_valid", f"{self.name} must be {wanted}.", field=self.name)


def parameters_of(narrows: Sequence[Narrow] = (), *, is_sourced: bool = False) -> dict[str, Any]:
    """Return how the description names the parameters of a list with these filters."""
    paging = PAGE_PARAMETERS if is_sourced else PLAIN_PARAMETERS
    return {"parameters": [*paging, *(one.parameter for one in narrows)]}


def check_parameters(request: HttpRequest, allowed: Sequence[str]) -> None:
    """Refuse a parameter that the call does not know: a misspelt filter must not return everything."""
    for name, values in request.GET.lists():
        if name not in allowed:
            raise Problem(400, "parameter_unknown", f"There is no parameter {name[:60]} here.", field=name[:60])
        if len(values) > 1 and name not in ("by", "where"):
            raise Problem(400, "parameter_twice", f"{name} is given twice.", field=name)


def page_of(
    request: HttpRequest, rows: QuerySet[Any], write: Callable[[Any], Any] | None = None, *, is_sourced: bool = True,
    narrows: Sequence[Narrow] = (), prepare: Callable[[list[Any]], None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return one page in the order of ids, and the cursor of the next, None at the end. Raises: Problem 400.

    `prepare` gets the records of the page before they are written, to ask once for what all of them need.
    """
    allowed = _PAGING + (_SOURCED if is_sourced else ())
    check_parameters(request, (*allowed, *(one.name for one in narrows)))
    rows = _filtered(request, rows)
    for one in narrows:
        if one.name in request.GET:
            rows = rows.filter(**{one.lookup: one.read(request.GET[one.name])})
    if cursor := request.GET.get("cursor"):
        rows = rows.filter(pk__gt=_read_cursor(cursor))
    limit = _read_limit(request.GET.get("limit"))
    found: list[Model] = list(rows.order_by("pk")[: limit + 1])
    next_cursor = _write_cursor(found[limit - 1].pk) if len(found) > limit else None
    page = found[:limit]
    if prepare is not None:
        prepare(page)
    return {"items": [write(record) for record in page] if write else page, "next_cursor": next_cursor}


def page_of_lines(
    request: HttpRequest, lines: Sequence[Any], write: Callable[[Any], Any], *, others: Sequence[str] = ()
) -> dict[str, Any]:
    """Return one page of lines that are worked out anew for each call, in their order. Raises: Problem 400."""
    check_parameters(request, (*_PAGING, *others))
    start, limit = 0, _read_limit(request.GET.get("limit"))
    if cursor := request.GET.get("cursor"):
        start = _read_cursor(cursor)
    end = start + limit
    return {
        "items": [write(one) for one in lines[start:end]],
        "next_cursor": _write_cursor(end) if len(lines) > end else None,
    }


def _filtered(request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    if "updated_since" in request.GET:
        rows = rows.filter(updated_at__gte=_read_moment("updated_since", request.GET["updated_since"]))
    for name in ("source", "source_id"):
        if name in request.GET:
            rows = rows.filter(**{name: request.GET[name]})
    return rows


def _read_moment(name: str, text: str) -> dt.datetime:
    try:
        # A plus sign in an address that was not escaped arrives as a space.
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Problem(400, "moment_not_valid", f"{name} must be like 2026-01-31T12:00:00Z.", field=name)
    return moment


def _read_limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise Problem(400, "limit_not_valid", f"limit must be a number from 1 to {MOST}.", field="limit")
    return int(text)


def _write_cursor(pk: int) -> str:
    return base64.urlsafe_b64encode(f"after:{pk}".encode()).decode().rstrip("=")


def _read_cursor(text: str) -> int:
    try:
        word, _colon, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        word, number = "", ""
    if word != "after" or not number.isdigit() or len(number) > 18:
        raise Problem(400, "cursor_not_valid", "Use the cursor of the page before, as it came.", field="cursor")
    return int(number)
