"""A month from deals to a locked run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.apps.pay.conftest import FEBRUARY, JANUARY, MARCH, NOW, PayDesk, part
from tests.world import at

from onegoal.apps.facts.queries import ask
from onegoal.apps.facts.services import publish_now
from onegoal.apps.pay import services
from onegoal.apps.pay.models import Adjustment, Statement, StatementLine, StatementSource
from onegoal.apps.pay.queries.adjustments import late_facts_of
from onegoal.apps.pay.queries.statements import payroll_of, statement_of, visible_statements, working_of
from onegoal.apps.pay.queries.what_if import try_scheme
from onegoal.apps.pay.services import PayRefused
from onegoal.apps.sales.models import Deal
from onegoal.metrics.question import Question

Trade = Callable[..., None]
FEBRUARY_TRADE = (
    [("d1", "Nora", "2026-02-03", 100_000_33), ("d2", "Nora", "2026-02-17", 50_000_00), ("d3", "Nick", "2026-02-20", 80_000_00)],
    [("p1", "d1", "2026-02-05", 10_000_00), ("p2", "d1", "2026-02-25", 5_000_01), ("p3", "d3", "2026-02-21", 8_000_00)],
)  # fmt: skip


def sellers(desk: PayDesk) -> Any:
    """Fixed pay, two per cent of what is signed (claimed back when cancelled), one per cent of what is received."""
    scheme = desk.scheme()
    desk.version(
        scheme,
        part("fixed", "fixed", "base"),
        part("commission", "personal", "2 % * money_signed", claws_back=True),
        part("cash", "personal", "1 % * money_received"),
    )
    desk.member(scheme, desk.world.nora, base=1_500_00)
    desk.member(scheme, desk.world.nick, base=1_200_00)
    return scheme


def test_lines_add_up_to_statements_statements_to_the_run_and_sources_to_their_lines(
    desk: PayDesk, trade: Trade
) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    run = desk.compute()
    assert run.problems == []
    # 2 % of 150,000.33 is 3,000.0066; 1 % of 15,000.01 is 150.0001.
    assert desk.paid(run, desk.world.nora) == {"fixed": 1_500_00, "commission": 3_000_01, "cash": 150_00}
    assert desk.paid(run, desk.world.nick) == {"fixed": 1_200_00, "commission": 1_600_00, "cash": 80_00}
    rows = payroll_of(run)
    assert [(row.user.name, row.total) for row in rows] == [("Nick", 2_880_00), ("Nora", 4_650_01)]
    assert all(row.fixed + row.personal + row.shared + row.adjustment + row.claw_back == row.total for row in rows)
    for line in StatementLine.objects.filter(statement__run=run, kind="personal").prefetch_related("sources"):
        assert sum(source.amount_minor for source in line.sources.all()) == line.amount_minor
    for metric in ("money_signed", "money_received"):
        told = {
            row.by["seller"]: row.value
            for row in ask(Question(metric, ("seller",), FEBRUARY, dt.date(2026, 2, 28))).rows
        }
        for user in (desk.world.nora, desk.world.nick):
            sources = StatementSource.objects.filter(line__statement__user=user, metric=metric)
            assert sum(source.counted for source in sources) == told[user.name]
    assert {one["name"] for one in run.left_out} >= {"Sam", "Mark", "Hanna"}
    assert "Nora" not in {one["name"] for one in run.left_out}
    again = desk.compute()
    assert (again.pk, again.digest) == (run.pk, run.digest)
    assert Statement.objects.filter(run=run).count() == 2


def test_a_statement_explains_each_cent(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    run = desk.lock()
    stored = Statement.objects.get(run=run, user=desk.world.nora)
    statement = statement_of(desk.world.nora, stored.pk)
    assert statement is not None
    line = next(line for line in statement.lines.all() if line.name == "commission")
    working = working_of(line)
    assert working and working.formula
    assert round(float(working.raw), 4) == 3_000.0066
    assert [part.word for part in working.formula.parts] == ["%", "money_signed"]
    assert {source.deal.source_id for source in line.sources.all() if source.deal} == {"d1", "d2"}


def test_a_person_sees_only_the_own_approved_statements(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    run = desk.compute()
    assert not visible_statements(desk.world.nora).exists()
    assert visible_statements(desk.world.paula).count() == 2
    services.approve_run(run=run, user=desk.world.hanna, now=NOW)
    assert [one.user for one in visible_statements(desk.world.nora)] == [desk.world.nora]
    assert not visible_statements(desk.world.victor).exists()
    nicks = Statement.objects.get(run=run, user=desk.world.nick)
    assert statement_of(desk.world.nora, nicks.pk) is None


def test_a_run_is_approved_by_another_person_once_the_month_is_over_and_as_it_would_be_computed_now(
    desk: PayDesk, trade: Trade
) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    run = desk.compute()

    def refused(user: Any, now: dt.datetime = NOW, digest: str = "") -> str:
        with pytest.raises(PayRefused) as refusal:
            services.approve_run(run=run, user=user, now=now, digest=digest)
        return refusal.value.code

    assert refused(desk.world.paula) == "same_person"
    assert refused(desk.world.nora) == "no_right"
    assert refused(desk.world.hanna, now=at("2026-02-27")) == "month_not_over"
    assert refused(desk.world.hanna, digest="another") == "changed"
    trade([], [("p9", "d2", "2026-02-27", 1_000_00)])
    assert refused(desk.world.hanna) == "changed"
    run = desk.compute()
    assert services.approve_run(run=run, user=desk.world.hanna, now=NOW, digest=run.digest).state == "locked"
    assert refused(desk.world.hanna) == "run_locked"
    with pytest.raises(PayRefused):
        desk.compute()
    with pytest.raises(PayRefused):
        services.discard_run(run=run, now=NOW)


def test_a_line_that_divides_by_nought_is_refused_and_the_run_says_whose_and_which(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    scheme = desk.scheme()
    desk.version(
        scheme, part("fixed", "fixed", "base"), part("quota", "personal", "base * deals_won / target_deals_won")
    )
    desk.member(scheme, desk.world.nora, base=1_000_00, target_deals_won=0)
    desk.member(scheme, desk.world.nick, base=1_000_00)
    run = desk.compute()
    told = [(one["user"], one["part"], one["code"], one["name"]) for one in run.problems]
    assert told == [("Nora", "quota", "division_by_zero", ""), ("Nick", "quota", "value_missing", "target_deals_won")]
    assert desk.paid(run, desk.world.nora) == {"fixed": 1_000_00, "quota": 0}
    with pytest.raises(PayRefused, match="has_problems"):
        services.approve_run(run=run, user=desk.world.hanna, now=NOW)


def test_records_that_have_not_reached_the_figures_hold_the_run_up(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    Deal.objects.filter(source_id="d1").update(amount_minor=1_00)
    assert [(one["code"], one["name"]) for one in desk.compute().problems] == [("facts_late", "money_signed")]


def test_a_deal_cancelled_after_payout_is_claimed_back_once(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    run = desk.lock()
    cancel("d1")
    march = desk.compute(MARCH)
    owed = StatementLine.objects.get(statement__run=march, kind="claw_back")
    # d1 made 100,000.33 of 150,000.33: 2,000.0066 of 3,000.01, by the largest remainder.
    assert (owed.amount_minor, owed.statement.user, owed.sources.get().deal_id) == (
        -2_000_01, desk.world.nora, Deal.objects.get(source_id="d1").pk
    )  # fmt: skip
    assert desk.compute(MARCH).digest == march.digest
    services.approve_run(run=march, user=desk.world.hanna, now=NOW)
    services.note_cancelled_deals(now=NOW)
    assert Adjustment.objects.count() == 1
    april = desk.compute(dt.date(2026, 4, 1))
    assert not StatementLine.objects.filter(statement__run=april, kind="claw_back").exists()
    run.refresh_from_db()
    assert Statement.objects.get(run=run, user=desk.world.nora).total_minor == 4_650_01
    assert late_facts_of(run) == [], "what is claimed back is no late fact"


def test_a_deal_that_stands_again_after_the_claw_back_is_a_late_fact(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    run = desk.lock()
    won_at = Deal.objects.get(source_id="d1").won_at
    cancel("d1")
    services.note_cancelled_deals(now=NOW)
    Deal.objects.filter(source_id="d1").update(won_at=won_at, lost_at=None)
    mark_deals_stale()
    assert [(one.user_id, one.amount_minor) for one in late_facts_of(run)] == [(desk.world.nora.pk, 2_000_01)]


def test_a_deal_cancelled_before_the_run_counts_for_nobody(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    Deal.objects.filter(source_id="d1").update(lost_at=at("2026-03-01"))
    mark_deals_stale()
    run = desk.compute()
    assert run.problems == []
    assert desk.paid(run, desk.world.nora)["commission"] == 1_000_00


def test_what_changes_in_a_locked_month_is_proposed_and_paid_in_the_next(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    run = desk.lock()
    trade([("d9", "Nick", "2026-02-26", 30_000_00)], [])
    [proposal] = services.propose_late_facts(run=run, now=NOW)
    assert (proposal.user, proposal.amount_minor, proposal.approved_at) == (desk.world.nick, 600_00, None)
    assert [one.pk for one in services.propose_late_facts(run=run, now=NOW)] == [proposal.pk]
    assert "claw_back" not in desk.paid(desk.compute(MARCH), desk.world.nick)
    services.approve_adjustment(adjustment=proposal, user=desk.world.hanna, now=NOW)
    march = desk.lock(MARCH)
    assert StatementLine.objects.get(statement__run=march, kind="adjustment").amount_minor == 600_00
    assert services.propose_late_facts(run=run, now=NOW) == []
    assert Statement.objects.get(run=run, user=desk.world.nick).total_minor == 2_880_00


def test_a_deal_is_split_between_two_people_without_a_cent_lost(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    sellers(desk)
    deal = Deal.objects.get(source_id="d1")
    with pytest.raises(PayRefused, match="shares_not_whole"):
        services.split_deal(deal=deal, shares={desk.world.nora: 5_000, desk.world.nick: 4_000}, now=NOW)
    services.split_deal(deal=deal, shares={desk.world.nora: 6_667, desk.world.nick: 3_333}, now=NOW)
    run = desk.compute()
    assert run.problems == []
    counted = StatementSource.objects.filter(line__statement__run=run, metric="money_signed", deal=deal)
    assert sorted(one.counted for one in counted) == [33_330_11, 66_670_22]
    assert sum(one.counted for one in counted) == 100_000_33


def test_a_new_base_in_the_middle_of_the_month_cuts_only_what_hangs_on_it(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    scheme = sellers(desk)
    desk.member(scheme, desk.world.nora, starts_on=dt.date(2026, 2, 16), base=2_000_00)
    run = desk.compute()
    lines = StatementLine.objects.filter(statement__run=run, statement__user=desk.world.nora)
    told = [(line.name, line.starts_on.day, line.ends_on.day, line.amount_minor) for line in lines]
    # Twenty working days in February 2026, ten before the 16th.
    assert told == [
        ("fixed", 1, 15, 750_00), ("fixed", 16, 28, 1_000_00), ("commission", 1, 28, 3_000_01), ("cash", 1, 28, 150_00)
    ]  # fmt: skip


def test_a_newer_version_pays_for_the_deals_of_its_own_days(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    scheme = sellers(desk)
    desk.version(
        scheme, part("fixed", "fixed", "base"), part("commission", "personal", "3 % * money_signed"),
        part("cash", "personal", "1 % * money_received"), valid_from=dt.date(2026, 2, 16),
    )  # fmt: skip
    run = desk.compute()
    lines = StatementLine.objects.filter(statement__run=run, statement__user=desk.world.nora, name="commission")
    assert [line.amount_minor for line in lines] == [2_000_01, 1_500_00]


def test_who_comes_in_the_middle_of_the_month_gets_the_days_and_the_whole_of_the_deals(
    desk: PayDesk, trade: Trade
) -> None:
    trade(*FEBRUARY_TRADE)
    scheme = sellers(desk)
    desk.member(scheme, desk.world.sam, starts_on=dt.date(2026, 2, 16), base=1_000_00)
    trade([("d5", "Sam", "2026-02-18", 10_000_00)], [])
    assert desk.paid(desk.compute(), desk.world.sam) == {"fixed": 500_00, "commission": 200_00, "cash": 0}


def test_a_supervisor_who_belongs_to_the_team_has_its_figures_once(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    scheme = desk.scheme("Leaders")
    desk.version(scheme, part("team", "shared", "1 % * team_money_signed + 100 * team_deals_won"))
    desk.member(scheme, desk.world.victor)
    # Victor leads North and belongs to it: 230,000.33 and three deals.
    assert desk.paid(desk.compute(), desk.world.victor) == {"team": 2_600_00}


def test_who_changes_the_team_has_each_team_for_the_days_there(desk: PayDesk, trade: Trade) -> None:
    from onegoal.apps.audit.services import changing

    trade(*FEBRUARY_TRADE)
    scheme = desk.scheme("Leaders")
    desk.version(scheme, part("team", "shared", "1 % * team_money_signed"))
    desk.member(scheme, desk.world.nora)
    with changing(desk.world.nora, now=at("2026-02-16")):
        desk.world.nora.team = desk.world.south
    run = desk.compute()
    lines = StatementLine.objects.filter(statement__run=run, statement__user=desk.world.nora)
    assert [(line.starts_on.day, line.amount_minor) for line in lines] == [(1, 1_150_00), (16, 0)]


def test_what_if_pays_past_months_by_another_version_and_writes_nothing(desk: PayDesk, trade: Trade) -> None:
    trade(*FEBRUARY_TRADE)
    scheme = sellers(desk)
    desk.lock()
    tried = desk.version(scheme, part("all", "personal", "5 % * money_signed"), valid_from=MARCH, approve=False)
    before = StatementLine.objects.count()
    trial = try_scheme(tried, [JANUARY, FEBRUARY])
    told = [(one.user.name, one.was_minor, one.would_minor) for one in trial.people]
    assert told == [("Nick", 2_880_00, 4_000_00), ("Nora", 4_650_01, 7_500_02)]
    assert (trial.problems, StatementLine.objects.count()) == ((), before)


def test_two_sellers_of_one_name_have_each_their_own_figures(desk: PayDesk, trade: Trade) -> None:
    from onegoal.apps.accounts.models import User
    from onegoal.apps.sales.models import Call

    trade(*FEBRUARY_TRADE)
    scheme = desk.scheme()
    desk.version(scheme, part("talks", "personal", "10 * calls"))
    other = User.objects.create(name="Nora", role="seller", email="nora.two@casaverde.test")
    for user, count in ((desk.world.nora, 2), (other, 3)):
        desk.member(scheme, user)
        for number in range(count):
            services_call(Call(seller=user, started_at=at("2026-02-10"), source="t", source_id=f"{user.pk}-{number}"))
    publish_now()
    run = desk.compute()
    assert desk.paid(run, desk.world.nora) == {"talks": 20_00}
    assert desk.paid(run, other) == {"talks": 30_00}


def services_call(call: Any) -> None:
    from onegoal.apps.sales.services import save_record

    save_record(record=call, now=NOW)


def cancel(source_id: str) -> None:
    """Move a signed deal to lost, as the board of another system would."""
    Deal.objects.filter(source_id=source_id).update(won_at=None, lost_at=at("2026-03-10"))
    mark_deals_stale()


def mark_deals_stale() -> None:
    from onegoal.apps.audit.services import mark_stale

    mark_stale(entity="deal", ids=Deal.objects.values_list("pk", flat=True))
    publish_now()


def test_runs_are_told_newest_first(desk: PayDesk) -> None:
    from onegoal.apps.pay.models import PayRun
    from onegoal.apps.pay.queries.statements import visible_runs

    for month in (11, 12, 10):
        PayRun.objects.create(
            month=dt.date(2025, month, 1), currency="EUR", author=desk.world.paula, computed_at=dt.datetime.now(dt.UTC)
        )
    assert [run.month.month for run in visible_runs(desk.world.paula)] == [12, 11, 10]
