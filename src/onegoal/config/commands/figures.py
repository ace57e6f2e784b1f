"""`onegoal metric` and `onegoal metrics`: every figure of the catalogue, for people and for programs."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from onegoal.apps.facts.queries import ask
from onegoal.apps.facts.services import publish_now
from onegoal.core.money import minor_digits
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.dimensions import DIMENSIONS
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.plan import STAGE_NAMES
from onegoal.metrics.question import Answer, Question, Row, Value

REFUSED = 1
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, money in minor units.")]


def metric(
    name: Annotated[str, typer.Argument(help="A name that `onegoal metrics` lists.")],
    by: Annotated[list[str] | None, typer.Option("--by", help="A dimension to cut by; may be repeated.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="The first day, as 2026-01-31.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="The last day.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", help="DIMENSION=VALUE; nothing after = means not set; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question about figures."""
    question = Question(
        name, tuple(by or ()), _day(start, "--from"), _day(end, "--to"), tuple(_filter(text) for text in where or ())
    )  # fmt: skip
    publish_now()
    try:
        answer = ask(question)
    except QuestionRefused as refusal:
        reason = {"error": {"code": refusal.code, "message": refusal.message}}
        typer.echo(json.dumps(reason) if as_json else refusal.message, err=True)
        raise typer.Exit(REFUSED) from refusal
    if as_json:
        typer.echo(json.dumps(answer_json(answer), ensure_ascii=False))
    else:
        _show(answer)


def metrics(as_json: AsJson = False) -> None:
    """List every figure with its words, unit, parts and dimensions."""
    if as_json:
        typer.echo(json.dumps(catalogue_json(), ensure_ascii=False))
        return
    table = Table("name", "unit", "words", "by")
    for found in METRICS.values():
        table.add_row(found.name, found.unit, found.words, ", ".join(found.dimensions))
    Console().print(table)


def catalogue_json() -> list[dict[str, Any]]:
    """Return the catalogue as programs read it."""
    return [
        {
            "name": found.name, "title": found.title, "words": found.words, "unit": found.unit,
            "numerator": found.numerator or None, "denominator": found.denominator or None,
            "dimensions": list(found.dimensions), "needs_costs": found.needs_costs,
            "interval": found.interval or None,
        }
        for found in METRICS.values()
    ]  # fmt: skip


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as programs read it: money in minor units of `currency`, rates as shares of one."""
    asked, differs = answer.question, answer.differs
    return {
        "metric": asked.metric, "unit": answer.unit, "currency": answer.currency or None,
        "from": asked.start.isoformat() if asked.start else None, "to": asked.end.isoformat() if asked.end else None,
        "rows": [_row_json(row) for row in answer.rows],
        "differs": {"p": differs.p, "beyond_chance": differs.beyond_chance} if differs else None,
    }  # fmt: skip


def _row_json(row: Row) -> dict[str, Any]:
    figures = {
        "value": row.value, "numerator": row.numerator, "denominator": row.denominator,
        "low": row.low, "high": row.high,
    }  # fmt: skip
    plain = {name: _number(value) for name, value in figures.items()}
    return {"by": dict(row.by), **plain, "stands_out": row.stands_out or None}


def _number(value: Value) -> int | float | None:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _show(answer: Answer) -> None:
    asked = answer.question
    found = METRICS[asked.metric]
    names = list(dict.fromkeys(name for row in answer.rows for name in row.by))
    table = Table(*names, found.title, "of", "95 %", "stands out", title=found.words, title_justify="left")
    for row in answer.rows:
        parts = "" if row.denominator is None else f"{row.numerator} / {row.denominator}"
        bounds = "" if row.low is None and row.high is None else f"{_text(row.low, answer)} – {_text(row.high, answer)}"
        table.add_row(
            *["not set" if row.by[name] is None else str(row.by[name]) for name in names],
            _text(row.value, answer), parts, bounds, row.stands_out,
        )  # fmt: skip
    console = Console()
    console.print(table)
    if answer.differs:
        verb = "differ beyond chance" if answer.differs.beyond_chance else "do not differ beyond chance"
        console.print(f"The rows {verb} (p = {answer.differs.p:.2g}).")


def _text(value: Value, answer: Answer) -> str:
    if value is None:
        return "–"
    if answer.unit == "share":
        return f"{float(value):.1%}"
    if answer.unit == "money" and answer.currency:
        return f"{Decimal(str(value)).scaleb(-minor_digits(answer.currency)):,.2f} {answer.currency}"
    return f"{value:,}" if isinstance(value, int) else f"{float(value):,.2f}"


def _day(text: str | None, option: str) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day like 2026-01-31.", param_hint=option) from None


def _filter(text: str) -> tuple[str, str | None]:
    name, sign, value = text.partition("=")
    if not sign or not (name in DIMENSIONS or name in STAGE_NAMES):
        known = ", ".join(DIMENSIONS)
        raise typer.BadParameter(f"{text!r} is no DIMENSION=VALUE of {known}.", param_hint="--where")
    return name, value or None
