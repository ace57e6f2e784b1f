"""Rows from the API into the records: through the intake of every other way in, and never past the caller's reach."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.api.callers import Caller
from onegoal.apps.api.incoming import BadIdentifier
from onegoal.apps.api.problems import Problem, not_found
from onegoal.apps.audit.intake import Fate, RowFate
from onegoal.apps.company.models import Stage
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.imports.words import VALUE_WORDS

Taker = Callable[[Sequence[Any]], list[RowFate]]


def take_rows(
    *, caller: Caller, bodies: Sequence[Any], taker: Taker, visible: Callable[[User], QuerySet[Any]] | None = None
) -> list[RowFate]:
    """Take rows in, one fate for each in their order. Raises: Problem 403 when one is outside the caller's reach."""
    country = current_company().country
    rows: dict[int, Any] = {}
    fates: dict[int, RowFate] = {}
    for place, body in enumerate(bodies):
        try:
            rows[place] = _with_owner(body.row(country), caller.user)
        except BadIdentifier as bad:
            fates[place] = RowFate(Fate.REJECTED, column=bad.field, code=bad.problem.code)
    with transaction.atomic():
        if visible is not None:
            _refuse_foreign(visible, caller.user, list(rows.values()))
        fates.update(zip(rows, taker(list(rows.values())) if rows else [], strict=True))
        if visible is not None:
            _refuse_beyond(visible, caller.user, fates.values())
    return [fates[place] for place in range(len(bodies))]


def batch_answer(fates: Sequence[RowFate]) -> dict[str, Any]:
    """Return the fates as the API says them, with their counts."""
    counts = Counter(fate.fate.value for fate in fates)
    return {kind.value: counts[kind.value] for kind in Fate} | {"rows": [_in_words(fate) for fate in fates]}


def refuse_rejected(fate: RowFate) -> None:
    """Raise Problem 422 for a single row that was rejected."""
    if fate.fate is Fate.REJECTED:
        said = _in_words(fate)
        raise Problem(422, said["code"], said["message"], field=said["field"])


def etag_of(record: models.Model) -> str:
    """Return what changes whenever the record does."""
    stamp = f"{record._meta.model_name}:{record.pk}:{record.updated_at.isoformat()}"  # type: ignore[attr-defined]
    return f'"{hashlib.sha256(stamp.encode()).hexdigest()[:32]}"'


def locked(rows: QuerySet[Any], pk: int, *, if_match: str = "") -> Any:
    """Return one record of those a caller may see, kept from others. Raises: Problem 404, 412 for a stale `If-Match`."""
    record = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if record is None:
        raise not_found()
    if if_match not in ("", "*", etag_of(record)):
        raise Problem(412, "changed_meanwhile", "The record was changed meanwhile. Read it again.")
    return record


def change_record(
    *, caller: Caller, visible: Callable[[User], QuerySet[Any]], pk: int, changes: dict[str, Any],
    if_match: str, pipeline: str, save: Callable[..., Any], now: dt.datetime,
) -> Any:  # fmt: skip
    """Change one record the caller may see. Raises: Problem 404, 412 for a stale `If-Match`, 422 for an unknown id."""
    with transaction.atomic():
        record = locked(visible(caller.user), pk, if_match=if_match)
        _check_ids(caller.user, changes, pipeline)
        for name, value in changes.items():
            setattr(record, name, value)
        saved = save(record, now)
        if not visible(caller.user).filter(pk=pk).exists():
            raise Problem(403, "beyond_reach", "You may not hand a record to where you cannot see it.")
        return visible(caller.user).get(pk=saved.pk)


def _check_ids(user: User, changes: dict[str, Any], pipeline: str) -> None:
    known: dict[str, QuerySet[Any]] = {
        "stage_id": Stage.objects.filter(pipeline=pipeline),
        "seller_id": User.objects.all(),
        "project_id": visible_projects(user),
    }
    for name, rows in known.items():
        if changes.get(name) is not None and not rows.filter(pk=changes[name]).exists():
            raise Problem(422, "id_unknown", "There is no such record.", field=name)


def _with_owner(row: Any, user: User) -> Any:
    """Give a seller's own row their name where it names nobody."""
    if reach_of(user).width is Width.OWN:
        for name in ("seller", "assignee"):
            if getattr(row, name, None) == "":
                return replace(row, **{name: user.email})
    return row


def _refuse_foreign(visible: Callable[[User], QuerySet[Any]], user: User, rows: Sequence[Any]) -> None:
    stored = visible(user).model._default_manager
    named = Q()
    for row in rows:
        named |= Q(source=row.source, source_id=row.source_id)
    if named:
        ids = set(stored.filter(named).values_list("pk", flat=True))
        _refuse_unseen(visible, user, ids)


def _refuse_beyond(visible: Callable[[User], QuerySet[Any]], user: User, fates: Any) -> None:
    _refuse_unseen(visible, user, {fate.record_id for fate in fates if fate.record_id is not None})


def _refuse_unseen(visible: Callable[[User], QuerySet[Any]], user: User, ids: set[int]) -> None:
    if ids and not reach_of(user).is_everything and visible(user).filter(pk__in=ids).count() != len(ids):
        raise Problem(403, "beyond_reach", "A row is about a record that you may not see. Nothing was stored.")


def _in_words(fate: RowFate) -> dict[str, Any]:
    words = str(VALUE_WORDS.get(fate.code, fate.code)) if fate.code else ""
    try:
        message = words % fate.params if fate.params else words
    except (KeyError, ValueError):
        message = words
    return {"fate": fate.fate.value, "id": fate.record_id, "field": fate.column, "code": fate.code, "message": message}
