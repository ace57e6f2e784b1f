"""Write docs/data-model.md from the models themselves, so that it cannot fall behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.db import models

PAGE = Path(__file__).resolve().parents[3] / "docs" / "data-model.md"
HEAD = """# Data model

Written by `python -m onegoal.config.data_model` from the models; a test fails when it falls behind. Money is in minor
units, moments are in UTC. Records carry `source` and `source_id`: the pair makes a second import change nothing.
The tables of the warehouse stand in `warehouse/schemas.py`.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([HEAD, *_apps()]).rstrip() + "\n"


def _apps() -> Iterator[str]:
    for config in apps.get_app_configs():
        if not config.name.startswith("onegoal."):
            continue
        tables = list(config.get_models())
        if tables:
            purpose = (config.module.__doc__ or "").strip()
            yield f"## {config.label}\n\n{purpose}\n"
            yield from (_table(table) for table in tables)


def _table(model: type[models.Model]) -> str:
    purpose = (model.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    lines = [f"### {model.__name__}\n\n{purpose}\n", "| column | type | points to |", "|---|---|---|"]
    for field in model._meta.get_fields():
        if isinstance(field, models.Field) and field.name != "id":
            target = field.related_model.__name__ if isinstance(field.related_model, type) else ""
            optional = ", may be empty" if field.null else ""
            lines.append(f"| {field.name} | {_type_of(field)}{optional} | {target} |")
    return "\n".join(lines) + "\n"


def _type_of(field: models.Field) -> str:
    if isinstance(field, models.CharField) and field.choices:
        return "one of " + ", ".join(f"`{value}`" for value, _label in field.flatchoices if value)
    if isinstance(field, models.CharField) and field.max_length:
        return f"text to {field.max_length}"
    names = {"BigIntegerField": "integer", "DateTimeField": "moment", "DateField": "day", "TextField": "text"}
    kind = type(field).__name__
    return names.get(kind, kind.removesuffix("Field").lower())


def main() -> None:
    """Write the page, or with `--check` say whether it is current."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegoal.config.settings")
    django.setup()
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text(encoding="utf-8") == page() else "docs/data-model.md is behind the models")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
