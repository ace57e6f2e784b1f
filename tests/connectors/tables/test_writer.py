from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onegoal.connectors.tables.detect import detect
from onegoal.connectors.tables.model import CellError, TableFormat
from onegoal.connectors.tables.names import shown_name, stored_name
from onegoal.connectors.tables.reader import open_table
from onegoal.connectors.tables.writer import write_csv, write_xlsx

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd"), max_size=20)
RISKY = st.text(st.sampled_from(list("=+-@|%;,\t\r\n\"' 1a＝(")), max_size=12)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(TEXT | RISKY, min_size=width, max_size=width), max_size=6)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(table=TABLES, delimiter=st.sampled_from([",", ";", "\t"]))
def test_a_written_table_is_read_back_cell_for_cell(tmp_path, table, delimiter):
    table = [row for row in table if any(row)]
    width = len(table[0]) if table else 1
    names = [f"c{i}" for i in range(width)]
    assert write_csv(tmp_path / "t", names, table, delimiter=delimiter) == len(table)
    own = TableFormat("csv", tuple(names), encoding="utf-8", bom=3, delimiter=delimiter)
    with open_table(tmp_path / "t", own) as opened:
        rows = list(opened.rows)
    assert [list(row.cells) for row in rows] == table
    assert not any(row.problems for row in rows)


def test_an_export_is_recognised_when_it_comes_back(tmp_path):
    write_csv(
        tmp_path / "t",
        ["=имя", "сумма", "телефон"],
        [["+Анна", -500, "+79161234567"], ["Олег", Decimal("-1.20"), None]],
    )
    assert (tmp_path / "t").read_bytes().startswith(b"\xef\xbb\xbf'=")
    found = detect(tmp_path / "t")
    with open_table(tmp_path / "t", found) as table:
        assert [list(row.cells) for row in table.rows] == [["+Анна", "-500", "+79161234567"], ["Олег", "-1.20", ""]]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "a;=1", '"=1', "=HYPERLINK(1)"]
)
def test_no_cell_of_a_csv_file_starts_with_a_formula(text):
    out = io.BytesIO()
    write_csv(out, ["name"], [[text]])
    content = out.getvalue().decode("utf-8-sig").split("\r\n", 1)[1]
    assert not any(piece.strip(' \r\n"\t').startswith(("=", "+", "-", "@", "＝")) for piece in content.split(";"))


def test_numbers_and_days_are_written_as_they_are():
    out = io.BytesIO()
    write_csv(out, ["a"] * 5, [[-5, Decimal("-0.10"), dt.date(2026, 1, 2), None, CellError("#REF!")]])
    assert out.getvalue().decode("utf-8-sig").splitlines()[1] == "-5,-0.10,2026-01-02,,#REF!"


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|'/C calc'!A0", "+7 916", "-1", "@x", "#REF!", "a\x00b", "\ud800", "x" * 40_000, "{=1}"]
)
def test_text_in_a_workbook_is_never_a_formula(tmp_path, text):
    write_xlsx(tmp_path / "t.xlsx", ["=name"], [[text]])
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert [cell.data_type for row in sheet.iter_rows() for cell in row] == ["s", "s"]
    assert b"<f>" not in zipfile.ZipFile(tmp_path / "t.xlsx").read("xl/worksheets/sheet1.xml")


def test_typed_cells_come_back_typed(tmp_path):
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    row = ["Анна", 79161234567, 12345678901234567890, -1.5, Decimal("10.25"), True, moment, dt.date(2026, 1, 2), None]
    assert write_xlsx(tmp_path / "t", list("abcdefghi"), [row], sheet="Deals: [all]") == 1
    with open_table(tmp_path / "t", detect(tmp_path / "t")) as table:
        cells = list(next(table.rows).cells)
    assert cells == [
        "Анна",
        79161234567,
        "12345678901234567890",
        -1.5,
        10.25,
        True,
        moment.replace(tzinfo=None),
        dt.date(2026, 1, 2),
        None,
    ]
    assert type(cells[1]) is int


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "a*.csv",
        "[ab].csv",
        "s3://b/k.csv",
        "http://x/y.csv",
        "x" * 300,
        "CON",
        "\u202egnp.csv",
        "a\0b",
        "",
        "..",
    ],
)
def test_a_stored_name_owes_nothing_to_the_upload(name):
    stored = stored_name("csv")
    assert stored.removesuffix(".csv").isalnum()
    assert len(stored) == 36
    assert stored != stored_name("csv")
    assert "." not in stored_name("../x")
    shown = shown_name(name)
    assert 0 < len(shown) <= 120
    assert not set(shown) & set("/\\\0\u202e")
