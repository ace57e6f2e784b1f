"""One lead of the demo and everything that follows from it: calls, verdict, deal, payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from onegoal.apps.demo import cast, clauses
from onegoal.apps.demo.history import SOURCE
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.people.intake import PersonRef
from onegoal.apps.sales.intake import CallRow, DealRow, LeadRow, PaymentRow, StageMoment, TaskRow

if TYPE_CHECKING:
    from onegoal.apps.demo.simulation import Simulation

MARGIN = 0.14
Weights = tuple[tuple[clauses.Reason, float], ...]
UNDESERVING: Weights = (
    (clauses.NO_BUDGET, 0.24), (clauses.CURIOUS, 0.18), (clauses.UNREACHED, 0.17), (clauses.WRONG_REGION, 0.12),
    (clauses.BOUGHT, 0.14), (clauses.MORTGAGE, 0.13), (clauses.LEAVE_ALONE, 0.02),
)  # fmt: skip
MISTAKES: Weights = ((clauses.CURIOUS, 0.45), (clauses.BOUGHT, 0.25), (clauses.MORTGAGE, 0.2), (clauses.NO_BUDGET, 0.1))
EXCUSES: Weights = ((clauses.NO_BUDGET, 0.75), (clauses.CURIOUS, 0.25))
PUTS_OFF = {cast.REJECTS_GOOD_LEADS: 0.1, cast.TIRES_DURING_THE_DAY: 0.85}
"""How often a good lead that was not recognised is warmed up rather than rejected: who tires puts things off."""


class Enquiry:
    """One lead and everything that follows from it."""

    def __init__(
        self, simulation: Simulation, campaign: cast.Campaign, marks: OriginMarks, fit: float, visitor: str,
        came_at: dt.datetime, *, number: int,
    ) -> None:  # fmt: skip
        self.simulation, self.campaign, self.marks, self.fit = simulation, campaign, marks, fit
        self.rng, self.calendar, self.history = simulation.rng, simulation.calendar, simulation.history
        self.came_at, self.number = came_at, number
        self.person = self._person(visitor)
        self.product_type = campaign.product_type or str(
            self.rng.choice([cast.STUDIO, cast.ONE, cast.TWO, cast.THREE], p=[0.12, 0.4, 0.33, 0.15])
        )
        self.segment = str(self.rng.choice(cast.SEGMENTS, p=campaign.segment_weights))

    def play(self) -> None:
        """Write the lead, its calls and tasks, and what came of it."""
        seller = self.simulation.next_seller(self.came_at)
        answered_at = self.calendar.working_moment(self.came_at, self.rng, hours=0.9)
        self.deserves = self.rng.random() < min(0.95, self.campaign.fits * self.fit)
        if self.deserves:
            self.history.good_leads.add(f"L{self.number}")
        is_accepted = self.deserves and self.rng.random() < self._attention(seller, answered_at)
        self.reason = None if is_accepted else self._reason(seller)
        self._draw_wishes()
        decided_at = self.calendar.working_moment(answered_at, self.rng, hours=72)
        if self.reason is clauses.UNREACHED:
            decided_at = self._attempts(seller, answered_at)
        else:
            self._calls(seller, answered_at, decided_at, is_accepted)
        if decided_at > self.calendar.now:
            self._write_lead(seller, answered_at, None, "New" if answered_at > self.calendar.now else "Contacted", "")
        elif is_accepted:
            self._qualify(seller, answered_at, decided_at)
        elif self.deserves and self.rng.random() < PUTS_OFF.get(seller.name, 0.5):
            self._write_lead(seller, answered_at, decided_at, "Nurture", "")
        else:
            self._reject(seller, answered_at, decided_at)

    def _attention(self, seller: cast.Colleague, at: dt.datetime) -> float:
        """Return the chance that this seller recognises a good lead at this hour."""
        if seller.name == cast.REJECTS_GOOD_LEADS:
            return 0.42
        if seller.name == cast.TIRES_DURING_THE_DAY:
            return 0.95 if self.calendar.local_hour(at) < 14 else 0.4
        return min(0.97, 0.86 * seller.skill)

    def _reason(self, seller: cast.Colleague) -> clauses.Reason:
        """Return why the lead is turned down if it is: of good leads what the seller believes or pretends."""
        weights = UNDESERVING
        if self.deserves:
            weights = EXCUSES if seller.name == cast.REJECTS_GOOD_LEADS else MISTAKES
        chances = np.array([weight for _, weight in weights])
        return weights[int(self.rng.choice(len(weights), p=chances / chances.sum()))][0]

    def _draw_wishes(self) -> None:
        """Draw what the person can pay, when they want to buy and what for; who does not deserve it fails in one of them."""
        usual = self.simulation.stock.usual_price(self.campaign.project, self.product_type) // 100
        self.budget = max(clauses.LEAST_BUDGET, round(usual * float(self.rng.uniform(0.8, 1.35)) / 1000) * 1000)
        self.buys_within = int(self.rng.integers(0, clauses.LONGEST_WAIT + 1))
        self.purpose = str(self.rng.choice(clauses.PURPOSES, p=[0.55, 0.22, 0.15, 0.08]))
        if not self.deserves:
            is_poor = self.reason is clauses.NO_BUDGET
            has_time = self.reason in (clauses.CURIOUS, clauses.MORTGAGE)
            if has_time or (not is_poor and self.rng.random() < 0.7):
                self.buys_within = int(self.rng.integers(13, 37))
            if is_poor or self.rng.random() < 0.3:
                self.budget = int(self.rng.integers(14, 49)) * 1000
        types, weights = zip(*self.campaign.request_types, strict=True)
        self.request_type = str(self.rng.choice(types, p=np.array(weights) / sum(weights)))

    def _card(self, stage: str) -> dict[str, Any]:
        """Return the fields of the card: some came with the form, the others were asked for by the seller."""
        by_form = 0.4 if self.request_type == "form" else 0.1
        was_asked = self.reason is not clauses.UNREACHED and stage != "New"
        by_seller = {"Qualified": 0.985, "Contacted": 0.6}.get(stage, 0.87) if was_asked else 0.0
        told: dict[str, Any] = {}
        for key, value in (
            (clauses.BUDGET, self.budget), (clauses.BUYS_WITHIN, self.buys_within), (clauses.PURPOSE, self.purpose),
        ):  # fmt: skip
            if self.rng.random() < max(by_form, by_seller):
                told[key] = value
        return told

    def _qualify(self, seller: cast.Colleague, answered_at: dt.datetime, decided_at: dt.datetime) -> None:
        evening = 18 <= self.calendar.local_hour(self.came_at) <= 20
        chance = self.campaign.buys * seller.skill * (1.15 if evening else 1.0)
        opened_at = self.calendar.working_moment(decided_at, self.rng, hours=60)
        has_deal = opened_at <= self.calendar.now and self.rng.random() < min(0.95, chance * 2.1)
        is_sold_out = self.simulation.stock.is_sold_out(self.campaign.project, self.product_type, opened_at.date())
        if is_sold_out and self.rng.random() < 0.85:
            self._write_lead(seller, answered_at, decided_at, "Rejected", clauses.SOLD_OUT.cited)
            return
        self._write_lead(seller, answered_at, decided_at, "Qualified", "")
        if has_deal:
            self._deal(seller, opened_at, is_won=not is_sold_out and self.rng.random() < 0.48)

    def _reject(self, seller: cast.Colleague, answered_at: dt.datetime, decided_at: dt.datetime) -> None:
        assert self.reason is not None
        self._write_lead(seller, answered_at, decided_at, "Rejected", self.reason.cited)
        if not self.deserves:
            return
        self.history.wrongly_rejected.add(f"L{self.number}")
        back_at = self.calendar.working_moment(decided_at, self.rng, hours=24 * 16)
        if back_at < self.calendar.now and self.rng.random() < 0.3:
            self._return(back_at)

    def _return(self, back_at: dt.datetime) -> None:
        """A good lead that was turned down comes again by itself and meets another seller."""
        self.simulation.counts["lead"] += 1
        again = Enquiry(
            self.simulation, self.campaign, OriginMarks(), 9.0, "", back_at, number=self.simulation.counts["lead"]
        )
        again.person, again.product_type, again.segment = self.person, self.product_type, self.segment
        again.play()

    def _person(self, visitor: str) -> PersonRef:
        first = cast.FIRST_NAMES[int(self.rng.integers(len(cast.FIRST_NAMES)))]
        last = cast.LAST_NAMES[int(self.rng.integers(len(cast.LAST_NAMES)))]
        identifiers = [("phone", f"+407{20_000_000 + self.number * 137:08d}")]
        if self.rng.random() < 0.6:
            identifiers.append(("email", f"client{self.number}@mail.example"))
        if visitor:
            identifiers.append(("visitor", visitor))
        region = str(self.rng.choice(cast.REGIONS, p=[0.42, 0.22, 0.1, 0.08, 0.1, 0.08]))
        return PersonRef(name=f"{first} {last}", identifiers=tuple(identifiers), region=region)

    def _write_lead(
        self, seller: cast.Colleague, answered_at: dt.datetime, decided_at: dt.datetime | None, stage: str, reason: str
    ) -> None:
        now = self.calendar.now
        stages = [StageMoment("New", self.came_at)]
        if answered_at <= now:
            stages.append(StageMoment("Contacted", answered_at))
        if decided_at:
            stages.append(StageMoment(stage, decided_at))
        self.history.leads.append(
            LeadRow(
                source=SOURCE, source_id=f"L{self.number}", created_at=self.came_at, person=self.person,
                marks=self.marks, request_type=self.request_type, custom=self._card(stage),
                project=self.campaign.project, product_type=self.product_type, seller=seller.name, team=seller.team,
                agency=str(self.rng.choice(cast.AGENCIES)) if self.campaign.from_agency else "",
                region=self.person.region, segment=self.segment, stage=stage, stages=tuple(stages), reason=reason,
                first_response_at=answered_at if answered_at <= now else None,
            )
        )  # fmt: skip

    def _attempts(self, seller: cast.Colleague, first_at: dt.datetime) -> dt.datetime:
        """Write calls that nobody answered, on several days; return when the seller gives up. A few give up too soon."""
        count = 2 if self.rng.random() < 0.03 else 3 + int(self.rng.integers(0, 3))
        at = first_at
        for attempt in range(count):
            if attempt:
                gap = dt.timedelta(hours=15 if attempt == count - 1 else 1)
                at = self.calendar.working_moment(at + gap, self.rng, hours=14)
            self._call(seller, at, is_answered=False, direction="out")
        return self.calendar.working_moment(at + dt.timedelta(minutes=4), self.rng, hours=2)

    def _calls(self, seller: cast.Colleague, first_at: dt.datetime, decided_at: dt.datetime, is_accepted: bool) -> None:
        at, is_reached = first_at, False
        for attempt in range(1 + int(self.rng.poisson(1.2 if is_accepted else 0.6))):
            if at > decided_at and attempt and not is_accepted:
                break
            is_answered = bool(self.rng.random() < 0.78)
            is_incoming = attempt == 0 and self.rng.random() < 0.3
            self._call(seller, at, is_answered=is_answered or is_incoming, direction="in" if is_incoming else "out")
            is_reached |= is_answered or is_incoming
            at = self.calendar.working_moment(at, self.rng, hours=44)
        if not is_reached:
            late = self.calendar.working_moment(first_at + (decided_at - first_at) * 0.8, self.rng, hours=0.2)
            self._call(seller, min(late, decided_at), is_answered=True, direction="out")
        self._done_task(seller, first_at, decided_at)

    def _call(self, seller: cast.Colleague, at: dt.datetime, *, is_answered: bool, direction: str) -> None:
        if at > self.calendar.now:
            return
        self.simulation.counts["call"] += 1
        self.history.calls.append(
            CallRow(
                source=SOURCE, source_id=f"C{self.simulation.counts['call']}", started_at=at, person=self.person,
                direction=direction, is_answered=is_answered, wait_seconds=int(self.rng.integers(3, 35)),
                lead=f"L{self.number}", seller=seller.name,
                talk_seconds=int(self.rng.gamma(2.2, 95)) if is_answered else None,
            )
        )  # fmt: skip

    def _done_task(self, seller: cast.Colleague, first_at: dt.datetime, decided_at: dt.datetime) -> None:
        """Write a task that was done before the decision; older ones were not noted by most."""
        due_at = first_at + (decided_at - first_at) * 0.6
        is_old = due_at < self.calendar.now - dt.timedelta(days=45)
        done_at = due_at + dt.timedelta(minutes=float(self.rng.exponential(90)))
        if done_at > self.calendar.now or (is_old and self.rng.random() < 0.75):
            return
        self.simulation.counts["task"] += 1
        self.history.tasks.append(
            TaskRow(
                source=SOURCE, source_id=f"T{self.simulation.counts['task']}", title="Call back with an offer",
                kind="call", created_at=self.came_at, assignee=seller.name, due_at=due_at, lead=f"L{self.number}",
                done_at=done_at,
            )
        )  # fmt: skip

    def _deal(self, seller: cast.Colleague, opened_at: dt.datetime, *, is_won: bool) -> None:
        self.simulation.counts["deal"] += 1
        number = f"D{self.simulation.counts['deal']}"
        weeks = 3 if self.campaign.from_agency else 7
        decided_at = self.calendar.working_moment(opened_at, self.rng, hours=24 * 7 * weeks)
        is_decided = decided_at <= self.calendar.now
        seller = self.simulation.who_signs(seller, decided_at)
        flat = (
            self.simulation.stock.sell(self.campaign.project, self.product_type, decided_at)
            if is_won and is_decided
            else None
        )
        stages = [StageMoment("Negotiation", opened_at)]
        reserved_at = opened_at + (decided_at - opened_at) * 0.6
        if flat or (is_won and reserved_at <= self.calendar.now):
            stages.append(StageMoment("Reserved", reserved_at, "reserved"))
        lost_at = decided_at if is_decided and not flat else None
        if flat:
            stages.append(StageMoment("Contract signed", decided_at, "won"))
        elif lost_at:
            stages.append(StageMoment("Lost", lost_at, "lost"))
        price = (
            flat.price_minor if flat else self.simulation.stock.usual_price(self.campaign.project, self.product_type)
        )
        self.history.deals.append(
            DealRow(
                source=SOURCE, source_id=number, opened_at=opened_at, person=self.person, lead=f"L{self.number}",
                title=f"{self.product_type}, {self.campaign.project}", project=self.campaign.project,
                product=flat.source_id if flat else "", product_type=self.product_type, seller=seller.name,
                team=seller.team, region=self.person.region, segment=self.segment, stage=stages[-1].stage,
                stages=tuple(stages), won_at=decided_at if flat else None, lost_at=lost_at,
                reason=str(self.rng.choice(cast.LOST_REASONS)) if lost_at else "", amount_minor=price,
                margin_minor=round(price * MARGIN), currency=cast.CURRENCY,
            )
        )  # fmt: skip
        if flat:
            self._payments(number, price, decided_at.astimezone(self.calendar.zone).date())

    def _payments(self, deal: str, price: int, signed_on: dt.date) -> None:
        """Thirty per cent at once, the rest in quarterly instalments; one in six comes late."""
        today = self.calendar.now.astimezone(self.calendar.zone).date()
        for index, (due_on, amount) in enumerate(self._schedule(price, signed_on)):
            common = {"source": SOURCE, "deal": deal, "amount_minor": amount, "currency": cast.CURRENCY}
            self.history.payments.append(PaymentRow(source_id=f"{deal}-due-{index}", due_on=due_on, **common))  # type: ignore[arg-type]
            late = int(self.rng.integers(5, 40)) if self.rng.random() < 1 / 6 else int(self.rng.integers(0, 3))
            received_on = due_on + dt.timedelta(days=late)
            if received_on <= today:
                self.history.payments.append(
                    PaymentRow(source_id=f"{deal}-in-{index}", received_on=received_on, **common)  # type: ignore[arg-type]
                )

    @staticmethod
    def _schedule(price: int, signed_on: dt.date) -> Iterator[tuple[dt.date, int]]:
        down = round(price * 0.3)
        rest, parts = price - down, 5
        yield signed_on, down
        for part in range(parts):
            amount = rest // parts + (1 if part < rest % parts else 0)
            yield signed_on + dt.timedelta(days=91 * (part + 1)), amount
