"""What the demo's departments tell each other: marks and objections on leads, questions and answers, notes."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from onegoal.apps.audit.bulk import Batch
from onegoal.apps.cards.services.notes import add_note, pin_note
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.demo import cast
from onegoal.apps.demo.records import HEAD, MARKETER, Records, done_by
from onegoal.apps.feedback.models import LeadMark
from onegoal.apps.feedback.services import answer_question, ask_department
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.models import Lead, Objection, Outcome

MARKED_DAYS: Final = 120
WORKING_DAY: Final = 600
"""Minutes; questions are asked and due in working days."""
MARKED_SHARE: Final = 0.75
OBJECTED_SHARE: Final = 0.4
GOOD: Final = ((0.8, 0.17, 0.03), (0.04, 0.24, 0.72))
"""How often a lead that deserves it, and one that does not, is called good, so-so and bad."""
WEIGHTS: Final = {cast.PARK: (2, 5, 2, 3, 2, 2), cast.RIVERSIDE: (6, 1, 3, 3, 1, 2)}
"""How often each objection is heard in a project, in the order of the company's list."""
NOTES: Final = (
    "Wants to see the flat with her parents.", "Asked for a parking place near the lift.",
    "Speaks Hungarian, calls in the evening.", "Compares with the house across the street.",
    "Has sold the old flat, the money comes in January.", "Send the plan of the fourth floor.",
)  # fmt: skip


class Voices:
    """Writes marks, questions and notes."""

    def __init__(self, records: Records) -> None:
        self.records, self.dice = records, records.dice("voices")

    @transaction.atomic
    def run(self) -> None:
        """Write all of them."""
        self._mark()
        self._ask()
        self._note()

    def _leads(self, days: int) -> list[Lead]:
        answered = Lead.objects.filter(created_at__gte=self.records.ago(days=days), first_response_at__isnull=False)
        return list(answered.filter(seller__isnull=False).select_related("seller", "project").order_by("created_at"))

    def _mark(self) -> None:
        objections = list(Objection.objects.order_by("position"))
        batch = Batch(LeadMark, now=self.records.now)
        for lead in self._leads(MARKED_DAYS):
            if self.dice.random() > MARKED_SHARE:
                continue
            objection = None
            if lead.project and self.dice.random() < OBJECTED_SHARE:
                weights = WEIGHTS[lead.project.name]
                chances = [weight / sum(weights) for weight in weights]
                objection = objections[int(self.dice.choice(len(weights), p=chances))]
            batch.add(
                LeadMark(
                    lead=lead, author=lead.seller, quality=self._quality(lead), objection=objection,
                    at=self._moment(lead.first_response_at),
                )
            )  # fmt: skip
        batch.save()

    def _quality(self, lead: Lead) -> str:
        """Return what the seller says: as good as the lead is, unless they do not want to see it."""
        is_good = lead.source_id in self.records.history.good_leads
        if lead.seller and lead.seller.name == cast.REJECTS_GOOD_LEADS and lead.outcome == Outcome.REJECTED:
            is_good = False
        return str(self.dice.choice(["good", "fair", "bad"], p=GOOD[0 if is_good else 1]))

    def _moment(self, answered_at: dt.datetime | None) -> dt.datetime:
        assert answered_at is not None
        return min(answered_at + dt.timedelta(minutes=2 + float(self.dice.exponential(9))), self.records.now)

    def _ask(self) -> None:
        users, office = self.records.users, calendar_of_company()
        campaigns = {one.name: one for one in Campaign.objects.all()}
        lead = (
            Lead.objects.filter(outcome=Outcome.REJECTED, seller__name=cast.REJECTS_GOOD_LEADS).order_by("-pk").first()
        )
        radu, zsofia = (users[name] for name in ("Radu Stan", "Zsófia Nagy"))
        asked = (
            (Side.MARKETING, radu, None, campaigns.get(cast.SOLD_OUT_CAMPAIGN), 3.0, 2.0, None, "",
             "One-room flats in Riverside are sold out. Why do we still pay for them?"),
            (Side.SALES, users[MARKETER], None, campaigns.get("leads-park"), 6.0, 1.0, radu,
             "They want the price of the banner; it holds for two flats only. Show the plan instead.",
             "What do people who come by the discount banner expect?"),
            (Side.MARKETING, zsofia, None, campaigns.get("reels-riverside"), 9.0, 2.0, users["Daria Sokolova"],
             "The reel says so in the last frame; it is taken out from Monday on.",
             "Many ask whether the terraces are common. Where did they read that?"),
            (Side.SALES, users["Mihai Ionescu"], lead, None, 0.6, 2.0, None, "",
             "This person wrote that the budget is there. What happened in the call?"),
            (Side.SALES, users[HEAD], None, campaigns.get("search-park"), 1.2, 3.0, None, "",
             "Do callers from search still ask about the school?"),
        )  # fmt: skip
        for side, author, about, campaign, days, due_days, answerer, answer, text in asked:
            at = self.records.calendar.working_minutes_ago(round(days * WORKING_DAY))
            with done_by(author):
                question = ask_department(
                    side=side, author=author, text=text, now=at, due_at=office.add(at, round(due_days * WORKING_DAY)), lead=about,
                    campaign=campaign,
                )  # fmt: skip
            if answerer is not None:
                with done_by(answerer):
                    answer_question(question=question, author=answerer, answer=answer, now=at + dt.timedelta(hours=20))

    def _note(self) -> None:
        for place, lead in enumerate(self._leads(10)[::3]):
            assert lead.seller is not None
            with done_by(lead.seller):
                now = self._moment(lead.first_response_at)
                note = add_note(record=lead, text=NOTES[place % len(NOTES)], author=lead.seller, now=now)
                if place % 7 == 0:
                    pin_note(note=note, is_pinned=True, now=now)
