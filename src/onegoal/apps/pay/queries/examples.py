"""What the names of formulas come to for one person in a month, as examples for the builder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction

from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.pay.models import SchemeMember
from onegoal.apps.pay.queries.figures import figures_of, value_of
from onegoal.apps.pay.queries.items import in_unit, items_between
from onegoal.apps.pay.queries.names import ITEMISED, asked_figure
from onegoal.apps.pay.queries.rules import currency_digits, last_of_month, teams_by_day, values_of


def example_values(names: Iterable[str], member: SchemeMember, month: dt.date) -> dict[str, Fraction]:
    """Return what names come to for a person in a month so far, money in major units; names without a value are left out."""
    wanted, start, end = set(names), month.replace(day=1), last_of_month(month)
    digits, zone = currency_digits(), calendar_of_company().zone
    user = member.user_id
    figures = figures_of(wanted, start, end, users=[user], by_day=False, digits=digits)
    items = items_between(start, end, zone=zone, metrics=wanted & ITEMISED)
    teams = sorted(teams_by_day([user], since=start, zone=zone)[user].on(end))
    found = dict(figures.given) | {key: value for key, value in values_of(member, digits).items() if key in wanted}
    for name in wanted - set(found):
        figure = asked_figure(name)
        if figure is None or figure.group == "company":
            continue
        if name in ITEMISED:
            counted = sum(item.counted for item in items.of(user, name, start, end))
            found[name] = in_unit(name, counted, digits)
            continue
        parts = figures.of_teams(name, teams) if figure.group == "team" else figures.of_person(name, user, None)
        if parts is not None and (value := value_of(figure.metric, parts)) is not None:
            found[name] = value
    return found
