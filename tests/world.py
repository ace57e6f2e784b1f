"""The little company every test talks about: Casa Verde, a developer with two projects and eleven people.

River Park and Old Mill are on sale. Team North (Nora, Nick) and Team South (Sam) sell; Hanna heads sales and
marketing, Victor supervises Team North, Mark does the marketing, Quinn listens to calls, Ada administers, Paula keeps
the books. Money is in EUR, days are those of Bucharest. Everybody who can sign in has the password PASSWORD. `lead_row`,
`deal_row`, `payment_row`, `spend_row` build rows as an import would, so a test names only what it is about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
PASSWORD = "a-long-walk-by-the-river"
SOURCE = "crm"


@dataclass(frozen=True)
class World:
    """The records of the little company, by the names tests use."""

    company: Any
    river_park: Any
    old_mill: Any
    north: Any
    south: Any
    hanna: Any  # head of sales and marketing
    mark: Any  # marketer
    victor: Any  # supervisor of team North
    nora: Any  # seller, team North
    nick: Any  # seller, team North
    sam: Any  # seller, team South
    quinn: Any  # quality analyst
    ada: Any  # administrator
    key: Any  # key account manager Katya
    service: Any  # service agent Serge
    paula: Any  # accountant


def make_world() -> World:
    """Make the company, its projects, teams and people."""
    from onegoal.apps.accounts.models import Role, Team
    from onegoal.apps.company.models import Company, Project

    company = Company.objects.create(
        pk=1, name="Casa Verde", currency="EUR", time_zone="Europe/Bucharest", country="RO"
    )
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    people = {
        name: _user(name, role, team)
        for name, role, team in (
            ("hanna", Role.HEAD, None),
            ("mark", Role.MARKETER, None),
            ("victor", Role.SUPERVISOR, north),
            ("nora", Role.SELLER, north),
            ("nick", Role.SELLER, north),
            ("sam", Role.SELLER, south),
            ("quinn", Role.QUALITY, None),
            ("ada", Role.ADMINISTRATOR, None),
            ("key", Role.ACCOUNT_MANAGER, None),
            ("service", Role.SERVICE, None),
            ("paula", Role.ACCOUNTANT, None),
        )
    }
    north.supervisor = people["victor"]
    north.save()
    river_park, old_mill = Project.objects.create(name="River Park"), Project.objects.create(name="Old Mill")
    return World(company=company, river_park=river_park, old_mill=old_mill, north=north, south=south, **people)


def make_trade() -> None:
    """Twelve leads of Nora's from google, six with a deal, three signed for 1,000 EUR and paid by half; published."""
    from onegoal.apps.audit.services import Author, acting
    from onegoal.apps.facts.services import publish_now
    from onegoal.apps.marketing.intake import OriginMarks
    from onegoal.apps.marketing.services import take_in_spend
    from onegoal.apps.sales.services import take_in_deals, take_in_leads, take_in_payments

    now = at("2026-03-01")
    marks = OriginMarks(source="google", medium="cpc", campaign="Spring")
    people = [person_ref(f"Ion {n}", phone=f"+407220000{n:02d}") for n in range(12)]
    leads = [lead_row(f"l{n}", person=people[n], marks=marks, seller="Nora") for n in range(12)]
    deals = [
        deal_row(
            f"d{n}", person=people[n], lead=f"l{n}", seller="Nora", amount_minor=1000_00, currency="EUR",
            won_at=at("2026-02-10") if n < 3 else None,
        )
        for n in range(6)
    ]  # fmt: skip
    payments = [payment_row(f"p{n}", f"d{n}", 500_00, received_on=dt.date(2026, 2, 20)) for n in range(3)]
    with acting(Author(user_id=None, via="test", batch="")):
        take_in_leads(rows=leads, now=now)
        take_in_deals(rows=deals, now=now)
        take_in_payments(rows=payments, now=now)
        take_in_spend(
            rows=[spend_row("s1", 333_33), spend_row("s2", 66_68, marks=OriginMarks(source="bing", medium="cpc"))],
            now=now,
        )
    publish_now()


def at(day: str, time: str = "10:00") -> dt.datetime:
    """The UTC moment `2026-01-05`, `10:00`."""
    return dt.datetime.fromisoformat(f"{day}T{time}:00+00:00")


def person_ref(name: str = "", **identifiers: str) -> Any:
    """A person by identifiers: `person_ref("Ion Pop", phone="+40722000001")`."""
    from onegoal.apps.people.intake import PersonRef

    return PersonRef(name=name, identifiers=tuple(identifiers.items()))


def lead_row(source_id: str, **said: Any) -> Any:
    """A lead that came on 5 January 2026 at 10:00 UTC; say what differs."""
    from onegoal.apps.marketing.intake import OriginMarks
    from onegoal.apps.people.intake import PersonRef
    from onegoal.apps.sales.intake import LeadRow

    row: dict[str, Any] = {
        "source": SOURCE,
        "created_at": at("2026-01-05"),
        "person": PersonRef(),
        "marks": OriginMarks(),
    }
    return LeadRow(source_id=source_id, **(row | said))


def deal_row(source_id: str, **said: Any) -> Any:
    """A deal opened on 20 January 2026 at 10:00 UTC; say what differs."""
    from onegoal.apps.people.intake import PersonRef
    from onegoal.apps.sales.intake import DealRow

    row: dict[str, Any] = {"source": SOURCE, "opened_at": at("2026-01-20"), "person": PersonRef()}
    return DealRow(source_id=source_id, **(row | said))


def payment_row(source_id: str, deal: str, amount_minor: int = 100_00, **said: Any) -> Any:
    """A payment in EUR received on 1 February 2026; say what differs."""
    from onegoal.apps.sales.intake import PaymentRow

    row: dict[str, Any] = {"source": SOURCE, "currency": "EUR"}
    if "due_on" not in said:
        row["received_on"] = dt.date(2026, 2, 1)
    return PaymentRow(source_id=source_id, deal=deal, amount_minor=amount_minor, **(row | said))


def spend_row(source_id: str, amount_minor: int = 100_00, **said: Any) -> Any:
    """What google cost on 5 January 2026 in EUR; say what differs."""
    from onegoal.apps.marketing.intake import OriginMarks, SpendRow

    row: dict[str, Any] = {
        "source": "ads",
        "day": dt.date(2026, 1, 5),
        "marks": OriginMarks(source="google", medium="cpc", campaign="Spring"),
        "currency": "EUR",
    }
    return SpendRow(source_id=source_id, amount_minor=amount_minor, **(row | said))


def _user(name: str, role: str, team: Any) -> Any:
    from onegoal.apps.accounts.models import User

    return User.objects.create(
        name=name.title(), email=f"{name}@casaverde.test", role=role, team=team,
        password=_password_hash(), language="en",
    )  # fmt: skip


@cache
def _password_hash() -> str:
    """One weak and quick hash for everybody: a real one takes half a second for each person of each test."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    return PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-little-company", iterations=1)
