from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from tests.connectors.tables.files import (
    SHEET_CLOSE,
    SHEET_OPEN,
    inline,
    ods,
    ole,
    small_sheet,
    understated,
    workbook_parts,
    zipped,
    zipped_zeros,
)

from onegoal.connectors.tables.detect import Hints, detect
from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.model import CellError, Limits
from onegoal.connectors.tables.preview import preview
from onegoal.connectors.tables.reader import count_rows, open_table


def read(path, limits=None, **hints):
    limits = limits or Limits()
    found = detect(path, hints=Hints(**hints), limits=limits)
    with open_table(path, found, limits=limits) as table:
        return found, [(row.number, list(row.cells)) for row in table.rows]


def refusal(path, limits=None):
    with pytest.raises(FileProblem) as problem:
        read(path, limits)
    return problem.value.code


def saved(tmp_path, fill, name="upload", epoch=None):
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    fill(book.active)
    book.save(tmp_path / name)
    return tmp_path / name


# --- sound workbooks -------------------------------------------------------------------------------------------------


def typed(sheet):
    sheet.append(["Имя", "Телефон", "Когда", "День", "Длительность", "Время", "Да", "Сумма"])
    day = dt.date(2024, 2, 29)
    sheet.append(
        [
            "Анна",
            79161234567,
            dt.datetime(2026, 1, 2, 3, 4, 5),
            day,
            dt.timedelta(hours=30),
            dt.time(3, 4, 5),
            True,
            1.5,
        ]
    )
    sheet["B2"].number_format = "0.0E+00"


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_cells_keep_their_types_in_both_date_systems(tmp_path, epoch):
    _, rows = read(saved(tmp_path, typed, epoch=epoch))
    cells = rows[0][1]
    assert cells == [
        "Анна",
        79161234567,
        dt.datetime(2026, 1, 2, 3, 4, 5),
        dt.date(2024, 2, 29),
        "30:00:00",
        "03:04:05",
        True,
        1.5,
    ]
    assert type(cells[1]) is int


