"""Pay runs: computed anew as long as they are drafts, approved and locked by another person, then never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.rows import insert_records, insert_values, reserve_ids
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.pay.models import Adjustment, PayRun, RunState, Statement, StatementLine, StatementSource
from onegoal.apps.pay.queries.adjustments import CANCELLED_DEAL, adjustments_for
from onegoal.apps.pay.queries.calculation import Paid, PaidLine, calculated, digest_of, problems_of
from onegoal.apps.pay.queries.inputs import Inputs, currency_of_pay, inputs_of
from onegoal.apps.pay.queries.rules import last_of_month, people_without_scheme
from onegoal.apps.pay.services.adjustments import note_cancelled_deals
from onegoal.apps.pay.services.refusals import PayRefused


def compute_run(*, month: dt.date, author: User, now: dt.datetime) -> PayRun:
    """Compute a month (any day of it) for everybody, or compute its draft anew; the same inputs give the same digest.

    First notes what is to be claimed back for deals cancelled since they were paid. A line that cannot be counted is
    nought and stands among the run's `problems`; who is paid by no scheme stands in `left_out`.
    Raises: PayRefused run_locked, no_currency.
    """
    month = month.replace(day=1)
    if not currency_of_pay():
        raise PayRefused("no_currency")
    _refuse_locked(PayRun.objects.filter(month=month).first())
    note_cancelled_deals(now=now)
    # Counted before the records are locked: others go on working meanwhile. What changes in between is seen on approval.
    inputs = inputs_of(month)
    paid = calculated(inputs)
    return _store(inputs, paid, author, now)


@transaction.atomic
def approve_run(*, run: PayRun, user: User, now: dt.datetime, digest: str = "") -> PayRun:
    """Approve and lock a run that another person computed; `digest` is that of what the approver has seen.

    It is computed once more: had anything changed since, the approver would sign for what nobody saw.
    Raises: PayRefused no_right, run_locked, run_missing, same_person, month_not_over, has_problems, changed.
    """
    if not has_right(user, Right.APPROVE_PAY):
        raise PayRefused("no_right")
    stored = PayRun.objects.select_for_update().filter(pk=run.pk).first()
    if stored is None:
        raise PayRefused("run_missing")
    _refuse_locked(stored)
    if stored.author_id == user.pk:
        raise PayRefused("same_person")
    if now.astimezone(calendar_of_company().zone).date() <= last_of_month(stored.month):
        raise PayRefused("month_not_over")
    if stored.problems:
        raise PayRefused("has_problems", len(stored.problems))
    paid = calculated(inputs_of(stored.month))
    if digest_of(paid, _told(adjustments_for(stored))) != stored.digest or digest not in ("", stored.digest):
        raise PayRefused("changed")
    with changing(stored, now=now):
        stored.state, stored.approved_by, stored.approved_at = RunState.LOCKED, user, now
    return stored


@transaction.atomic
def discard_run(*, run: PayRun, now: dt.datetime) -> None:
    """Throw a draft away; its adjustments wait for the next run. Raises: PayRefused run_locked, run_missing."""
    stored = PayRun.objects.select_for_update().filter(pk=run.pk).first()
    if stored is None:
        raise PayRefused("run_missing")
    _refuse_locked(stored)
    record_deletion(record=stored, now=now)
    _clear(stored)
    stored.delete()


def _refuse_locked(run: PayRun | None) -> None:
    if run is not None and run.state == RunState.LOCKED:
        raise PayRefused("run_locked", run.month.isoformat())


@transaction.atomic
def _store(inputs: Inputs, paid: Sequence[Paid], author: User, now: dt.datetime) -> PayRun:
    """Write the draft in place of what was there."""
    run = _draft_of(inputs.month, author, now)
    _clear(run)
    adjustments = adjustments_for(run)
    with changing(run, now=now):
        run.currency, run.author, run.computed_at = currency_of_pay(), author, now
        run.data_version = inputs.data_version
        run.digest = digest_of(paid, _told(adjustments))
        run.problems = [problem.to_json() for problem in problems_of(inputs, paid)]
        left_out = people_without_scheme(inputs.month, inputs.ends_on)
        run.left_out = [{"user_id": user.pk, "name": user.name, "role": user.role} for user in left_out]
    _write_statements(run, inputs, paid, adjustments)
    return run


def _draft_of(month: dt.date, author: User, now: dt.datetime) -> PayRun:
    """Return the month's draft, locked against others until the transaction ends, or make it."""
    run = PayRun.objects.select_for_update().filter(month=month).first()
    if run is None:
        try:
            with transaction.atomic():
                return PayRun.objects.create(month=month, currency=currency_of_pay(), author=author, computed_at=now)
        except IntegrityError:
            run = PayRun.objects.select_for_update().get(month=month)
    _refuse_locked(run)
    return run


