"""How long the pay of 500 people for twelve months takes, from the records and figures to the written statements."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import subprocess
import sys
import tempfile
import time

from bench.figures import Figure

PEOPLE, MONTHS, DEALS_EACH, TEAMS = 500, 12, 4, 25
RUNS_GOAL_S, ENGINE_GOAL = 10.0, 1_000
NOW = dt.datetime(2026, 2, 10, 12, tzinfo=dt.UTC)
FIRST = dt.date(2025, 1, 1)


def measure() -> tuple[str, str, list[Figure]]:
    """Make the company in a home of its own, pay it twice, and hold the digests together."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-m", "bench.pay"], env={**os.environ, "ONEGOAL_HOME": home}, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    figures = [
        Figure(f"{PEOPLE} people, {MONTHS} months, computed and written", told["first"], RUNS_GOAL_S, "s",
               f"{told['statements']:,} statements, {told['lines']:,} lines, {told['sources']:,} sources"),
        Figure("the same computed anew", told["again"], RUNS_GOAL_S, "s",
               "same digests" if told["same"] else "DIFFERENT DIGESTS"),
        Figure("a version tried on twelve months", told["what_if"], RUNS_GOAL_S, "s", "nothing written"),
        Figure("the engine alone, one person-month", told["engine_us"], 1e6 / ENGINE_GOAL, "µs", "four parts, no database"),
    ]  # fmt: skip
    how = (
        f"{PEOPLE} sellers in {TEAMS} teams, {PEOPLE * MONTHS * DEALS_EACH:,} signed deals with two payments each; a fixed "
        "part, a commission in steps, a part of what the team signs and one of what the company receives; one deal in ten "
        "is split, one person in ten gets a new base in the middle of a month. SQLite."
    )
    return ("Pay", how, figures)


