"""Runs and statements a person may see, and how each line came about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, Sum

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.pay.models import (
    Dispute,
    PayRun,
    RunState,
    Scheme,
    Statement,
    StatementLine,
    StatementSource,
)
from onegoal.core.formulas import Explained, FormulaError, explain, parse


def visible_schemes(user: User) -> QuerySet[Scheme]:
    """Return all schemes to those who see pay, else those that pay the user."""
    found = Scheme.objects.all()
    if has_right(user, Right.SEE_PAY):
        return found
    return found.filter(members__user=user).distinct() if has_right(user, Right.SEE_OWN_PAY) else found.none()


def visible_runs(user: User) -> QuerySet[PayRun]:
    """Return the runs, the newest first, with their number of people and sum, to those who see pay; nobody else sees any."""
    if not has_right(user, Right.SEE_PAY):
        return PayRun.objects.none()
    runs = PayRun.objects.select_related("author", "approved_by")
    counted = runs.annotate(people=Count("statements"), total_minor=Sum("statements__total_minor"))
    return counted.order_by("-month")  # grouping drops the order of the model


def visible_statements(user: User) -> QuerySet[Statement]:
    """Return all statements to those who see pay; to everybody else the own ones that are approved."""
    found = Statement.objects.select_related("run", "user")
    if has_right(user, Right.SEE_PAY):
        return found
    if not has_right(user, Right.SEE_OWN_PAY):
        return found.none()
    return found.filter(user=user, run__state=RunState.LOCKED)


def visible_disputes(user: User) -> QuerySet[Dispute]:
    """Return the disputes about statements the user may see."""
    found = Dispute.objects.select_related("statement__run", "statement__user", "answered_by", "adjustment")
    return found.filter(statement__in=visible_statements(user))


@dataclass(frozen=True)
class Working:
    """How a line came about: the formula and the gate taken apart, the rest as exact fractions (money in major units).

    `share` is the days' part of the month, `raw` the formula, `counted` that after gate, floor and cap; `bound` is gate,
    floor, cap or empty. `problem` holds code, at, name and in_gate of a line that could not be counted.
    """

    formula: Explained | None
    gate: Explained | None
    values: Mapping[str, Fraction]
    share: Fraction
    raw: Fraction
    counted: Fraction
    bound: str
    floor: Fraction | None
    cap: Fraction | None
    problem: Mapping[str, Any] | None


def working_of(line: StatementLine) -> Working | None:
    """Return how a line of a part came about; None for adjustments and claw-backs, whose explanation is a record."""
    told = line.explanation
    if "formula" not in told:
        return None
    values = {name: Fraction(value) for name, value in told["values"].items()}
    return Working(
        formula=_taken_apart(told["formula"], values), gate=_taken_apart(told["gate"], values), values=values,
        share=Fraction(told["share"]), raw=Fraction(told["raw"]), counted=Fraction(told["counted"]),
        bound=told["bound"], floor=_fraction(told["floor"]), cap=_fraction(told["cap"]), problem=told.get("problem"),
    )  # fmt: skip


def statement_of(user: User, statement_id: int) -> Statement | None:
    """Return a statement the user may see with its lines and their sources at hand (`lines.all()`, `sources.all()`)."""
    sources = StatementSource.objects.select_related("deal__person", "deal__project", "payment")
    lines = StatementLine.objects.select_related("part", "adjustment").prefetch_related(Prefetch("sources", sources))
    return (
        visible_statements(user).prefetch_related(Prefetch("lines", lines), "disputes").filter(pk=statement_id).first()
    )


@dataclass(frozen=True)
class PayrollRow:
    """One person's row for the payroll, in minor units: the sums by kind of line and their total."""

    user: User
    fixed: int
    personal: int
    shared: int
    adjustment: int
    claw_back: int
    total: int


KINDS = ("fixed", "personal", "shared", "adjustment", "claw_back")


def payroll_of(run: PayRun) -> list[PayrollRow]:
    """Return a run as the payroll needs it, by name; each row's sums add up to its statement, the rows to the run."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(KINDS, 0))
    lines = StatementLine.objects.filter(statement__run=run).order_by()
    for user_id, kind, amount in lines.values_list("statement__user_id", "kind").annotate(total=Sum("amount_minor")):
        sums[user_id][kind] += amount
    statements = Statement.objects.filter(run=run).select_related("user").order_by("user__name", "user_id")
    return [PayrollRow(one.user, **sums[one.user_id], total=one.total_minor) for one in statements]


def _taken_apart(text: str, values: Mapping[str, Fraction]) -> Explained | None:
    try:
        return explain(parse(text), values) if text else None
    except FormulaError:
        return None


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
