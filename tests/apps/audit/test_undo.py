"""An import can be taken back whole, except for what others have touched since."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.world import NOW, World, at, deal_row, lead_row, payment_row, person_ref, spend_row

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.audit.services import Author, acting
from onegoal.apps.audit.undo import UndoConflict, undo_batch
from onegoal.apps.company.models import Project, Stage
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.models import Campaign, Creative, Spend
from onegoal.apps.marketing.services import take_in_spend
from onegoal.apps.people.models import Identifier, Organisation, Person
from onegoal.apps.products.models import Product
from onegoal.apps.sales.intake import StageMoment
from onegoal.apps.sales.models import Deal, Lead, Payment, StageChange
from onegoal.apps.sales.services import save_lead, take_in_deals, take_in_leads, take_in_payments

LATER = NOW + dt.timedelta(hours=2)
TABLES = (
    Lead, Deal, Payment, StageChange, Person, Identifier, Product, Organisation, Project, Stage, Campaign, Creative, Spend,
    Team, User,
)  # fmt: skip


def by(batch: str) -> Any:
    return acting(Author(user_id=None, via="import", batch=batch))


def contents() -> dict[str, list[dict[str, Any]]]:
    """Every stored value of every table an import writes to, but for when it was written."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "updated_at"}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in TABLES
    }


def full_import(tag: str = "") -> None:
    marks = OriginMarks(source="google", campaign=f"Spring{tag}", creative="Blue")
    stages = (StageMoment("New", at("2026-01-05")), StageMoment("Qualified", at("2026-01-06")))
    rows = [
        lead_row(
            f"L{n}", person=person_ref(f"P{n}", phone=f"+4072000000{n}"), marks=marks, stages=stages, seller="Olga",
            team=f"East{tag}", project=f"Tower{tag}", product=f"Flat{n}", agency=f"Keys{tag}", region=f"Cluj{tag}",
        )
        for n in range(4)
    ]  # fmt: skip
    take_in_leads(rows=rows, now=NOW)
    take_in_deals(rows=[deal_row("D", lead="L1", stage="Won"), deal_row("E")], now=NOW)
    take_in_payments(rows=[payment_row("1", "D")], now=NOW)
    take_in_spend(rows=[spend_row("1", marks=marks)], now=NOW)


def test_an_import_that_is_undone_leaves_nothing(world: World) -> None:
    before = contents()
    with by("one"):
        full_import()
    result = undo_batch(batch="one", now=LATER)
    assert result.kept == []
    assert contents() == before
    assert result.undone == AuditEntry.objects.filter(batch="one").count()


def test_undoing_a_second_import_brings_back_the_first(world: World) -> None:
    with by("one"):
        full_import()
    before = contents()
    with by("two"):
        full_import(tag=" 2")
    assert contents() != before
    assert undo_batch(batch="two", now=LATER).kept == []
    assert contents() == before
    assert undo_batch(batch="one", now=LATER).kept == []
    assert not Lead.objects.exists()


def test_undoing_twice_changes_nothing_more(world: World) -> None:
    with by("one"):
        full_import()
    undo_batch(batch="one", now=LATER)
    again = undo_batch(batch="one", now=LATER)
    assert (again.undone, again.kept) == (0, [])


def test_a_lead_somebody_has_worked_on_is_kept_with_all_it_needs(world: World) -> None:
    with by("one"):
        take_in_leads(rows=[lead_row("1", project="Tower"), lead_row("2", project="Tower")], now=NOW)
    lead = Lead.objects.get(source_id="1")
    lead.note = "wants a balcony"
    save_lead(lead=lead, now=LATER)
    result = undo_batch(batch="one", now=LATER)
    assert UndoConflict("lead", lead.pk, "changed") in result.kept
    assert {one.entity for one in result.kept} >= {"lead", "person", "project"}
    assert list(Lead.objects.values_list("source_id", flat=True)) == ["1"]


def test_a_value_changed_since_stays_and_the_others_go_back(world: World) -> None:
    take_in_leads(rows=[lead_row("1", region="Cluj", note="first")], now=NOW)
    with by("two"):
        take_in_leads(rows=[lead_row("1", region="Iași", note="second")], now=NOW)
    lead = Lead.objects.get()
    lead.region = "Brașov"
    save_lead(lead=lead, now=LATER)
    result = undo_batch(batch="two", now=LATER)
    lead.refresh_from_db()
    assert (lead.region, lead.note) == ("Brașov", "first")
    assert result.kept == [UndoConflict("lead", lead.pk, "changed")]


def test_a_person_who_only_stood_in_returns_when_the_lead_is_undone(world: World) -> None:
    take_in_deals(rows=[deal_row("D", lead="L1")], now=NOW)
    before = contents()
    with by("leads"):
        take_in_leads(rows=[lead_row("L1", person=person_ref("Ana", phone="+40720000001"))], now=NOW)
    assert Person.objects.get().name == "Ana"
    assert undo_batch(batch="leads", now=LATER).kept == []
    assert contents() == before


def test_undoing_is_itself_on_the_trail(world: World) -> None:
    with by("one"):
        take_in_leads(rows=[lead_row("1")], now=NOW)
    undo_batch(batch="one", now=LATER)
    entry = AuditEntry.objects.get(entity="lead", action="delete")
    assert (entry.at, entry.batch, entry.before["source_id"]) == (LATER, "", "1")
