"""The audit of a company whose marketing is paid per lead: run, read, mended, on a published little history."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.world import World, at, deal_row, lead_row, payment_row, person_ref, spend_row

from onegoal.core.shared_kpi import CASH, DEALS, Part, Terms

NOW = at("2026-04-02")
MONTHS = [
    dt.date(2025, 4, 1),
    *(dt.date(2025, month, 1) for month in range(5, 13)),
    *(dt.date(2026, m, 1) for m in (1, 2, 3)),
]


@pytest.fixture
def audited(world: World) -> World:
    """Twelve months of dear leads that sell and cheap ones that do not; marketing is paid per lead, sales by money."""
    _trade()
    _goal(world)
    _schemes(world)
    return world


def test_the_planted_conflict_is_found_told_and_drafted_away(audited: World, client: Any) -> None:
    from onegoal.apps.conflicts.jobs import audit_waiting
    from onegoal.apps.conflicts.models import ConflictReport
    from onegoal.apps.conflicts.queries.reports import conflicts_of
    from onegoal.apps.conflicts.services import ask_audit
    from onegoal.apps.pay.models import SchemeVersion

    client.force_login(audited.hanna)
    ask_audit(author=audited.hanna, now=NOW)
    audit_waiting()
    report = ConflictReport.objects.get()
    assert not report.failed
    assert [(one["scheme"], one["lever"], one["part"]["key"]) for one in conflicts_of(report)] == [
        ("Marketing", "cheap_leads", "lead_bonus")
    ]
    kinds = {one["kind"] for one in report.findings}
    assert {"department_without_shared", "not_planned", "nobodys"} <= kinds
    page = client.get("/pay/conflicts/").content.decode()
    assert "Marketing: more cheap leads" in page
    assert "company_leads * 2" in page
    exported = b"".join(client.get("/pay/conflicts/?findings_export=csv").streaming_content).decode()
    assert "company_leads * 2" in exported
    place = next(at for at, one in enumerate(report.findings) if one["kind"] == "conflict")
    drafts = [client.post(f"/pay/conflicts/reports/{report.pk}/mend/{place}/") for _twice in range(2)]
    version = SchemeVersion.objects.get(state="draft")
    assert [answer.status_code for answer in drafts] == [302, 302]
    assert version.parts.get(key="lead_bonus").formula.startswith("company_qualified_leads * ")
    assert client.get("/pay/conflicts/reports/").status_code == 200
    assert client.get("/pay/conflicts/numbers/").status_code == 200


def test_an_audit_is_asked_for_once(world: World, client: Any) -> None:
    from onegoal.apps.conflicts.models import ConflictReport

    client.force_login(world.hanna)
    assert client.get("/pay/conflicts/").status_code == 200
    client.post("/pay/conflicts/run/")
    client.post("/pay/conflicts/run/")
    assert ConflictReport.objects.count() == 1
    assert b"hx-get" in client.get("/pay/conflicts/progress/").content


def test_a_broken_audit_says_so_and_the_next_one_may_run(world: World, monkeypatch: Any, client: Any) -> None:
    from onegoal.apps.conflicts import jobs, services
    from onegoal.apps.conflicts.models import ConflictReport

    services.ask_audit(author=world.hanna, now=NOW)
    monkeypatch.setattr(services, "run_audit", _breaks)
    jobs.audit_waiting()
    assert ConflictReport.objects.get().failed
    services.ask_audit(author=world.hanna, now=NOW)
    client.force_login(world.hanna)
    assert "broke down" in client.get("/pay/conflicts/").content.decode()


def test_numbers_are_kept_refused_and_put_back(world: World, client: Any) -> None:
    from onegoal.apps.conflicts.forms import NumbersForm
    from onegoal.apps.conflicts.models import LeverNumber
    from onegoal.apps.conflicts.queries.history import numbers_in_use

    client.force_login(world.hanna)
    data = dict(NumbersForm(numbers=numbers_in_use()[0]).initial)
    client.post("/pay/conflicts/numbers/", data)
    assert not LeverNumber.objects.exists()
    wrong = client.post("/pay/conflicts/numbers/", {**data, "attention_low": "0.9"})
    assert wrong.status_code == 422
    client.post("/pay/conflicts/numbers/", {**data, "attention_low": "0,2"})
    assert LeverNumber.objects.get().low == 0.2
    client.post("/pay/conflicts/numbers/reset/")
    assert not LeverNumber.objects.exists()


def _breaks(**_said: Any) -> None:
    raise RuntimeError("no power")


def _trade() -> None:
    from onegoal.apps.audit.services import Author, acting
    from onegoal.apps.facts.services import publish_now
    from onegoal.apps.marketing.services import take_in_spend
    from onegoal.apps.sales.services import take_in_deals, take_in_leads, take_in_payments

    leads: list[Any] = []
    deals: list[Any] = []
    payments: list[Any] = []
    spend: list[Any] = []
    for month in MONTHS:
        day = month.replace(day=5).isoformat()
        for source, medium, count, sold, qualified, cost in (
            ("google", "cpc", 24, 5, 12, 240_000), ("facebook", "paid_social", 36, 0, 4, 144_000)
        ):  # fmt: skip
            key = f"{source}-{month:%y%m}"
            spend.append(_spend(key, source, medium, day, cost))
            for at_place in range(count):
                leads.append(_lead(f"{key}-{at_place}", source, medium, day, is_good=at_place < qualified))
            for at_place in range(sold):
                name = f"{key}-{at_place}"
                deals.append(_deal(name, day))
                payments.append(payment_row(f"p-{name}", f"d-{name}", 700_000, received_on=month.replace(day=20)))
    with acting(Author(user_id=None, via="test", batch="")):
        take_in_spend(rows=spend, now=NOW)
        take_in_leads(rows=leads, now=NOW)
        take_in_deals(rows=deals, now=NOW)
        take_in_payments(rows=payments, now=NOW)
    publish_now()


def _spend(key: str, source: str, medium: str, day: str, minor: int) -> Any:
    from onegoal.apps.marketing.intake import OriginMarks

    marks = OriginMarks(source=source, medium=medium)
    return spend_row(f"s-{key}", minor, day=dt.date.fromisoformat(day), marks=marks)


def _lead(name: str, source: str, medium: str, day: str, *, is_good: bool) -> Any:
    from onegoal.apps.marketing.intake import OriginMarks

    return lead_row(
        f"l-{name}", created_at=at(day), person=person_ref(name, email=f"{name}@example.org"), seller="Nora",
        marks=OriginMarks(source=source, medium=medium), outcome="qualified" if is_good else "",
    )  # fmt: skip


def _deal(name: str, day: str) -> Any:
    return deal_row(
        f"d-{name}", person=person_ref(name, email=f"{name}@example.org"), lead=f"l-{name}", seller="Nora",
        amount_minor=1_000_000, currency="EUR", opened_at=at(day, "13:00"), won_at=at(day, "15:00"),
    )  # fmt: skip


def _goal(world: World) -> None:
    from onegoal.apps.goal.services import activate_kpi, draft_kpi

    terms = Terms((Part(DEALS, 15, 6000), Part(CASH, 10_500_000, 4000)))
    kpi = draft_kpi(
        name="Second quarter", project=None, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 6, 30), country="",
        owner=world.hanna, terms=terms, author=world.hanna, now=NOW,
    )  # fmt: skip
    activate_kpi(kpi=kpi, now=NOW)


def _schemes(world: World) -> None:
    from onegoal.apps.pay.services import PartTerms, approve_version, create_scheme, draft_version, set_member

    fixed = PartTerms("Fixed", "fixed", "fixed", "base")
    lead_bonus = PartTerms("Leads", "lead_bonus", "personal", "company_leads * 2")
    money = PartTerms("Money", "money", "personal", "1 % * money_received")
    for name, side, people, part in (
        ("Marketing", "marketing", [world.mark], lead_bonus), ("Sales", "sales", [world.nora], money)
    ):  # fmt: skip
        scheme = create_scheme(name=name, side=side, now=NOW)
        version = draft_version(
            scheme=scheme, valid_from=dt.date(2026, 4, 1), author=world.paula, now=NOW, parts=[fixed, part]
        )
        approve_version(version=version, user=world.hanna, now=NOW)
        for user in people:
            set_member(scheme=scheme, user=user, starts_on=dt.date(2026, 4, 1), values={"base": 100_000}, now=NOW)
