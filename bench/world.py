"""A large company for the page measurements: 200,000 leads, 20,000 deals, 5,000,000 touches, made once for a home."""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

EMAIL, PASSWORD = "head@large.example", "a large company"
LEADS, DEALS, TOUCHES = 200_000, 20_000, 5_000_000
START = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
DAYS = 480
SOURCES = (("google", "cpc"), ("google", "organic"), ("facebook", "paid_social"), ("", ""), ("newsletter", "email"))
PRODUCT_TYPES = ("studio", "1-room", "2-room", "3-room")


@dataclass(frozen=True)
class World:
    """Where the large company lives and how large it is."""

    home: Path
    leads: int = LEADS
    deals: int = DEALS
    touches: int = TOUCHES


def large_home(home: Path | None = None) -> World:
    """Return the large company, made in `home` (default: a folder kept between measurements) if it is not there."""
    home = home or Path(os.environ.get("ONEGOAL_BENCH_HOME", Path(tempfile.gettempdir()) / "onegoal-bench-large"))
    if not (home / "made").exists():
        subprocess.run([sys.executable, "-m", "bench.world"], env={**os.environ, "ONEGOAL_HOME": str(home)}, check=True)
        (home / "made").touch()
    return World(home)


def change_something(world: World) -> None:
    """Change one lead and copy the change into the warehouse."""
    subprocess.run(
        [sys.executable, "-m", "bench.world", "change"], env={**os.environ, "ONEGOAL_HOME": str(world.home)}, check=True
    )


