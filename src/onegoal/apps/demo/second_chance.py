"""What becomes of the demo's leads that control sent back to work: answered, decided anew, some bought."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils import timezone

from onegoal.apps.accounts.models import User
from onegoal.apps.board.services import move_deal, open_deal, reserve_product, set_schedule, sign_contract
from onegoal.apps.company.models import Pipeline, Stage, StageKind
from onegoal.apps.demo import clauses
from onegoal.apps.demo.records import Records, done_by
from onegoal.apps.demo.selling import free_product
from onegoal.apps.desk.services import note_answer
from onegoal.apps.quality.services.calls import log_call
from onegoal.apps.regulation.models import Clause
from onegoal.apps.regulation.queries import regulation_for
from onegoal.apps.regulation.services import decide_lead
from onegoal.apps.sales.models import Lead, Outcome, Payment
from onegoal.apps.sales.services import save_lead, save_record
from onegoal.core.payment_schedule import Part

STILL_IN_WORK: Final = dt.timedelta(days=3)
TAKES_TO_BUY: Final = dt.timedelta(days=24)
QUALIFIES, BUYS = 0.85, 0.45


class SecondChance:
    """Lets a lead that came back go its way, through the services sellers use."""

    def __init__(self, records: Records) -> None:
        self.records, self.dice = records, records.dice("second chance")
        stages = Stage.objects.filter(pipeline=Pipeline.DEAL)
        self.reserved = stages.get(kind=StageKind.RESERVED)
        self.contracts = 0

    def work(self, lead: Lead, seller: User, back_at: dt.datetime, *, is_good: bool) -> None:
        """Answer and decide a lead that came back, unless that was within the last days."""
        answered_at = back_at + dt.timedelta(minutes=20 + float(self.dice.exponential(60)))
        is_fresh = back_at > self.records.now - dt.timedelta(hours=20)
        if is_fresh or answered_at > self.records.now:
            return
        with done_by(seller):
            call = {"started_at": answered_at, "is_answered": True, "talk_seconds": int(self.dice.gamma(3, 90))}
            log_call(lead=lead, seller=seller, now=answered_at, **call)  # type: ignore[arg-type]
            lead = note_answer(lead=lead, at=answered_at, now=answered_at)
            decided_at = answered_at + dt.timedelta(hours=2 + float(self.dice.exponential(30)))
            if back_at < self.records.now - STILL_IN_WORK and decided_at < self.records.now:
                self._decide(lead, seller, decided_at, is_good)

    def _decide(self, lead: Lead, seller: User, at: dt.datetime, is_good: bool) -> None:
        regulation = regulation_for(lead.created_at)
        if not is_good and regulation is not None:
            clause = Clause.objects.get(regulation=regulation, number=clauses.CURIOUS.number)
            decide_lead(lead=lead, outcome=Outcome.REJECTED, author=seller, now=at, clause=clause)
        elif self.dice.random() > QUALIFIES:
            returns_on = self.records.today + dt.timedelta(days=int(self.dice.integers(2, 40)))
            decide_lead(lead=lead, outcome=Outcome.NURTURE, author=seller, now=at, returns_on=returns_on)
        else:
            lead = self._fill_card(lead, at)
            decide_lead(lead=lead, outcome=Outcome.QUALIFIED, author=seller, now=at)
            if at < self.records.now - TAKES_TO_BUY and self.dice.random() < BUYS:
                self._buy(lead, seller, at)

    def _fill_card(self, lead: Lead, at: dt.datetime) -> Lead:
        """Ask what the card does not say yet."""
        known = {clauses.BUDGET: 95_000, clauses.BUYS_WITHIN: 4, clauses.PURPOSE: clauses.PURPOSES[0]}
        lead.refresh_from_db()
        lead.custom = {**known, **lead.custom}
        return save_lead(lead=lead, now=at - dt.timedelta(minutes=3))

    def _buy(self, lead: Lead, seller: User, at: dt.datetime) -> None:
        """Sign a contract some weeks later, with thirty per cent at once."""
        opened_at = at + dt.timedelta(days=1)
        reserved_at = opened_at + dt.timedelta(days=float(self.dice.uniform(4, 15)))
        signed_at = reserved_at + dt.timedelta(days=float(self.dice.uniform(1, 4)))
        product = free_product(lead.project_id, lead.product_type)
        if product is None or signed_at > self.records.now:
            return
        self.contracts += 1
        with timezone.override(self.records.calendar.zone):
            deal = open_deal(lead=lead, author=seller, now=opened_at)
            reserve_product(deal=deal, product=product, author=seller, now=reserved_at)
            deal = move_deal(deal=deal, stage=self.reserved, now=reserved_at, author=seller).deal
            deal.refresh_from_db()
            signed_on = timezone.localdate(signed_at)
            price = deal.amount_minor or 0
            parts = [Part(signed_on, price * 3 // 10), Part(signed_on + dt.timedelta(days=91), price - price * 3 // 10)]
            set_schedule(deal=deal, parts=parts, now=signed_at)
            number = f"LD-{signed_on:%Y}-{700 + self.contracts}"
            sign_contract(deal=deal, number=number, signed_on=signed_on, now=signed_at)
        payment = Payment(
            deal=deal, received_on=signed_on, amount_minor=price * 3 // 10, currency=deal.currency,
            source="", source_id="",
        )  # fmt: skip
        save_record(record=payment, now=signed_at)
