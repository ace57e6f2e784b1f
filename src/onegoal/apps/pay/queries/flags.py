"""What is wrong with how people are paid: wholly fixed pay, a department without a shared part, a cap before the target."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from onegoal.apps.accounts.models import User
from onegoal.apps.pay.models import Scheme, SchemeState, SchemeVersion
from onegoal.apps.pay.queries.names import asked_figure, is_result, is_shared_result
from onegoal.apps.pay.queries.rules import currency_digits, parts_of, values_of
from onegoal.apps.planning.models import PLANNED_MONEY
from onegoal.apps.planning.queries.in_force import planned_figures
from onegoal.apps.regulation.models import Side
from onegoal.core.formulas import FormulaError, FormulaProblem, evaluate, number_of
from onegoal.core.pay import Part

_STEPS = 100


@dataclass(frozen=True)
class Flag:
    """Something to mend: `code` is wholly_fixed, department_without_shared or cap_before_target.

    Of a cap: the `part`, the lowest `reached` share of the target (0.6 is 60 %) at which it bites, and for whom.
    """

    code: str
    side: str
    version: SchemeVersion | None = None
    part: str = ""
    reached: Fraction | None = None
    user: User | None = None


def flags_in_force(today: dt.date) -> list[Flag]:
    """Return the flags of all schemes in use on a day, and of the departments."""
    versions = versions_in_force(today)
    found = [flag for version in versions for flag in flags_of(version, today=today)]
    digits = currency_digits()
    for side in Side.values:
        own = [version for version in versions if version.scheme.side == side]
        if own and not any(_has_shared(_parts(version, digits)) for version in own):
            found.append(Flag("department_without_shared", side))
    return found


def versions_in_force(today: dt.date) -> list[SchemeVersion]:
    """Return the approved version that holds on a day, of each scheme in use."""
    versions = SchemeVersion.objects.filter(
        state=SchemeState.APPROVED, valid_from__lte=today, scheme__is_active=True
    ).select_related("scheme")
    found: dict[int, SchemeVersion] = {}
    for version in versions.order_by("scheme__name", "-valid_from", "-number"):
        found.setdefault(version.scheme_id, version)
    return list(found.values())


def scheme_in_force(scheme: Scheme, today: dt.date) -> SchemeVersion | None:
    """Return the approved version of a scheme that holds on a day."""
    versions = scheme.versions.filter(state=SchemeState.APPROVED, valid_from__lte=today)
    return versions.order_by("-valid_from", "-number").first()


def flags_of(version: SchemeVersion, *, today: dt.date) -> list[Flag]:
    """Return the flags of one version, approved or not; a formula that is not sound raises none."""
    digits = currency_digits()
    parts = _parts(version, digits)
    side = version.scheme.side
    found = []
    if parts and not any(is_result(name) for part in parts for name in part.asked):
        found.append(Flag("wholly_fixed", side, version))
    plan = _plan(today, digits)
    for part in parts:
        if part.cap is not None and (early := _earliest(version, parts, part, plan, digits, today)):
            found.append(Flag("cap_before_target", side, version, part.name, early[0], early[1]))
    return found


def _parts(version: SchemeVersion, digits: int) -> tuple[Part, ...]:
    try:
        return parts_of(version, digits)
    except FormulaError:
        return ()


def _has_shared(parts: Iterable[Part]) -> bool:
    """Tell whether something of the pay hangs on what the company reaches together, whatever its kind is called."""
    return any(is_shared_result(name) for part in parts for name in part.asked)


def _earliest(
    version: SchemeVersion, parts: tuple[Part, ...], part: Part, plan: Mapping[str, Fraction], digits: int, today: dt.date
) -> tuple[Fraction, User] | None:  # fmt: skip
    """Return the lowest share of the targets at which the cap bites for somebody the scheme pays, below the whole."""
    members = version.scheme.members.select_related("user").filter(starts_on__lte=today)
    found: list[tuple[Fraction, str, User]] = []
    seen: dict[tuple[tuple[str, Fraction], ...], Fraction | None] = {}
    for member in members:
        if member.ends_on is not None and member.ends_on < today:
            continue
        values = values_of(member, digits)
        key = tuple(sorted(values.items()))
        if key not in seen:
            seen[key] = cap_bites_at(parts, part, values, plan)
        reached = seen[key]
        if reached is not None:
            found.append((reached, member.user.name, member.user))
    best = min(found, key=lambda one: one[:2], default=None)
    return (best[0], best[2]) if best else None


def cap_bites_at(
    parts: Iterable[Part], part: Part, values: Mapping[str, Fraction], plan: Mapping[str, Fraction]
) -> Fraction | None:
    """Return the share of the targets, below 1, from which a part pays no more; None where it never does or nobody can tell.

    All results grow together from nought to their targets: the KPI to 100 %, own figures to `target_<figure>`, those of
    the company to the plan. Found in whole hundredths, for pay that rises with results.
    """
    if part.cap is None:
        return None

    def bites(step: int) -> bool:
        raw = _raw_at(parts, part, values, plan, Fraction(step, _STEPS))
        return raw is not None and part.cap is not None and raw >= part.cap

    whole = _raw_at(parts, part, values, plan, Fraction(1))
    if whole is None or whole <= part.cap:
        return None
    step = bisect_left(range(_STEPS), True, key=bites)
    return Fraction(step, _STEPS) if step < _STEPS else None


def _raw_at(
    parts: Iterable[Part], part: Part, values: Mapping[str, Fraction], plan: Mapping[str, Fraction], reached: Fraction
) -> Fraction | None:
    known = dict(values)
    for one in parts:
        for name in one.asked:
            known |= _result_at(name, values, plan, reached)
        try:
            # The gate is taken as open: it is the cap that is asked about.
            raw = number_of(one.formula, known)
            is_open = one.gate is None or one.key == part.key or bool(evaluate(one.gate, known))
        except FormulaProblem:
            if one.key == part.key:
                return None
            continue
        if one.key == part.key:
            return raw
        bounded = min(max(raw, one.floor if one.floor is not None else raw), one.cap if one.cap is not None else raw)
        known[one.key] = bounded if is_open else Fraction(0)
    return None


def _result_at(
    name: str, values: Mapping[str, Fraction], plan: Mapping[str, Fraction], reached: Fraction
) -> dict[str, Fraction]:
    """Return a result at a share of its target; nothing for one without a target."""
    if name.startswith("plan_"):
        target = plan.get(name.removeprefix("plan_"))
        return {} if target is None else {name: target}
    if name.startswith("attainment"):
        return {name: reached}
    figure = asked_figure(name)
    if figure is None or name in values:
        return {}
    target = values.get(f"target_{name}") if figure.group == "own" else plan.get(figure.metric.name)
    return {} if target is None else {name: target * reached}


def _plan(today: dt.date, digits: int) -> dict[str, Fraction]:
    month = today.replace(day=1)
    return {
        metric: Fraction(value, 10**digits if metric in PLANNED_MONEY else 1)
        for metric, value in planned_figures(month, month).items()
    }
