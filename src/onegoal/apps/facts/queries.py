"""Questions about figures are asked here: by pages, exports, commands and the API alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from onegoal.apps.accounts.models import Role, Team, User
from onegoal.apps.audit.models import StaleChunk
from onegoal.apps.facts.engine import Reading, lake, reading
from onegoal.apps.facts.exports import EXPORTS
from onegoal.metrics import asking
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Answer, Question, Scope
from onegoal.metrics.results import Cohorts, MemberList, Survival

__all__ = [
    "Gap", "ask", "ask_all", "cohorts", "damages", "data_version", "differences", "members", "scope_of", "survival",
    "try_ask", "values_of", "warm_up",
]  # fmt: skip


def ask(question: Question, *, as_of: dt.datetime | None = None) -> Answer:
    """Answer one question from one consistent version of the data; repeated questions come from memory.

    `as_of` ends the observation of records that are still on their way (times between stages); left out, it is the
    latest moment in the data. With no dimensions there is exactly one row. Money metrics over several currencies get one
    row per currency (`by["currency"]`, `answer.currency` empty). Costs are not guarded here: a caller checks
    `METRICS[name].needs_costs` against `Right.SEE_COSTS`.
    Raises: QuestionRefused.
    """
    return _ask(reading(), question, as_of)


def ask_all(questions: Sequence[Question], *, as_of: dt.datetime | None = None, compares: bool = True) -> list[Answer]:
    """Answer several questions from the same version of the data, in their order.

    Without `compares` no row is held against the others (`stands_out`, `differs`): a mean by day takes seconds to compare.
    Raises: QuestionRefused.
    """
    now_read, together = reading(), asking.counted_together(questions)
    return [_ask(now_read, question, as_of, together, compares) for question in questions]


def try_ask(question: Question, *, as_of: dt.datetime | None = None) -> Answer | QuestionRefused:
    """Answer one question, or return why it was refused, for pages that show many figures beside each other."""
    try:
        return ask(question, as_of=as_of)
    except QuestionRefused as refusal:
        return refusal


def members(
    question: Question,
    row_by: Mapping[str, str | None],
    *,
    part: Literal["numerator", "denominator"] = "numerator",
    limit: int = 100,
    offset: int = 0,
) -> MemberList:
    """Return the records one figure was counted from, newest first; `row_by` is the `by` of its row.

    Dimensions that `row_by` leaves out are not narrowed. `part` picks the side of a rate or ratio.
    Raises: QuestionRefused.
    """
    now_read = reading()
    return now_read.remember(
        ("members", question, tuple(sorted(row_by.items())), part, limit, offset),
        lambda: asking.members(question, row_by, part=part, limit=limit, offset=offset, source=now_read),
    )


def survival(question: Question, *, as_of: dt.datetime | None = None) -> list[Survival]:
    """Return the curve behind a metric of time (`time_…`) for each row, in the order of `ask`; at most 60 points a curve.

    Raises: QuestionRefused.
    """
    now_read = reading()
    return now_read.remember(
        ("survival", question, as_of), lambda: asking.survival(question, source=now_read, as_of=as_of)
    )


def cohorts(
    *, start: dt.date | None = None, end: dt.date | None = None,
    where: tuple[tuple[str, str | None], ...] = (), scope: Scope = Scope(), as_of: dt.datetime | None = None,  # noqa: B008
) -> Cohorts:  # fmt: skip
    """Return customers by the month of their first signed contract with their spend, margin, LTV and payback.

    `start` and `end` bound those months; `where` filters by dimensions that spend and deals share.
    Raises: QuestionRefused.
    """
    now_read = reading()
    question = Question(metric="ltv", start=start, end=end, where=where, scope=scope)
    return now_read.remember(
        ("cohorts", question, as_of), lambda: asking.cohorts(question, source=now_read, as_of=as_of)
    )


def values_of(dimension: str, *, limit: int = 500) -> list[str]:
    """Return the values a filter by this dimension can take, in order. Raises: QuestionRefused."""
    now_read = reading()
    return now_read.remember(("values", dimension, limit), lambda: asking.values_of(dimension, limit, source=now_read))


@dataclass(frozen=True)
class Gap:
    """A table whose facts are not as many as its records."""

    table: str
    records: int
    facts: int


def differences() -> list[Gap]:
    """Return the tables where facts and records differ in number though nothing waits to be written."""
    waiting = set(StaleChunk.objects.values_list("entity", flat=True).distinct())
    manifest = lake().manifest()
    counted = [
        Gap(export.table, export.model._default_manager.count(), manifest.rows(export.table))
        for entity, export in EXPORTS.items()
        if entity not in waiting and not export.follows
    ]
    return [gap for gap in counted if gap.records != gap.facts]


def damages() -> list[str]:
    """Return what is wrong with the files of the warehouse."""
    return lake().problems()


def data_version() -> str:
    """Return what changes whenever any figure may have changed; pages put it into their ETag."""
    return reading().version


def warm_up() -> None:
    """Load into memory what the first question about touches would wait for; for a thread of a starting server."""
    ask(Question(metric="touches"))


def scope_of(user: User) -> Scope:
    """Return which records a user's figures are counted from."""
    projects = frozenset(user.projects.values_list("pk", flat=True)) or None
    if user.role == Role.SELLER:
        return Scope(seller_ids=frozenset({user.pk}), project_ids=projects)
    if user.role == Role.SUPERVISOR:
        led = set(Team.objects.filter(supervisor=user).values_list("pk", flat=True))
        return Scope(team_ids=frozenset(led | ({user.team_id} if user.team_id else set())), project_ids=projects)
    return Scope(project_ids=projects)


def _ask(
    now_read: Reading,
    question: Question,
    as_of: dt.datetime | None,
    together: asking.Together = asking.ALONE,
    compares: bool = True,
) -> Answer:
    return now_read.remember(
        ("ask", question, as_of, compares),
        lambda: asking.answer(question, source=now_read, as_of=as_of, together=together, compares=compares),
    )
