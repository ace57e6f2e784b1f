"""Refuse what a database could not hold, before it is asked to: long texts, unreadable ones, numbers beyond its range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import models

from onegoal.apps.audit.intake import RowRefused

BIGINT: Final = 2**63 - 1
INTEGER: Final = 2**31 - 1
SMALLINT: Final = 2**15 - 1
# Columns of the catalogue of fields whose name differs from what rows call them.
_COLUMNS: Final = {"source_id": "id", "crm": "crm_id"}


def limits(model: type[models.Model], **columns: str) -> tuple[tuple[str, int], ...]:
    """Return (column of the row, longest text its field holds) for each `column="field"`."""
    lengths = {field.name: field.max_length or BIGINT for field in model._meta.concrete_fields}
    return tuple((column, lengths[field]) for column, field in columns.items())


def check_texts(row: object, columns: tuple[tuple[str, int], ...]) -> None:
    """Check each named text of a row. Raises: RowRefused `too_long` (length, limit), `unreadable_text`."""
    for column, limit in columns:
        text = getattr(row, column)
        if text:
            check_text(column, text, limit)


def check_text(column: str, text: str, limit: int) -> None:
    """Check one text. Raises: RowRefused `too_long` (length, limit), `unreadable_text` for NUL and half characters."""
    column = _COLUMNS.get(column, column)
    if len(text) > limit:
        raise RowRefused(column, "too_long", length=len(text), limit=limit)
    if "\0" in text or not (text.isascii() or _encodes(text)):
        raise RowRefused(column, "unreadable_text")


def check_whole(column: str, number: int | None, *, low: int = -BIGINT, high: int = BIGINT) -> None:
    """Check a whole number. Raises: RowRefused `too_large` or `too_small` (limit)."""
    if number is None:
        return
    if number > high:
        raise RowRefused(column, "too_large", limit=high)
    if number < low:
        raise RowRefused(column, "too_small", limit=low)


def check_custom(values: Mapping[str, Any]) -> None:
    """Check the company's own fields; the column is named `custom.key`. Raises: RowRefused `unreadable_text`."""
    for key, value in values.items():
        check_text("custom", key, 60)
        if isinstance(value, str):
            check_text(f"custom.{key}", value, 10_000)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
