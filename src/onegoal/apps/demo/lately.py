"""What the demo's last days bring: leads nobody has answered yet, tasks of the coming days, calls about running deals."""

from __future__ import annotations

import dataclasses
import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Final

import numpy as np

from onegoal.apps.demo import cast, clauses
from onegoal.apps.demo.enquiry import Enquiry
from onegoal.apps.demo.history import SOURCE
from onegoal.apps.sales.intake import CallRow, LeadRow, StageMoment, TaskRow

if TYPE_CHECKING:
    from onegoal.apps.demo.simulation import Simulation

FOLLOWED_DAYS: Final = 400
"""More than the year that the audit reads and the watch over the chain: calls that began within it would be news to them."""
CALLS_A_DAY: Final = 3.2
RECENT: Final = dt.timedelta(days=150)
"""For how long people are followed up after they were qualified."""
LATE_TASKS: Final = 2
FRESH_MINUTES: Final = (8, 21, 47, 95, 4, 16, 33)
"""How many working minutes ago the fresh leads came; the last three are messages that nobody has taken."""
UNTAKEN: Final = 3
TITLES: Final = (
    "Call back with an offer", "Agree on the visit", "Send the plan of the flat", "Ask about the mortgage",
    "Call about the price list", "Confirm the visit",
)  # fmt: skip


