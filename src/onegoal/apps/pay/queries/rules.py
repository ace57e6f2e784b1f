"""Which rules pay whom on which day: approved versions of schemes, the people they pay, their values and teams by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.company.queries import current_company
from onegoal.apps.pay.models import PayRun, RunState, SchemeMember, SchemePart, SchemeState, SchemeVersion
from onegoal.apps.pay.queries.names import is_money_value, names_for
from onegoal.core.currencies import minor_digits
from onegoal.core.formulas import FormulaError, check, check_order, parse
from onegoal.core.pay import Part
from onegoal.core.periods import add_months

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PartError:
    """What is wrong with one part of a version: where (`formula`, `gate`, `key`, `cap`), and the error with its place."""

    part: SchemePart
    field: str
    error: FormulaError


@dataclass(frozen=True)
class Rules:
    """One approved version as the engine reads it."""

    version_id: int
    scheme_id: int
    valid_from: dt.date
    number: int
    parts: tuple[Part, ...]


def currency_digits() -> int:
    """Return the decimals of the company's currency."""
    currency = current_company().currency
    return minor_digits(currency) if currency else 2


def last_of_month(month: dt.date) -> dt.date:
    """Return the last day of a month given by its first."""
    return add_months(month.replace(day=1), 1) - _DAY


def locked_until() -> dt.date | None:
    """Return the last day of the latest locked month: what counts until then is not changed any more."""
    last = PayRun.objects.filter(state=RunState.LOCKED).order_by("-month").first()
    return last_of_month(last.month) if last else None


def errors_of(version: SchemeVersion, parts: Sequence[SchemePart] | None = None) -> list[PartError]:
    """Return everything that forbids approving a version's parts, in their order; `parts` are others to try in their place."""
    parts = list(version.parts.all() if parts is None else parts)
    values = {key for member in version.scheme.members.all() for key in member.values}
    order = [part.key for part in parts]
    asked = {part.key: _names(part) for part in parts}
    known = names_for((name for names in asked.values() for name in names), values)
    found = []
    for part in parts:
        found += _errors_of_part(part, known | set(order), order, asked)
        if part.key in known:
            found.append(PartError(part, "key", FormulaError("name_taken", 0, part.key)))
        if part.floor_minor is not None and part.cap_minor is not None and part.floor_minor > part.cap_minor:
            found.append(PartError(part, "cap", FormulaError("floor_above_cap")))
    return found


def _errors_of_part(
    part: SchemePart, known: frozenset[str], order: Sequence[str], asked: Mapping[str, Iterable[str]]
) -> list[PartError]:
    found = []
    for field, text in (("formula", part.formula), ("gate", part.gate)):
        if field == "gate" and not text.strip():
            continue
        try:
            formula = parse(text)
        except FormulaError as error:
            found.append(PartError(part, field, error))
            continue
        errors = check(formula, known, wants="truth" if field == "gate" else "number")
        found += [PartError(part, field, error) for error in errors + check_order(part.key, formula, order, asked)]
    return found


def _names(part: SchemePart) -> tuple[str, ...]:
    names: list[str] = []
    for text in (part.formula, part.gate):
        try:
            names += parse(text).names if text.strip() else ()
        except FormulaError:
            continue
    return tuple(dict.fromkeys(names))


def parts_of(version: SchemeVersion, digits: int) -> tuple[Part, ...]:
    """Return a version's parts as the engine reads them. Raises: FormulaError for one that is not sound."""
    return tuple(_part(one, digits) for one in version.parts.all())


def _part(one: SchemePart, digits: int) -> Part:
    unit = 10**digits
    return Part(
        key=one.key, name=one.name, kind=one.kind, formula=parse(one.formula),
        gate=parse(one.gate) if one.gate.strip() else None,
        floor=None if one.floor_minor is None else Fraction(one.floor_minor, unit),
        cap=None if one.cap_minor is None else Fraction(one.cap_minor, unit),
        claws_back=one.claws_back, ref=one.pk,
    )  # fmt: skip


def rules_until(end: dt.date, digits: int) -> dict[int, list[Rules]]:
    """Return the approved versions of each scheme that begin by a day, the latest first."""
    versions = SchemeVersion.objects.filter(state=SchemeState.APPROVED, valid_from__lte=end)
    found: dict[int, list[Rules]] = {}
    for one in versions.prefetch_related("parts").order_by("-valid_from", "-number"):
        rules = Rules(one.pk, one.scheme_id, one.valid_from, one.number, parts_of(one, digits))
        found.setdefault(one.scheme_id, []).append(rules)
    return found


