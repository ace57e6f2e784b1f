"""Curves of time as columns and figures: what share arrived within a time, and quartiles where they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onegoal.apps.analysis.columns import SHORT_DAYS
from onegoal.apps.analysis.queries.durations import ShareWithin, horizons, share_within
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column, Kind
from onegoal.metrics.results import Survival

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class WithinColumn(Column):
    """The share of a curve that has arrived within `days`, with its interval."""

    kind: Kind = "percent"
    days: int = 0

    def read(self, row: Survival) -> float | None:
        """Return the share, None where nobody has been watched for as long."""
        found = share_within(row, self.days)
        return found.share if found else None

    def show(self, row: Survival) -> str:
        """Return the share with its interval below it."""
        found = share_within(row, self.days)
        if found is None:
            return self.show_value(None)
        return figures.show_noted(figures.show_percent(found.share), below=_bounds(found))

    @property
    def file_titles(self) -> list[str]:
        """Return the titles of the share and of its bounds."""
        bounds = [_("%(name)s, at least"), _("%(name)s, at most")]
        return [str(self.label), *(title % {"name": self.label} for title in bounds)]

    def file_values(self, row: Survival) -> list[Any]:
        """Return the exact share and its bounds."""
        found = share_within(row, self.days)
        return [found.share, found.low, found.high] if found else [None] * 3


@dataclass(frozen=True)
class TimeFigure:
    """One figure above the curve: what it is, how much, and what it was counted from."""

    label: str
    value: SafeString
    note: str


def within_words(days: int) -> str:
    """Name a horizon: within 30 days."""
    return _("Within %(days)s") % {"days": numbers.write_days(days, figures.language())}


def quartile_columns(curves: Sequence[Survival]) -> list[Column]:
    """Columns of the times a quarter, half and three quarters took; those no curve reaches wait to be chosen."""
    named = {
        "q25": _("A quarter within"),
        "median": _("Half within"),
        "median_low": _("Half, at least"),
        "median_high": _("Half, at most"),
        "q75": _("Three quarters within"),
        "arrived_median": _("Half of the arrived within"),
    }
    hints = {
        "median": _("The median, with those still on the way counted as such."),
        "arrived_median": _("Only of those who have arrived: the quick ones come first, so it is too short."),
    }
    known = {key for key in named if any(getattr(curve, key) is not None for curve in curves)}
    shown = known - {"arrived_median"} if "median" in known else known
    return [_time_column(key, label, hints.get(key, ""), key in shown, curves) for key, label in named.items()]


def figures_of(curve: Survival) -> list[TimeFigure]:
    """What can be said of one curve: half of all where it gets so far, the share by each horizon, half of the arrived."""
    language = figures.language()
    shares = [found for days in horizons([curve]) if (found := share_within(curve, days))]
    shown = [TimeFigure(within_words(one.days), figures.show_percent(one.share), _counts(curve, one)) for one in shares]
    if curve.median is not None:
        return [TimeFigure(_("Half within"), _time(curve.median), _("of all who started")), *shown]
    if curve.arrived_median is not None:
        count = numbers.write_number(curve.events, language)
        note = _("only the %(count)s who have arrived; the quick come first") % {"count": count}
        shown.append(TimeFigure(_("Half of the arrived within"), _time(curve.arrived_median), note))
    return shown


def _counts(curve: Survival, found: ShareWithin) -> str:
    """Write what a share was counted from: of 6,358 (2.6–3.5)."""
    whole = numbers.write_number(curve.records, figures.language())
    return _("of %(whole)s %(bounds)s") % {"whole": whole, "bounds": _bounds(found)}


def _bounds(found: ShareWithin) -> str:
    return f"({numbers.write_interval(found.low, found.high, figures.language())})"


def _time(days: float) -> SafeString:
    return figures.show_duration(days * _DAY_SECONDS) if days < SHORT_DAYS else figures.show_days(days)


def _time_column(key: str, label: str, hint: str, is_shown: bool, curves: Sequence[Survival]) -> Column:
    longest = max((getattr(curve, key) or 0 for curve in curves), default=0)
    if longest >= SHORT_DAYS:
        return Column(key, label, "days", hint=hint, visible=is_shown)
    return Column(key, label, "duration", value=lambda curve: _seconds(curve, key), hint=hint, visible=is_shown)


def _seconds(curve: Survival, key: str) -> float | None:
    days = getattr(curve, key)
    return None if days is None else days * _DAY_SECONDS