def _clear(run: PayRun) -> None:
    """Take the statements of a draft away; they are written anew, nobody but its authors has seen them."""
    lines = StatementLine.objects.filter(statement__run=run)
    for rows in (StatementSource.objects.filter(line__in=lines), lines, Statement.objects.filter(run=run)):
        rows._raw_delete(rows.db)


def _told(adjustments: Iterable[Adjustment]) -> list[tuple[int, int, int]]:
    return [(one.pk, one.user_id, one.amount_minor) for one in adjustments]


_LINE: Final = (
    "id", "statement_id", "position", "part_id", "adjustment_id", "name", "kind", "starts_on", "ends_on",
    "amount_minor", "explanation",
)  # fmt: skip
_SOURCE: Final = ("line_id", "metric", "deal_id", "payment_id", "share_bp", "counted", "amount_minor")
Row = list[Any]


def _write_statements(run: PayRun, inputs: Inputs, paid: Sequence[Paid], adjustments: Sequence[Adjustment]) -> None:
    """Write statements, lines and sources as plain rows: a run has tens of thousands."""
    rows: dict[int, list[tuple[Row, list[Row]]]] = {
        each.user_id: [(_line(one), _sources(one)) for one in each.lines] for each in paid
    }
    for adjustment in adjustments:
        rows.setdefault(adjustment.user_id, []).append((_adjusted(adjustment, inputs), _claimed(adjustment)))
    statements = {
        user_id: Statement(run=run, user_id=user_id, total_minor=sum(line[-2] for line, _ in own))
        for user_id, own in rows.items()
        if own
    }
    insert_records(list(statements.values()))
    placed = [(statements[user], place, *one) for user, own in rows.items() for place, one in enumerate(own)]
    ids = reserve_ids(StatementLine, len(placed))
    lines = ([pk, one.pk, place, *line] for pk, (one, place, line, _) in zip(ids, placed, strict=True))
    insert_values(StatementLine, _LINE, lines)
    sources = ([pk, *source] for pk, (*_, own) in zip(ids, placed, strict=True) for source in own)
    insert_values(StatementSource, _SOURCE, sources)


def _line(one: PaidLine) -> Row:
    line, part = one.line, one.line.part
    return [
        part.ref, None, part.name, part.kind, line.starts_on, line.ends_on, line.amount_minor, one.explanation
    ]  # fmt: skip


def _sources(one: PaidLine) -> list[Row]:
    return [
        [item.metric, item.deal_id, item.payment_id, item.share_bp, item.counted, amount]
        for item, amount in one.sources
    ]


def _adjusted(one: Adjustment, inputs: Inputs) -> Row:
    """A line for an adjustment; its words are the screens', `explanation` says what it is for."""
    told: dict[str, Any] = {"reason_code": one.reason_code, "reason": one.reason, "deal": one.deal_id}
    told["corrects"] = one.corrects.month.isoformat() if one.corrects else None
    name = str(one.deal) if one.deal else one.reason
    kind = "claw_back" if one.reason_code == CANCELLED_DEAL else "adjustment"
    return [None, one.pk, name[:200], kind, inputs.month, inputs.ends_on, one.amount_minor, told]


def _claimed(one: Adjustment) -> list[Row]:
    if one.deal_id is None:
        return []
    return [[CANCELLED_DEAL, one.deal_id, None, 10_000, one.amount_minor, one.amount_minor]]
