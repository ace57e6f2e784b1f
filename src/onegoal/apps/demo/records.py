"""The demo's records as they were taken in, found by what the simulation calls them."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import Author, acting
from onegoal.apps.demo.calendar import Calendar
from onegoal.apps.demo.history import History

BATCH = "demo"
HEAD, MARKETER, QUALITY = "Irina Popescu", "Anna Kovács", "Olga Petrova"
SUPERVISORS = ("Radu Stan", "Zsófia Nagy")


@dataclass(frozen=True)
class Records:
    """What the makers of the sales desk share: the history with its truths, the calendar, the colleagues, the seed."""

    history: History
    calendar: Calendar
    users: dict[str, User]
    seed: int

    @classmethod
    def of(cls, history: History, calendar: Calendar, seed: int) -> Records:
        """Return the records after the history was taken in."""
        return cls(history, calendar, {user.name: user for user in User.objects.select_related("team")}, seed)

    @property
    def now(self) -> dt.datetime:
        """Return the moment at which the demo ends."""
        return self.calendar.now

    @property
    def today(self) -> dt.date:
        """Return the company's day at that moment."""
        return self.now.astimezone(self.calendar.zone).date()

    def dice(self, noun: str) -> np.random.Generator:
        """Return the random numbers of one noun, so that a change to one leaves the others as they were."""
        return np.random.default_rng([self.seed, *noun.encode()])

    def ago(self, **span: float) -> dt.datetime:
        """Return the moment so long before now."""
        return self.now - dt.timedelta(**span)

    def supervisor_of(self, seller: User) -> User:
        """Return who leads the seller's team."""
        return next(self.users[name] for name in SUPERVISORS if self.users[name].team_id == seller.team_id)


@contextlib.contextmanager
def done_by(user: User | None) -> Iterator[None]:
    """Attribute every change inside the block to a colleague of the demo."""
    with acting(Author(user_id=user.pk if user else None, via="demo", batch=BATCH)):
        yield
