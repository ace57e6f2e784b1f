"""Lists and single records from one call each, and how writes find what they are about: never past the caller's rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import Narrow, check_parameters, page_of, parameters_of
from onegoal.apps.api.problems import Problem, not_found
from onegoal.apps.api.writes import etag_of, locked

Rows = Callable[[User], QuerySet[Any]]


def add_list(
    router: Router, path: str, rows: Rows, out: type, right: Right, *, summary: str, says: str,
    narrows: Sequence[Narrow] = (), is_sourced: bool = False, prepare: Callable[[list[Any]], None] | None = None,
) -> None:  # fmt: skip
    """Add the list of one kind of record, as far as `rows` shows them to the caller, in pages."""

    def many(request: HttpRequest) -> Any:
        user = reader(request, right).user
        return page_of(request, rows(user), is_sourced=is_sourced, narrows=narrows, prepare=prepare)

    many.__name__, many.__doc__ = f"list{path}".replace("/", "_").replace("-", "_"), says
    extra = parameters_of(narrows, is_sourced=is_sourced)
    router.get(path, response=Page[out], summary=summary, openapi_extra=extra)(many)  # type: ignore[valid-type]


def add_detail(
    router: Router, path: str, rows: Rows, out: type, right: Right, *, summary: str, says: str, is_sourced: bool = False
) -> None:  # fmt: skip
    """Add one record of a kind by its id; a sourced one comes with the tag that guards its changes."""

    def detail(request: HttpRequest, pk: int, response: HttpResponse) -> Any:
        user = reader(request, right).user
        check_parameters(request, ())
        record = found(rows(user), pk)
        if is_sourced:
            response["ETag"] = etag_of(record)
        return record

    detail.__name__, detail.__doc__ = f"read{path}".replace("/", "_").replace("-", "_"), says
    router.get(f"{path}/{{int:pk}}", response=out, summary=summary)(detail)


def found(rows: QuerySet[Any], pk: int) -> Any:
    """Return the record of this id among those the caller may see. Raises: Problem 404."""
    record = rows.filter(pk=pk).first()
    if record is None:
        raise not_found()
    return record


def named(rows: QuerySet[Any], pk: int | None, field: str) -> Any:
    """Return the record that a field of the body names, None where it names none.

    Raises: Problem 422, the same for one that is missing and one that is not the caller's.
    """
    if pk is None:
        return None
    record = rows.filter(pk=pk).first()
    if record is None:
        raise Problem(422, "id_unknown", "There is no such record.", field=field)
    return record


def one_subject(rows: Mapping[str, QuerySet[Any]], body: Any) -> dict[str, Any]:
    """Return the one record that `<name>_id` of the body names, by its name; nothing where none does. Raises: Problem 422."""
    asked = {name: getattr(body, f"{name}_id") for name in rows if getattr(body, f"{name}_id") is not None}
    if len(asked) > 1:
        raise Problem(422, "one_subject", "It is about one record: name at most one.")
    return {name: named(rows[name], pk, f"{name}_id") for name, pk in asked.items()}


def named_locked(rows: QuerySet[Any], pk: int, field: str) -> Any:
    """Return the record that a field names, kept from others until the transaction ends. Raises: Problem 422."""
    try:
        return locked(rows, pk)
    except Problem:
        raise Problem(422, "id_unknown", "There is no such record.", field=field) from None
