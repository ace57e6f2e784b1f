"""The large company with one goal: a KPI of this quarter, a plan of this year, a wall screen; and data that keep arriving."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.desk_world import email, run_in
from bench.serving import command
from bench.world import PRODUCT_TYPES, large_home

TOKEN_FILE = "wall.token"


def goal_home(home: Path | None = None) -> Path:
    """Return the company with its goal, made from the large one if it is not there or is of an earlier day."""
    home = home or Path(os.environ.get("ONEGOAL_BENCH_GOAL", Path(tempfile.gettempdir()) / "onegoal-bench-goal"))
    mark = home / f"goal-of-{dt.date.today():%Y-%m-%d}"
    if not mark.exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(large_home().home, home, ignore=shutil.ignore_patterns("run.lock", "jobs.sqlite3*"))
        command(home, "migrate")
        run_in(home, "make")
        step(home, "make")
        mark.touch()
    return home


def step(home: Path, *words: str) -> str:
    """Run one of this module's steps on a home and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "bench.goal_world", *words], env={**os.environ, "ONEGOAL_HOME": str(home)}, check=True,
        stdout=subprocess.PIPE, text=True,
    ).stdout  # fmt: skip


def arriving(home: Path) -> subprocess.Popen[str]:
    """Start a process that writes leads, deals and payments every second until its input is closed; a line is a deal to sign.

    It answers each line with the id of the deal once it is signed.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "bench.goal_world", "arrive"], env={**os.environ, "ONEGOAL_HOME": str(home)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip


def main() -> None:
    """Do the step that the arguments name on the records in ONEGOAL_HOME."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "onegoal.config.settings"
    import django

    django.setup()
    from onegoal.apps.audit.services import Author, acting
    from onegoal.config.database import prepare_database

    prepare_database()
    with acting(Author(user_id=None, via="bench", batch="bench")):
        {"make": make, "arrive": arrive}[sys.argv[1]]()


def make() -> None:
    """Agree on the KPI and the plan, and hang up a wall."""
    from onegoal.apps.accounts.models import User
    from onegoal.apps.facts.services import publish_now

    now = dt.datetime.now(dt.UTC)
    head, marketer = User.objects.get(role="head"), User.objects.get(email=email("marketer", 0))
    settle_latest_days(now)
    make_kpi(head, now)
    make_plan(head, marketer, now)
    make_wall(head, now)
    publish_now()


def settle_latest_days(now: dt.datetime) -> None:
    """Give the latest deals payments in the days up to today: the history the forecast draws from must reach today."""
    from onegoal.apps.sales.models import Deal, ScheduledPayment
    from onegoal.apps.sales.services import take_in_payments

    chance, payments, scheduled = random.Random(8), [], []
    from onegoal.apps.sales.intake import PaymentRow

    Deal.objects.filter(won_at__gt=now).update(won_at=None)
    for number, deal in enumerate(Deal.objects.filter(won_at__isnull=False, lost_at=None).order_by("pk")):
        for part in range(3):
            due = (deal.won_at + dt.timedelta(days=30 * part + 5)).date()
            amount = deal.amount_minor // 3
            scheduled.append(ScheduledPayment(deal=deal, due_on=due, amount_minor=amount, currency="EUR"))
            paid = due + dt.timedelta(days=chance.choice([0, 0, 2, 9, 25]))
            if paid <= now.date() and number % 2:
                payments.append(
                    PaymentRow(source="large", source_id=f"G{deal.pk}-{part}", deal=deal.source_id,
                               amount_minor=amount, currency="EUR", received_on=paid)
                )  # fmt: skip
    ScheduledPayment.objects.bulk_create(scheduled, batch_size=5_000)
    for at in range(0, len(payments), 2_000):
        take_in_payments(rows=payments[at : at + 2_000], now=now)


