"""Reads of the shared KPI: which one holds, what it consists of, what it has reached on a day, and its working days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import calendar_of_company, current_company
from onegoal.apps.facts.queries import ask_all
from onegoal.apps.goal.models import KpiState, KpiVersion, SharedKpi
from onegoal.core.periods import Period
from onegoal.core.shared_kpi import MIX, Attainment, Fact, Part, Terms, attain
from onegoal.core.working_hours import Calendar
from onegoal.metrics.question import Answer, Question, Row, Scope

_EVERYTHING: Final = Scope()
_DAY: Final = dt.timedelta(days=1)


def visible_kpis(user: User) -> QuerySet[SharedKpi]:
    """Return the KPIs the user may see: the company's and those of their projects; drafts only who works on them."""
    if not has_right(user, Right.SEE_GOAL):
        return SharedKpi.objects.none()
    kpis = SharedKpi.objects.select_related("project", "owner")
    limit = project_limit(user)
    if limit is not None:
        kpis = kpis.filter(Q(project=None) | Q(project__in=limit))
    works_on_them = any(
        has_right(user, right) for right in (Right.SET_GOAL, Right.SIGN_FOR_MARKETING, Right.SIGN_FOR_SALES)
    )
    return kpis if works_on_them else kpis.exclude(state=KpiState.DRAFT)


def active_kpi(*, project: Project | None = None, on: dt.date) -> SharedKpi | None:
    """Return the KPI that held for a scope on a day: the active one, else the one that was ended only after that day."""
    kpis = SharedKpi.objects.filter(project=project, starts_on__lte=on, ends_on__gte=on).select_related(
        "project", "owner"
    )
    held = [kpi for kpi in kpis.exclude(state=KpiState.DRAFT) if _held_on(kpi, on)]
    return min(held, key=lambda kpi: (kpi.state != KpiState.ACTIVE, -kpi.pk), default=None)


def current_kpi(user: User, on: dt.date) -> SharedKpi | None:
    """Return the KPI a user works for: of the only projects they see, else the company's, else the first project's."""
    limit = project_limit(user)
    projects = Project.objects.order_by("name", "pk")
    if limit is not None and (own := _first_active(projects.filter(pk__in=limit), on)):
        return own
    if (companys := active_kpi(on=on)) or limit is not None:
        return companys
    return _first_active(projects, on)


def version_in_force(kpi: SharedKpi, at: dt.datetime) -> KpiVersion | None:
    """Return the version that held at a moment, or None before the first came into force."""
    return kpi.versions.filter(in_force_from__lte=at).order_by("-in_force_from", "-number").first()


def version_of_day(kpi: SharedKpi, day: dt.date) -> KpiVersion | None:
    """Return the version a day is counted by: the one in force at its end.

    Days of the period before the activation are counted by the first version, a draft's by the version it waits with.
    """
    return _version_of_day(_versions(kpi), _end_of(day))


def terms_of(version: KpiVersion) -> Terms:
    """Return what a version consists of."""
    parts = tuple(Part(part.kind, part.target, part.weight_bp, part.cap_bp) for part in version.parts.all())
    return Terms(parts, {share.product_type: share.share_bp for share in version.mix.all()})


def waiting_version(kpi: SharedKpi) -> KpiVersion | None:
    """Return the change that waits for signatures (of a draft: what it consists of), or None."""
    waiting = kpi.versions.filter(in_force_from=None, withdrawn_at=None)
    return waiting.prefetch_related("parts", "mix", "signatures__user").first()


def fact_of(kpi: SharedKpi, *, until: dt.date, scope: Scope = _EVERYTHING) -> Fact:
    """Return what happened from the KPI's first day to a day (both included, no later than its last)."""
    if until < kpi.starts_on:
        return Fact()
    return fact_between(kpi.project, kpi.starts_on, min(until, kpi.ends_on), scope=scope)


def fact_between(project: Project | None, start: dt.date, end: dt.date, *, scope: Scope = _EVERYTHING) -> Fact:
    """Return what happened in a project, or the whole company, over some days; from the catalogue, in one question."""
    facts = _facts(project, start, end, scope, by_day=False)
    return facts.get(None, Fact())


def attainment_of(kpi: SharedKpi, *, until: dt.date) -> Attainment:
    """Return what the KPI has reached by the end of a day, by the version that held then: the same number for everybody."""
    return _attainment(version_of_day(kpi, until), fact_of(kpi, until=until))


def attainments_by_day(kpi: SharedKpi, *, until: dt.date) -> list[tuple[dt.date, Attainment]]:
    """Return what was reached by the end of each day of the period up to `until`; each by the version that held then."""
    last = min(until, kpi.ends_on)
    if last < kpi.starts_on:
        return []
    facts = _facts(kpi.project, kpi.starts_on, last, _EVERYTHING, by_day=True)
    versions = _versions(kpi)
    zone = calendar_of_company().zone
    so_far, found = Fact(), []
    for day in Period(kpi.starts_on, last):
        so_far += facts.get(day, Fact())
        found.append((day, _attainment(_version_of_day(versions, _end_of(day, zone)), so_far)))
    return found