class Lately:
    """Adds the last days to the history of a simulation that has run."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation, self.history, self.calendar = simulation, simulation.history, simulation.calendar
        self.rng = np.random.default_rng(simulation.rng.integers(1 << 32))
        self.now = simulation.calendar.now

    def add(self) -> None:
        """Write all of it."""
        self._follow_up()
        self._fresh_leads()
        self._tasks_of_leads()
        self._tasks_of_deals()
        self.history.calls.sort(key=lambda call: call.started_at)

    def _follow_up(self) -> None:
        """Sellers talk to the people they qualified of late: some calls of each on every working day."""
        today = self.now.astimezone(self.calendar.zone).date()
        own = self._qualified_by_seller()
        for back in range(FOLLOWED_DAYS, -1, -1):
            day = today - dt.timedelta(days=back)
            closes = self.calendar.closes(day)
            for seller in cast.SELLERS if closes else ():
                for _ in range(int(self.rng.poisson(CALLS_A_DAY * self.simulation.scale))):
                    at = dt.datetime.combine(day, dt.time(9), self.calendar.zone) + dt.timedelta(
                        minutes=float(self.rng.uniform(5, (closes - 9) * 60 - 5))
                    )
                    self._call_one(seller, at.astimezone(dt.UTC), own[seller.name])

    def _qualified_by_seller(self) -> dict[str, list[tuple[dt.datetime, LeadRow]]]:
        found: dict[str, list[tuple[dt.datetime, LeadRow]]] = defaultdict(list)
        for lead in self.history.leads:
            at = lead.stages[-1].at
            if lead.stage == "Qualified" and at:
                found[lead.seller].append((at, lead))
        for leads in found.values():
            leads.sort(key=itemgetter(0))
        return found

    def _call_one(self, seller: cast.Colleague, at: dt.datetime, leads: list[tuple[dt.datetime, LeadRow]]) -> None:
        first, last = (bisect_left(leads, moment, key=itemgetter(0)) for moment in (at - RECENT, at))
        if first == last or at > self.now:
            return
        lead = leads[int(self.rng.integers(first, last))][1]
        is_answered = bool(self.rng.random() < 0.8)
        self.simulation.counts["call"] += 1
        self.history.calls.append(
            CallRow(
                source=SOURCE, source_id=f"C{self.simulation.counts['call']}", started_at=at, person=lead.person,
                direction="out" if self.rng.random() < 0.75 else "in", is_answered=is_answered,
                wait_seconds=int(self.rng.integers(3, 35)), lead=lead.source_id, seller=seller.name,
                talk_seconds=int(self.rng.gamma(2.2, 95)) if is_answered else None,
            )
        )  # fmt: skip

    def _fresh_leads(self) -> None:
        campaigns = [one for one in cast.CAMPAIGNS if not one.only_assists and not one.from_agency]
        for place, minutes in enumerate(FRESH_MINUTES):
            is_untaken = place >= len(FRESH_MINUTES) - UNTAKEN
            campaign = campaigns[int(self.rng.integers(len(campaigns)))]
            marks, fit = self.simulation.draw_marks(campaign)
            self.simulation.counts["lead"] += 1
            came_at = self.calendar.working_minutes_ago(minutes)
            one = Enquiry(self.simulation, campaign, marks, fit, "", came_at, number=self.simulation.counts["lead"])
            seller = None if is_untaken else self.simulation.next_seller(came_at)
            self.history.leads.append(
                LeadRow(
                    source=SOURCE, source_id=f"L{one.number}", created_at=came_at, person=one.person, marks=marks,
                    request_type="message" if is_untaken else "form", project=campaign.project,
                    product_type=one.product_type, seller=seller.name if seller else "",
                    team=seller.team if seller else "", region=one.person.region, segment=one.segment, stage="New",
                    stages=(StageMoment("New", came_at),),
                    custom={} if is_untaken else {clauses.BUDGET: int(self.rng.integers(40, 160)) * 1000},
                )
            )  # fmt: skip

    def _tasks_of_leads(self) -> None:
        """Every lead in work that was answered has one task: today, in the coming days, or a few late ones."""
        late: dict[str, int] = defaultdict(int)
        turn: dict[str, int] = defaultdict(int)
        for lead in self.history.leads:
            if lead.stage != "Contacted":
                continue
            turn[lead.seller] += 1
            due_at = self._due(turn[lead.seller])
            if self.rng.random() < 0.15 and turn[lead.seller] > 1 and late[lead.seller] < LATE_TASKS:
                late[lead.seller] += 1
                due_at = self.calendar.working_minutes_ago(int(self.rng.integers(60, 1_500)))
            created_at = min(lead.first_response_at or lead.created_at, due_at)
            self._task(lead.seller, created_at, due_at, lead=lead.source_id)

    def _due(self, turn: int) -> dt.datetime:
        """Today for the first two of a seller and every third after them, the others within a week."""
        if turn <= 2 or turn % 3 == 0:
            return self.calendar.later_today(float(self.rng.random()))
        soon = self.now + dt.timedelta(days=1 + float(self.rng.exponential(1.5)))
        return self.calendar.working_moment(soon, self.rng, hours=1)

    def _tasks_of_deals(self) -> None:
        for deal in self.history.deals:
            if deal.won_at or deal.lost_at or deal.opened_at is None:
                continue
            soon = self.now + dt.timedelta(hours=6) + dt.timedelta(days=float(self.rng.exponential(4)))
            due_at = self.calendar.working_moment(soon, self.rng, hours=1)
            self._task(deal.seller, min(deal.opened_at, self.now), due_at, deal=deal.source_id)

    def _task(
        self, seller: str, created_at: dt.datetime, due_at: dt.datetime, *, lead: str = "", deal: str = ""
    ) -> None:
        self.simulation.counts["task"] += 1
        title = "Talk about the contract" if deal else TITLES[int(self.rng.integers(len(TITLES)))]
        kind = "meeting" if "visit" in title else "email" if "Send" in title else "call"
        self.history.tasks.append(
            TaskRow(
                source=SOURCE, source_id=f"T{self.simulation.counts['task']}", title=title, kind=kind,
                created_at=created_at, assignee=seller, due_at=due_at, lead=lead, deal=deal,
            )
        )  # fmt: skip


def with_recordings(calls: list[CallRow], files: dict[str, int], since: dt.datetime) -> list[CallRow]:
    """Name for each talk since a moment the recording that is nearest to it in length; `files` tells their seconds."""
    lengths = sorted(files, key=lambda name: files[name])

    def nearest(call: CallRow) -> CallRow:
        if call.started_at < since or not call.talk_seconds or call.talk_seconds < min(files.values()):
            return call
        fitting = [name for name in lengths if files[name] <= (call.talk_seconds or 0)]
        # Among the longest that fit, so that not every long talk sounds the same.
        return dataclasses.replace(
            call, recording=fitting[-1 - len(call.source_id + call.person.name) % min(5, len(fitting))]
        )

    return [nearest(call) for call in calls]