@pytest.mark.parametrize("code", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?"])
def test_failed_formulas_are_told_from_empty_cells(tmp_path, code):
    def fill(sheet):
        sheet.append(["a", "b"])
        sheet.append(["x", None])
        sheet.append([code, "y"])

    _, rows = read(saved(tmp_path, fill))
    assert rows == [(2, ["x", None]), (3, [CellError(code), "y"])]


@pytest.mark.parametrize(("top", "left"), [(1, 1), (4, 3), (20, 2)])
def test_row_numbers_are_those_of_the_sheet(tmp_path, top, left):
    def fill(sheet):
        for row, values in enumerate([["name", "id"], ["Anna", 1], [None, None], ["Olga", 2]]):
            for column, value in enumerate(values):
                sheet.cell(top + row, left + column, value)

    found, rows = read(saved(tmp_path, fill))
    assert (found.header_row, found.columns) == (top, ("name", "id"))
    assert rows == [(top + 1, ["Anna", 1]), (top + 3, ["Olga", 2])]


def test_merged_group_names_are_joined_with_the_names_below(tmp_path):
    def fill(sheet):
        for row in (
            ["Lead", None, "Deal", None, "City"],
            ["name", "phone", "name", "sum", None],
            ["Anna", 7916, "Flat", 5, "Tver"],
        ):
            sheet.append(row)
        for area in ("A1:B1", "C1:D1", "E1:E2"):
            sheet.merge_cells(area)

    found, rows = read(saved(tmp_path, fill))
    assert found.columns == ("Lead / name", "Lead / phone", "Deal / name", "Deal / sum", "City")
    assert (found.header_row, found.header_rows) == (2, 2)
    assert rows == [(3, ["Anna", 7916, "Flat", 5, "Tver"])]


def test_a_merged_title_above_the_header_is_its_preamble(tmp_path):
    def fill(sheet):
        for row in (["Report for May"], [], ["name", "phone", "sum"], ["Anna", 7916, 5], ["Olga", 7917, 6]):
            sheet.append(row)
        sheet.merge_cells("A1:C1")

    found, rows = read(saved(tmp_path, fill))
    assert (found.preamble, found.header_row, len(rows)) == (("Report for May",), 3, 2)


def test_the_first_visible_sheet_with_cells_is_read_and_hidden_ones_are_listed(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "secret"
    book.active.append(["s", "t"])
    book.active.sheet_state = "hidden"
    book.create_sheet("blank")
    book.create_sheet("data").append(["name", "id"])
    book["data"].append(["Anna", 1])
    book.save(tmp_path / "t")
    found, rows = read(tmp_path / "t")
    assert (found.sheet, rows) == ("data", [(2, ["Anna", 1])])
    assert [(sheet.name, sheet.is_hidden) for sheet in found.sheets] == [
        ("secret", True),
        ("blank", False),
        ("data", False),
    ]
    assert read(tmp_path / "t", sheet="secret")[0].columns == ("s", "t")
    with pytest.raises(FileProblem, match="no_such_sheet"):
        detect(tmp_path / "t", hints=Hints(sheet="nowhere"))


@pytest.mark.parametrize("name", ["report.xls", "report.csv", "report"])
def test_an_old_workbook_is_known_by_its_content(tmp_path, name):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист")
    for row, values in enumerate([["Имя", "Телефон"], ["Анна", 79161234567]]):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    book.save(str(tmp_path / name))
    found, rows = read(tmp_path / name)
    assert (found.kind, rows) == ("xls", [(2, ["Анна", 79161234567])])


@pytest.mark.parametrize("name", ["report.ods", "report.xlsx", "report.csv"])
def test_an_open_document_is_known_by_its_content(tmp_path, name):
    found, rows = read(ods(tmp_path / name, [["Имя", "Город"], ["Анна", "Тверь"]]))
    assert (found.kind, found.sheet, rows) == ("ods", "List", [(2, ["Анна", "Тверь"])])


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/media/image1.png"])
def test_macros_links_and_pictures_are_let_in_and_ignored(tmp_path, part):
    path = zipped(
        tmp_path / "t", workbook_parts(**{part: "<externalLink xmlns:r='x'>file:///etc/passwd</externalLink>"})
    )
    assert read(path)[1] == [(2, ["Anna", 79161234567])]


def test_a_workbook_of_many_rows_streams_through(tmp_path):
    from onegoal.connectors.tables.writer import write_xlsx

    write_xlsx(tmp_path / "t", ["name", "id"], ([f"Anna {i}", i] for i in range(5_000)))
    seen = preview(tmp_path / "t", limit=2)
    assert [list(row.cells) for row in seen.rows] == [["Anna 0", 0], ["Anna 1", 1]]
    assert [len(sample) for sample in seen.samples] == [200, 200]
    assert not seen.is_whole
    assert count_rows(tmp_path / "t", seen.format) == 5_000


def test_leaving_early_ends_the_child(tmp_path):
    from onegoal.connectors.tables.writer import write_xlsx

    write_xlsx(tmp_path / "t", ["name", "id"], ([f"Anna {i}", i] for i in range(20_000)))
    found = detect(tmp_path / "t")
    with open_table(tmp_path / "t", found) as table:
        assert next(table.rows).number == 2
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True, check=False
    )
    assert "workbook_child" not in children.stdout


# --- hostile workbooks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/image1.png"])
def test_a_zip_bomb_is_refused_wherever_it_hides(tmp_path, part):
    assert refusal(zipped_zeros(tmp_path / "t", part, 600)) == "zip_bomb"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/image1.png"])
def test_a_steep_ratio_is_refused_below_the_size_limit(tmp_path, part):
    assert refusal(zipped_zeros(tmp_path / "t", part, 60)) == "zip_bomb"


@pytest.mark.parametrize("claimed", [0, 10, 1_000])
def test_a_part_that_lies_about_its_size_is_refused(tmp_path, claimed):
    part = "xl/worksheets/sheet1.xml"
    assert (
        refusal(understated(zipped_zeros(tmp_path / "t", part, 3, opening=small_sheet()), part, claimed)) == "zip_bomb"
    )


@pytest.mark.parametrize("count", [2_001, 5_000, 20_000])
def test_a_crowd_of_parts_is_refused(tmp_path, count):
    assert (
        refusal(zipped(tmp_path / "t", workbook_parts(**{f"xl/x{i}.bin": "" for i in range(count)})))
        == "too_many_parts"
    )


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "xl/../../x", "..\\x", "C:/x", "\\\\host\\x"])
def test_a_part_that_leaves_its_folder_is_refused(tmp_path, name):
    assert refusal(zipped(tmp_path / "t", workbook_parts(**{name: "x"}))) == "unsafe_part"