def members_between(start: dt.date, end: dt.date) -> list[SchemeMember]:
    """Return who is paid by a scheme on some of these days, by person and day."""
    members = SchemeMember.objects.filter(Q(ends_on=None) | Q(ends_on__gte=start), starts_on__lte=end)
    return list(members.select_related("user", "scheme").order_by("user_id", "starts_on", "pk"))


def values_of(member: SchemeMember, digits: int) -> dict[str, Fraction]:
    """Return a person's values as formulas read them, money in major units; what is no number is left out."""
    found = {}
    for key, raw in member.values.items():
        number = _number(raw)
        if number is not None:
            found[key.lower()] = number / 10**digits if is_money_value(key.lower()) else number
    return found


def _number(raw: Any) -> Fraction | None:
    if isinstance(raw, bool) or raw is None:
        return None
    try:
        return Fraction(str(raw))
    except (ValueError, ZeroDivisionError):
        return None


def people_without_scheme(start: dt.date, end: dt.date) -> list[User]:
    """Return the colleagues of these days whom no scheme pays on any of them, by name."""
    paid = {member.user_id for member in members_between(start, end)}
    there = User.objects.filter(is_active=True).filter(Q(joined_on=None) | Q(joined_on__lte=end))
    there = there.filter(Q(left_on=None) | Q(left_on__gte=start))
    return list(there.exclude(pk__in=paid).order_by("name", "pk"))


@dataclass(frozen=True)
class TeamDays:
    """Which teams a person belonged to or led, from which day on; the first entry holds from ever."""

    changes: tuple[tuple[dt.date, frozenset[int]], ...]

    def on(self, day: dt.date) -> frozenset[int]:
        """Return the teams of a day: each once, though one may be led and belonged to."""
        held = self.changes[0][1]
        for since, teams in self.changes[1:]:
            if since <= day:
                held = teams
        return held

    def cuts(self, start: dt.date, end: dt.date) -> list[dt.date]:
        """Return the days after the first of these on which the teams changed."""
        return [since for since, _ in self.changes[1:] if start < since <= end]


def teams_by_day(users: Iterable[int], *, since: dt.date, zone: dt.tzinfo) -> dict[int, TeamDays]:
    """Return each person's teams since a day, from how they stand now and the trail of what changed."""
    wanted = set(users)
    belongs = dict(User.objects.filter(pk__in=wanted).values_list("pk", "team_id"))
    leads = dict(Team.objects.values_list("pk", "supervisor_id"))
    moment = dt.datetime.combine(since, dt.time(), zone).astimezone(dt.UTC)
    entries = AuditEntry.objects.filter(entity__in=("user", "team"), action="update", at__gte=moment)
    history: dict[int, list[tuple[dt.date, frozenset[int]]]] = {user: [] for user in wanted}
    for entry in entries.order_by("-at", "-pk"):
        name = "team_id" if entry.entity == "user" else "supervisor_id"
        if name not in (entry.after or {}):
            continue
        told = _teams(wanted, belongs, leads)
        if entry.entity == "user":
            if entry.entity_id not in wanted:
                continue
            belongs[entry.entity_id] = entry.before.get(name)
        else:
            leads[entry.entity_id] = entry.before.get(name)
        day = entry.at.astimezone(zone).date()
        before = _teams(wanted, belongs, leads)
        for user in wanted:
            # Of several changes on one day the last one holds.
            if before[user] != told[user] and not (history[user] and history[user][-1][0] == day):
                history[user].append((day, told[user]))
    first = _teams(wanted, belongs, leads)
    return {user: TeamDays(((dt.date.min, first[user]), *reversed(history[user]))) for user in wanted}


def _teams(
    users: Iterable[int], belongs: Mapping[int, int | None], leads: Mapping[int, int | None]
) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {user: set() for user in users}
    for user, team in belongs.items():
        if team is not None and user in found:
            found[user].add(team)
    for led, leader in leads.items():
        if leader is not None and leader in found:
            found[leader].add(led)
    return {user: frozenset(teams) for user, teams in found.items()}
