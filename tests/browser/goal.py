"""One goal of the little company as the walks and axe meet it: a KPI, a plan, pay, hindrances, contests, messages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from tests.world import World

from onegoal.apps.goal.forms import quarter_of

FEBRUARY, MARCH = dt.date(2026, 2, 1), dt.date(2026, 3, 1)


def fill_goal(world: World) -> dict[str, Any]:
    """Something of everything the goal's rooms show, by the names their addresses use; facts are published before."""
    now = timezone.now()
    return (
        _kpis(world, now) | _plans(world, now) | _pay(world, now) | _hindrances(world, now)
        | _together(world, now) | _messages(world, now)
    )  # fmt: skip


def _kpis(world: World, now: dt.datetime) -> dict[str, Any]:
    from tests.apps.goal.conftest import TERMS, stored_kpi, stored_version

    from onegoal.apps.goal.models import KpiState

    start, end = quarter_of(now.date())
    kpi = stored_kpi(world, starts_on=start, ends_on=end)
    stored_version(kpi, 2, None, TERMS)
    year = now.year + 1
    later: dict[str, Any] = {"name": "Next year", "starts_on": dt.date(year, 1, 1), "ends_on": dt.date(year, 12, 31)}
    return {"kpi": kpi.pk, "kpi_draft": stored_kpi(world, state=KpiState.DRAFT, **later).pk}


def _plans(world: World, now: dt.datetime) -> dict[str, Any]:
    from onegoal.apps.planning.models import VersionState
    from onegoal.apps.planning.services.cells import set_cells
    from onegoal.apps.planning.services.plans import add_version, make_plan
    from onegoal.apps.planning.services.signing import sign_version
    from onegoal.core.plan_grid import Place

    first, last = quarter_of(now.date())
    version = make_plan(
        name="The quarter", first_month=first, last_month=last, author=world.mark, now=now, projects=["River Park"],
        product_types=["flat"], channels=["google", "facebook"],
    )  # fmt: skip
    values: dict[Any, int | None] = {Place(first, "deals_won"): 500, Place(first, "leads"): 100}
    set_cells(version=version, values=values, now=now)
    draft = add_version(plan=version.plan, author=world.mark, now=now, like=version, name="Fewer")
    # Signed is what was proposed; that a red plan is refused at that is another test's affair.
    version.state = VersionState.PROPOSED
    version.save()
    sign_version(version=version, side="marketing", user=world.mark, now=now)
    return {"plan": version.plan_id, "proposed": version.pk, "plan_draft": draft.pk}


def _pay(world: World, now: dt.datetime) -> dict[str, Any]:
    from onegoal.apps.conflicts.jobs import audit_waiting
    from onegoal.apps.conflicts.models import ConflictReport
    from onegoal.apps.conflicts.services import ask_audit
    from onegoal.apps.pay.models import Statement
    from onegoal.apps.pay.services import adjust, approve_run, compute_run, draft_version, raise_dispute
    from onegoal.apps.sales.models import Deal

    scheme = sellers_scheme(world, now)
    locked = approve_run(run=compute_run(month=FEBRUARY, author=world.paula, now=now), user=world.hanna, now=now)
    computed = compute_run(month=MARCH, author=world.paula, now=now)
    draft = draft_version(scheme=scheme, valid_from=dt.date(now.year + 1, 1, 1), author=world.paula, now=now)
    own = Statement.objects.get(run=locked, user=world.nora)
    raise_dispute(statement=own, user=world.nora, text="A payment is missing.", line_name="Share", now=now)
    adjust(user=world.nick, amount_minor=50_00, reason="Stood in at the fair", author=world.paula, now=now)
    ask_audit(author=world.hanna, now=now)
    audit_waiting()
    return {
        "scheme": scheme.pk, "run": locked.pk, "computed": computed.pk, "scheme_draft": draft.pk, "statement": own.pk,
        "sold": Deal.objects.filter(won_at__isnull=False).values_list("pk", flat=True)[0],
        "conflicts": ConflictReport.objects.get().pk,
    }  # fmt: skip


def sellers_scheme(world: World, now: dt.datetime) -> Any:
    """Fixed pay and two per cent of the money received, in force since January 2026; Nora and Nick are paid by it."""
    from onegoal.apps.pay.services import PartTerms, approve_version, create_scheme, draft_version, set_member

    scheme = create_scheme(name="Sellers", side="sales", now=now)
    parts = [
        PartTerms("Fixed pay", "fixed", "fixed", "base"),
        PartTerms("Share", "share", "personal", "2 % * money_received", gate="deals_won >= 2", cap_minor=900_00),
    ]
    january = dt.date(2026, 1, 1)
    draft = draft_version(scheme=scheme, valid_from=january, author=world.paula, now=now, parts=parts)
    approve_version(version=draft, user=world.hanna, now=now)
    for user in (world.nora, world.nick):
        set_member(scheme=scheme, user=user, starts_on=january, values={"base": 1_500_00}, now=now)
    return scheme


def _hindrances(world: World, now: dt.datetime) -> dict[str, Any]:
    from onegoal.apps.control.services.blockers import About, add_remark, raise_blocker, resolve_blocker
    from onegoal.apps.sales.models import Deal

    said = {"link": "lead", "author": world.nora, "now": now, "today": now.date()}
    done = raise_blocker(text="The form was broken", about=About(page="/leads/"), **said)
    resolve_blocker(blocker=done, user=world.hanna, words="Mended", now=now)
    deal = Deal.objects.filter(seller=world.nora).first()
    open_one = raise_blocker(text="No plan of the flat", about=About(deal=deal), **said)
    add_remark(blocker=open_one, author=world.victor, text="It comes on Monday.", now=now)
    return {"blocker": open_one.pk, "resolved": done.pk}


def _together(world: World, now: dt.datetime) -> dict[str, Any]:
    from tests.apps.wall.conftest import stored_screen

    from onegoal.apps.wall.models import Contest, Tradition
    from onegoal.apps.wall.services.contests import Entry, save_contest

    screen, token = stored_screen(world.ada)
    today = now.date()
    terms = {"metric": "deals_won", "starts_on": today.replace(day=1), "ends_on": today + dt.timedelta(days=9)}
    entries = [Entry(one, 10_000) for one in (world.nora, world.nick)]
    contest = save_contest(
        contest=Contest(name="Most contracts", **terms), entries=entries, prizes={1: "A day off"}, author=world.hanna,
        now=now,
    )  # fmt: skip
    tea = Tradition.objects.create(name="Friday tea", first_on=dt.date(2026, 1, 2), repeats="week")
    board = screen.boards.values_list("pk", flat=True)[0]
    return {"screen": screen.pk, "board": board, "token": token, "contest": contest.pk, "tradition": tea.pk}


def _messages(world: World, now: dt.datetime) -> dict[str, Any]:
    from onegoal.apps.evening.models import Delivery
    from onegoal.apps.evening.services.channels import Place, add_channel

    place = Place(kind="email", name="Hanna", address=world.hanna.email, reader=world.hanna)
    channel = add_channel(place=place, author=world.ada, now=now)
    sent = Delivery.objects.create(
        channel=channel, day=now.date(), due_at=now, state="sent", sent_at=now, cutoff_at=now, text="Day and month"
    )
    return {"channel": channel.pk, "message": sent.pk}
