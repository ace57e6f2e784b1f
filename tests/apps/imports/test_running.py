"""What a file does to the records: every row has one fate, the same file twice changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.apps.imports.conftest import LEADS_MAP
from tests.world import NOW, World

from onegoal.apps.imports import services
from onegoal.apps.imports.models import Import, State
from onegoal.apps.marketing.models import Spend
from onegoal.apps.people.models import Identifier
from onegoal.apps.sales.models import Deal, Lead

pytestmark = pytest.mark.django_db

LEADS = """ID,Date,Name,Phone,From
1,2026-01-05,Ana,0721 111 222,google
2,2026-01-06,Bogdan,,facebook
3,soon,Carmen,0721 333 444,google
"""
SPEND_MAP = """
source: ads
currency: EUR
spend:
  columns: {day: Day, amount: Cost, campaign: Campaign, clicks: Clicks}
"""
Take = Callable[..., Any]


def test_rows_read_are_created_updated_unchanged_and_rejected(world: World, take: Take) -> None:
    counts, *_rest = take(LEADS, LEADS_MAP)
    assert (counts["read"], counts["created"], counts["rejected"]) == (3, 2, 1)


def test_the_same_file_twice_changes_nothing(world: World, take: Take) -> None:
    take(LEADS, LEADS_MAP)
    counts, *_rest = take(LEADS, LEADS_MAP)
    assert (counts["unchanged"], counts["rejected"], Lead.objects.count()) == (2, 1, 2)


def test_one_changed_row_updates_one_record_whatever_the_order(world: World, take: Take) -> None:
    take(LEADS, LEADS_MAP)
    header, first, second, _third = LEADS.strip().split("\n")
    counts, *_rest = take("\n".join([header, second.replace("facebook", "vk"), first]), LEADS_MAP)
    assert (counts["updated"], counts["unchanged"]) == (1, 1)


def test_a_mended_error_file_goes_in_with_the_same_map(world: World, take: Take) -> None:
    *_counts, problems, _warnings = take(LEADS, LEADS_MAP)
    rows = list(csv.reader(problems.open(encoding="utf-8-sig", newline="")))
    assert rows[0] == ["ID", "Date", "Name", "Phone", "From", "onegoal_row", "onegoal_problem"]
    assert rows[1][5] == "4" and "Date" in rows[1][6] and "soon" in rows[1][6]
    counts, *_rest = take(problems.read_text("utf-8-sig").replace("soon,Carmen", "2026-01-07,Carmen"), LEADS_MAP)
    assert (counts["read"], counts["created"], Lead.objects.count()) == (1, 1, 3)


def test_rows_without_an_id_count_as_often_as_they_stand_in_the_file(world: World, take: Take) -> None:
    text = "Day,Cost,Campaign,Clicks\n2026-01-05,10.50,A,3\n2026-01-05,10.50,A,3\n"
    counts, *_rest = take(text, SPEND_MAP, "spend")
    assert (counts["created"], Spend.objects.count()) == (2, 2)
    counts, *_rest = take(text, SPEND_MAP, "spend")
    assert (counts["unchanged"], Spend.objects.count()) == (2, 2)


def test_a_corrected_cost_updates_its_day(world: World, take: Take) -> None:
    take("Day,Cost,Campaign,Clicks\n2026-01-05,10.50,A,3\n", SPEND_MAP, "spend")
    counts, *_rest = take("Day,Cost,Campaign,Clicks\n2026-01-05,11.75,A,4\n", SPEND_MAP, "spend")
    assert (counts["updated"], Spend.objects.get().amount_minor) == (1, 1175)


def test_lines_of_totals_are_no_rows(world: World, take: Take) -> None:
    text = "Day,Cost,Campaign,Clicks\n2026-01-05,10.50,A,3\nTotal,10.50,,3\n"
    counts, progress, *_rest = take(text, SPEND_MAP, "spend")
    assert (counts["read"], counts["rejected"], progress.totals) == (1, 0, 1)


def test_a_trial_counts_the_same_and_writes_nothing(world: World, take: Take) -> None:
    counts, *_rest = take(LEADS, LEADS_MAP, is_trial=True)
    assert (counts["created"], counts["rejected"]) == (2, 1)
    assert not Lead.objects.exists() and not Import.objects.exists()


def test_one_file_can_carry_two_kinds(world: World, take: Take) -> None:
    mapping = LEADS_MAP + "currency: EUR\nspend:\n  columns: {id: ID, day: Date, amount: Cost, source: From}\n"
    text = "ID,Date,Name,Phone,From,Cost\n1,2026-01-05,Ana,,google,12.5\n2,2026-01-06,Ion,,google,free\n"
    counts, progress, *_rest = take(text, mapping)
    assert (counts["created"], progress.counts["spend"]["created"], progress.counts["spend"]["rejected"]) == (2, 1, 1)


def test_a_phone_that_is_none_does_not_cost_the_lead(world: World, take: Take) -> None:
    counts, _progress, problems, warnings = take("ID,Date,Name,Phone,From\n1,2026-01-05,Ana,12345,x\n", LEADS_MAP)
    assert (counts["created"], counts["warnings"], problems) == (1, 1, None)
    assert Lead.objects.get().custom == {"phone_as_written": "12345"}
    assert "12345" in warnings.read_text("utf-8-sig")


def test_deals_may_come_before_their_leads(world: World, take: Take) -> None:
    deals = "source: site\ndeals:\n  columns: {id: D, lead: L, won_at: Won}\n  constants: {stage: Won}\n"
    take("D,L,Won\nd1,1,2026-02-01\n", deals, "deals")
    take(LEADS, LEADS_MAP)
    assert Deal.objects.get().lead == Lead.objects.get(source_id="1")


def test_an_agent_whom_a_lead_named_by_id_is_not_doubled(world: World, take: Take) -> None:
    from onegoal.apps.accounts.models import User

    before = User.objects.count()
    leads = "source: site\nleads: {columns: {id: ID, created_at: Date, seller: Agent}}"
    take("ID,Date,Agent\n1,2026-01-05,AG-7\n", leads)
    people = "source: site\npeople: {columns: {id: No, name: Name}, constants: {role: seller}}"
    take("No,Name\nAG-7,Ilinca\n", people, "people")
    assert User.objects.count() == before + 1
    assert Lead.objects.get().seller.name == "Ilinca"


def test_undo_takes_the_whole_import_back(world: World, take: Take) -> None:
    take(LEADS, LEADS_MAP)
    result = services.undo_import(record=Import.objects.get(), now=NOW)
    assert not Lead.objects.exists() and not Identifier.objects.exists()
    assert result["left"] == 0 and Import.objects.get().state == State.UNDONE


def test_a_broken_off_import_goes_on_behind_the_rows_it_counted(
    world: World, take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onegoal.apps.imports import running

    monkeypatch.setattr(running, "BATCH_ROWS", 2)
    rows = "".join(f"{number},2026-01-05,P{number},,google\n" for number in range(1, 8))
    real, calls = running.take_in, []

    def fails_third(**given: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("the power went")
        return real(**given)

    monkeypatch.setattr(running, "take_in", fails_third)
    with pytest.raises(RuntimeError):
        take("ID,Date,Name,Phone,From\n" + rows, LEADS_MAP)
    record = Import.objects.get()
    assert (record.state, record.progress.rows_done, Lead.objects.count()) == (State.FAILED, 4, 4)
    record = Import.objects.get()
    progress = services.run_import(record=record, path=tmp_path / "file.csv", clock=lambda: NOW)
    assert (progress.counts["leads"]["created"], progress.counts["leads"]["read"]) == (7, 7)


def test_a_cancelled_import_keeps_what_it_counted(world: World, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    from onegoal.apps.imports import running

    monkeypatch.setattr(running, "BATCH_ROWS", 1)
    real = running.take_in

    def cancels(**given: Any) -> Any:
        Import.objects.update(is_cancelled=True)
        return real(**given)

    monkeypatch.setattr(running, "take_in", cancels)
    counts, *_rest = take(LEADS, LEADS_MAP)
    assert (counts["read"], Import.objects.get().state) == (1, State.CANCELLED)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ID,When\n1,2026-01-01\n", "map_column_missing"),
        ("", "empty"),
        ("%PDF-1.7 not a table", "not_a_table"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_as_a_whole(world: World, take: Take, text: str, code: str) -> None:
    with pytest.raises(services.Refused) as refused:
        take(text, LEADS_MAP)
    assert refused.value.code == code
    assert not Lead.objects.exists()


def test_formulas_in_refused_rows_cannot_run(world: World, take: Take) -> None:
    *_counts, problems, _warnings = take('ID,Date,Name,Phone,From\n1,never,"=HYPERLINK(""x"")",,x\n', LEADS_MAP)
    assert "'=HYPERLINK" in problems.read_text("utf-8-sig")


def test_a_file_of_old_windows_with_decimal_commas_goes_in(world: World, take: Take, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(
        "День;Кампания;Расход\n31.01.2026;Брендовая реклама;1 234,56\n30.01.2026;Ремаркетинг;0,50\n".encode("cp1251")
    )
    take(path, "source: y\ncurrency: EUR\nspend: {columns: {day: День, amount: Расход, campaign: Кампания}}", "spend")
    found = {(spend.day.isoformat(), spend.amount_minor, spend.origin.campaign) for spend in Spend.objects.all()}
    assert found == {("2026-01-31", 123456, "Брендовая реклама"), ("2026-01-30", 50, "Ремаркетинг")}


def test_amounts_in_micros_are_exact(world: World, take: Take) -> None:
    mapping = "source: g\ncurrency: EUR\nspend: {columns: {day: d, amount: {column: m, scale: 0.000001}}}"
    take("d,m\n2026-01-05,19430000\n", mapping, "spend")
    assert Spend.objects.get().amount_minor == 1943


def test_the_currency_may_stand_in_the_header(world: World, take: Take) -> None:
    take(
        "Day,Amount spent (USD)\n2026-01-05,5.25\n",
        "source: m\nspend: {columns: {day: Day, amount: Amount spent}}",
        "spend",
    )
    assert (Spend.objects.get().currency, Spend.objects.get().amount_minor) == ("USD", 525)


def test_a_day_alone_is_that_business_day_of_the_company(world: World, take: Take) -> None:
    from zoneinfo import ZoneInfo

    take(LEADS, LEADS_MAP + "time_zone: Asia/Dubai\n")
    assert (
        Lead.objects.get(source_id="1").created_at.astimezone(ZoneInfo("Europe/Bucharest")).isoformat()
        == "2026-01-05T00:00:00+02:00"
    )