def facts_by_day(kpi: SharedKpi, *, until: dt.date) -> dict[dt.date, Fact]:
    """Return what happened on each day of the period up to `until`; days without anything are left out."""
    last = min(until, kpi.ends_on)
    if last < kpi.starts_on:
        return {}
    facts = _facts(kpi.project, kpi.starts_on, last, _EVERYTHING, by_day=True)
    return {day: fact for day, fact in facts.items() if day is not None}


def calendar_of(kpi: SharedKpi) -> Calendar:
    """Return the working calendar of the KPI: that of its country, else the company's own."""
    return calendar_of_company(kpi.country)


def working_days(kpi: SharedKpi, start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the days between two days (both included) on which the KPI's country works; none when `end` is earlier."""
    return working_days_of(calendar_of(kpi), start, end)


def working_days_of(calendar: Calendar, start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the working days of a calendar between two days, both included."""
    return [day for day in Period(start, end) if calendar.window(day)] if start <= end else []


def _held_on(kpi: SharedKpi, on: dt.date) -> bool:
    if kpi.state == KpiState.ACTIVE or kpi.ended_at is None:
        return kpi.state == KpiState.ACTIVE
    return kpi.ended_at > _end_of(on)


def _first_active(projects: Iterable[Project], on: dt.date) -> SharedKpi | None:
    return next((kpi for project in projects if (kpi := active_kpi(project=project, on=on))), None)


def _versions(kpi: SharedKpi) -> list[KpiVersion]:
    """The versions that count, the latest in force first, then those that wait."""
    versions = kpi.versions.filter(withdrawn_at=None).prefetch_related("parts", "mix")
    in_force = sorted((v for v in versions if v.in_force_from), key=lambda v: (v.in_force_from, v.number), reverse=True)
    return in_force or list(versions)


def _version_of_day(versions: list[KpiVersion], end_of_day: dt.datetime) -> KpiVersion | None:
    held = (version for version in versions if version.in_force_from and version.in_force_from <= end_of_day)
    return next(held, versions[-1] if versions else None)


def _attainment(version: KpiVersion | None, fact: Fact) -> Attainment:
    terms = terms_of(version) if version else Terms(())
    # A draft may still lack targets: such parts reach nothing yet. Whatever was activated has them all.
    complete = [part for part in terms.parts if part.kind == MIX or part.target]
    return attain(complete, terms.mix, fact)


def _end_of(day: dt.date, zone: dt.tzinfo | None = None) -> dt.datetime:
    """The last moment of a day in the company's time zone."""
    midnight = dt.datetime.combine(day + _DAY, dt.time(), zone or calendar_of_company().zone)
    return midnight.astimezone(dt.UTC) - dt.timedelta(microseconds=1)


def _facts(
    project: Project | None, start: dt.date, end: dt.date, scope: Scope, *, by_day: bool
) -> dict[dt.date | None, Fact]:
    """Return facts by day, or under None for all the days together: three figures from one version of the data."""
    days = ("day",) if by_day else ()
    where: tuple[tuple[str, str | None], ...] = (("project", project.name),) if project else ()
    deals, price, received = ask_all(
        [
            Question("deals_won", (*days, "product_type"), start, end, where, scope),
            Question("average_price", days, start, end, where, scope),
            Question("money_received", days, start, end, where, scope),
        ],
        compares=False,
    )
    found: dict[dt.date | None, Fact] = {}

    def add(day: dt.date | None, fact: Fact) -> None:
        found[day] = found.get(day, Fact()) + fact

    for row in deals.rows:
        if count := _whole(row.value):
            add(_day_of(row), Fact(deals=count, by_type={row.by["product_type"] or "": count}, priced=0))
    for row in _in_currency(price):
        add(_day_of(row), Fact(money_signed=_whole(row.numerator), priced=_whole(row.denominator)))
    for row in _in_currency(received):
        add(_day_of(row), Fact(received=_whole(row.value)))
    return found


def _in_currency(answer: Answer) -> list[Row]:
    """The rows in the company's own currency: amounts without a rate for it cannot be added to them."""
    own = current_company().currency
    if answer.currency:
        return list(answer.rows) if answer.currency == own else []
    return [row for row in answer.rows if row.by.get("currency", own) == own]


def _day_of(row: Row) -> dt.date | None:
    day = row.by.get("day")
    return dt.date.fromisoformat(day) if day else None


def _whole(value: object) -> int:
    return int(value) if value else 0  # type: ignore[call-overload]
