"""Pay runs: computed anew as long as they are drafts, approved and locked by another person, then never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.rows import insert_records
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.pay.models import Adjustment, PayRun, RunState, Statement, StatementLine, StatementSource
from onegoal.apps.pay.queries.adjustments import adjustments_for
from onegoal.apps.pay.queries.calculation import Paid, PaidLine, calculated, digest_of, explanation_of, problems_of
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


def _write_statements(run: PayRun, inputs: Inputs, paid: Sequence[Paid], adjustments: Sequence[Adjustment]) -> None:
    by_user: dict[int, list[Adjustment]] = {}
    for one in adjustments:
        by_user.setdefault(one.user_id, []).append(one)
    drafts: dict[int, list[tuple[StatementLine, PaidLine | None]]] = {}
    for each in paid:
        drafts[each.user_id] = [(_line(place, one), one) for place, one in enumerate(each.lines)]
    for user_id, wanted in by_user.items():
        lines = drafts.setdefault(user_id, [])
        lines += [(_adjusted(len(lines) + place, one, inputs), None) for place, one in enumerate(wanted)]
    statements = {
        user_id: Statement(run=run, user_id=user_id, total_minor=sum(line.amount_minor for line, _ in lines))
        for user_id, lines in drafts.items()
        if lines
    }
    insert_records(list(statements.values()))
    written = [(statements[user_id], line, one) for user_id, lines in drafts.items() for line, one in lines]
    for statement, line, _ in written:
        line.statement_id = statement.pk
    insert_records([line for _, line, _ in written])
    insert_records([source for _, line, one in written for source in _sources(line, one)])


def _line(place: int, one: PaidLine) -> StatementLine:
    line = one.line
    return StatementLine(
        position=place, part_id=line.part.ref, name=line.part.name, kind=line.part.kind, starts_on=line.starts_on,
        ends_on=line.ends_on, amount_minor=line.amount_minor, explanation=explanation_of(line),
    )  # fmt: skip


def _adjusted(place: int, one: Adjustment, inputs: Inputs) -> StatementLine:
    """A line for an adjustment; its words are the screens', `explanation` says what it is for."""
    told: dict[str, Any] = {"reason_code": one.reason_code, "reason": one.reason, "deal": one.deal_id}
    told["corrects"] = one.corrects.month.isoformat() if one.corrects else None
    name = str(one.deal) if one.deal else one.reason
    return StatementLine(
        position=place, adjustment=one, name=name[:200],
        kind="claw_back" if one.reason_code == "cancelled_deal" else "adjustment",
        starts_on=inputs.month, ends_on=inputs.ends_on, amount_minor=one.amount_minor, explanation=told,
    )  # fmt: skip


def _sources(line: StatementLine, one: PaidLine | None) -> list[StatementSource]:
    if one is None:
        adjustment = line.adjustment
        if adjustment is None or adjustment.deal_id is None:
            return []
        return [
            StatementSource(
                line_id=line.pk, metric="cancelled_deal", deal_id=adjustment.deal_id,
                counted=adjustment.amount_minor, amount_minor=adjustment.amount_minor,
            )
        ]  # fmt: skip
    return [
        StatementSource(
            line_id=line.pk, metric=source.item.metric, deal_id=source.item.deal_id,
            payment_id=source.item.payment_id, share_bp=source.item.share_bp, counted=source.item.counted,
            amount_minor=source.amount_minor,
        )
        for source in one.sources
    ]  # fmt: skip
