"""What the engine is given for a month: each person's stretches of days with rules, values and figures, and what is amiss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from onegoal.apps.accounts.models import User
from onegoal.apps.company.queries import calendar_of_company, current_company
from onegoal.apps.pay.models import SchemeMember, SchemeVersion
from onegoal.apps.pay.queries.figures import Figures, figures_of, value_of
from onegoal.apps.pay.queries.items import Item, Items, in_unit, items_between
from onegoal.apps.pay.queries.names import FLOWS, ITEMISED, Asked, asked_figure
from onegoal.apps.pay.queries.rules import (
    Rules,
    TeamDays,
    currency_digits,
    last_of_month,
    members_between,
    parts_of,
    rules_until,
    teams_by_day,
    values_of,
)
from onegoal.core.pay import PersonMonth, Stretch
from onegoal.core.periods import Period

_DAY = dt.timedelta(days=1)
_MOST_NAMED = 20


@dataclass(frozen=True)
class Problem:
    """What forbids approving a run: `code`, whose (`user_id`, `user`), and where; the rest is empty where it says nothing.

    Codes: division_by_zero, value_missing (`name` has no value), band_order, too_big (a line of `part`, with the place
    `at` in its formula or gate); no_version (the person's scheme has none approved); facts_late (records and figures of
    `name` differ: figures are being written, compute again); no_rate (`deals` with money no exchange rate converts);
    several_currencies (`name`).
    """

    code: str
    user_id: int | None = None
    user: str = ""
    part: str = ""
    name: str = ""
    at: int = 0
    in_gate: bool = False
    deals: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as a run keeps it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self.__dict__.items()}


@dataclass(frozen=True)
class Inputs:
    """A month as `core.pay.pay_of` takes it, by person, with the items that lines are traced to."""

    month: dt.date
    ends_on: dt.date
    digits: int
    people: Mapping[int, PersonMonth]
    users: Mapping[int, User]
    items: Items
    problems: tuple[Problem, ...]
    data_version: str


@dataclass(frozen=True)
class _Span:
    """Days under one member row, one version and one set of teams."""

    starts_on: dt.date
    ends_on: dt.date
    member: SchemeMember
    rules: Rules
    teams: frozenset[int]


def inputs_of(
    month: dt.date, *, version: SchemeVersion | None = None, only: Iterable[int] | None = None,
    ghosts: Iterable[tuple[int, Item]] = (),
) -> Inputs:  # fmt: skip
    """Gather a month, first day given; a handful of questions however many people.

    With `version` its scheme is paid by it the whole month (what-if) and nobody else is; `only` keeps some people;
    `ghosts` are items (person, item) to count although the records no longer hold them.
    """
    start, end = month.replace(day=1), last_of_month(month)
    digits, calendar = currency_digits(), calendar_of_company()
    members = members_between(start, end)
    if version is not None:
        members = [member for member in members if member.scheme_id == version.scheme_id]
    if only is not None:
        kept = set(only)
        members = [member for member in members if member.user_id in kept]
    rules = _rules(end, digits, version)
    teams = teams_by_day({member.user_id for member in members}, since=start, zone=calendar.zone)
    spans, unruled = _spans(members, rules, teams, start, end)
    names = {name for found in spans.values() for span in found for part in span.rules.parts for name in part.asked}
    is_cut = any(len(found) > 1 or not _is_whole(found[0], start, end) for found in spans.values() if found)
    figures = figures_of(names, start, end, users=spans, by_day=is_cut, digits=digits)
    items = items_between(start, end, zone=calendar.zone, metrics=names & ITEMISED)
    for user_id, item in ghosts:
        items.add(user_id, item)
    working = [day for day in Period(start, end) if calendar.window(day)]
    build = _Builder(start, end, digits, working, figures, items)
    users = {member.user_id: member.user for member in members}
    people = {user_id: build.month_of(user_id, found) for user_id, found in sorted(spans.items()) if found}
    problems = (*unruled, *_problems(figures, items))
    return Inputs(start, end, digits, people, users, items, problems, figures.data_version)


def _rules(end: dt.date, digits: int, version: SchemeVersion | None) -> dict[int, list[Rules]]:
    if version is None:
        return rules_until(end, digits)
    tried = Rules(version.pk, version.scheme_id, dt.date.min, version.number, parts_of(version, digits))
    return {version.scheme_id: [tried]}


def _spans(
    members: Iterable[SchemeMember], rules: Mapping[int, list[Rules]], teams: Mapping[int, TeamDays],
    start: dt.date, end: dt.date,
) -> tuple[dict[int, list[_Span]], list[Problem]]:  # fmt: skip
    """Return each person's days cut wherever rules, values or teams change, and who has days without rules."""
    spans: dict[int, list[_Span]] = {}
    problems: list[Problem] = []
    for member in members:
        first, last = max(start, member.starts_on), min(end, member.ends_on or end)
        first, last = _there(member.user, first, last)
        if first > last:
            continue
        held = teams[member.user_id]
        cuts = {one.valid_from for one in rules.get(member.scheme_id, ()) if first < one.valid_from <= last}
        edges = sorted({first, *cuts, *held.cuts(first, last)})
        for begins, following in zip(edges, [*edges[1:], last + _DAY], strict=True):
            ruling = next((one for one in rules.get(member.scheme_id, ()) if one.valid_from <= begins), None)
            if ruling is None:
                problems.append(Problem("no_version", member.user_id, member.user.name, name=member.scheme.name))
                continue
            span = _Span(begins, following - _DAY, member, ruling, held.on(begins))
            spans.setdefault(member.user_id, []).append(span)
    return spans, list(dict.fromkeys(problems))