def make_kpi(head: object, now: dt.datetime) -> None:
    """Four parts for the running quarter."""
    from onegoal.apps.goal.services import activate_kpi, draft_kpi
    from onegoal.core.periods import add_months
    from onegoal.core.shared_kpi import Part, Terms

    first = dt.date(now.year, (now.month - 1) // 3 * 3 + 1, 1)
    share = 10_000 // len(PRODUCT_TYPES)
    terms = Terms(
        (Part("deals", 1_500, 4_000, 12_000), Part("average_price", 10_000_000, 1_000, 12_000), Part("mix", None, 1_000),
         Part("cash", 12_000_000_000, 4_000, 12_000)),
        dict.fromkeys(PRODUCT_TYPES, share),
    )  # fmt: skip
    kpi = draft_kpi(
        name="Quarter", project=None, starts_on=first, ends_on=add_months(first, 3) - dt.timedelta(days=1), country="",
        owner=head, terms=terms, author=head, now=now,
    )  # fmt: skip
    activate_kpi(kpi=kpi, now=now)


def make_plan(head: object, marketer: object, now: dt.datetime) -> None:
    """A plan of this year by project and type, signed by two."""
    from onegoal.apps.company.models import Project
    from onegoal.apps.planning.models import Plan, PlanCell, PlanVersion, VersionState

    projects = [one.name for one in Project.objects.order_by("name")]
    plan = Plan.objects.create(
        name="Year", first_month=dt.date(now.year, 1, 1), last_month=dt.date(now.year, 12, 1), projects=projects,
        product_types=list(PRODUCT_TYPES), channels=["paid_search", "paid_social"], author=head, created_at=now,
    )  # fmt: skip
    version = PlanVersion.objects.create(
        plan=plan, number=1, state=VersionState.IN_FORCE, author=head, created_at=now, in_force_from=now
    )
    values = {"deals_won": 30, "money_signed": 300_000_000, "money_received": 250_000_000}
    wider = {"leads": 1_500, "visitors": 30_000, "spend": 5_000_000, "qualified_leads": 500}
    cells = [
        PlanCell(version=version, month=dt.date(now.year, month, 1), metric=metric, project=project, value=value, **cut)
        for month in range(1, 13)
        for project in projects
        for figures, cuts in (
            (values, [{"product_type": kind} for kind in PRODUCT_TYPES]),
            (wider, [{"channel": channel} for channel in plan.channels]),
        )
        for metric, value in figures.items()
        for cut in cuts
    ]
    PlanCell.objects.bulk_create(cells)


def make_wall(head: object, now: dt.datetime) -> None:
    """One screen with the usual boards; its link is left in the home for whoever measures."""
    from django.conf import settings

    from onegoal.apps.wall.models import WallScreen
    from onegoal.apps.wall.services.screens import make_screen

    token = make_screen(screen=WallScreen(name="Office"), author=head, now=now)  # type: ignore[arg-type]
    (Path(settings.HOME) / TOKEN_FILE).write_text(token)


def arrive() -> None:
    """Write three leads, a deal and a payment every second until the input ends; a line of input is a contract to sign."""
    import select

    from onegoal.apps.sales.models import Deal

    chance, number = random.Random(time.time()), int(time.time() * 1000)
    waiting = list(Deal.objects.filter(won_at=None, lost_at=None).order_by("-pk").values_list("pk", flat=True)[:500])
    print("ready", flush=True)
    due = time.monotonic()
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], max(0.0, due - time.monotonic()))
        if ready:
            if not sys.stdin.readline():
                return
            print(sign(waiting.pop()), flush=True)
        if time.monotonic() >= due:
            number += 10
            write_a_second(chance, number)
            due = max(due + 1, time.monotonic())


def sign(deal_id: int) -> int:
    """Sign the contract of a deal, as the desk does."""
    from onegoal.apps.board.services.contracts import sign_contract
    from onegoal.apps.sales.models import Deal

    now = dt.datetime.now(dt.UTC)
    sign_contract(deal=Deal.objects.get(pk=deal_id), number=f"C{deal_id}", signed_on=now.date(), now=now)
    return deal_id


def write_a_second(chance: random.Random, number: int) -> None:
    """Take in what one second brings."""
    from bench.world import marks
    from onegoal.apps.people.intake import PersonRef
    from onegoal.apps.sales.intake import DealRow, LeadRow, PaymentRow
    from onegoal.apps.sales.services import take_in_deals, take_in_leads, take_in_payments

    now = dt.datetime.now(dt.UTC)
    project, seller = f"Project {chance.randrange(4)}", chance.randrange(40)
    worked = {
        "project": project,
        "seller": f"Seller {seller}",
        "team": f"Team {seller // 6}",
        "product_type": chance.choice(PRODUCT_TYPES),
    }
    take_in_leads(rows=[
        LeadRow(source="large", source_id=f"N{number + at}", created_at=now, marks=marks(chance), stage="New",
                person=PersonRef(name=f"Visitor {number + at}", identifiers=(("phone", f"+407{(number + at) % 10**8:08d}"),)),
                request_type="form", **worked)
        for at in range(3)
    ], now=now)  # fmt: skip
    take_in_deals(rows=[
        DealRow(source="large", source_id=f"ND{number}", lead=f"N{number}", opened_at=now, person=PersonRef(),
                stage="Negotiation", amount_minor=9_000_000, currency="EUR", **worked)
    ], now=now)  # fmt: skip
    paid = f"D{chance.randrange(0, 20_000, 2)}"
    take_in_payments(rows=[
        PaymentRow(source="large", source_id=f"NP{number}", deal=paid, amount_minor=1_000_000, currency="EUR",
                   received_on=now.date())
    ], now=now)  # fmt: skip


if __name__ == "__main__":
    main()
