"""Columns of credit: the chosen model with its interval, others as their difference from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column


@dataclass(frozen=True)
class CreditColumn(Column):
    """A column of conversions or money; the line of what no touch explains stays last however one sorts."""

    measure: Measure | None = None

    def show_value(self, value: Any, *, is_too_few: bool = False) -> str:
        """Return a value as the measure writes it."""
        if value is None or self.measure is None:
            return super().show_value(value)
        return self.measure.show(value)

    def sort_key(self, row: Any) -> tuple[bool, Any]:
        """Keep what no touch explains below all groups."""
        return (True, None) if getattr(row, "is_unattributed", False) else super().sort_key(row)


@dataclass(frozen=True)
class Bounded:
    """A figure with its bounds, None where no interval was computed."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the bounds leave nought out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class MainColumn(CreditColumn):
    """The credit of the chosen model with its interval in small; a row's value is a `Bounded`."""

    def show_value(self, value: Any, *, is_too_few: bool = False) -> str:
        """Return the credit with its bounds below it."""
        if not isinstance(value, Bounded):
            return super().show_value(value)
        if value.value is None or self.measure is None:
            return super().show_value(None)
        shown = self.measure.show(value.value)
        if value.low is None or value.high is None or value.low == value.high:
            return shown
        return figures.show_noted(shown, below=between(self.measure, value))

    def sort_key(self, row: Any) -> tuple[bool, Any]:
        """Sort by the credit itself."""
        if getattr(row, "is_unattributed", False):
            return True, None
        value = self.read(row)
        return value is None or value.value is None, value.value if value else None

    @property
    def file_titles(self) -> list[str]:
        """Return the titles of the credit and its bounds."""
        (title,) = super().file_titles
        return [title, _("%(name)s, at least") % {"name": title}, _("%(name)s, at most") % {"name": title}]

    def file_values(self, row: Any) -> list[Any]:
        """Return the exact credit and its bounds."""
        value = self.read(row) or Bounded(None)
        return [exact(self, one) for one in (value.value, value.low, value.high)]


@dataclass(frozen=True)
class DifferenceColumn(MainColumn):
    """A model's difference from the chosen one: grey where its interval holds nought, for then nothing can be told."""

    def show_value(self, value: Any, *, is_too_few: bool = False) -> str:
        """Return the difference with its sign; the bounds stand in the note that hovers."""
        if not isinstance(value, Bounded) or value.value is None or self.measure is None:
            return super().show_value(None)
        text = self.measure.signed(value.value)
        if value.low is None or value.high is None:
            return format_html('<span class="num">{}</span>', text)
        bounds = between(self.measure, value)
        if value.is_clear:
            return format_html('<span class="num" title="{}">{}</span>', bounds, text)
        title = _("too few to tell: %(bounds)s") % {"bounds": bounds}
        return format_html('<span class="num too-few" title="{}">{}</span>', title, text)


def between(measure: Measure, value: Bounded) -> str:
    """Write bounds: 12–34; with a word between them where a minus would stand beside the dash."""
    low, high = (measure.text(_rounded(measure, bound)) for bound in (value.low, value.high))
    if numbers.MINUS in low + high:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    return f"{low}–{high}"


def exact(column: CreditColumn, value: float | None) -> Any:
    """Return a value for a file: major units of money, conversions as they are."""
    if value is None or column.kind != "money":
        return value
    return Column("exact", "", "money", currency=column.currency).file_values({"exact": round(value)})[0]


def _rounded(measure: Measure, value: float | None) -> float | None:
    return value if value is None or measure.is_money else round(value, 1)
