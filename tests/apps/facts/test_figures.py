"""Figures asked of records that came in as an import would bring them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.world import NOW, at, deal_row, lead_row, payment_row, person_ref, spend_row
from typer.testing import CliRunner

from onegoal.apps.audit.models import CHUNK_SIZE, StaleChunk
from onegoal.apps.audit.services import Author, acting, record_change, snapshot
from onegoal.apps.audit.undo import undo_batch
from onegoal.apps.company.models import Company, ExchangeRate
from onegoal.apps.facts import services
from onegoal.apps.facts.engine import lake
from onegoal.apps.facts.queries import ask, ask_all, data_version, differences, members, scope_of, try_ask, values_of
from onegoal.apps.facts.services import publish_now, publish_stale, rebuild
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.marketing.services import take_in_spend
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.sales.services.deals import take_in_deals
from onegoal.apps.sales.services.leads import take_in_leads
from onegoal.apps.sales.services.payments import take_in_payments
from onegoal.config.cli import app
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Question

pytestmark = pytest.mark.django_db


def value(metric: str, **asked: Any) -> Any:
    publish_now()
    return ask(Question(metric, **asked)).rows[0].value


def take_in_a_sale() -> None:
    """One lead of Nora's from google, one deal of 1,000.00 signed, half of it paid, 100.00 spent."""
    ion = person_ref("Ion", phone="+40722000001")
    google = OriginMarks(source="google", medium="cpc")
    take_in_leads(rows=[lead_row("1", person=ion, marks=google, seller="Nora", project="River Park")], now=NOW)
    take_in_deals(
        rows=[
            deal_row(
                "d1",
                person=ion,
                lead="1",
                seller="Nora",
                won_at=at("2026-02-01"),
                amount_minor=1_000_00,
                currency="EUR",
            )
        ],
        now=NOW,
    )
    take_in_payments(rows=[payment_row("p1", "d1", 500_00)], now=NOW)
    take_in_spend(rows=[spend_row("s1", 100_00)], now=NOW)
    publish_now()


def test_the_chain_is_counted_from_spend_to_money(world: Any) -> None:
    take_in_a_sale()
    expected = {
        "leads": 1, "qualified_leads": 1, "deals_won": 1, "money_signed": 1_000_00, "money_received": 500_00,
        "cpl": 100_00, "cac": 100_00,
    }  # fmt: skip
    assert {name: value(name) for name in expected} == expected
    assert value("money_collected") == 0.5
    row = ask(Question("lead_to_won", by=("seller", "source"))).rows[0]
    assert (row.by, row.numerator, row.denominator) == ({"seller": "Nora", "source": "google"}, 1, 1)


def test_the_people_behind_a_number_can_be_listed(world: Any) -> None:
    take_in_a_sale()
    found = members(Question("lead_to_won", by=("seller",)), {"seller": "Nora"})
    assert (found.entity, found.ids, found.total) == ("lead", (Lead.objects.get().pk,), 1)
    assert members(Question("cac"), {}, part="denominator").ids == (Deal.objects.get().pk,)


def test_a_change_shows_after_the_next_round(world: Any) -> None:
    take_in_a_sale()
    before = data_version()
    take_in_leads(rows=[lead_row("2")], now=NOW)
    assert value("leads") == 2
    assert data_version() != before


def test_nothing_is_written_when_nothing_changed(world: Any) -> None:
    take_in_a_sale()
    version = lake().manifest().version
    assert publish_stale() == 0
    assert lake().manifest().version == version


def test_an_undone_import_leaves_the_figures(world: Any) -> None:
    with acting(Author(None, "import", "b1")):
        take_in_leads(rows=[lead_row("1"), lead_row("2")], now=NOW)
    assert value("leads") == 2
    undo_batch(batch="b1", now=NOW)
    assert value("leads") == 0
    assert differences() == []