def _there(user: User, first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """Keep to the days the person is with the company."""
    return max(first, user.joined_on or first), min(last, user.left_on or last)


def _is_whole(span: _Span, start: dt.date, end: dt.date) -> bool:
    return span.starts_on == start and span.ends_on == end


@dataclass(frozen=True)
class _Builder:
    """Makes the engine's stretches from spans."""

    start: dt.date
    end: dt.date
    digits: int
    working: list[dt.date]
    figures: Figures
    items: Items

    def month_of(self, user_id: int, spans: list[_Span]) -> PersonMonth:
        """Return a person's month."""
        return PersonMonth(tuple(self._stretch(user_id, span) for span in spans), len(self.working))

    def _stretch(self, user_id: int, span: _Span) -> Stretch:
        days = sum(1 for day in self.working if span.starts_on <= day <= span.ends_on)
        stretch = Stretch(
            span.starts_on, span.ends_on, days, span.rules.parts, {}, {}, values_of(span.member, self.digits),
            scheme=span.rules.scheme_id,
        )  # fmt: skip
        flows: dict[str, Fraction] = {}
        ratios: dict[str, tuple[Fraction, Fraction]] = {}
        given = dict(stretch.given)
        for name in dict.fromkeys(name for part in span.rules.parts for name in part.asked):
            figure = asked_figure(name)
            if figure is None or figure.group == "company":
                if name in self.figures.given:
                    given[name] = self.figures.given[name]
            elif figure.group == "team":
                parts = self.figures.of_teams(name, sorted(span.teams))
                if parts and (value := value_of(figure.metric, parts)) is not None:
                    given[name] = value
            else:
                self._own(user_id, span, name, figure, flows, ratios)
        return replace(stretch, flows=flows, ratios=ratios, given=given)

    def _own(
        self, user_id: int, span: _Span, name: str, figure: Asked, flows: dict[str, Fraction],
        ratios: dict[str, tuple[Fraction, Fraction]],
    ) -> None:  # fmt: skip
        if name in ITEMISED:
            counted = sum(item.counted for item in self.items.of(user_id, name, span.starts_on, span.ends_on))
            flows[name] = in_unit(name, counted, self.digits)
            return
        days = None if _is_whole(span, self.start, self.end) else Period(span.starts_on, span.ends_on)
        parts = self.figures.of_person(name, user_id, days)
        if parts is None:
            return
        if figure.metric.kind in FLOWS:
            flows[name] = parts[0]
        else:
            ratios[name] = parts


def _problems(figures: Figures, items: Items) -> list[Problem]:
    """Return what is amiss with the figures themselves."""
    found = [Problem("several_currencies", name=metric) for metric in figures.several_currencies]
    if items.foreign:
        found.append(Problem("no_rate", deals=tuple(sorted(set(items.foreign))[:_MOST_NAMED])))
    sellers = dict(User.objects.values_list("pk", "name"))
    for metric in sorted(figures.itemised):
        counted: dict[str, int] = {}
        for (name, seller), value in items.as_counted.items():
            if name == metric:
                title = sellers.get(seller, "") if seller else ""
                counted[title] = counted.get(title, 0) + value
        told = {name: value for name, value in figures.itemised[metric].items() if value}
        if told != {name: value for name, value in counted.items() if value}:
            found.append(Problem("facts_late", name=metric))
    return found


def currency_of_pay() -> str:
    """Return the currency everybody is paid in: the company's own."""
    return current_company().currency
