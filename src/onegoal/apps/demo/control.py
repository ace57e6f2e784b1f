"""Control of rejections in the demo: four months of drawn and contradictory ones, judged by what the leads truly deserve."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import Max

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.demo import cast
from onegoal.apps.demo.agreed import CONTROLLED
from onegoal.apps.demo.records import HEAD, QUALITY, Records, done_by
from onegoal.apps.demo.second_chance import SecondChance
from onegoal.apps.quality.models import Check, CheckState, QualitySettings
from onegoal.apps.quality.services.checks import Evidence, answer_check, find_right, find_wrong, rule_on_check
from onegoal.apps.quality.services.queue import queue_new_rejections, queue_period
from onegoal.apps.regulation.models import Decision
from onegoal.apps.sales.models import Call

SLICE: Final = dt.timedelta(days=29)
OPEN_CHECKS: Final = 24
"""How many of the latest stand in the queue; in a smaller demo no more than a quarter."""
OVERLOOKED, TOO_STRICT = 0.04, 0.006
"""How often the analyst takes a wrong rejection for right, and a right one for wrong."""
RIGHT_WORDS: Final = (
    "Agrees with the call.", "The person said so themselves.", "The card and the call say the same.", "",
)  # fmt: skip
WRONG_WORDS: Final = (
    "The person names a budget that is enough and asks for a visit; nobody offered one.",
    "Wants to buy this year and asked for the plan. Not curious only.",
    "The mortgage is agreed already, one hears it in the call.",
    "The person asked to be called on Monday. There was no second call.",
)  # fmt: skip
DISPUTE: Final = "I heard it differently: they wanted a discount first, and without it they would not have come."


class Control:
    """Fills the queue period by period and judges all but the latest."""

    def __init__(self, records: Records) -> None:
        self.records, self.dice = records, records.dice("control")
        self.analyst = records.users[QUALITY]
        self.chances = SecondChance(records)
        self.team_mates: dict[int | None, list[User]] = defaultdict(list)
        for user in records.users.values():
            if user.role == Role.SELLER and user.name != cast.REJECTS_GOOD_LEADS:
                self.team_mates[user.team_id].append(user)

    @transaction.atomic
    def run(self) -> None:
        """Write the checks with what came of them."""
        for since, until in self._slices():
            today = until.astimezone(self.records.calendar.zone).date()
            queue_period(since=since, until=until, with_contradictions=True, now=until, today=today)
        checks = list(Check.objects.select_related("decision__lead", "decision__seller").order_by("decision__at", "pk"))
        self.talks = _talks([check.decision.lead_id for check in checks])
        count = len(checks) - min(OPEN_CHECKS, len(checks) // 4)
        for check in checks[:count]:
            self._judge(check)
        self._answers()
        # What was drawn is drawn: the daily queue goes on from here.
        newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
        QualitySettings.objects.filter(pk=1).update(seen_decision=newest)
        queue_new_rejections(now=self.records.now, today=self.records.today)

    def _slices(self) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Yield the periods of control, the earliest first; the last one is short: those are the days just gone by."""
        until = self.records.ago(days=4)
        bounds = [self.records.now + dt.timedelta(seconds=1), until]
        while until > self.records.now - CONTROLLED:
            until -= SLICE
            bounds.append(max(until, self.records.now - CONTROLLED))
        yield from zip(bounds[:0:-1], bounds[-2::-1], strict=True)

    def _judge(self, check: Check) -> None:
        lead = check.decision.lead
        is_wrong = lead.source_id in self.records.history.wrongly_rejected
        says_wrong = self.dice.random() >= OVERLOOKED if is_wrong else self.dice.random() < TOO_STRICT
        at = self._moment(check)
        seconds = int(self.dice.gamma(5, 70 if says_wrong else 45))
        evidence = self._evidence(check, at, says_wrong)
        with done_by(self.analyst):
            if not says_wrong:
                find_right(check=check, author=self.analyst, evidence=evidence, now=at, seconds=seconds)
                return
            seller = self._seller_for(check)
            find_wrong(check=check, author=self.analyst, evidence=evidence, returned_to=seller, now=at, seconds=seconds)
        lead.refresh_from_db()
        self.chances.work(lead, seller, at, is_good=lead.source_id in self.records.history.good_leads)

    def _moment(self, check: Check) -> dt.datetime:
        """Some time after it was queued, not later than a few hours ago."""
        zone = self.records.calendar.zone
        queued = dt.datetime.combine(check.queued_on, dt.time(10), zone).astimezone(dt.UTC)
        begins = max(queued, check.decision.at + dt.timedelta(hours=1))
        left = max(dt.timedelta(), min(self.records.ago(hours=2) - begins, dt.timedelta(days=12)))
        return min(begins + left * float(self.dice.random()), self.records.now)

    def _seller_for(self, check: Check) -> User:
        """Return who gets the lead back: mostly somebody else of the team, never who rejects good leads."""
        own = check.decision.seller
        assert own is not None
        mates = self.team_mates[own.team_id]
        if own in mates and self.dice.random() < 0.35:
            return own
        others = [user for user in mates if user.pk != own.pk]
        return others[int(self.dice.integers(len(others)))]

    def _evidence(self, check: Check, at: dt.datetime, says_wrong: bool) -> Evidence:
        call = next((call for call in self.talks.get(check.decision.lead_id, ()) if call.started_at < at), None)
        second = int(self.dice.integers(5, max(6, call.talk_seconds or 6))) if call and says_wrong else None
        return Evidence(
            finding=_one_of(self.dice, WRONG_WORDS if says_wrong else RIGHT_WORDS),
            clause=check.decision.clause if says_wrong else None,
            call=call if says_wrong or self.dice.random() < 0.4 else None,
            call_second=second,
        )

    def _answers(self) -> None:
        """Most sellers accept what was found; three findings are disputed: the head has ruled on two, one waits."""
        found = Check.objects.filter(state=CheckState.WRONG).select_related("decision__seller").order_by("checked_at")
        checks = list(found)
        disputed = self._to_dispute(checks)
        for check in checks:
            seller = check.decision.seller
            at = _after(check.checked_at, self.dice, hours=24)
            if seller is None or at > self.records.now or (check not in disputed and self.dice.random() < 0.3):
                continue
            with done_by(seller):
                answer_check(check=check, author=seller, text=DISPUTE if check in disputed else "", now=at)
            if check in disputed[:-1]:
                self._rule(check, _after(at, self.dice, hours=36))

    def _to_dispute(self, checks: list[Check]) -> list[Check]:
        """Return the findings to be disputed: old enough for an answer and a ruling to have been given by now."""
        told = [check for check in checks if check.checked_at and check.checked_at < self.records.ago(hours=62)]
        own = [check for check in told if check.decision.seller.name == cast.REJECTS_GOOD_LEADS]  # type: ignore[union-attr]
        return own[-3:]

    def _rule(self, check: Check, at: dt.datetime) -> None:
        head = self.records.users[HEAD]
        with done_by(head):
            rule_on_check(
                check=check,
                author=head,
                is_upheld=True,
                ruling="One hears the budget at once. The lead was good.",
                now=at,
            )


def _talks(lead_ids: list[int]) -> dict[int, list[Call]]:
    """Return the calls with somebody at the other end, by lead, the latest first."""
    talks: dict[int, list[Call]] = defaultdict(list)
    for call in Call.objects.filter(lead_id__in=lead_ids, is_answered=True).order_by("-started_at"):
        talks[call.lead_id or 0].append(call)
    return talks


def _after(at: dt.datetime | None, dice: np.random.Generator, *, hours: float) -> dt.datetime:
    """Return a moment within so many hours after another."""
    assert at is not None
    return at + dt.timedelta(hours=float(dice.uniform(0.3, hours)))


def _one_of(dice: np.random.Generator, words: tuple[str, ...]) -> str:
    return words[int(dice.integers(len(words)))]