def main() -> None:
    """Make, pay, pay again, print what it took."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "onegoal.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from onegoal.config.database import prepare_database

    prepare_database()
    call_command("migrate", verbosity=0)
    users, version = make()
    from onegoal.apps.pay.models import PayRun, StatementLine, StatementSource
    from onegoal.apps.pay.queries.what_if import try_scheme

    first, digests = pay(users[0])
    again, repeated = pay(users[0])
    began = time.perf_counter()
    try_scheme(version, months())
    what_if = time.perf_counter() - began
    problems = [run.problems for run in PayRun.objects.all() if run.problems]
    if problems:
        raise SystemExit(f"runs with problems: {problems[0][:3]}")
    print(
        json.dumps(
            {
                "first": first, "again": again, "same": digests == repeated, "what_if": what_if, "engine_us": engine_us(),
                "statements": PEOPLE * MONTHS, "lines": StatementLine.objects.count(),
                "sources": StatementSource.objects.count(),
            }
        )
    )  # fmt: skip


def months() -> list[dt.date]:
    """The twelve months."""
    return [FIRST.replace(month=month) for month in range(1, MONTHS + 1)]


def pay(author: object) -> tuple[float, list[str]]:
    """Compute every month; the seconds and the digests."""
    from onegoal.apps.pay.services import compute_run

    began = time.perf_counter()
    digests = [compute_run(month=month, author=author, now=NOW).digest for month in months()]  # type: ignore[arg-type]
    return time.perf_counter() - began, digests


def engine_us() -> float:
    """Microseconds for one person-month of made-up inputs."""
    from onegoal.apps.pay.queries.inputs import inputs_of
    from onegoal.core.pay import pay_of

    people = list(inputs_of(FIRST).people.values())
    began = time.perf_counter()
    for month in people:
        pay_of(month)
    return (time.perf_counter() - began) / len(people) * 1e6


def make() -> tuple[list, object]:
    """Fill the records with people, deals and payments drawn from a fixed seed, and publish them."""
    from onegoal.apps.accounts.models import Role, Team, User
    from onegoal.apps.audit.services import mark_stale
    from onegoal.apps.company.models import Company
    from onegoal.apps.facts.services import publish_now
    from onegoal.apps.pay.models import DealShare
    from onegoal.apps.people.models import Person
    from onegoal.apps.sales.models import Deal, Payment

    chance = random.Random(7)
    Company.objects.create(pk=1, name="Large", currency="EUR", time_zone="Europe/Bucharest", country="RO")
    teams = [Team.objects.create(name=f"Team {number}") for number in range(TEAMS)]
    users = [User(name=f"Seller {number}", role=Role.SELLER, team=teams[number % TEAMS]) for number in range(PEOPLE)]
    users = User.objects.bulk_create(users)
    User.objects.bulk_create(
        [User(name=f"{role} {number}", role=role, email=f"{role}{number}@large.example")
         for number, role in enumerate((Role.HEAD, Role.ACCOUNTANT))]
    )  # fmt: skip
    persons = [Person(name=f"Buyer {number}", created_at=NOW) for number in range(2_000)]
    persons = Person.objects.bulk_create(persons)
    deals, payments, shares = [], [], []
    for number in range(PEOPLE * MONTHS * DEALS_EACH):
        user = users[number % PEOPLE]
        won_at = dt.datetime(2025, 1, 1, 10, tzinfo=dt.UTC) + dt.timedelta(hours=chance.randrange(365 * 24 - 12))
        deals.append(
            Deal(person=chance.choice(persons), opened_at=won_at, won_at=won_at, seller=user, team_id=user.team_id,
                 amount_minor=chance.randrange(20_000_00, 90_000_00), currency="EUR", source="b", source_id=str(number))
        )  # fmt: skip
    deals = Deal.objects.bulk_create(deals, batch_size=2_000)
    for number, deal in enumerate(deals):
        for turn in range(2):
            day = deal.won_at.date() + dt.timedelta(days=chance.randrange(60))
            payments.append(
                Payment(deal=deal, received_on=day, amount_minor=chance.randrange(1_000_00, 20_000_00), currency="EUR",
                        source="b", source_id=f"{number}-{turn}")
            )  # fmt: skip
        if number % 10 == 0:
            other = users[(number + 1) % PEOPLE]
            shares.append(DealShare(deal=deal, user_id=deal.seller_id, share_bp=6_667))
            shares.append(DealShare(deal=deal, user=other, share_bp=3_333))
    payments = Payment.objects.bulk_create(payments, batch_size=2_000)
    DealShare.objects.bulk_create(shares)
    for entity, records in (
        ("user", users),
        ("team", teams),
        ("person", persons),
        ("deal", deals),
        ("payment", payments),
    ):
        mark_stale(entity=entity, ids=[record.pk for record in records])
    version = make_scheme(users)
    publish_now()
    return users, version


def make_scheme(users: list) -> object:
    """One scheme for all; one person in ten gets a new base in the middle of a month."""
    from onegoal.apps.accounts.models import Role, User
    from onegoal.apps.pay.models import Scheme, SchemeMember
    from onegoal.apps.pay.services import PartTerms, approve_version, draft_version

    scheme = Scheme.objects.create(name="Sellers", side="sales")
    parts = [
        PartTerms("Fixed", "fixed", "fixed", "base"),
        PartTerms("Commission", "commission", "personal", "steps(money_signed, 0: 0.5 %, 150 000: 1 %, 300 000: 1.5 %)",
                  gate="deals_won >= 1", cap_minor=9_000_00, claws_back=True),
        PartTerms("Team", "team", "shared", "0.1 % * team_money_signed"),
        PartTerms("Company", "company", "shared", "base * 20 % * band(company_money_received / 15 000 000, 80 %: 50 %, 1: 1)"),
    ]  # fmt: skip
    author, approver = User.objects.get(role=Role.ACCOUNTANT), User.objects.get(role=Role.HEAD)
    draft = draft_version(scheme=scheme, valid_from=FIRST, author=author, now=NOW, parts=parts)
    version = approve_version(version=draft, user=approver, now=NOW)
    middle = dt.date(2025, 6, 16)
    members = []
    for number, user in enumerate(users):
        is_cut = number % 10 == 0
        ends = middle - dt.timedelta(days=1) if is_cut else None
        members.append(SchemeMember(scheme=scheme, user=user, starts_on=FIRST, ends_on=ends, values={"base": 1_200_00}))
        if is_cut:
            members.append(SchemeMember(scheme=scheme, user=user, starts_on=middle, values={"base": 1_400_00}))
    SchemeMember.objects.bulk_create(members)
    return version


if __name__ == "__main__":
    main()
