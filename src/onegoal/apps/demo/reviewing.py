"""Calls of the demo that were listened to: the scorecard, two months of reviews, what is owed, coaching, snippets."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.audit.bulk import Batch
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.demo import cast
from onegoal.apps.demo.records import QUALITY, Records, done_by
from onegoal.apps.quality.models import Answer, Question, Review, ReviewDuty, Scorecard
from onegoal.apps.quality.queries.duties import eligible, pool_of
from onegoal.apps.quality.services.coaching import start_coaching
from onegoal.apps.quality.services.reviews import save_remark
from onegoal.apps.quality.services.scorecards import create_scorecard, save_question, use_scorecard
from onegoal.apps.sales.models import Call, Objection
from onegoal.core.scorecards import Answered, is_failed, score_of

REVIEWED_DAYS: Final = 60
DRAWN_A_DAY: Final = 2
OWED_DAYS: Final = 2
TIRED_FROM: Final = 14
TWICE: Final = 30
"""How many calls two people judged."""


@dataclass(frozen=True)
class Step:
    """A step of the script as the scorecard asks for it; `fails` is how often an ordinary call lacks it."""

    step: str
    text: str
    guide: str
    kind: str
    weight: int
    fails: float
    may_not_apply: bool = False


WEAK_STEP: Final = "Arrange the visit"
SCRIPT: Final = (
    Step("Greeting", "Says name, company and why they call", "All three within the first sentences.", "yes_no", 1, 0.03),
    Step("Needs", "Finds out who will live there and what matters", "0: tells only; 5: asks and sums up.", "scale", 3, 0.13),
    Step("Budget and time", "Asks for the budget and when they want to buy", "Both, in figures.", "yes_no", 2, 0.12),
    Step("Offer", "Offers a flat that fits what was said", "5: one flat, with the reason why.", "scale", 3, 0.12),
    Step("Objections", "Answers objections without arguing", "Not applicable when there were none.", "scale", 2, 0.12, True),
    Step(WEAK_STEP, "Proposes a day and an hour for the visit", "Two dates to choose from.", "yes_no", 3, 0.42),
    Step("Next step", "Ends with who does what until when", "A date was said aloud.", "yes_no", 2, 0.12),
    Step("Remarks", "What else should the seller know", "", "text", 0, 0.0),
)  # fmt: skip
REMARKS: Final = (
    (4, 9, "Good opening, one knows at once who calls.", "", "Opening"),
    (11, 17, "The price comes before the need is known.", "Too dear", "Price"),
    (8, 14, "Answers with the tram and the school: that is how it is done.", "Too far from the centre", "Location"),
    (13, 18, "Here one could have offered Saturday.", "", "Visit"),
    (6, 12, "Shows the guarantee of the builder.", "Not sure about the builder", "Trust"),
    (9, 15, "Offers the bank's partner instead of waiting.", "Waits for a mortgage", "Mortgage"),
)  # fmt: skip


class Reviewing:
    """Draws calls day by day and judges them; the last working days are still owed."""

    def __init__(self, records: Records) -> None:
        self.records, self.dice = records, records.dice("reviewing")
        self.office = calendar_of_company()
        self.analyst = records.users[QUALITY]

    @transaction.atomic
    def run(self) -> None:
        """Write scorecard, duties, reviews, remarks and coaching."""
        self.scorecard = self._make_scorecard()
        self.questions = list(self.scorecard.questions.all())
        reviews = self._review(self._draw())
        self._remark()
        self._coach(reviews)

    def _make_scorecard(self) -> Scorecard:
        began = self.records.ago(days=REVIEWED_DAYS + 20)
        with done_by(self.analyst):
            card = create_scorecard(name="A call about a flat", now=began)
            for one in SCRIPT:
                values = {
                    "step": one.step, "text": one.text, "guide": one.guide, "kind": one.kind, "weight": one.weight,
                    "failed_below": 3, "is_mandatory": one.kind != "text" and not one.may_not_apply,
                    "may_not_apply": one.may_not_apply,
                }  # fmt: skip
                save_question(scorecard=card, values=values, now=began)
            return use_scorecard(scorecard=card, now=began)

    def _draw(self) -> list[ReviewDuty]:
        """Draw two calls of each seller for every working day, where there are so many."""
        batch, duties = Batch(ReviewDuty, now=self.records.now), []
        for place, day in enumerate(self._days()):
            by_seller: dict[User, list[Call]] = defaultdict(list)
            begins, ends = pool_of(self.office, day)
            calls = eligible(Call.objects.filter(started_at__gte=begins, started_at__lt=ends, seller__role=Role.SELLER))
            if place < OWED_DAYS:
                calls = calls.exclude(recording="")  # nobody can be asked to judge what cannot be heard
            for call in calls.select_related("seller").order_by("pk"):
                by_seller[call.seller].append(call)  # type: ignore[index]
            for number, (seller, own) in enumerate(sorted(by_seller.items(), key=lambda pair: pair[0].pk)):
                chosen = self.dice.permutation(len(own))[:DRAWN_A_DAY]
                for turn, index in enumerate(chosen):
                    reviewer = self.analyst if (number + turn + place) % 2 else self.records.supervisor_of(seller)
                    done_at = self._done_at(day) if place >= OWED_DAYS else None
                    duty = ReviewDuty(day=day, seller=seller, reviewer=reviewer, call=own[index], done_at=done_at)
                    duties.append(batch.add(duty))
        batch.save()
        return [duty for duty in duties if duty.done_at]

    def _days(self) -> Iterator[dt.date]:
        """Yield the working days gone by, the last one first."""
        day = self.records.today
        while (day := self.office.working_day_before(day)) > self.records.today - dt.timedelta(days=REVIEWED_DAYS):
            yield day

    def _done_at(self, day: dt.date) -> dt.datetime:
        """Within the working day after the one the call was drawn for."""
        later = day + dt.timedelta(days=1)
        while self.office.window(later) is None:
            later += dt.timedelta(days=1)
        opens, closes = self.office.window(later) or (self.records.now, self.records.now)
        return min(opens + (closes - opens) * float(self.dice.uniform(0.05, 0.95)), self.records.ago(hours=1))

    def _review(self, duties: list[ReviewDuty]) -> list[Review]:
        reviews, answers = Batch(Review, now=self.records.now), []
        made: list[Review] = []
        twice = {int(place) for place in self.dice.choice(len(duties), min(TWICE, len(duties) // 4), replace=False)}
        for place, duty in enumerate(duties):
            assert duty.done_at is not None and duty.reviewer is not None
            values = self._values(duty.call)
            made.append(reviews.add(self._reviewed(duty.call, duty.reviewer, duty.done_at, values)))
            answers.append((made[-1], values))
            if place in twice:
                other = self.records.supervisor_of(duty.seller) if duty.reviewer == self.analyst else self.analyst
                values = self._seen_by_another(values)
                second = self._reviewed(
                    duty.call, other, min(duty.done_at + dt.timedelta(minutes=50), self.records.now), values
                )
                second.asked_by = self.analyst
                made.append(reviews.add(second))
                answers.append((second, values))
        reviews.save()
        batch = Batch(Answer, now=self.records.now)
        for review, values in answers:
            for question, value in zip(self.questions, values, strict=True):
                batch.add(self._answer(review, question, value))
        batch.save()
        return made

    def _reviewed(self, call: Call, reviewer: User, at: dt.datetime, values: list[int | None]) -> Review:
        given = zip(self.questions, values, strict=True)
        score = score_of(Answered(one.kind, one.weight, value) for one, value in given)  # type: ignore[arg-type]
        has_read = at < self.records.ago(days=3) and self.dice.random() < 0.95
        return Review(
            call=call, seller=call.seller, reviewer=reviewer, scorecard=self.scorecard, score_bp=score, finished_at=at,
            started_at=at - dt.timedelta(minutes=float(self.dice.uniform(5, 11))),
            acknowledged_at=at + dt.timedelta(hours=float(self.dice.uniform(1, 30))) if has_read else None,
        )  # fmt: skip

    def _values(self, call: Call) -> list[int | None]:
        """Return the answers to the questions in order; the seller who tires leaves out more in the afternoon."""
        assert call.seller is not None
        hour = call.started_at.astimezone(self.records.calendar.zone).hour
        is_tired = call.seller.name == cast.TIRES_DURING_THE_DAY and hour >= TIRED_FROM
        return [self._value(one, min(0.85, one.fails * 2 + 0.1) if is_tired else one.fails) for one in SCRIPT]

    def _value(self, step: Step, fails: float) -> int | None:
        if step.kind == "text" or (step.may_not_apply and self.dice.random() < 0.35):
            return None
        has_failed = self.dice.random() < fails
        if step.kind == "yes_no":
            return 0 if has_failed else 1
        return int(self.dice.integers(1, 3)) if has_failed else int(self.dice.choice([3, 4, 5], p=[0.3, 0.45, 0.25]))

    def _seen_by_another(self, values: list[int | None]) -> list[int | None]:
        """Return what a second pair of ears says: mostly the same."""
        seen: list[int | None] = []
        for step, value in zip(SCRIPT, values, strict=True):
            shifted = value
            if value is not None and self.dice.random() < 0.15:
                shifted = 1 - value if step.kind == "yes_no" else min(5, max(0, value + int(self.dice.choice([-1, 1]))))
            seen.append(shifted)
        return seen

    def _answer(self, review: Review, question: Question, value: int | None) -> Answer:
        return Answer(
            review=review, question=question, value=value, does_not_apply=value is None and question.may_not_apply,
            is_failed=is_failed(question.kind, value, question.failed_below),  # type: ignore[arg-type]
        )  # fmt: skip

    def _remark(self) -> None:
        objections = {one.name: one for one in Objection.objects.all()}
        calls = Call.objects.exclude(recording="").filter(talk_seconds__gte=60).order_by("-started_at")
        for place, call in enumerate(calls[: 4 * len(REMARKS) : 2]):
            second, end, text, objection, topic = REMARKS[place % len(REMARKS)]
            with done_by(self.analyst):
                save_remark(
                    call=call, author=self.analyst, now=min(call.started_at + dt.timedelta(hours=3), self.records.now),
                    second=second, end_second=end, text=text, objection=objections.get(objection), topic=topic,
                )  # fmt: skip

    def _coach(self, reviews: list[Review]) -> None:
        """Two sellers have something to practise: who tires, and one more who does not arrange visits."""
        for name, step, words, days in (
            (cast.TIRES_DURING_THE_DAY, "Needs", "After lunch: ask three questions before the first offer.", 3),
            ("Dmitri Orlov", WEAK_STEP, "End every call with two dates for a visit.", 6),
        ):
            seller = self.records.users[name]
            author = self.records.supervisor_of(seller)
            review = next((one for one in reversed(reviews) if one.seller == seller), None)
            now = self.records.ago(days=4)
            with done_by(author):
                start_coaching(
                    seller=seller, author=author, text=words, step=step, review=review, now=now,
                    follow_up_on=self.records.today + dt.timedelta(days=days), zone=self.records.calendar.zone,
                    titles=(f"Practise: {step}", f"Look again with {name}: {step}"),
                )  # fmt: skip
