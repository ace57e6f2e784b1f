"""A year of pay in the demo: runs computed by the accountant and approved by the head, with all that comes between."""

from __future__ import annotations

import datetime as dt
from typing import Final

from onegoal.apps.accounts.models import User
from onegoal.apps.board.services import cancel_contract
from onegoal.apps.company.models import Pipeline, Stage, StageKind
from onegoal.apps.demo import cast
from onegoal.apps.demo.pay_rules import BASES, RAISE, SCHEMES, SchemeRules
from onegoal.apps.demo.records import HEAD, SUPERVISORS, Records, done_by
from onegoal.apps.pay.models import PayRun, Statement
from onegoal.apps.pay.services import (
    adjust,
    answer_dispute,
    approve_adjustment,
    approve_run,
    approve_version,
    compute_run,
    create_scheme,
    draft_version,
    raise_dispute,
    set_member,
    split_deal,
)
from onegoal.apps.sales.models import Deal
from onegoal.core.periods import add_months

ACCOUNTANT: Final = "Petra Novák"
MONTHS: Final = 12
_DAY: Final = dt.timedelta(days=1)
SHARED_DEAL: Final = ("Andrei Dumitru", "Maria Ceban", 7_000)
ANSWERED: Final = (
    "Péter Szabó",
    "I prepared two contracts of Dmitri's while he was on holiday. We agreed on 60 EUR for it, they are missing.",
    "Cover during the holidays, as agreed.",
    6_000,
)
OPEN: Final = (
    "Laura Marin",
    "One instalment came on the last day of the month. Is it counted in this one or in the next?",
)
BY_HAND: Final = ("Laura Marin", 12_000, "Two Sundays at the property fair.")
WAITING: Final = ("Sergey Volkov", 8_000, "Drove clients to Riverside with his own car.")
CANCELLED: Final = "The bank withdrew the mortgage."