def main() -> None:
    """Make the company in ONEGOAL_HOME, or change one lead of it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "onegoal.config.settings"
    import django

    django.setup()
    from onegoal.apps.audit.services import Author, acting
    from onegoal.config.database import prepare_database

    prepare_database()
    with acting(Author(user_id=None, via="bench", batch="bench")):
        if sys.argv[1:] == ["change"]:
            change_one_lead()
        else:
            make()


def make() -> None:
    """Write records through the intake services, touches straight into the lake, and publish."""
    from onegoal.apps.accounts.models import User
    from onegoal.apps.company.models import Company
    from onegoal.apps.facts.services import publish_now

    Company.objects.update_or_create(
        pk=1, defaults={"name": "Large", "currency": "EUR", "time_zone": "Europe/Bucharest"}
    )
    head = User(email=EMAIL, name="Head", role="head", is_active=True)
    head.set_password(PASSWORD)
    head.save()
    make_records()
    make_touches()
    publish_now()


def make_records() -> None:
    """Write leads, deals, payments and spend."""
    from onegoal.apps.marketing.services import take_in_spend
    from onegoal.apps.sales.services import take_in_deals, take_in_leads, take_in_payments

    now = START + dt.timedelta(days=DAYS)
    for service, rows in (
        (take_in_spend, spend_rows()),
        (take_in_leads, lead_rows()),
        (take_in_deals, deal_rows()),
        (take_in_payments, payment_rows()),
    ):
        for batch in batches(rows, 2000):
            service(rows=batch, now=now)


def batches(rows: Iterator, size: int) -> Iterator[list]:
    """Yield lists of up to `size` rows."""
    batch: list = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def marks(chance: random.Random):
    """Draw the marks of one origin."""
    from onegoal.apps.marketing.intake import OriginMarks

    source, medium = chance.choices(SOURCES, [4, 3, 4, 2, 1])[0]
    if not source:
        return OriginMarks(landing_page=f"/page-{chance.randrange(6)}/")
    return OriginMarks(
        source=source, medium=medium, campaign=f"campaign-{chance.randrange(40)}",
        creative=f"creative-{chance.randrange(4)}", landing_page=f"/page-{chance.randrange(6)}/",
    )  # fmt: skip


def lead_rows() -> Iterator:
    """Draw the leads; every third is qualified."""
    from onegoal.apps.people.intake import PersonRef
    from onegoal.apps.sales.intake import LeadRow, StageMoment

    chance = random.Random(1)
    for number in range(LEADS):
        at = START + dt.timedelta(seconds=chance.randrange(DAYS * 86400))
        seller = chance.randrange(40)
        stage = chance.choices(["New", "Qualified", "Rejected"], [1, 3, 5])[0]
        moments = (StageMoment("New", at), StageMoment(stage, at + dt.timedelta(hours=chance.randrange(2, 90))))
        person = PersonRef(
            name=f"Client {number}",
            identifiers=(("phone", f"+407{20_000_000 + number:08d}"), ("visitor", f"v{number}")),
        )
        yield LeadRow(
            source="large", source_id=f"L{number}", created_at=at, person=person, marks=marks(chance), stage=stage,
            request_type=chance.choice(["form", "call", "chat"]), project=f"Project {number % 4}", stages=moments,
            product_type=chance.choice(PRODUCT_TYPES), seller=f"Seller {seller}", team=f"Team {seller // 6}",
            region=f"Region {chance.randrange(8)}", segment=chance.choice(["family", "investor"]),
        )  # fmt: skip


def deal_rows() -> Iterator:
    """Draw the deals: every tenth lead, two in five of them signed."""
    from onegoal.apps.people.intake import PersonRef
    from onegoal.apps.sales.intake import DealRow

    chance = random.Random(2)
    for number in range(DEALS):
        opened_at = START + dt.timedelta(seconds=chance.randrange(DAYS * 86400))
        is_won, seller = chance.random() < 0.4, chance.randrange(40)
        amount = chance.randrange(4_000_000, 16_000_000)
        yield DealRow(
            source="large", source_id=f"D{number}", lead=f"L{number * 10}", opened_at=opened_at, person=PersonRef(),
            won_at=opened_at + dt.timedelta(days=chance.randrange(60)) if is_won else None,
            stage="Contract signed" if is_won else "Negotiation", amount_minor=amount, margin_minor=amount // 5,
            currency="EUR", project=f"Project {number % 4}", product_type=chance.choice(PRODUCT_TYPES),
            seller=f"Seller {seller}", team=f"Team {seller // 6}",
        )  # fmt: skip


def payment_rows() -> Iterator:
    """Draw two payments for every second deal."""
    from onegoal.apps.sales.intake import PaymentRow

    for number in range(0, DEALS, 2):
        for part in range(2):
            day = (START + dt.timedelta(days=(number * 7 + part * 30) % DAYS)).date()
            yield PaymentRow(
                source="large", source_id=f"P{number}-{part}", deal=f"D{number}", amount_minor=1_000_000, currency="EUR",
                received_on=day,
            )  # fmt: skip


def spend_rows() -> Iterator:
    """Draw a year and a half of daily costs of a hundred advertisements."""
    from onegoal.apps.marketing.intake import SpendRow

    chance = random.Random(3)
    for day in range(DAYS):
        for number in range(100):
            yield SpendRow(
                source="large", source_id=f"S{day}-{number}", day=(START + dt.timedelta(days=day)).date(),
                marks=marks(chance), amount_minor=chance.randrange(500, 9000), currency="EUR",
                project=f"Project {number % 4}", impressions=chance.randrange(500, 5000), clicks=chance.randrange(5, 90),
            )  # fmt: skip


def make_touches() -> None:
    """Write the touches; one in five of a device that left a lead."""
    import numpy as np
    import pyarrow as pa

    from onegoal.apps.facts.engine import lake
    from onegoal.apps.marketing.origins import find_origins
    from onegoal.core.identity_hash import identity_hash
    from onegoal.warehouse.schemas import arrow_schema

    chance, rng = random.Random(4), np.random.default_rng(4)
    origins = np.array(find_origins([marks(chance) for _ in range(3000)]))
    known = np.array([identity_hash("visitor", f"v{number}") for number in range(LEADS)])
    size = 500_000
    for part in range(TOUCHES // size):
        strangers = rng.integers(1, 2**62, TOUCHES // 4)[rng.integers(0, TOUCHES // 4, size)]
        visitors = np.where(rng.random(size) < 0.2, known[rng.integers(0, LEADS, size)], strangers)
        seconds = int(START.timestamp()) + rng.integers(0, DAYS * 86400, size)
        columns = {
            "touch_key": np.arange(part * size, (part + 1) * size),
            "digest": np.zeros(size, dtype=np.int64),
            "at": pa.array(np.sort(seconds) * 1_000_000).cast(pa.timestamp("us", "UTC")),
            "visitor": visitors,
            "origin_id": origins[rng.integers(0, len(origins), size)],
            "touch_kind": pa.array(["visit"] * size),
            "page": pa.array(["/"] * size),
            "project_id": pa.nulls(size, pa.int64()),
            "region": pa.nulls(size, pa.string()),
            "sequence": np.zeros(size, dtype=np.int32),
            "batch": pa.array(["bench"] * size),
        }
        schema = arrow_schema("touches")
        lake().append("touches", pa.table(columns).select(schema.names).cast(schema), batch="bench")


def change_one_lead() -> None:
    """Reject a lead for another reason and publish."""
    from onegoal.apps.audit.services import record_change, snapshot
    from onegoal.apps.facts.services import publish_now
    from onegoal.apps.sales.models import Lead

    lead = Lead.objects.order_by("?")[:1].get()
    before = snapshot(lead)
    lead.reason = f"changed {random.random()}"
    lead.save()
    record_change(record=lead, before=before, now=dt.datetime.now(dt.UTC))
    publish_now()


if __name__ == "__main__":
    main()
