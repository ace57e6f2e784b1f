"""Schemes, members, disputes, adjustments and flags."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from tests.apps.pay.conftest import JANUARY, NOW, PayDesk, part

from onegoal.apps.goal.models import KpiPart, KpiVersion, SharedKpi
from onegoal.apps.pay import services
from onegoal.apps.pay.models import SchemeMember, Statement
from onegoal.apps.pay.queries.figures import attainments
from onegoal.apps.pay.queries.flags import flags_in_force
from onegoal.apps.pay.queries.names import known_names
from onegoal.apps.pay.queries.rules import errors_of
from onegoal.apps.pay.services import PayRefused

TODAY = dt.date(2026, 4, 2)


def refusal(call: Any, **said: Any) -> str:
    with pytest.raises(PayRefused) as refused:
        call(**said)
    return refused.value.code


def test_a_version_is_approved_by_another_person_and_only_when_every_formula_is_sound(desk: PayDesk) -> None:
    scheme = desk.scheme()
    bad = desk.version(
        scheme, part("a", "personal", "b * 2"), part("b", "personal", "a + money_singed"), part("base", "fixed", "100"),
        part("c", "personal", "base", gate="deals_won", floor_minor=2, cap_minor=1), approve=False,
    )  # fmt: skip
    told = [(error.part.key, error.field, error.error.code) for error in errors_of(bad)]
    assert told == [
        ("a", "formula", "cycle"), ("b", "formula", "unknown_name"), ("base", "key", "name_taken"),
        ("c", "gate", "truth_wanted"), ("c", "cap", "floor_above_cap"),
    ]  # fmt: skip
    approve = services.approve_version
    assert refusal(approve, version=bad, user=desk.world.hanna, now=NOW) == "bad_parts"
    assert refusal(approve, version=bad, user=desk.world.paula, now=NOW) == "same_person"
    assert refusal(approve, version=bad, user=desk.world.nora, now=NOW) == "no_right"
    services.set_parts(
        version=bad, parts=[part("a", "fixed", "base + value_car_money")], author=desk.world.paula, now=NOW
    )
    approved = approve(version=bad, user=desk.world.hanna, now=NOW)
    assert refusal(services.set_parts, version=approved, parts=[], author=desk.world.paula, now=NOW) == "not_a_draft"


def test_a_person_is_paid_by_one_scheme_at_a_time(desk: PayDesk) -> None:
    sellers, leaders = desk.scheme(), desk.scheme("Leaders")
    first = desk.member(sellers, desk.world.nora, base=100_00)
    second = desk.member(leaders, desk.world.nora, starts_on=dt.date(2026, 2, 16), base=200_00)
    first.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (dt.date(2026, 2, 15), None)
    assert refusal(
        services.set_member, scheme=sellers, user=desk.world.nora, starts_on=dt.date(2026, 1, 20), values={}, now=NOW
    ) == "overlaps"  # fmt: skip
    for values in ({"base": "ten"}, {"base": "10.5"}, {"two words": 1}, {"value_rate": True}):
        assert refusal(
            services.set_member, scheme=sellers, user=desk.world.sam, starts_on=JANUARY, values=values, now=NOW
        ) == "bad_value"  # fmt: skip
    assert SchemeMember.objects.filter(user=desk.world.sam).count() == 0


def test_what_counts_for_a_locked_month_is_not_changed(desk: PayDesk) -> None:
    scheme = desk.scheme()
    desk.version(scheme, part("fixed", "fixed", "base"))
    member = desk.member(scheme, desk.world.nora, base=1_000_00)
    desk.lock()
    draft = desk.version(scheme, part("fixed", "fixed", "base * 2"), valid_from=dt.date(2026, 2, 20), approve=False)
    assert refusal(services.approve_version, version=draft, user=desk.world.hanna, now=NOW) == "month_locked"
    assert refusal(services.end_member, member=member, ends_on=dt.date(2026, 2, 20), now=NOW) == "month_locked"
    assert refusal(
        services.set_member, scheme=scheme, user=desk.world.nora, starts_on=dt.date(2026, 2, 28), values={}, now=NOW
    ) == "month_locked"  # fmt: skip
    services.end_member(member=member, ends_on=dt.date(2026, 2, 28), now=NOW)


def test_a_dispute_is_raised_by_the_person_answered_by_another_and_paid_in_the_next_month(desk: PayDesk) -> None:
    scheme = desk.scheme()
    desk.version(scheme, part("fixed", "fixed", "base"))
    desk.member(scheme, desk.world.nora, base=1_000_00)
    run = desk.compute()
    statement = Statement.objects.get(run=run, user=desk.world.nora)
    said = {"statement": statement, "text": "Two days are missing.", "now": NOW}
    assert refusal(services.raise_dispute, user=desk.world.nora, **said) == "not_locked"
    services.approve_run(run=run, user=desk.world.hanna, now=NOW)
    assert refusal(services.raise_dispute, user=desk.world.nick, **said) == "not_own"
    dispute = services.raise_dispute(user=desk.world.nora, **said)
    answer = {"dispute": dispute, "accepted": True, "answer": "Right, sorry.", "amount_minor": 95_45, "now": NOW}
    assert refusal(services.answer_dispute, user=desk.world.nora, **answer) == "no_right"
    dispute = services.answer_dispute(user=desk.world.paula, **answer)
    assert refusal(services.answer_dispute, user=desk.world.paula, **answer) == "not_open"
    adjustment = dispute.adjustment
    assert refusal(services.approve_adjustment, adjustment=adjustment, user=desk.world.paula, now=NOW) == "same_person"
    services.approve_adjustment(adjustment=adjustment, user=desk.world.hanna, now=NOW)
    assert refusal(services.approve_adjustment, adjustment=adjustment, user=desk.world.hanna, now=NOW) == "decided"
    march = desk.lock(dt.date(2026, 3, 1))
    assert desk.paid(march, desk.world.nora) == {"fixed": 1_000_00, "Right, sorry.": 95_45}
    april = desk.compute(dt.date(2026, 4, 1))
    assert desk.paid(april, desk.world.nora) == {"fixed": 1_000_00}, "paid once"


def test_nobody_proposes_or_approves_the_own_adjustment(desk: PayDesk) -> None:
    own = {"user": desk.world.paula, "amount_minor": 100, "reason": "For me", "now": NOW}
    assert refusal(services.adjust, author=desk.world.paula, **own) == "own_pay"
    proposed = services.adjust(author=desk.world.hanna, **own)
    assert refusal(services.approve_adjustment, adjustment=proposed, user=desk.world.paula, now=NOW) == "own_pay"


def test_flags_name_fixed_pay_departments_without_a_shared_part_and_caps_before_the_target(desk: PayDesk) -> None:
    world, marketing, sales = desk.world, desk.scheme("Marketing", "marketing"), desk.scheme()
    desk.version(marketing, part("fixed", "fixed", "base"), part("bonus", "personal", "100 + base * 10 %"))
    desk.version(
        sales, part("goal", "shared", "base * attainment", cap_minor=800_00),
        part("own", "personal", "base * deals_won / target_deals_won", cap_minor=1_500_00),
    )  # fmt: skip
    desk.member(sales, world.nora, base=1_000_00, target_deals_won=5)
    desk.member(sales, world.nick, base=1_600_00, target_deals_won=5)
    told = {(flag.code, flag.side, flag.part, flag.reached, flag.user) for flag in flags_in_force(TODAY)}
    assert told == {
        ("wholly_fixed", "marketing", "", None, None),
        ("department_without_shared", "marketing", "", None, None),
        ("cap_before_target", "sales", "goal", Fraction(1, 2), world.nick),
        ("cap_before_target", "sales", "own", Fraction(94, 100), world.nick),
    }


def test_the_shared_kpi_reaches_formulas_as_it_stood_at_the_end_of_the_month(desk: PayDesk, trade: Any) -> None:
    kpi = SharedKpi.objects.create(
        name="Spring", starts_on=JANUARY, ends_on=dt.date(2026, 3, 31), owner=desk.world.hanna, state="active",
        created_at=NOW, activated_at=NOW,
    )  # fmt: skip
    version = KpiVersion.objects.create(kpi=kpi, number=1, created_at=NOW, in_force_from=NOW)
    KpiPart.objects.create(version=version, kind="deals", weight_bp=6_000, target=4)
    KpiPart.objects.create(version=version, kind="cash", weight_bp=4_000, target=1_000_00, cap_bp=12_000)
    trade(
        [("d1", "Nora", "2026-02-03", 500_00), ("d2", "Nick", "2026-03-03", 500_00)],
        [("p1", "d1", "2026-02-10", 900_00)],
    )
    told = attainments(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    # One deal of four and 900 of 1,000: 60 % x 25 % + 40 % x 90 %.
    assert told["attainment"] == Fraction(51, 100)
    assert (told["attainment_deals"], told["attainment_cash"]) == (Fraction(1, 4), Fraction(9, 10))
    # 38 of 60 working days are gone: 0.25 x 60/38 of the deals; the cash would be 142 % and counts 120 %.
    assert told["attainment_pace"] == Fraction(6, 10) * Fraction(1, 4) * Fraction(60, 38) + Fraction(4, 10) * Fraction(
        12, 10
    )


def test_every_name_has_a_title_and_is_told_once(desk: PayDesk) -> None:
    names = known_names()
    assert all(name.title and name.unit and name.group for name in names)
    assert len({name.key for name in names}) == len(names)
    assert {"base", "deals_won", "team_money_signed", "company_cpl", "plan_leads", "attainment"} <= {
        one.key for one in names
    }