BILLION = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "_rels/.rels", "docProps/core.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_declared_entities_are_refused(tmp_path, part, encoding):
    text = '<?xml version="1.0"?>' + " " * 65_530 + BILLION + "<x>&b;</x>"
    assert refusal(zipped(tmp_path / "t", {**workbook_parts(), part: text.encode(encoding)})) == "unsafe_xml"


@pytest.mark.parametrize("system", ["file:///etc/passwd", "http://169.254.169.254/", "expect://id"])
def test_external_entities_are_refused(tmp_path, system):
    sheet = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{system}">]>' + small_sheet().replace("Anna", "&e;")
    assert refusal(zipped(tmp_path / "t", workbook_parts(sheet))) == "unsafe_xml"


def flagged_encrypted(path):
    content = bytearray(zipped(path, workbook_parts()).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + offset] |= 1
    path.write_bytes(content)
    return path


def test_a_locked_workbook_is_called_locked(tmp_path):
    (tmp_path / "ole").write_bytes(ole("Root Entry", "EncryptedPackage", "EncryptionInfo"))
    assert refusal(tmp_path / "ole") == "encrypted"
    assert refusal(flagged_encrypted(tmp_path / "zip")) == "encrypted"
    assert refusal(ods(tmp_path / "ods", [["a"]], manifest="<m:encryption-data/>")) == "encrypted"


def test_what_only_looks_like_a_workbook_is_named(tmp_path):
    samples = {
        "archive": {"data.csv": "a,b"},
        "document": {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"},
        "xlsb": {"xl/workbook.bin": "x"},
    }
    for kind, parts in samples.items():
        with pytest.raises(FileProblem) as problem:
            detect(zipped(tmp_path / kind, parts))
        assert problem.value.params == {"kind": kind}
    (tmp_path / "doc").write_bytes(ole("Root Entry", "WordDocument"))
    assert refusal(tmp_path / "doc") == "not_a_table"


@pytest.mark.parametrize("keep", [4, 30, 200, 700, -1, -22])
def test_a_workbook_cut_off_is_called_damaged(tmp_path, keep):
    path = zipped(tmp_path / "t", workbook_parts())
    path.write_bytes(path.read_bytes()[:keep])
    assert refusal(path) == "not_a_workbook"


@pytest.mark.parametrize("content", [ole("Root Entry", "Workbook"), ole("Book\0"), ole("Workbook")[:600]])
def test_a_broken_old_workbook_is_called_damaged(tmp_path, content):
    (tmp_path / "t").write_bytes(content)
    assert refusal(tmp_path / "t") in {"not_a_workbook", "not_a_table"}


@pytest.mark.parametrize(
    "sheet", ["<worksheet/>", "not xml <", SHEET_OPEN + "<row r='1'><c r='ZZZZ99999999'/></row>", "\x00" * 100]
)
def test_a_broken_sheet_is_a_file_problem(tmp_path, sheet):
    assert refusal(zipped(tmp_path / "t", workbook_parts(sheet))) in {"not_a_workbook", "empty"}


def stray(place):
    rows = "<row r='1'>" + inline("A1", "Name") + inline("B1", "Phone") + "</row>"
    number = "".join(char for char in place if char.isdigit())
    return SHEET_OPEN + rows + f"<row r='{number}'>" + inline(place, "x") + "</row>" + SHEET_CLOSE


@pytest.mark.parametrize(
    ("place", "codes"),
    [
        ("XFD1048576", {"memory", "too_many_columns"}),
        ("XFD2", {"too_many_columns"}),
        ("ALM1048576", {"memory", "too_many_columns", "too_many_cells"}),
        ("Z1048576", {"too_many_cells", "memory"}),
    ],
)
def test_a_stray_cell_far_away_does_not_take_the_machine(tmp_path, place, codes):
    assert refusal(zipped(tmp_path / "t", workbook_parts(stray(place)))) in codes


def test_a_million_styled_empty_cells_are_no_rows(tmp_path):
    empty = "".join(
        f"<row r='{row}'>" + "".join(f'<c r="{c}{row}" s="0"/>' for c in "ABCDEFGHIJ") + "</row>"
        for row in range(3, 40_000)
    )
    path = zipped(tmp_path / "t", workbook_parts(small_sheet().replace(SHEET_CLOSE, empty + SHEET_CLOSE)))
    assert read(path)[1] == [(2, ["Anna", 79161234567])]


def test_one_shared_string_used_a_million_times_is_stopped(tmp_path):
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + "x" * 30_000
        + "</t></si></sst>"
    )
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 100_000))
    path = zipped(tmp_path / "t", workbook_parts(SHEET_OPEN + rows + SHEET_CLOSE, **{"xl/sharedStrings.xml": strings}))
    assert refusal(path, Limits(max_ratio=10_000)) == "memory"


