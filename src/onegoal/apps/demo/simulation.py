"""Eighteen months of the demo company, drawn from a seed: campaigns, what they cost and who they bring."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter

import numpy as np

from onegoal.apps.demo import cast
from onegoal.apps.demo.calendar import Calendar
from onegoal.apps.demo.enquiry import Enquiry
from onegoal.apps.demo.history import SOURCE, History
from onegoal.apps.demo.lately import Lately
from onegoal.apps.demo.stock import Stock
from onegoal.apps.marketing.intake import OriginMarks, SpendRow, TouchRow
from onegoal.apps.people.intake import PersonRef


class Simulation:
    """Draws the history day by day; the same seed, scale and end give the same rows."""

    def __init__(self, *, seed: int, scale: float, calendar: Calendar) -> None:
        self.rng = np.random.default_rng(seed)
        self.scale = scale
        self.calendar = calendar
        self.stock = Stock(self.rng)
        self.history = History()
        self.counts: Counter[str] = Counter()
        self.turn = 0

    def run(self) -> History:
        """Return the whole history."""
        for day in self.calendar.days:
            for campaign in cast.CAMPAIGNS:
                if self.calendar.month_index(day) >= campaign.first_month:
                    self._campaign_day(campaign, day)
        Lately(self).add()
        return self.history

    def _campaign_day(self, campaign: cast.Campaign, day: dt.date) -> None:
        expected = campaign.visits_a_day * self.scale * self.calendar.busyness(day)
        spent: Counter[OriginMarks] = Counter()
        visits: Counter[OriginMarks] = Counter()
        for _ in range(int(self.rng.poisson(expected))):
            marks, creative_fit = self.draw_marks(campaign)
            visits[marks] += 1
            spent[marks] += max(
                0, round(float(self.rng.normal(campaign.cost_of_visit, campaign.cost_of_visit / 5)) * 100)
            )
            self._visitor(campaign, marks, creative_fit, day)
        if campaign.cost_of_visit:
            self._spend(campaign, day, spent, visits)

    def draw_marks(self, campaign: cast.Campaign) -> tuple[OriginMarks, float]:
        """Draw a visit's marks and by how much its creative brings better leads than others."""
        creative, fit = ("", 1.0)
        if campaign.creatives:
            creative, fit = campaign.creatives[int(self.rng.integers(len(campaign.creatives)))]
        marks = dataclasses.replace(
            campaign.channel_marks,
            creative=creative,
            keyword=self._one_of(campaign.keywords),
            landing_page=self._one_of(campaign.landing_pages),
        )
        return marks, fit

    def _one_of(self, options: tuple[str, ...]) -> str:
        return str(options[int(self.rng.integers(len(options)))]) if options else ""

    def _spend(
        self, campaign: cast.Campaign, day: dt.date, spent: Counter[OriginMarks], visits: Counter[OriginMarks]
    ) -> None:
        for index, (marks, amount) in enumerate(spent.items()):
            clicks = visits[marks]
            self.history.spend.append(
                SpendRow(
                    source=SOURCE, source_id=f"{day}-{marks.campaign}-{index}", day=day, marks=marks,
                    amount_minor=amount, currency=cast.CURRENCY, project=campaign.project, product_type=campaign.product_type,
                    impressions=int(clicks * self.rng.integers(25, 60)), clicks=clicks,
                )
            )  # fmt: skip

    def _visitor(self, campaign: cast.Campaign, marks: OriginMarks, creative_fit: float, day: dt.date) -> None:
        self.counts["visitor"] += 1
        visitor = f"v{self.counts['visitor']:06d}"
        at = self.calendar.moment(day, self.rng)
        is_offline = campaign.asks == 1.0
        if not is_offline:
            self._touch(visitor, at, marks, campaign.project)
        if campaign.only_assists:
            self._come_back(campaign, visitor, at)
        elif self.rng.random() < campaign.asks:
            self._lead(campaign, marks, creative_fit, "" if is_offline else visitor, at)
        elif self.rng.random() < 0.2:
            self._touch(
                visitor, at + dt.timedelta(days=float(self.rng.exponential(4))), OriginMarks(), campaign.project
            )

    def _come_back(self, assisting: cast.Campaign, visitor: str, at: dt.datetime) -> None:
        """Some who saw the film return through another channel, more often ready to ask: it assists, never closes."""
        if self.rng.random() > 0.16:
            return
        closing = cast.CAMPAIGNS[int(self.rng.choice([0, 0, 7, 7, 8]))]
        later = at + dt.timedelta(days=1 + float(self.rng.exponential(5)))
        if later > self.calendar.now:
            return
        marks, fit = self.draw_marks(closing)
        self._touch(visitor, later, marks, assisting.project)
        if self.rng.random() < 0.42:
            self._lead(closing, marks, fit * 1.2, visitor, later)

    def _touch(self, visitor: str, at: dt.datetime, marks: OriginMarks, project: str) -> None:
        if at > self.calendar.now:
            return
        self.counts["touch"] += 1
        self.history.touches.append(
            TouchRow(
                source=SOURCE, source_id=f"t{self.counts['touch']}", at=at, marks=marks, page=marks.landing_page or "/",
                person=PersonRef(identifiers=(("visitor", visitor),)), project=project,
            )
        )  # fmt: skip

    def _lead(
        self, campaign: cast.Campaign, marks: OriginMarks, fit: float, visitor: str, visited_at: dt.datetime
    ) -> None:
        came_at = visited_at + dt.timedelta(minutes=float(self.rng.exponential(9)))
        if came_at > self.calendar.now:
            return
        self.counts["lead"] += 1
        lead = Enquiry(self, campaign, marks, fit, visitor, came_at, number=self.counts["lead"])
        lead.play()

    def next_seller(self, at: dt.datetime) -> cast.Colleague:
        """Return whose turn it is, with the skill of that day."""
        while True:
            self.turn += 1
            seller = cast.SELLERS[self.turn % len(cast.SELLERS)]
            days = self.calendar.days_ago(at)
            if days > seller.joined:
                seller = cast.FOLLOWS[seller.name]
            if seller.left is None or days > seller.left:
                gone = min(1.0, (seller.joined - days) / cast.RAMP_DAYS)
                return dataclasses.replace(seller, skill=seller.skill * (0.55 + 0.45 * gone))

    def who_signs(self, seller: cast.Colleague, at: dt.datetime) -> cast.Colleague:
        """Return the seller, or whoever took over from them when they had left by that moment."""
        if seller.left is None or self.calendar.days_ago(at) > seller.left:
            return seller
        names = [name for name, former in cast.FOLLOWS.items() if former.name == seller.name]
        return next(one for one in cast.SELLERS if one.name in names)
