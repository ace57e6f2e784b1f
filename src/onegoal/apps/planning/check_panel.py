"""What the panel beside the grid says: each check in words with what closes it, and the chances of the targets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from onegoal.apps.company.queries import current_company
from onegoal.apps.planning.check_words import (
    FIGURES,
    LEVELS,
    check_sentence,
    check_title,
    closing_words,
    missing_by_month,
    month_words,
    too_late_words,
)
from onegoal.apps.planning.models import PLANNED_MONEY, PlanVersion
from onegoal.apps.planning.queries.checks import checks_of
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_money, write_number, write_percent
from onegoal.core.joint_plan.figures import AMBER, RED, Chance, Check

_MOST_OPEN: Final = 3


@dataclass(frozen=True)
class Line:
    """One check as it is read."""

    level: str
    level_words: str
    title: str
    sentence: str
    closes: tuple[str, ...]
    by_month: tuple[tuple[str, str], ...]
    too_late: str


@dataclass(frozen=True)
class Target:
    """How likely one target is: of the whole plan, or of a month."""

    name: str
    when: str
    planned: str
    likely: str
    chance: str


@dataclass(frozen=True)
class Panel:
    """The worst checks open, `more` failed ones and those that hold folded; chances of the whole plan and of its months."""

    failed: tuple[Line, ...]
    more: tuple[Line, ...]
    others: tuple[Line, ...]
    targets: tuple[Target, ...]
    of_months: tuple[Target, ...]
    has_history: bool
    is_red: bool
    after_end: str


def panel_of(version: PlanVersion, now: dt.datetime) -> Panel:
    """Return what the panel of a version says now."""
    told, currency = checks_of(version, now), current_company().currency
    failed = tuple(line_of(one, currency) for one in told.checks if one.level in (RED, AMBER))
    others = tuple(line_of(one, currency) for one in told.checks if one.level not in (RED, AMBER))
    targets = [_target(one, currency) for one in told.chances if one.month is None]
    of_months = [_target(one, currency) for one in told.chances if one.month is not None]
    after = write_number(told.after_end, language(), digits=0) if told.after_end >= 1 else ""
    open_ones, more = failed[:_MOST_OPEN], failed[_MOST_OPEN:]
    return Panel(open_ones, more, others, tuple(targets), tuple(of_months), told.has_history, told.is_red, after)


def line_of(check: Check, currency: str) -> Line:
    """Return one check in words."""
    return Line(
        check.level, str(LEVELS[check.level]), check_title(check), check_sentence(check, currency),
        tuple(closing_words(check, currency)), tuple(missing_by_month(check)), too_late_words(check),
    )  # fmt: skip


def _target(one: Chance, currency: str) -> Target:
    likely = " – ".join(
        _figure(bound, one.metric, currency) for bound in (one.likely.low, one.likely.high) if bound is not None
    )
    return Target(
        str(FIGURES.get(one.metric, one.metric)),
        month_words(one.month) if one.month else "",
        "" if one.chance is None else _figure(one.planned, one.metric, currency),
        likely,
        "" if one.chance is None else chance_words(one.chance),
    )


def _figure(value: float, metric: str, currency: str) -> str:
    if metric == "product_mix":
        return write_percent(value, language(), digits=0)
    if metric in PLANNED_MONEY or metric == "average_price":
        return write_money(round(value), currency, language(), style="read")
    return write_number(value, language(), digits=0)


def chance_words(share: float) -> str:
    """Write a chance without claiming what the runs cannot tell: nothing is sure."""
    if share < 0.005:
        return f"< {write_percent(0.01, language(), digits=0)}"
    if share > 0.995:
        return f"> {write_percent(0.99, language(), digits=0)}"
    return write_percent(share, language(), digits=0)
