"""Rows become leads, deals and payments: each row has one fate, and the same rows twice change nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from tests.world import NOW, World, at, deal_row, lead_row, payment_row, person_ref

from onegoal.apps.audit.intake import RowFate
from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.company.models import Company, Stage
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.models import Campaign, Origin
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.products.models import Product
from onegoal.apps.sales.intake import CallRow, StageMoment, TaskRow
from onegoal.apps.sales.models import Call, Deal, Lead, Payment, ScheduledPayment, StageChange, Task
from onegoal.apps.sales.services import (
    take_in_calls,
    take_in_deals,
    take_in_leads,
    take_in_payments,
    take_in_tasks,
)

GOOGLE = OriginMarks(source="google", medium="cpc", campaign="Spring")
DIRECT = OriginMarks(source="newsletter", medium="email")


def fates(taken: Sequence[RowFate]) -> list[str]:
    return [one.fate.value for one in taken]


def refusal(taken: Sequence[RowFate]) -> tuple[str, str]:
    [one] = taken
    return one.column, one.code


def rich_lead(number: int, **said: Any) -> Any:
    row = {
        "person": person_ref(f"Person {number}", phone=f"+4072{number:07d}", email=f"p{number}@mail.test"),
        "marks": GOOGLE,
        "project": "river park",
        "seller": f"Seller {number % 3}",
        "agency": "Keys & Co",
        "product": f"Flat {number % 5}",
        "stage": "Qualified",
        "stages": (StageMoment("New", at("2026-01-05")), StageMoment("Qualified", at("2026-01-07"))),
    }
    return lead_row(f"L{number}", **(row | said))


def test_the_same_leads_twice_change_nothing(world: World) -> None:
    rows = [rich_lead(number) for number in range(30)]
    assert set(fates(take_in_leads(rows=rows, now=NOW))) == {"created"}
    entries = AuditEntry.objects.count()
    assert set(fates(take_in_leads(rows=rows, now=NOW))) == {"unchanged"}
    assert AuditEntry.objects.count() == entries
    assert (Lead.objects.count(), Person.objects.count(), StageChange.objects.count()) == (30, 30, 60)


def test_a_row_is_attached_to_what_it_names(world: World) -> None:
    take_in_leads(rows=[rich_lead(1, seller=" NORA ", team="")], now=NOW)
    lead = Lead.objects.get()
    assert (lead.project, lead.seller, lead.team) == (world.river_park, world.nora, world.north)
    assert (lead.agency.name, lead.product.name, lead.product.project) == ("Keys & Co", "Flat 1", world.river_park)
    assert (lead.stage.name, lead.outcome, lead.qualified_at) == ("Qualified", "qualified", at("2026-01-07"))
    assert lead.origin.channel == "paid_search"
    assert Campaign.objects.get().name == "Spring"


def test_a_seller_may_be_named_by_address(world: World) -> None:
    take_in_leads(rows=[lead_row("1", seller="Nick@CasaVerde.test")], now=NOW)
    assert Lead.objects.get().seller == world.nick


def test_the_trail_of_a_changed_row_holds_only_what_changed(world: World) -> None:
    take_in_leads(rows=[rich_lead(1)], now=NOW)
    later = NOW + dt.timedelta(hours=1)
    assert fates(take_in_leads(rows=[rich_lead(1, region="Cluj")], now=later)) == ["updated"]
    [entry] = AuditEntry.objects.filter(at=later)
    assert (entry.entity, entry.before, entry.after) == ("lead", {"region": ""}, {"region": "Cluj"})


def test_what_a_row_does_not_say_stays(world: World) -> None:
    take_in_leads(rows=[rich_lead(1, note="call after six", custom={"floor": 3})], now=NOW)
    assert fates(take_in_leads(rows=[lead_row("L1")], now=NOW)) == ["unchanged"]
    lead = Lead.objects.get()
    assert (lead.note, lead.custom, lead.person.name) == ("call after six", {"floor": 3}, "Person 1")


def test_a_later_row_of_the_same_lead_in_one_batch_comes_after_the_first(world: World) -> None:
    rows = [lead_row("1"), lead_row("1", region="Iași"), lead_row("1")]
    assert fates(take_in_leads(rows=rows, now=NOW)) == ["created", "updated", "unchanged"]
    assert Lead.objects.get().region == "Iași"
    deals = [deal_row("D", person=person_ref(phone="+40720000001")), deal_row("D", opened_at=None, title="Flat 7")]
    assert fates(take_in_deals(rows=deals, now=NOW)) == ["created", "updated"]
    assert Deal.objects.get().person.identifiers.get().value == "+40720000001"


def test_the_first_origin_of_a_lead_is_never_rewritten(world: World) -> None:
    take_in_leads(rows=[lead_row("1", marks=GOOGLE)], now=NOW)
    assert fates(take_in_leads(rows=[lead_row("1", marks=DIRECT)], now=NOW)) == ["updated"]
    lead = Lead.objects.get()
    assert (lead.origin.utm_source, lead.last_origin.utm_source) == ("google", "newsletter")


def test_the_number_of_queries_does_not_grow_with_the_rows(world: World, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(100):
        take_in_leads(rows=[rich_lead(number) for number in range(400)], now=NOW)
    deals = [deal_row(f"D{n}", lead=f"L{n}", amount_minor=n, currency="EUR", stage="Won") for n in range(400)]
    with django_assert_max_num_queries(100):
        take_in_deals(rows=deals, now=NOW)


def test_a_stage_is_dated_only_where_its_moment_is_known(world: World) -> None:
    take_in_leads(rows=[lead_row("1", stage="Contacted")], now=NOW)
    deals = [
        deal_row("D1", stage="Closed won", won_at=at("2026-02-01")),
        deal_row("D2", stage="Closed won"),
        deal_row("D3", stage="Negotiation"),
    ]
    take_in_deals(rows=deals, now=NOW)
    [change] = StageChange.objects.all()
    assert (change.deal.source_id, change.stage.name, change.entered_at) == ("D1", "Closed won", at("2026-02-01"))
    assert Deal.objects.get(source_id="D2").won_at == at("2026-01-20")


def test_the_meaning_of_new_stages_is_guessed_and_known_ones_keep_theirs(world: World) -> None:
    Stage.objects.create(pipeline="deal", name="Handover", kind="won")
    take_in_deals(rows=[deal_row("1", stage="HANDOVER"), deal_row("2", stage="Закрыто и не реализовано")], now=NOW)
    first, second = Deal.objects.order_by("source_id")
    assert (first.won_at, second.lost_at, second.stage.kind) == (first.opened_at, second.opened_at, "lost")
    assert Stage.objects.count() == 2


def test_a_deal_signed_before_it_was_opened_opens_when_it_was_signed(world: World) -> None:
    row = deal_row("1", won_at=at("2026-01-10"), stage="Won")
    take_in_deals(rows=[row], now=NOW)
    assert Deal.objects.get().opened_at == at("2026-01-10")
    assert fates(take_in_deals(rows=[row], now=NOW)) == ["unchanged"]


def test_a_lost_deal_that_is_signed_after_all_is_lost_no_more(world: World) -> None:
    take_in_deals(rows=[deal_row("1", stage="Lost", lost_at=at("2026-02-01"))], now=NOW)
    take_in_deals(rows=[deal_row("1", stage="Won", won_at=at("2026-02-20"))], now=NOW)
    deal = Deal.objects.get()
    assert (deal.won_at, deal.lost_at) == (at("2026-02-20"), None)


def test_a_deal_finds_its_lead_and_inherits_its_person(world: World) -> None:
    take_in_leads(rows=[rich_lead(1, stage="", stages=())], now=NOW)
    take_in_deals(rows=[deal_row("D", source="billing", lead="L1")], now=NOW)
    deal, lead = Deal.objects.get(), Lead.objects.get()
    assert (deal.lead, deal.person) == (lead, lead.person)
    assert (lead.qualified_at, lead.outcome) == (at("2026-01-20"), "qualified")
    assert Person.objects.count() == 1


@pytest.mark.parametrize("is_lead_first", [True, False])
def test_a_deal_and_its_lead_meet_whichever_comes_first(world: World, is_lead_first: bool) -> None:
    def leads() -> None:
        take_in_leads(rows=[rich_lead(1)], now=NOW)

    def deals() -> None:
        assert set(fates(take_in_deals(rows=[deal_row("D", lead="L1")], now=NOW))) <= {"created", "unchanged"}

    for step in (leads, deals) if is_lead_first else (deals, leads):
        step()
    deals()
    leads()
    deal = Deal.objects.get()
    assert (deal.lead.source_id, deal.lead_ref, deal.person.name) == ("L1", "", "Person 1")
    assert Person.objects.count() == 1
    assert set(Identifier.objects.values_list("kind", flat=True)) == {"phone", "email"}


@pytest.mark.parametrize("is_lead_first", [True, False])
def test_a_deal_without_a_lead_belongs_to_the_latest_lead_its_person_left_before(
    world: World, is_lead_first: bool
) -> None:
    ana = person_ref("Ana", phone="+40720000001")
    leads = [
        lead_row(name, person=ana, created_at=at(day))
        for name, day in (("early", "2026-01-02"), ("latest", "2026-01-15"), ("after", "2026-02-15"))
    ]
    steps = [
        lambda: take_in_leads(rows=leads, now=NOW),
        lambda: take_in_deals(rows=[deal_row("D", person=ana)], now=NOW),
    ]
    for step in steps if is_lead_first else reversed(steps):
        step()
    assert Deal.objects.get().lead.source_id == "latest"


def test_an_id_known_to_two_other_sources_links_to_neither(world: World) -> None:
    take_in_leads(rows=[lead_row("7", source="a"), lead_row("7", source="b")], now=NOW)
    take_in_deals(rows=[deal_row("D", source="c", lead="7")], now=NOW)
    assert (Deal.objects.get().lead, Deal.objects.get().lead_ref) == (None, "7")


def test_a_deal_with_neither_person_nor_lead_has_a_person_of_its_own(world: World) -> None:
    rows = [deal_row("1"), deal_row("2")]
    take_in_deals(rows=rows, now=NOW)
    assert fates(take_in_deals(rows=rows, now=NOW)) == ["unchanged", "unchanged"]
    assert set(Identifier.objects.values_list("value", flat=True)) == {"crm:deal:1", "crm:deal:2"}


def test_a_deal_without_any_moment_is_refused(world: World) -> None:
    assert refusal(take_in_deals(rows=[deal_row("1", opened_at=None)], now=NOW)) == ("opened_at", "missing")
    assert not Person.objects.exists()


def test_money_without_a_currency_is_refused_until_the_company_has_one(world: World) -> None:
    Company.objects.update(currency="")
    row = deal_row("1", amount_minor=100)
    assert refusal(take_in_deals(rows=[row], now=NOW)) == ("currency", "currency_missing")
    take_in_deals(rows=[deal_row("2", amount_minor=100, currency="RON")], now=NOW)
    assert Company.objects.get().currency == "RON"
    assert fates(take_in_deals(rows=[row], now=NOW)) == ["created"]
    assert Deal.objects.get(source_id="1").currency == "RON"


@pytest.mark.parametrize(
    ("said", "column", "code"),
    [
        ({"region": "x" * 201}, "region", "too_long"),
        ({"source_id": "x" * 201}, "id", "too_long"),
        ({"title": "nul\0"}, "title", "unreadable_text"),
        ({"reason": "half \ud800"}, "reason", "unreadable_text"),
        ({"amount_minor": 2**63, "currency": "EUR"}, "amount", "too_large"),
        ({"amount_minor": 1, "currency": "euros"}, "currency", "currency_unknown"),
        ({"person": person_ref("x" * 301)}, "name", "too_long"),
        ({"marks": OriginMarks(campaign="x" * 301)}, "campaign", "too_long"),
        ({"custom": {"note": "\0"}}, "custom.note", "unreadable_text"),
    ],
)
def test_what_no_database_can_hold_is_refused(world: World, said: dict[str, Any], column: str, code: str) -> None:
    row = dataclasses.replace(deal_row("1"), **said)
    assert refusal(take_in_deals(rows=[row], now=NOW)) == (column, code)
    assert not Deal.objects.exists()


def test_a_refused_row_says_how_long_it_is_and_may_be(world: World) -> None:
    [fate] = take_in_leads(rows=[lead_row("1", region="x" * 250)], now=NOW)
    assert fate.params == {"length": "250", "limit": "200"}


def test_every_row_has_exactly_one_fate(world: World) -> None:
    take_in_deals(rows=[deal_row("D", amount_minor=1, currency="EUR")], now=NOW)
    rows = [payment_row("1", "D"), payment_row("2", "nowhere"), payment_row("1", "D"), payment_row("1", "D", 7)]
    assert fates(take_in_payments(rows=rows, now=NOW)) == ["created", "rejected", "unchanged", "updated"]


def test_a_payment_of_an_unknown_deal_is_refused(world: World) -> None:
    [fate] = take_in_payments(rows=[payment_row("1", "D9")], now=NOW)
    assert (fate.column, fate.code, fate.params) == ("deal", "unknown_deal", {"value": "D9"})


def test_promised_and_received_payments_are_kept_apart(world: World) -> None:
    take_in_deals(rows=[deal_row("D")], now=NOW)
    rows = [payment_row("1", "D"), payment_row("1", "D", due_on=dt.date(2026, 5, 1)), payment_row("2", "D", -50)]
    assert fates(take_in_payments(rows=rows, now=NOW)) == ["created"] * 3
    assert (Payment.objects.count(), ScheduledPayment.objects.get().due_on) == (2, dt.date(2026, 5, 1))


def test_a_call_finds_the_person_by_phone_or_by_its_lead(world: World) -> None:
    take_in_leads(rows=[rich_lead(1)], now=NOW)
    rows = [
        CallRow("pbx", "1", at("2026-01-06"), person_ref(phone="+40720000001"), seller="Nora", is_answered=True),
        CallRow("pbx", "2", at("2026-01-06"), person_ref(), lead="L1"),
        CallRow("pbx", "3", at("2026-01-06"), person_ref()),
        CallRow("pbx", "4", at("2026-01-06"), person_ref(phone="+40720000099")),
        CallRow("pbx", "5", at("2026-01-06"), person_ref(), lead="nowhere"),
    ]
    assert fates(take_in_calls(rows=rows, now=NOW)) == ["created"] * 4 + ["rejected"]
    assert fates(take_in_calls(rows=rows, now=NOW)) == ["unchanged"] * 4 + ["rejected"]
    calls = Call.objects.order_by("source_id")
    assert [call.person and call.person.name for call in calls] == ["Person 1", "Person 1", None, ""]
    assert Person.objects.count() == 2


def test_a_task_knows_what_it_is_about(world: World) -> None:
    take_in_leads(rows=[rich_lead(1)], now=NOW)
    rows = [
        TaskRow("crm", "1", "Call back", at("2026-01-06"), kind="call", assignee="Sam", lead="L1"),
        TaskRow("crm", "2", "", at("2026-01-06")),
        TaskRow("crm", "3", "Send plan", at("2026-01-06"), deal="nowhere"),
    ]
    assert fates(take_in_tasks(rows=rows, now=NOW)) == ["created", "rejected", "rejected"]
    assert fates(take_in_tasks(rows=rows[:1], now=NOW)) == ["unchanged"]
    task = Task.objects.get()
    assert (task.assignee, task.lead.source_id, task.person.name) == (world.sam, "L1", "Person 1")


def test_a_deal_keeps_its_own_marks(world: World) -> None:
    take_in_deals(rows=[deal_row("1", marks=GOOGLE)], now=NOW)
    assert Deal.objects.get().origin.utm_source == "google"


def test_values_of_marks_stay_as_the_file_has_them(world: World) -> None:
    rows = [lead_row(str(n), marks=OriginMarks(source=text)) for n, text in enumerate(("Paid", "paid", " paid "))]
    take_in_leads(rows=rows, now=NOW)
    assert sorted(Origin.objects.values_list("utm_source", flat=True)) == ["Paid", "paid"]


def test_a_product_named_before_it_is_known_is_made_once(world: World) -> None:
    rows = [deal_row(str(n), product="A-12", project="Old Mill", product_type="studio") for n in range(3)]
    take_in_deals(rows=rows, now=NOW)
    product = Product.objects.get()
    assert (product.name, product.project, product.product_type) == ("A-12", world.old_mill, "studio")
