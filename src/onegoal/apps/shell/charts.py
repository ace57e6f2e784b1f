"""Descriptions of plots that a page hands to the browser, and the same figures as a table for every reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from onegoal.apps.shell import figures, numbers
from onegoal.core.currencies import minor_digits

Text = str | Promise
Kind = Literal["line", "bars", "stacked", "survival", "heat", "flow"]
Role = Literal["fact", "plan", "forecast"]


@dataclass(frozen=True)
class Unit:
    """What the values of a plot are: plain numbers, minor units of a currency, or shares of one."""

    kind: Literal["number", "money", "percent"] = "number"
    currency: str = ""
    suffix: Text = ""

    def write(self, value: Any) -> str:
        """Write one value for the table below the plot."""
        if self.kind == "money":
            return numbers.write_money(value, self.currency, figures.language(), style="whole")
        if self.kind == "percent":
            return numbers.write_percent(value, figures.language())
        text = numbers.write_number(value, figures.language())
        return f"{text}\u00a0{self.suffix}" if self.suffix and value is not None else text

    def exact(self, value: Any) -> str:
        """Write one value for a file: major units of money, shares of one."""
        if not numbers.is_number(value):
            return ""
        if self.kind != "money":
            return str(value)
        digits = minor_digits(self.currency) if len(self.currency) == 3 else 2
        return f"{value / 10**digits:.{digits}f}"

    def spec(self) -> dict[str, Any]:
        """Return what the browser needs to write values itself."""
        digits = minor_digits(self.currency) if len(self.currency) == 3 else 2
        return {"kind": self.kind, "currency": self.currency or "EUR", "digits": digits, "suffix": str(self.suffix)}


@dataclass(frozen=True)
class Series:
    """One line or row of bars, a value for each label; `low` and `high` make a band, `links` lead to lists."""

    name: Text
    values: Sequence[float | int | None]
    role: Role = "fact"
    low: Sequence[float | int | None] | None = None
    high: Sequence[float | int | None] | None = None
    links: Sequence[str] | None = None


@dataclass(frozen=True)
class Mark:
    """An event on the axis of time: a launch, a change of price. `at` is one of the chart's labels."""

    at: str
    label: Text


@dataclass(frozen=True)
class Cell:
    """One square of a heat map: column, row, value and a short note such as `12 of 40`."""

    x: int
    y: int
    value: float | int | None
    note: Text = ""
    link: str = ""


@dataclass(frozen=True)
class Stop:
    """One block of a plot of flows. Blocks of one `tone` share a colour; no tone is grey. `step` is its column, from 0."""

    key: str
    name: Text
    step: int
    tone: str = ""


@dataclass(frozen=True)
class Flow:
    """How much went from one stop to another, by their keys; `link` leads to the list behind it."""

    source: str
    target: str
    value: int
    link: str = ""


@dataclass(frozen=True)
class Chart:
    """A plot whose `title` says the finding. Labels are words, or ISO days where `label_kind` is day or month.

    With `label_every` only each so manieth label is written on the axis; without, as many as fit.
    """

    key: str
    kind: Kind
    title: Text
    labels: Sequence[str | Promise]
    series: Sequence[Series] = ()
    unit: Unit = field(default_factory=Unit)
    note: Text = ""
    label_kind: Literal["word", "day", "month"] = "word"
    label_title: Text = ""
    rows: Sequence[Text] = ()
    cells: Sequence[Cell] = ()
    marks: Sequence[Mark] = ()
    stops: Sequence[Stop] = ()
    flows: Sequence[Flow] = ()
    is_horizontal: bool = False
    starts_at_zero: bool = True
    size: Literal["small", "medium", "tall"] = "medium"
    label_every: int = 0

    def spec(self) -> dict[str, Any]:
        """Return the description as plain values for JSON."""
        return {
            "kind": self.kind,
            "labels": [str(label) for label in self.labels],
            "label_kind": self.label_kind,
            "unit": self.unit.spec(),
            "series": [_series(one) for one in self.series],
            "rows": [str(row) for row in self.rows],
            "cells": [
                {"x": cell.x, "y": cell.y, "value": cell.value, "note": str(cell.note), "link": cell.link}
                for cell in self.cells
            ],
            "marks": [{"at": mark.at, "label": str(mark.label)} for mark in self.marks],
            "stops": [
                {"name": stop.key, "label": str(stop.name), "depth": stop.step, "tone": stop.tone}
                for stop in self.stops
            ],
            "flows": [
                {"source": flow.source, "target": flow.target, "value": flow.value, "link": flow.link}
                for flow in self.flows
            ],
            "is_horizontal": self.is_horizontal,
            "starts_at_zero": self.starts_at_zero,
            "label_every": self.label_every,
        }

    @property
    def table_header(self) -> list[str]:
        """Return the column titles of the chart as a table."""
        first = str(self.label_title or _("Period") if self.label_kind != "word" else self.label_title)
        if self.kind == "heat":
            return [first, *(str(label) for label in self.labels)]
        if self.kind == "flow":
            return [pgettext("step", "From"), pgettext("step", "To"), *(str(label) for label in self.labels)]
        return [first, *(title for one in self.series for title in _titles(one))]

    @property
    def table_rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return a label and (text, exact) pairs for each line of the table."""
        if self.kind == "heat":
            values = {(cell.x, cell.y): cell.value for cell in self.cells}
            return [
                (str(row), [self._pair(values.get((x, y))) for x in range(len(self.labels))])
                for y, row in enumerate(self.rows)
            ]
        if self.kind == "flow":
            names = {stop.key: str(stop.name) for stop in self.stops}
            return [
                (names[flow.source], [(names[flow.target], names[flow.target]), self._pair(flow.value)])
                for flow in self.flows
            ]
        return [(self._label(at), self._row(at)) for at in range(len(self.labels))]

    def _row(self, at: int) -> list[tuple[str, str]]:
        columns = (values for one in self.series for values in _columns(one))
        return [self._pair(values[at]) for values in columns]

    def _pair(self, value: Any) -> tuple[str, str]:
        return self.unit.write(value), self.unit.exact(value)

    def _label(self, at: int) -> str:
        label = str(self.labels[at])
        if self.label_kind == "word":
            return label
        return numbers.write_day(dt.date.fromisoformat(label), figures.language())


def _series(series: Series) -> dict[str, Any]:
    spec: dict[str, Any] = {"name": str(series.name), "role": series.role, "values": list(series.values)}
    if series.low is not None and series.high is not None:
        spec |= {"low": list(series.low), "high": list(series.high)}
    if series.links is not None:
        spec["links"] = list(series.links)
    return spec


def _titles(series: Series) -> list[str]:
    name = str(series.name)
    if series.low is None or series.high is None:
        return [name]
    return [name, _("%(name)s, at least") % {"name": name}, _("%(name)s, at most") % {"name": name}]


def _columns(series: Series) -> list[Sequence[float | int | None]]:
    if series.low is None or series.high is None:
        return [series.values]
    return [series.values, series.low, series.high]
