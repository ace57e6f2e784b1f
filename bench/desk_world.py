"""The large company at work: colleagues who sign in, names of people, clocks, tasks, calls, a regulation, stages of deals."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.world import PASSWORD, START, batches, large_home

SELLERS, TEAMS, IN_WORK = 40, 7, 4_000
FAMILY_NAMES = (
    "Șerban", "Ionescu", "Țurcanu", "Brânză", "Munteanu", "Ceban", "Rusu", "Иванов", "Ёлкин", "Кузнецова", "Чебан",
    "Попов", "Шевчук", "Smith", "Nagy", "Kovács", "Popescu", "Moraru", "Лебедева", "Гуцу",
)  # fmt: skip
FIRST_NAMES = (
    "Ștefan", "Ana", "Mihai", "Ileana", "Дмитрий", "Ольга", "Алёна", "Сергей", "John", "Éva", "Andrei", "Victor",
    "Irina", "Тамара", "Юрий", "Elena", "Ion", "Maria", "Пётр", "Gábor",
)  # fmt: skip
DEAL_STAGES = ("First talk", "Showing", "Offer", "Reservation")
CRITERIA = (
    ("lead:budget", "at_least", 60_000, 3, True), ("lead:months", "at_most", 9, 2, True), ("has_phone", "is", True, 1, False),
    ("lead:purpose", "is_filled", None, 1, False), ("request_type", "one_of", ["form", "call", "chat"], 1, False),
)  # fmt: skip


def desk_home(home: Path | None = None) -> Path:
    """Return the company at work, made from the large one if it is not there."""
    home = home or Path(os.environ.get("ONEGOAL_BENCH_DESK", Path(tempfile.gettempdir()) / "onegoal-bench-desk"))
    if not (home / "at-work").exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(large_home().home, home, ignore=shutil.ignore_patterns("run.lock", "jobs.sqlite3*"))
        run_in(home, "make")
        (home / "at-work").touch()
    return home


def run_in(home: Path, *words: str) -> str:
    """Run one of this module's steps on a home and return what it printed."""
    command = [sys.executable, "-m", "bench.desk_world", *words]
    done = subprocess.run(
        command, env={**os.environ, "ONEGOAL_HOME": str(home)}, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def email(role: str, number: int) -> str:
    """Return the address with which a colleague signs in."""
    return f"{role}-{number}@large.example"


def main() -> None:
    """Do the step that the arguments name on the records in ONEGOAL_HOME."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "onegoal.config.settings"
    import django

    django.setup()
    from onegoal.apps.audit.services import Author, acting
    from onegoal.config.database import prepare_database

    prepare_database()
    with acting(Author(user_id=None, via="bench", batch="bench")):
        {"make": make, "judge": judge, "ask_training": ask_training, "training": training}[sys.argv[1]]()


def make() -> None:
    """Turn the large company into one at work."""
    from django.db import transaction

    now, chance = dt.datetime.now(dt.UTC), random.Random(5)
    with transaction.atomic():
        name_people(chance)
        let_in()
        put_to_work(now, chance)
        make_deal_stages(chance)
        make_calls(now, chance)
    agree_on_a_regulation(now)
    note_decisions(now)


def write(table: str, columns: list[str], rows: list[tuple]) -> None:
    """Set columns of many rows, each a tuple of their values and the row's id; moments are written as the store does."""
    from django.db import connection

    adapt = connection.ops.adapt_datetimefield_value
    values = [[adapt(one) if isinstance(one, dt.datetime) else one for one in row] for row in rows]
    setting = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {setting} WHERE id = %s", values)


def name_people(chance: random.Random) -> None:
    """Give everybody a name in one of three alphabets."""
    from onegoal.apps.people.models import Identifier, Person
    from onegoal.apps.people.services import search_text

    phones = dict(Identifier.objects.filter(kind="phone").values_list("person_id", "value"))
    rows = []
    for pk in Person.objects.values_list("pk", flat=True):
        name = f"{chance.choice(FIRST_NAMES)} {chance.choice(FAMILY_NAMES)} {chance.randrange(10_000)}"
        rows.append((name, search_text(name, [("phone", phones[pk])]), pk))
    write("people_person", ["name", "search_text"], rows)


def let_in() -> None:
    """Give sellers their sign-in and add supervisors, quality control and marketers."""
    from django.contrib.auth.hashers import make_password

    from onegoal.apps.accounts.models import Team, User

    secret = make_password(PASSWORD)
    for number in range(SELLERS):
        team = Team.objects.get(name=f"Team {number // 6}")
        User.objects.filter(name=f"Seller {number}").update(
            email=email("seller", number), password=secret, is_active=True, team=team, role="seller"
        )
    for role, count in (("supervisor", TEAMS), ("quality", 2), ("marketer", 2)):
        for number in range(count):
            team = Team.objects.get(name=f"Team {number}") if role == "supervisor" else None
            user = User(email=email(role, number), name=f"{role} {number}", role=role, is_active=True, team=team)
            user.password = secret
            user.save()
            if team:
                Team.objects.filter(pk=team.pk).update(supervisor=user)


def put_to_work(now: dt.datetime, chance: random.Random) -> None:
    """Fill in what forms ask, and let open leads have clocks, tasks and, some of them, nobody."""
    from onegoal.apps.sales.models import Lead, Task

    leads = list(Lead.objects.only("pk", "outcome", "seller_id", "created_at", "person_id").order_by("created_at"))
    fresh = {lead.pk for lead in [one for one in leads if one.outcome == "open"][-400:]}
    tasks = []
    for lead in leads:
        lead.custom = {"budget": chance.randrange(20, 200) * 1000, "months": chance.randrange(1, 24)}
        if chance.random() < 0.6:
            lead.custom["purpose"] = chance.choice(["to live in", "to let"])
        lead.first_response_at = lead.assigned_at = lead.response_due_at = None
        if lead.pk in fresh:
            lead.created_at = now - dt.timedelta(hours=chance.uniform(0, 40))
            lead.response_due_at = lead.created_at + dt.timedelta(hours=20)
        else:
            lead.assigned_at = lead.created_at + dt.timedelta(minutes=5)
            lead.first_response_at = lead.created_at + dt.timedelta(minutes=chance.randrange(10, 600))
        if lead.outcome == "open" and chance.random() < 0.05:
            lead.seller_id = lead.assigned_at = None
        if lead.outcome == "open" and lead.seller_id and chance.random() < 0.6:
            due_at = now + dt.timedelta(hours=chance.uniform(-200, 300))
            tasks.append(
                Task(title="Call back", kind="call", person_id=lead.person_id, lead_id=lead.pk, assignee_id=lead.seller_id,
                     created_at=lead.created_at, due_at=due_at)
            )  # fmt: skip
    columns = ["created_at", "response_due_at", "assigned_at", "first_response_at", "seller_id"]
    rows = [(json.dumps(lead.custom), *(getattr(lead, name) for name in columns), lead.pk) for lead in leads]
    write("sales_lead", ["custom", *columns], rows)
    Task.objects.bulk_create(tasks, batch_size=2_000)


def make_deal_stages(chance: random.Random) -> None:
    """Spread the deals over stages: some in work, the others signed or lost, each with the next step set."""
    from onegoal.apps.company.models import Stage
    from onegoal.apps.sales.models import Deal, StageChange, Task

    now = dt.datetime.now(dt.UTC)
    stages = [Stage(pipeline="deal", name=name, position=at) for at, name in enumerate(DEAL_STAGES, 2)]
    for stage in stages:
        stage.save()
    lost = Stage.objects.create(pipeline="deal", name="Lost", kind="lost", position=9)
    unsigned = list(Deal.objects.filter(won_at=None).order_by("-opened_at"))
    for at, deal in enumerate(unsigned):
        if at < IN_WORK:
            deal.stage = chance.choice(stages)
        else:
            deal.stage, deal.lost_at, deal.reason = lost, deal.opened_at + dt.timedelta(days=30), "Bought elsewhere"
    columns = ["stage_id", "lost_at", "reason"]
    rows = [(*(getattr(deal, name) for name in columns), deal.pk) for deal in unsigned]
    write("sales_deal", columns, rows)
    StageChange.objects.bulk_create(
        [StageChange(deal=deal, stage=deal.stage, entered_at=deal.opened_at) for deal in unsigned], batch_size=2_000
    )
    Task.objects.bulk_create([
        Task(title="Send the offer", deal=deal, person_id=deal.person_id, assignee_id=deal.seller_id, created_at=now,
             due_at=now + dt.timedelta(hours=chance.uniform(-100, 200)))
        for deal in unsigned[:IN_WORK] if chance.random() < 0.7
    ], batch_size=2_000)  # fmt: skip


def make_calls(now: dt.datetime, chance: random.Random) -> None:
    """Write 100,000 calls to people of leads."""
    from onegoal.apps.sales.models import Call, Lead

    rows = Lead.objects.exclude(seller=None).order_by("?").values_list("pk", "person_id", "seller_id", "created_at")
    calls = []
    for number, (pk, person_id, seller_id, at) in enumerate(rows[:100_000]):
        answered = chance.random() < 0.6
        calls.append(
            Call(source="large", source_id=f"C{number}", lead_id=pk, person_id=person_id, seller_id=seller_id,
                 started_at=at + dt.timedelta(hours=chance.uniform(0, 50)), direction="out", is_answered=answered,
                 talk_seconds=chance.randrange(20, 600) if answered else None)
        )  # fmt: skip
    Call.objects.bulk_create(calls, batch_size=2_000)


def agree_on_a_regulation(now: dt.datetime) -> None:
    """Sign one version, in force from the beginning, and leave a stricter one as a draft."""
    from onegoal.apps.accounts.models import User
    from onegoal.apps.company.models import CustomField
    from onegoal.apps.regulation.models import Clause, Regulation
    from onegoal.apps.regulation.services import create_draft, save_clause, sign_regulation

    for key, kind, choices in (
        ("budget", "number", []),
        ("months", "number", []),
        ("purpose", "choice", ["to live in", "to let"]),
    ):
        CustomField.objects.create(entity="lead", key=key, label=key, kind=kind, choices=choices)
    head, marketer = User.objects.get(role="head"), User.objects.get(email=email("marketer", 0))
    first = create_draft(title="First", author=head, now=now)
    Regulation.objects.filter(pk=first.pk).update(threshold=6)
    for at, (field, operator, value, weight, is_required) in enumerate(CRITERIA, 1):
        save_clause(clause=Clause(
            regulation=first, kind="criterion", number=f"1.{at}", text=f"Criterion {at}", field=field, operator=operator,
            value=value, weight=weight, is_required=is_required,
        ), now=now)  # fmt: skip
    for at, text in enumerate(("Could not be reached", "Only curious", "Bought elsewhere"), 1):
        save_clause(clause=Clause(regulation=first, kind="reason", number=f"2.{at}", text=text), now=now)
    sign_regulation(regulation=first, side="marketing", author=marketer, now=now)
    sign_regulation(regulation=first, side="sales", author=head, now=now)
    Regulation.objects.filter(pk=first.pk).update(valid_from=START)
    draft = create_draft(title="Stricter", author=head, now=now, like=Regulation.objects.get(pk=first.pk))
    budget = draft.clauses.get(number="1.1")
    budget.value = 80_000
    save_clause(clause=budget, now=now)


def note_decisions(now: dt.datetime) -> None:
    """Write a decision for each decided lead, as the job would have done while they came in."""
    from onegoal.apps.audit.models import AuditEntry
    from onegoal.apps.regulation.models import Clause, Decision, TrailRead
    from onegoal.apps.sales.models import Lead

    reasons = list(Clause.objects.filter(kind="reason", regulation__number=1))
    rows = Lead.objects.exclude(outcome="open").values_list("pk", "outcome", "outcome_at", "seller_id")
    decisions = (
        Decision(
            lead_id=pk, outcome=outcome, at=at or now, seller_id=seller_id, via="import", points=pk % 8,
            regulation_id=reasons[0].regulation_id, result="unknown",
            clause=reasons[pk % 3] if outcome == "rejected" else None,
        )
        for pk, outcome, at, seller_id in rows
    )  # fmt: skip
    for part in batches(decisions, 2_000):
        Decision.objects.bulk_create(part)
    newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    TrailRead.objects.update_or_create(pk=1, defaults={"last_entry": newest})


def judge() -> None:
    """Judge 100,000 leads against the draft and print the seconds."""
    import time

    from django.utils import timezone

    from onegoal.apps.accounts.models import User
    from onegoal.apps.regulation.models import Regulation
    from onegoal.apps.regulation.services import begin_trial, run_trial
    from onegoal.core.periods import Period

    began = time.monotonic()
    period = Period(START.date(), (START + dt.timedelta(days=239)).date())
    trial = begin_trial(
        regulation=Regulation.objects.get(title="Stricter"), asker=User.objects.get(role="head"), period=period,
        now=timezone.now(),
    )  # fmt: skip
    done = run_trial(trial=trial, clock=timezone.now)
    print(done.leads, time.monotonic() - began)


def ask_training() -> None:
    """Put a training into the line unless one is there; the running product does it."""
    from django.utils import timezone

    from onegoal.apps.scoring.models import Training
    from onegoal.apps.scoring.services import ask_training as ask

    if not Training.objects.filter(finished_at=None).exists():
        ask(target="qualified", author=None, now=timezone.now())


def training() -> None:
    """Print how the latest training stands: its progress, and the seconds it took once it is over."""
    from onegoal.apps.scoring.models import Training

    latest = Training.objects.order_by("-pk")[0]
    seconds = (latest.finished_at - latest.started_at).total_seconds() if latest.finished_at else ""
    print(latest.progress, seconds, latest.why_off)


if __name__ == "__main__":
    main()