def test_a_cell_longer_than_any_spreadsheet_allows_is_refused(tmp_path):
    sheet = small_sheet().replace("Anna", "x" * 200_000)
    assert refusal(zipped(tmp_path / "t", workbook_parts(sheet))) == "cell_too_long"


def test_a_child_that_is_too_slow_is_ended(tmp_path):
    assert refusal(saved(tmp_path, typed), Limits(child_seconds=0)) == "timeout"


def test_a_child_without_memory_is_a_file_problem(tmp_path):
    assert refusal(saved(tmp_path, typed), Limits(child_memory=20 * 1024**2)) in {"memory", "not_a_workbook"}


def test_secrets_of_the_environment_do_not_reach_the_child(tmp_path, monkeypatch):
    started = []
    original = subprocess.Popen
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **more: started.append(more) or original(*args, **more))
    read(saved(tmp_path, typed))
    assert started
    assert all("SECRET_KEY" not in more["env"] for more in started)


PROBE = """
import resource, sys
from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.preview import preview
from onegoal.connectors.tables.reader import open_table
try:
    with open_table(sys.argv[1], preview(sys.argv[1]).format) as table:
        count = sum(1 for _ in table.rows)
    told = str(count)
except FileProblem as problem:
    told = problem.code
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(told, int(peak.split()[1]) // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def bomb_in_a_sheet(path):
    return zipped_zeros(path, "xl/worksheets/sheet1.xml", 500)


def bomb_of_a_stray_cell(path):
    return zipped(path, workbook_parts(stray("XFD1048576")))


def endless_line(path):
    with path.open("wb") as stream:
        stream.write(b"a,b\n1,2\n")
        for _ in range(100):
            stream.write(b"x" * (1 << 20))
    return path


def endless_quote(path):
    path.write_bytes(b'a,b\n"1,2\n' + b"3,4\n" * 5_000_000)
    return path


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (bomb_in_a_sheet, {"zip_bomb"}),
        (bomb_of_a_stray_cell, {"memory", "too_many_columns"}),
        (endless_line, {"line_too_long"}),
        (endless_quote, {"5000001", "too_many_rows"}),
    ],
)
def test_a_bomb_never_grows_the_process_that_opens_it(tmp_path, make, told):
    path = make(tmp_path / "t")
    run = subprocess.run(
        [sys.executable, "-c", PROBE, str(path)], capture_output=True, text=True, check=True, timeout=200
    )
    answer, own, children = run.stdout.split()
    assert answer in told
    assert int(own) < 120
    assert int(children) < 1_100


@pytest.mark.parametrize("seed", range(12))
def test_a_workbook_with_broken_bytes_gives_rows_or_a_file_problem(tmp_path, seed):
    import random

    dice = random.Random(seed)
    content = bytearray(zipped(tmp_path / "t", workbook_parts()).read_bytes())
    for _ in range(dice.randint(1, 12)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    (tmp_path / "t").write_bytes(content)
    try:
        _, rows = read(tmp_path / "t")
    except FileProblem:
        return
    assert rows
