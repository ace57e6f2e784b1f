"""A plan as a workbook reads back to the same figures; what is wrong is named by sheet and cell, and nothing half-written."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from tests.world import NOW

from onegoal.apps.planning.models import PlanVersion
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.apps.planning.services.cells import MOST, set_cells
from onegoal.apps.planning.services.plans import make_plan
from onegoal.apps.planning.xlsx.layout import SHEETS
from onegoal.apps.planning.xlsx.reading import read_plan
from onegoal.apps.planning.xlsx.writing import write_plan
from onegoal.core.plan_grid import Place

JANUARY, FEBRUARY = dt.date(2026, 1, 1), dt.date(2026, 2, 1)
FIGURES = {
    Place(JANUARY, "deals_won", "River Park", "flat"): 5, Place(FEBRUARY, "deals_won", "River Park", "flat"): 0,
    Place(JANUARY, "money_signed", "Old Mill", "parking"): 123_456_78, Place(JANUARY, "leads"): 7,
    Place(FEBRUARY, "leads", "River Park", channel="search"): 40, Place(JANUARY, "spend", "Old Mill"): 1,
}  # fmt: skip


@pytest.fixture
def filled(plan_version: PlanVersion) -> PlanVersion:
    set_cells(version=plan_version, values=dict(FIGURES), now=NOW)
    return PlanVersion.objects.get(pk=plan_version.pk)


def book_of(version: PlanVersion) -> Any:
    target = io.BytesIO()
    write_plan(target, version)
    return load_workbook(target)


def sent(book: Any, folder: Path) -> Path:
    path = folder / "plan.xlsx"
    book.save(path)
    return path


def cell_of(book: Any, place: Place) -> Any:
    sheet = book["Sales" if place.metric in ("deals_won", "money_signed", "money_received") else "Marketing"]
    at = [cell.value for cell in sheet[1]].index(f"{place.month:%Y-%m}")
    wanted = (place.metric, place.project, place.product_type or place.channel)
    row = next(
        row for row in sheet.iter_rows(min_row=2) if (row[0].value, row[2].value or "", row[3].value or "") == wanted
    )
    return row[at]


def test_a_workbook_reads_back_to_the_same_figures(filled: PlanVersion, tmp_path: Path) -> None:
    book = book_of(filled)
    assert book.sheetnames[:2] == list(SHEETS) and book.worksheets[-1].sheet_state == "hidden"
    read = read_plan(sent(book, tmp_path), filled)
    assert not read.faults
    assert {place: value for place, value in read.values.items() if value is not None} == FIGURES
    assert not set_cells(version=filled, values=read.values, now=NOW).changed


@given(st.lists(st.integers(0, MOST), min_size=6, max_size=6))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_figure_a_cell_can_hold_comes_back(plan_version: PlanVersion, tmp_path: Path, values: list[int]) -> None:
    metrics = ("money_signed", "spend", "money_received", "leads", "visitors", "deals_won")
    held = {Place(JANUARY, metric): value for metric, value in zip(metrics, values, strict=True)}
    set_cells(version=plan_version, values=dict(held), now=NOW)
    read = read_plan(sent(book_of(plan_version), tmp_path), plan_version)
    assert {place: value for place, value in read.values.items() if value is not None} == held


def _merge(book: Any) -> None:
    book["Sales"].merge_cells("E2:F2")


def _drop_month(book: Any) -> None:
    book["Sales"].delete_cols(6)


def _twice(book: Any) -> None:
    sheet = book["Marketing"]
    for at in range(1, 5):
        sheet.cell(sheet.max_row + (at == 1), at, sheet.cell(2, at).value)


def _change(place: Place, value: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        cell_of(book, place).value = value

    return change


def _name(sheet: str, column: int, value: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet].cell(2, column).value = value

    return change


DEALS, _ZERO, MONEY, LEADS, *_MORE = FIGURES


@pytest.mark.parametrize(
    ("spoil", "code", "sheet"),
    [
        (_change(DEALS, "about five"), "text", "Sales"),
        (_change(DEALS, True), "text", "Sales"),
        (_change(DEALS, dt.datetime(2026, 1, 1)), "text", "Sales"),
        (_change(DEALS, "#DIV/0!"), "text", "Sales"),
        (_change(DEALS, "=1+1"), "formula", "Sales"),
        (_change(DEALS, 1.5), "fraction", "Sales"),
        (_change(MONEY, 1.005), "cents", "Sales"),
        (_change(LEADS, -1), "negative", "Marketing"),
        (_change(LEADS, 1e300), "too_big", "Marketing"),
        (_merge, "merged", "Sales"),
        (_drop_month, "month_missing", "Sales"),
        (_twice, "row_twice", "Marketing"),
        (_name("Marketing", 4, "tv"), "channel_unknown", "Marketing"),
        (_name("Sales", 4, "castle"), "type_unknown", "Sales"),
        (_name("Sales", 3, "Atlantis"), "project_unknown", "Sales"),
        (_name("Sales", 1, "leads"), "metric_unknown", "Sales"),
        (lambda book: book["Sales"].cell(1, 7, "2031-01"), "month_unknown", "Sales"),
        (lambda book: book["Sales"].cell(1, 7, "2026-01"), "month_twice", "Sales"),
        (lambda book: book["Sales"].cell(1, 1, "thing"), "header", "Sales"),
        (lambda book: book["Marketing"].delete_rows(2, 100), "row_missing", "Marketing"),
        (lambda book: book.remove(book["Sales"]), "sheet_missing", "Sales"),
        (lambda book: book.remove(book["onegoal"]), "other_plan", ""),
    ],
)  # fmt: skip
def test_each_fault_names_its_place_and_nothing_is_taken_over(
    filled: PlanVersion, tmp_path: Path, spoil: Callable[[Any], Any], code: str, sheet: str
) -> None:
    book = book_of(filled)
    spoil(book)
    read = read_plan(sent(book, tmp_path), filled)
    found = next(fault for fault in read.faults if fault.code == code)
    assert found.sheet == sheet and read.values == {}
    if code in ("text", "fraction", "cents", "formula", "negative", "too_big"):
        place = {"cents": MONEY, "negative": LEADS, "too_big": LEADS}.get(code, DEALS)
        assert found.cell == cell_of(book, place).coordinate


def test_a_file_of_another_plan_or_no_workbook_is_refused(filled: PlanVersion, tmp_path: Path) -> None:
    other = make_plan(name="Other", first_month=JANUARY, last_month=FEBRUARY, author=None, now=NOW)
    assert [one.code for one in read_plan(sent(book_of(other), tmp_path), filled).faults] == ["other_plan"]
    (tmp_path / "x.xlsx").write_bytes(b"figure;2026-01\nleads;5\n")
    assert [one.code for one in read_plan(tmp_path / "x.xlsx", filled).faults] == ["not_a_workbook"]
    assert [one.code for one in read_plan(sent(Workbook(), tmp_path), filled).faults] == ["other_plan"]


def test_names_that_a_spreadsheet_could_run_stay_text(world: Any, tmp_path: Path) -> None:
    name = '=HYPERLINK("http://x")'
    version = make_plan(
        name="x", first_month=JANUARY, last_month=JANUARY, author=None, now=NOW, projects=[name, "#REF!"]
    )  # fmt: skip
    set_cells(version=version, values={Place(JANUARY, "leads", name): 3, Place(JANUARY, "leads", "#REF!"): 4}, now=NOW)
    book = book_of(version)
    guarded = [cell for row in book["Marketing"].iter_rows() for cell in row if cell.value == name]
    assert guarded and all(cell.data_type == "s" and cell.quotePrefix for cell in guarded)
    assert not read_plan(sent(book, tmp_path), version).faults


def upload(client: Client, version: PlanVersion, book: Any, **said: str) -> Any:
    target = io.BytesIO()
    book.save(target)
    file = SimpleUploadedFile("plan.xlsx", target.getvalue())
    return client.post(f"/plan/versions/{version.pk}/import/", said | {"file": file})


def test_a_refused_file_is_marked_mended_and_sent_again(filled: PlanVersion, world: Any, client: Client) -> None:
    client.force_login(world.mark)
    download = client.get(f"/plan/versions/{filled.pk}/export/")
    book = load_workbook(io.BytesIO(b"".join(download.streaming_content)))  # type: ignore[attr-defined]
    cell_of(book, DEALS).value, where = "many", cell_of(book, DEALS).coordinate
    cell_of(book, LEADS).value = 70
    answer = upload(client, filled, book)
    page = answer.content.decode()
    assert answer.status_code == 422 and where in page and "Write a number" in page
    assert cells_of(filled) == FIGURES
    links = [part for part in page.split('"') if f"/versions/{filled.pk}/import/" in part]
    marked_at = next(link for link in links if not link.endswith("/import/") and " " not in link)
    marked = load_workbook(io.BytesIO(b"".join(client.get(marked_at).streaming_content)))  # type: ignore[attr-defined]
    assert "Write a number" in marked["Sales"][where].comment.text and marked["To mend"]["B2"].value == where
    client.force_login(world.hanna)
    assert client.get(marked_at).status_code == 404  # it is its sender's
    client.force_login(world.mark)
    marked["Sales"][where].value = 6
    assert upload(client, filled, marked).status_code == 302
    assert cells_of(filled) == FIGURES | {DEALS: 6, LEADS: 70}


def test_a_file_older_than_the_plan_is_taken_over_only_if_asked(
    filled: PlanVersion, world: Any, client: Client
) -> None:
    client.force_login(world.mark)
    book = book_of(filled)
    set_cells(version=filled, values={LEADS: 9}, now=NOW)
    answer = upload(client, filled, book)
    assert answer.status_code == 422 and "changed after this file was downloaded" in answer.content.decode()
    assert cells_of(filled)[LEADS] == 9
    done = upload(client, filled, book, overwrite="1")
    assert done.status_code == 302 and cells_of(filled) == FIGURES
    toast = client.get(done.headers["Location"]).content.decode()
    undo = next(part for part in toast.split('"') if "/undo/?batch=" in part)
    client.post(undo)
    assert cells_of(filled)[LEADS] == 9