def test_a_mark_set_while_its_chunk_was_written_stays(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in_leads(rows=[lead_row("1")], now=NOW)
    publish = type(lake()).publish

    def slow_publish(self: Any, chunks: Any) -> int:
        take_in_leads(rows=[lead_row("2")], now=NOW)  # somebody writes between reading and publishing
        monkeypatch.undo()
        return publish(self, chunks)

    monkeypatch.setattr(type(lake()), "publish", slow_publish)
    publish_stale()
    assert StaleChunk.objects.filter(entity="lead").exists()
    assert value("leads") == 2


def test_a_file_that_was_torn_is_written_anew_from_the_records(world: Any) -> None:
    take_in_a_sale()
    path = lake().path(lake().manifest().files("leads")[0])
    path.write_bytes(path.read_bytes()[:100])
    ask(Question("leads", by=("region",)))  # the reader finds it and sets it aside
    assert lake().manifest().quarantined["leads"]
    publish_stale()
    assert value("leads") == 1
    assert lake().problems() == []


def test_facts_that_went_missing_are_noticed_and_rebuilt(world: Any) -> None:
    take_in_a_sale()
    assert differences() == []
    lake().clear()
    assert {gap.table for gap in differences()} >= {"leads", "deals", "colleagues"}
    rebuild()
    assert differences() == []
    assert value("money_signed") == 1_000_00


def test_records_of_far_ids_have_a_file_of_their_own(world: Any) -> None:
    take_in_a_sale()
    Lead.objects.filter(source_id="1").update(note="x")
    old = Lead.objects.get(source_id="1")
    take_in_leads(rows=[lead_row("2")], now=NOW)
    young = Lead.objects.get(source_id="2")
    StaleChunk.objects.create(entity="lead", chunk=5)
    publish_now()
    assert old.pk // CHUNK_SIZE == young.pk // CHUNK_SIZE
    assert len(lake().manifest().files("leads")) == 1


def test_a_deal_without_lead_has_the_origin_of_its_persons_first_lead(world: Any) -> None:
    ion = person_ref("Ion", phone="+40722000001")
    take_in_deals(rows=[deal_row("d1", person=ion)], now=NOW)
    publish_now()
    assert ask(Question("deals", by=("source",))).rows[0].by == {"source": None}
    take_in_leads(rows=[lead_row("1", person=ion, marks=OriginMarks(source="google"))], now=NOW)
    publish_now()
    assert ask(Question("deals", by=("source",))).rows[0].by == {"source": "google"}


def test_money_is_told_in_the_currency_of_the_company_at_the_rate_of_its_day(world: Any) -> None:
    take_in_spend(rows=[spend_row("1", 100_00), spend_row("2", 100_00, currency="USD")], now=NOW)
    publish_now()
    assert {row.by["currency"]: row.value for row in ask(Question("spend")).rows} == {"EUR": 100_00, "USD": 100_00}
    refused = try_ask(Question("cpl"))
    assert isinstance(refused, QuestionRefused) and refused.code == "several_currencies"
    rate = ExchangeRate.objects.create(currency="USD", valid_from=dt.date(2026, 1, 1), rate_billionths=900_000_000)
    record_change(record=rate, before={}, now=NOW)
    assert value("spend") == 190_00


def test_another_time_zone_gives_other_days(world: Any) -> None:
    take_in_leads(rows=[lead_row("1", created_at=at("2026-01-05", "22:30"))], now=NOW)
    publish_now()
    assert ask(Question("leads", by=("day",))).rows[0].by == {"day": "2026-01-06"}
    company = Company.objects.get()
    before = snapshot(company)
    company.time_zone = "UTC"
    company.save()
    record_change(record=company, before=before, now=NOW)
    publish_now()
    assert ask(Question("leads", by=("day",))).rows[0].by == {"day": "2026-01-05"}


def test_a_repeated_question_is_answered_from_memory(world: Any) -> None:
    take_in_a_sale()
    first, second = ask_all([Question("leads"), Question("leads")])
    assert first is second


@pytest.mark.parametrize(
    ("who", "sellers", "teams"),
    [
        ("hanna", None, None),
        ("mark", None, None),
        ("quinn", None, None),
        ("victor", None, "north"),
        ("nora", "nora", None),
    ],
)
def test_each_role_counts_what_it_may_see(world: Any, who: str, sellers: str | None, teams: str | None) -> None:
    scope = scope_of(getattr(world, who))
    assert scope.seller_ids == (frozenset({getattr(world, sellers).pk}) if sellers else None)
    assert scope.team_ids == (frozenset({getattr(world, teams).pk}) if teams else None)
    assert scope.project_ids is None


def test_a_user_of_one_project_counts_only_that(world: Any) -> None:
    world.mark.projects.add(world.river_park)
    take_in_leads(rows=[lead_row("1", project="River Park"), lead_row("2", project="Old Mill"), lead_row("3")], now=NOW)
    assert value("leads", scope=scope_of(world.mark)) == 1


def test_filters_offer_the_values_there_are(world: Any) -> None:
    take_in_a_sale()
    assert values_of("source") == ["google"]
    assert "Nora" in values_of("seller")
    assert values_of("day") == []


def test_the_command_answers_in_json(world: Any) -> None:
    take_in_a_sale()
    done = CliRunner().invoke(app, ["metric", "cpl", "--by", "source", "--from", "2026-01-01", "--json"])
    assert done.exit_code == 0
    assert '"metric": "cpl", "unit": "money", "currency": "EUR", "from": "2026-01-01", "to": null' in done.output
    assert '"by": {"source": "google"}, "value": 10000, "numerator": 10000, "denominator": 1' in done.output


def test_the_command_refuses_with_a_reason(world: Any) -> None:
    refused = CliRunner().invoke(app, ["metric", "sales", "--json"])
    assert (refused.exit_code, refused.output.strip()) == (
        1,
        '{"error": {"code": "metric_unknown", "message": "There is no metric called sales."}}',
    )
    assert CliRunner().invoke(app, ["metric", "leads", "--from", "yesterday"]).exit_code == 2
    assert CliRunner().invoke(app, ["metric", "leads", "--where", "x"]).exit_code == 2


def test_the_command_lists_every_figure(world: Any) -> None:
    assert '"name": "lead_to_deal"' in CliRunner().invoke(app, ["metrics", "--json"]).output
    assert "lead_to_deal" in CliRunner().invoke(app, ["metrics"]).output


def test_publishing_waits_for_no_question(world: Any, own_warehouse: Path) -> None:
    take_in_a_sale()
    with lake().exclusive():
        assert ask(Question("leads")).rows[0].value == 1
    assert services.MOST_CHUNKS > 1