class Paying:
    """Writes the schemes and lives through the last year month by month."""

    def __init__(self, records: Records) -> None:
        self.records, self.users = records, records.users
        self.head, self.accountant = records.users[HEAD], records.users[ACCOUNTANT]
        self.this_month = records.today.replace(day=1)

    def run(self) -> None:
        """Write all of it, in the order in which it happened."""
        for rules in SCHEMES:
            self._scheme(rules)
        self._split()
        for back in range(MONTHS, 0, -1):
            if back == 1:
                self._before_the_last()
            self._close_month(add_months(self.this_month, -back))
        self._afterwards()

    def _scheme(self, rules: SchemeRules) -> None:
        at = self._at(add_months(self.this_month, -rules.versions[0][0]) - 12 * _DAY)
        with done_by(self.accountant):
            scheme = create_scheme(name=rules.name, side=rules.side, now=at)
        for months, note, parts in rules.versions:
            begins = add_months(self.this_month, -months)
            with done_by(self.accountant):
                draft = draft_version(
                    scheme=scheme, valid_from=begins, author=self.accountant, now=self._at(begins - 9 * _DAY), parts=parts,
                    note=note,
                )  # fmt: skip
            with done_by(self.head):
                approve_version(version=draft, user=self.head, now=self._at(begins - 6 * _DAY))
        begins = add_months(self.this_month, -rules.versions[0][0])
        with done_by(self.accountant):
            for user in self._paid_by(rules):
                first = max(begins, user.joined_on or begins)
                values = {"base": BASES[user.role]}
                set_member(scheme=scheme, user=user, starts_on=first, ends_on=user.left_on, values=values, now=at)
                if user.name == RAISE[0]:
                    day = add_months(self.this_month, -4) + 14 * _DAY
                    set_member(scheme=scheme, user=user, starts_on=day, values={"base": RAISE[1]}, now=self._at(day))

    def _paid_by(self, rules: SchemeRules) -> list[User]:
        """Everybody of the scheme's roles who was there while it held, the head excepted."""
        begins = add_months(self.this_month, -rules.versions[0][0])
        people = (user for user in self.users.values() if user.role in rules.roles)
        return [user for user in people if user.left_on is None or user.left_on >= begins]

    def _close_month(self, month: dt.date) -> PayRun:
        """Compute and approve a month in the first days of the next one."""
        after, now = add_months(month, 1), self.records.now
        with done_by(self.accountant):
            run = compute_run(month=month, author=self.accountant, now=min(now, self._ten(after + 2 * _DAY)))
        with done_by(self.head):
            return approve_run(run=run, user=self.head, now=min(now, self._ten(after + 3 * _DAY)), digest=run.digest)

    def _split(self) -> None:
        """Two sellers brought one contract of the month before last to an end."""
        owner, helper, share_bp = SHARED_DEAL
        months = [add_months(self.this_month, -back) for back in (2, 3, 4, 5)]
        found = ((month, self._signed(month, seller__name=owner)) for month in months)
        month, deal = next(((month, deal) for month, deal in found if deal is not None), (None, None))
        if deal is not None and month is not None:
            at = self._at(month + 25 * _DAY)
            with done_by(self.accountant):
                split_deal(
                    deal=deal, shares={self.users[owner]: share_bp, self.users[helper]: 10_000 - share_bp}, now=at
                )

    def _signed(self, month: dt.date, **where: str) -> Deal | None:
        """The first contract signed in the course of a month."""
        first, last = self._at(month + 6 * _DAY), self._at(month + 26 * _DAY)
        return (
            Deal.objects.filter(won_at__gte=first, won_at__lt=last, lost_at=None, **where)
            .order_by("won_at", "pk")
            .first()
        )

    def _before_the_last(self) -> None:
        """What goes into the run of last month: a contract cancelled after it was paid, a dispute, an amount by hand."""
        last = add_months(self.this_month, -1)
        months = [add_months(self.this_month, -back) for back in (4, 5, 3, 6)]
        found = (self._signed(month, project__name=cast.PARK, product_type=cast.TWO) for month in months)
        deal = next((deal for deal in found if deal is not None), None)
        lost = Stage.objects.filter(pipeline=Pipeline.DEAL, kind=StageKind.LOST).first()
        if deal is not None and lost is not None:
            boss = self.users[SUPERVISORS[0]]
            with done_by(boss):
                cancel_contract(deal=deal, stage=lost, reason=CANCELLED, author=boss, now=self._at(last + 11 * _DAY))
        name, text, answer, amount = ANSWERED
        if (statement := self._statement(name, add_months(last, -1))) is not None:
            with done_by(self.users[name]):
                dispute = raise_dispute(
                    statement=statement, user=self.users[name], text=text, now=self._at(last + 5 * _DAY)
                )
            with done_by(self.accountant):
                answered = answer_dispute(
                    dispute=dispute, accepted=True, answer=answer, user=self.accountant, amount_minor=amount,
                    now=self._at(last + 7 * _DAY),
                )  # fmt: skip
            with done_by(self.head):
                assert answered.adjustment is not None
                approve_adjustment(adjustment=answered.adjustment, user=self.head, now=self._at(last + 8 * _DAY))
        name, amount, reason = BY_HAND
        with done_by(self.accountant):
            extra = adjust(
                user=self.users[name], amount_minor=amount, reason=reason, author=self.accountant,
                now=self._at(last + 20 * _DAY),
            )  # fmt: skip
        with done_by(self.head):
            approve_adjustment(adjustment=extra, user=self.head, now=self._at(last + 22 * _DAY))

    def _afterwards(self) -> None:
        """What waits: an open dispute, an amount nobody has approved, and the draft of this month."""
        name, text = OPEN
        if (statement := self._statement(name, add_months(self.this_month, -1))) is not None:
            line = statement.lines.filter(name="Money received").values_list("name", flat=True).first() or ""
            with done_by(self.users[name]):
                raise_dispute(
                    statement=statement, user=self.users[name], text=text, line_name=line, now=self.records.ago(hours=9)
                )
        name, amount, reason = WAITING
        with done_by(self.accountant):
            adjust(
                user=self.users[name], amount_minor=amount, reason=reason, author=self.accountant,
                now=self.records.ago(hours=8),
            )  # fmt: skip
            compute_run(month=self.this_month, author=self.accountant, now=self.records.ago(hours=3))

    def _statement(self, name: str, month: dt.date) -> Statement | None:
        return Statement.objects.filter(user__name=name, run__month=month).first()

    def _at(self, day: dt.date) -> dt.datetime:
        """Ten in the morning of a day, or some hours ago where that is still to come."""
        return min(self._ten(day), self.records.ago(hours=12))

    def _ten(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(10), self.records.calendar.zone).astimezone(dt.UTC)


def make_pay(records: Records) -> None:
    """Pay everybody for a year."""
    Paying(records).run()
