"""What the boards of a screen say now: one slide each, several where a list is long; one with nothing to say is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company
from onegoal.apps.control.queries.pace import pace_of
from onegoal.apps.goal.models import PartKind
from onegoal.apps.goal.queries import active_kpi
from onegoal.apps.wall.models import BoardKind, WallBoard, WallScreen
from onegoal.apps.wall.queries.contests import is_about_costs, standing_in
from onegoal.apps.wall.queries.month import (
    DEALS,
    Month,
    course_of_month,
    sellers_in_month,
    team_total,
    teams_in_month,
)
from onegoal.metrics.errors import QuestionRefused

LINES: Final = 8
"""Lines of a list that can be read from five metres."""
COLUMNS: Final = 3
_TALLEST: Final = 1.5


@dataclass(frozen=True)
class Slide:
    """One picture of the rotation: its template and what that shows."""

    key: str
    seconds: int
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bar:
    """One day of the row: `height` is a share of the tallest bar, None on days for which nothing is planned."""

    day: dt.date
    share: Any
    is_today: bool
    is_future: bool
    is_worked: bool

    @property
    def height(self) -> float | None:
        """Return how high it stands, of the tallest there is room for."""
        return None if self.share is None or self.is_future else min(float(self.share), _TALLEST) / _TALLEST

    @property
    def is_met(self) -> bool:
        """Tell whether the day brought what was planned for it."""
        return self.share is not None and self.share >= 1


class Sight:
    """What several boards of one picture look at, read once."""

    def __init__(self, project: Project | None, today: dt.date) -> None:
        self.project, self.today = project, today

    @cached_property
    def month(self) -> Month:
        """The month of the screen's project."""
        return course_of_month(self.today, project=self.project)

    @cached_property
    def currency(self) -> str:
        """The company's currency."""
        return current_company().currency


def slides_of(screen: WallScreen, today: dt.date) -> list[Slide]:
    """Return the slides of a screen in their order; one that says so when no board has anything to show."""
    sight = Sight(screen.project, today)
    found = [slide for board in screen.boards.all() for slide in _slides(board, sight)]
    return found or [Slide("nothing", 60, "wall/boards/nothing.html")]


def _slides(board: WallBoard, sight: Sight) -> list[Slide]:
    try:
        contexts = _BUILDERS[board.kind](board, sight)
    except QuestionRefused:
        return []  # a filter names a project or channel that was renamed: the other boards go on
    common: dict[str, Any] = {"board": board, "today": sight.today, "currency": sight.currency}
    return [
        Slide(f"{board.pk}-{at}", max(5, board.seconds), f"wall/boards/{board.kind}.html", {**common, **context})
        for at, context in enumerate(contexts)
    ]


Contexts = Sequence[Mapping[str, Any]]


def _goal(board: WallBoard, sight: Sight) -> Contexts:
    kpi = active_kpi(project=sight.project, on=sight.today) or active_kpi(on=sight.today)
    pace = pace_of(kpi, today=sight.today) if kpi else None
    if pace is None:
        return []
    labels = dict(PartKind.choices)
    parts = [(part, labels[part.kind]) for part in pace.parts] if len(pace.parts) > 1 else []
    return [{"kpi": kpi, "pace": pace, "parts": parts}]


def _days(board: WallBoard, sight: Sight) -> Contexts:
    month = sight.month
    course = month.main
    if not course.is_planned:
        return []
    bars = [
        Bar(day, course.share_of(day), day == sight.today, day > sight.today, day in month.worked)
        for day in month.period
    ]
    return [{"course": course, "bars": bars, "share": course.share_of(sight.today)}]


def _money(board: WallBoard, sight: Sight) -> Contexts:
    return [{"course": sight.month.money, "month": sight.month.period.start}]


def _today(board: WallBoard, sight: Sight) -> Contexts:
    courses = [one for one in (sight.month.courses[DEALS], sight.month.money) if one.is_planned]
    return [{"main": courses[0], "others": courses[1:], "is_deals": courses[0].metric == DEALS}] if courses else []


def _teams(board: WallBoard, sight: Sight) -> Contexts:
    lines = teams_in_month(sight.today, shows=board.shows, project=sight.project)
    if len(lines) < 2:
        return []
    deals = sight.month.courses[DEALS]
    if len(lines) <= COLUMNS:
        return [{"lines": lines, "is_planned": deals.is_planned}]
    return _listed(lines, deals.so_far, deals.planned)


def _sellers(board: WallBoard, sight: Sight) -> Contexts:
    lines = sellers_in_month(sight.today, shows=board.shows, team=board.team, project=sight.project)
    deals = sight.month.courses[DEALS]
    if board.team is None:
        return _listed(lines, deals.so_far, deals.planned)
    return _listed(lines, team_total(sight.today, board.team, project=sight.project), None)


def _listed(lines: Sequence[Any], total: int, planned: int | None) -> Contexts:
    return [{"lines": part, "total": total, "planned": planned, "is_list": True} for part in _pages(lines)]


def _contest(board: WallBoard, sight: Sight) -> Contexts:
    contest = board.contest
    if contest is None or contest.cancelled_at or is_about_costs(contest):
        return []
    lines = standing_in(contest, today=sight.today)
    days_left = (contest.ends_on - sight.today).days + 1
    shown = {"contest": contest, "days_left": max(0, days_left), "begins_in": (contest.starts_on - sight.today).days}
    return [shown | {"lines": part} for part in _pages(lines)]


def _pages(lines: Sequence[Any]) -> list[Sequence[Any]]:
    """Return the lines in as many slides as they need, each about as full as the others."""
    slides = -(-len(lines) // LINES)
    size = -(-len(lines) // slides) if slides else 1
    return [lines[start : start + size] for start in range(0, len(lines), size)]


_BUILDERS: Final[Mapping[str, Callable[[WallBoard, Sight], Contexts]]] = {
    BoardKind.GOAL: _goal,
    BoardKind.DAYS: _days,
    BoardKind.MONEY: _money,
    BoardKind.TEAMS: _teams,
    BoardKind.SELLERS: _sellers,
    BoardKind.CONTEST: _contest,
    BoardKind.TODAY: _today,
}
