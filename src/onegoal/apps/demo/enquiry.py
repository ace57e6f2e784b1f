"""One lead of the demo and everything that follows from it: calls, verdict, deal, payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from onegoal.apps.demo import cast
from onegoal.apps.demo.history import SOURCE
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.people.intake import PersonRef
from onegoal.apps.sales.intake import CallRow, DealRow, LeadRow, PaymentRow, StageMoment, TaskRow

if TYPE_CHECKING:
    from onegoal.apps.demo.simulation import Simulation

MARGIN = 0.14


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
        seller = self.simulation.next_seller()
        answered_at = self.calendar.working_moment(self.came_at, self.rng, hours=0.9)
        deserves = self.rng.random() < min(0.95, self.campaign.fits * self.fit)
        is_accepted = deserves and self.rng.random() < self._attention(seller, answered_at)
        decided_at = self.calendar.working_moment(answered_at, self.rng, hours=20)
        self._calls(seller, answered_at, is_accepted)
        if decided_at > self.calendar.now:
            self._write_lead(seller, answered_at, None, "New" if answered_at > self.calendar.now else "Contacted", "")
        elif is_accepted:
            self._qualify(seller, answered_at, decided_at)
        elif deserves and self.rng.random() < 0.35:
            self._write_lead(seller, answered_at, decided_at, "Nurture", "")
        else:
            self._reject(seller, answered_at, decided_at, deserves=deserves)

    def _attention(self, seller: cast.Colleague, at: dt.datetime) -> float:
        """Return the chance that this seller recognises a good lead at this hour."""
        if seller.name == cast.REJECTS_GOOD_LEADS:
            return 0.42
        if seller.name == cast.TIRES_DURING_THE_DAY:
            return 0.95 if self.calendar.local_hour(at) < 14 else 0.4
        return min(0.97, 0.86 * seller.skill)

    def _qualify(self, seller: cast.Colleague, answered_at: dt.datetime, decided_at: dt.datetime) -> None:
        evening = 18 <= self.calendar.local_hour(self.came_at) <= 20
        chance = self.campaign.buys * seller.skill * (1.15 if evening else 1.0)
        opened_at = self.calendar.working_moment(decided_at, self.rng, hours=60)
        has_deal = opened_at <= self.calendar.now and self.rng.random() < min(0.95, chance * 2.1)
        is_sold_out = self.simulation.stock.is_sold_out(self.campaign.project, self.product_type, opened_at.date())
        if is_sold_out and self.rng.random() < 0.85:
            self._write_lead(seller, answered_at, decided_at, "Rejected", cast.SOLD_OUT_REASON)
            return
        self._write_lead(seller, answered_at, decided_at, "Qualified", "")
        if has_deal:
            self._deal(seller, opened_at, is_won=not is_sold_out and self.rng.random() < 0.48)

    def _reject(
        self, seller: cast.Colleague, answered_at: dt.datetime, decided_at: dt.datetime, *, deserves: bool
    ) -> None:
        reason = "no budget" if deserves else str(self.rng.choice(cast.REASONS))
        self._write_lead(seller, answered_at, decided_at, "Rejected", reason)
        back_at = self.calendar.working_moment(decided_at, self.rng, hours=24 * 16)
        if deserves and back_at < self.calendar.now and self.rng.random() < 0.3:
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
        types, weights = zip(*self.campaign.request_types, strict=True)
        self.history.leads.append(
            LeadRow(
                source=SOURCE, source_id=f"L{self.number}", created_at=self.came_at, person=self.person,
                marks=self.marks, request_type=str(self.rng.choice(types, p=np.array(weights) / sum(weights))),
                project=self.campaign.project, product_type=self.product_type, seller=seller.name, team=seller.team,
                agency=str(self.rng.choice(cast.AGENCIES)) if self.campaign.from_agency else "",
                region=self.person.region, segment=self.segment, stage=stage, stages=tuple(stages), reason=reason,
                first_response_at=answered_at if answered_at <= now else None,
            )
        )  # fmt: skip

    def _calls(self, seller: cast.Colleague, first_at: dt.datetime, is_accepted: bool) -> None:
        at = first_at
        for attempt in range(1 + int(self.rng.poisson(1.2 if is_accepted else 0.6))):
            if at > self.calendar.now:
                break
            is_answered = bool(self.rng.random() < 0.78)
            self.simulation.counts["call"] += 1
            self.history.calls.append(
                CallRow(
                    source=SOURCE, source_id=f"C{self.simulation.counts['call']}", started_at=at, person=self.person,
                    direction="in" if attempt == 0 and self.rng.random() < 0.3 else "out", is_answered=is_answered,
                    wait_seconds=int(self.rng.integers(3, 35)), lead=f"L{self.number}", seller=seller.name,
                    talk_seconds=int(self.rng.gamma(2.2, 95)) if is_answered else None,
                )
            )  # fmt: skip
            at = self.calendar.working_moment(at, self.rng, hours=44)
        self._task(seller, at)

    def _task(self, seller: cast.Colleague, due_at: dt.datetime) -> None:
        if due_at < self.calendar.now - dt.timedelta(days=45) and self.rng.random() < 0.75:
            return
        is_done = due_at < self.calendar.now and self.rng.random() < 0.88
        self.simulation.counts["task"] += 1
        self.history.tasks.append(
            TaskRow(
                source=SOURCE, source_id=f"T{self.simulation.counts['task']}", title="Call back with an offer",
                kind="call", created_at=self.came_at, assignee=seller.name, due_at=due_at, lead=f"L{self.number}",
                done_at=due_at + dt.timedelta(minutes=float(self.rng.exponential(90))) if is_done else None,
            )
        )  # fmt: skip

    def _deal(self, seller: cast.Colleague, opened_at: dt.datetime, *, is_won: bool) -> None:
        self.simulation.counts["deal"] += 1
        number = f"D{self.simulation.counts['deal']}"
        weeks = 3 if self.campaign.from_agency else 7
        decided_at = self.calendar.working_moment(opened_at, self.rng, hours=24 * 7 * weeks)
        is_decided = decided_at <= self.calendar.now
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
