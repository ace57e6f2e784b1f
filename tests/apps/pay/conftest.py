"""The little company with a pay scheme for sellers and two months of trade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.file_database import records_in_file
from tests.world import World, at, deal_row, payment_row, person_ref

JANUARY, FEBRUARY, MARCH = dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1)
NOW = at("2026-04-02")


@dataclass(frozen=True)
class PayDesk:
    """Casa Verde with schemes: Paula drafts, Hanna approves, Nora and Nick sell."""

    world: World

    def scheme(self, name: str = "Sellers", side: str = "sales") -> Any:
        """A scheme without rules."""
        from onegoal.apps.pay.services import create_scheme

        return create_scheme(name=name, side=side, now=NOW)

    def version(self, scheme: Any, *parts: Any, valid_from: dt.date = JANUARY, approve: bool = True) -> Any:
        """A version of these parts, approved by Hanna."""
        from onegoal.apps.pay.services import approve_version, draft_version

        draft = draft_version(scheme=scheme, valid_from=valid_from, author=self.world.paula, now=NOW, parts=parts)
        return approve_version(version=draft, user=self.world.hanna, now=NOW) if approve else draft

    def member(self, scheme: Any, user: Any, starts_on: dt.date = JANUARY, **values: Any) -> Any:
        """Pay a person by a scheme from a day on."""
        from onegoal.apps.pay.services import set_member

        return set_member(scheme=scheme, user=user, starts_on=starts_on, values=values, now=NOW)

    def compute(self, month: dt.date = FEBRUARY) -> Any:
        """Paula computes a month."""
        from onegoal.apps.pay.services import compute_run

        return compute_run(month=month, author=self.world.paula, now=NOW)

    def lock(self, month: dt.date = FEBRUARY) -> Any:
        """Paula computes, Hanna approves."""
        from onegoal.apps.pay.services import approve_run

        return approve_run(run=self.compute(month), user=self.world.hanna, now=NOW)

    def paid(self, run: Any, user: Any) -> dict[str, int]:
        """The amounts of a person's lines by name; lines of one name are added."""
        from onegoal.apps.pay.models import StatementLine

        found: dict[str, int] = {}
        for line in StatementLine.objects.filter(statement__run=run, statement__user=user):
            found[line.name] = found.get(line.name, 0) + line.amount_minor
        return found


def part(key: str, kind: str, formula: str, **said: Any) -> Any:
    """A part as it is typed; its name is its key."""
    from onegoal.apps.pay.services import PartTerms

    return PartTerms(name=key, key=key, kind=kind, formula=formula, **said)


@pytest.fixture
def desk(world: World) -> PayDesk:
    return PayDesk(world)


@pytest.fixture
def trade(world: World) -> Callable[..., None]:
    """Take in deals (id, seller, day, amount in cents) and payments (id, deal, day, amount), then publish the facts."""

    def take_in(deals: list[tuple[str, str, str, int]] = [], payments: list[tuple[str, str, str, int]] = []) -> None:  # noqa: B006
        from onegoal.apps.audit.services import Author, acting
        from onegoal.apps.facts.services import publish_now
        from onegoal.apps.sales.services import take_in_deals, take_in_payments

        rows = [
            deal_row(source_id, person=person_ref(f"Buyer {source_id}", phone=f"+40722{abs(hash(source_id)) % 10**6:06d}"),
                     seller=seller, amount_minor=amount, currency="EUR", won_at=at(day), opened_at=at("2026-01-02"))
            for source_id, seller, day, amount in deals
        ]  # fmt: skip
        money = [payment_row(source_id, deal, amount, received_on=dt.date.fromisoformat(day))
                 for source_id, deal, day, amount in payments]  # fmt: skip
        with acting(Author(user_id=None, via="test", batch="")):
            take_in_deals(rows=rows, now=NOW)
            take_in_payments(rows=money, now=NOW)
        publish_now()

    return take_in


@pytest.fixture
def file_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    with records_in_file(tmp_path):
        yield
