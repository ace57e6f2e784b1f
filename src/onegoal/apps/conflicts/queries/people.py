"""The people whom the schemes in force pay, month by month on the company's history, as the levers can move it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from onegoal.apps.accounts.models import User
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.pay.models import SchemeMember, SchemeVersion
from onegoal.apps.pay.queries.figures import Figures, figures_of, value_of
from onegoal.apps.pay.queries.flags import versions_in_force
from onegoal.apps.pay.queries.items import Items, in_unit, items_between
from onegoal.apps.pay.queries.names import FLOWS, ITEMISED, asked_figure
from onegoal.apps.pay.queries.rules import (
    currency_digits,
    last_of_month,
    members_between,
    parts_of,
    teams_by_day,
    values_of,
)
from onegoal.apps.planning.models import PLANNED_MONEY
from onegoal.apps.planning.queries.in_force import planned_figures
from onegoal.core.kpi_conflicts import Figure, PersonHistory, SchemePay, replacements
from onegoal.core.pay import Part, PersonMonth, Stretch

_MOVED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("touches", "visitors", "clicks", "impressions"), "visitors"),
    **dict.fromkeys(("visitors_with_lead", "leads", "leads_answered", "leads_of_outcomes", "leads_with_clock"), "leads"),
    **dict.fromkeys(("qualified_leads", "answered_qualified", "qualified_of_outcomes", "opportunities"), "qualified"),
    **dict.fromkeys(("rejected_leads", "rejections"), "rejected"),
    **dict.fromkeys(
        (
            "qualified_with_deal", "leads_with_deal", "deals", "deals_won", "customers", "leads_won", "opened_deals_won",
            "deals_won_with_amount", "won_of_payments", "deals_won_with_margin",
        ),
        "sold",
    ),
    **dict.fromkeys(("money_signed", "gross_margin", "money_due", "signed_of_payments"), "signed"),
    **dict.fromkeys(("money_received", "payments", "deals_paid", "received_of_signed"), "received"),
    **dict.fromkeys(("calls", "calls_answered"), "calls"),
}  # fmt: skip
"""Which factor of a lever moves a measure of the catalogue; what stands here nowhere is left as it was."""


@dataclass(frozen=True)
class SchemeAudited:
    """A scheme in force with its version and its people's pay on the months."""

    version: SchemeVersion
    pay: SchemePay


def schemes_of(today: dt.date, months: Sequence[dt.date]) -> list[SchemeAudited]:
    """Return the schemes in force with the people they pay today, on all the months: as if they had always held.

    A person counts from the first whole month with the company on. Formulas that a change might bring are answered for
    as well.
    """
    versions = versions_in_force(today)
    digits = currency_digits()
    members = [one for one in members_between(today, today) if one.user.is_active]
    parts = {version.pk: parts_of(version, digits) for version in versions}
    names = {name for found in parts.values() for part in found for name in part.asked}
    asked = names | set(replacements(names).values())
    read = [_Month(month, asked, members, digits, today) for month in months]
    return [_scheme(version, parts[version.pk], members, read, asked, digits) for version in versions]


def figure_of(name: str) -> Figure:
    """Return what of a lever moves a name of a formula."""
    found = asked_figure(name)
    if found is None:
        return Figure()
    metric = found.metric
    return Figure(_MOVED.get(metric.numerator, ""), _MOVED.get(metric.denominator, ""))


def _scheme(
    version: SchemeVersion, parts: tuple[Part, ...], members: Iterable[SchemeMember], months: Sequence[_Month],
    asked: Iterable[str], digits: int,
) -> SchemeAudited:  # fmt: skip
    people = tuple(
        PersonHistory(one.user_id, one.user.name, tuple(month.of(one, parts) for month in months))
        for one in members
        if one.scheme_id == version.scheme_id
    )
    scheme = version.scheme
    figures = {name: figure_of(name) for name in asked}
    return SchemeAudited(version, SchemePay(scheme.pk, scheme.name, scheme.side, parts, people, figures, digits))


class _Month:
    """All that formulas may ask of one month."""

    def __init__(
        self, month: dt.date, asked: Iterable[str], members: Sequence[SchemeMember], digits: int, today: dt.date
    ) -> None:
        self._start, self._end, self._digits = month, last_of_month(month), digits
        zone = calendar_of_company().zone
        users = {one.user_id for one in members}
        self._asked = {name for name in asked if not name.startswith("attainment")}
        self._figures: Figures = figures_of(
            self._asked, self._start, self._end, users=users, by_day=False, digits=digits
        )
        self._items: Items = items_between(self._start, self._end, zone=zone, metrics=self._asked & ITEMISED)
        self._teams = teams_by_day(users, since=today, zone=zone)
        self._today = today
        self._plan = _plan(today, digits, self._asked) | dict(self._figures.given)

    def of(self, member: SchemeMember, parts: tuple[Part, ...]) -> PersonMonth | None:
        """Return a person's month as one whole stretch; None where they were not there all of it."""
        if not _was_there(member.user, self._start, self._end):
            return None
        flows: dict[str, Fraction] = {}
        ratios: dict[str, tuple[Fraction, Fraction]] = {}
        given = values_of(member, self._digits)
        for name in self._asked:
            self._add(name, member.user_id, flows, ratios, given)
        stretch = Stretch(self._start, self._end, 1, parts, flows, ratios, given, scheme=member.scheme_id)
        return PersonMonth((stretch,), 1)

    def _add(
        self, name: str, user_id: int, flows: dict[str, Fraction], ratios: dict[str, tuple[Fraction, Fraction]],
        given: dict[str, Fraction],
    ) -> None:  # fmt: skip
        figure = asked_figure(name)
        if figure is None or figure.group == "company":
            if name in self._plan and name not in given:
                given[name] = self._plan[name]
        elif figure.group == "team":
            parts = self._figures.of_teams(name, sorted(self._teams[user_id].on(self._today)))
            if parts and (value := value_of(figure.metric, parts)) is not None:
                given[name] = value
        elif name in ITEMISED:
            counted = sum(item.counted for item in self._items.of(user_id, name, self._start, self._end))
            flows[name] = in_unit(name, counted, self._digits)
        elif (own := self._figures.of_person(name, user_id, None)) is not None:
            if figure.metric.kind in FLOWS:
                flows[name] = own[0]
            else:
                ratios[name] = own


def _was_there(user: User, start: dt.date, end: dt.date) -> bool:
    return (user.joined_on is None or user.joined_on <= start) and (user.left_on is None or user.left_on >= end)


def _plan(today: dt.date, digits: int, asked: Iterable[str]) -> dict[str, Fraction]:
    """What is planned for the present month, for months that had no plan yet."""
    if not any(name.startswith("plan_") for name in asked):
        return {}
    month = today.replace(day=1)
    return {
        f"plan_{metric}": Fraction(value, 10**digits if metric in PLANNED_MONEY else 1)
        for metric, value in planned_figures(month, month).items()
    }
