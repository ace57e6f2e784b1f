from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onegoal.connectors.tables.detect import Hints, detect
from onegoal.connectors.tables.errors import FILE_PROBLEMS, ROW_PROBLEMS, FileProblem
from onegoal.connectors.tables.headers import find_header, is_total, unique_names
from onegoal.connectors.tables.model import Limits, TableFormat
from onegoal.connectors.tables.preview import preview
from onegoal.connectors.tables.reader import count_rows, open_table

RUSSIAN = (
    "Имя;Город;Примечание\r\nИван Петров;Санкт-Петербург;Просил перезвонить после обеда\r\nОльга;Тверь;не закрыта\r\n"
)
ROMANIAN = "Nume;Oraş;Observaţii\r\nIon Ţepeş;Bucureşti;A cerut să fie sunat după prânz\r\nŞtefan;Iaşi;închis\r\n"
HUNGARIAN = "Név;Város;Megjegyzés\r\nKovács Ödön;Győr;Ebéd után kért visszahívást\r\nSzűcs Tünde;Fertőd;később\r\n"


@pytest.fixture
def upload(tmp_path):
    def save(content, encoding="utf-8", name="upload"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return save


def read(path, **hints):
    found = detect(path, hints=Hints(**hints))
    with open_table(path, found) as table:
        return found, list(table.rows)


def cells(rows):
    return [list(row.cells) for row in rows]


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866"]
)
@pytest.mark.parametrize(
    "text", [RUSSIAN, RUSSIAN.replace(";", "\t"), "телефон,имя\n1,Анна\n", "ИМЯ;ГОРОД\nОЛЬГА;МОСКВА\n"]
)
def test_russian_text_is_read_in_any_encoding(upload, text, encoding):
    found, rows = read(upload(text, encoding))
    assert found.columns[0] == text.split("\r")[0].split("\n")[0].replace("\t", ";").replace(",", ";").split(";")[0]
    assert rows and not any(row.problems for row in rows)


@pytest.mark.parametrize(
    "text", [ROMANIAN, HUNGARIAN, "név\nÉva\nŐze\n", "nume,sumă\nŢepeş,1\n", "NÉV;VÁROS\nSZŰCS;GYŐR\n"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1250"])
def test_romanian_and_hungarian_text_is_read_in_any_encoding(upload, text, encoding):
    path = upload(text, encoding)
    found, _ = read(path)
    assert path.read_bytes()[found.bom :].decode(found.encoding) == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    "word", ["Иван", "Ольга Кузнецова", "не закрыта", "Рекламный отдел", "звонок", "Ёлкина Алёна", "Сделка"]
)
@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_one_russian_word_is_enough_to_tell_the_code_page(upload, word, encoding):
    assert detect(upload(f"name,id\n{word},1\n", encoding)).encoding == encoding


@pytest.mark.parametrize(
    "word", ["Éva", "Győr", "Ţepeş", "Bucureşti", "Ödön", "să vină mâine", "űrlap", "înţeles", "Tőkés Ágnes"]
)
def test_one_hungarian_or_romanian_word_is_not_taken_for_russian(upload, word):
    assert detect(upload(f"name,id\n{word},1\n", "cp1250")).encoding == "cp1250"


def test_names_far_below_a_plain_beginning_still_decide(upload):
    text = "id,name\n" + "1,plain\n" * 60_000 + "2,Ольга Кузнецова\n" * 3_000
    assert detect(upload(text, "cp1251")).encoding == "cp1251"


def test_a_line_in_another_encoding_is_flagged_and_the_rest_is_read(upload):
    lines = [f"{i};Ольга Кузнецова\n".encode() for i in range(5)]
    lines.insert(2, "9;Иван\n".encode("cp1251"))
    _, rows = read(upload(b"id;name\n" + b"".join(lines)))
    assert [row.number for row in rows if "bad_encoding" in row.problems] == [4]
    assert len(rows) == 6


def test_a_person_can_correct_the_encoding_and_the_separator(upload):
    found, rows = read(upload("имя|a;b\nИван|1;2\n", "cp1251"), encoding="cp1251", delimiter=";")
    assert found.delimiter == ";"
    assert cells(rows) == [["Иван|1", "2"]]
    with pytest.raises(FileProblem, match="encoding_unknown"):
        detect(upload("a,b\n"), hints=Hints(encoding="rot13"))


# --- shape of the text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_every_separator_and_line_end_is_recognised(upload, delimiter, end, encoding):
    lines = [["name", "amount", "note"], ["Anna", "1 234,56", "a b"], ["Béla", "7,00", "x"], ["Olga", "1,5", ""]]
    found, rows = read(upload(end.join(f"{delimiter}".join(f'"{c}"' for c in line) for line in lines), encoding))
    assert found.delimiter == delimiter
    assert cells(rows) == lines[1:]
    assert [row.number for row in rows] == [2, 3, 4]


def test_semicolons_win_over_decimal_commas_in_every_row(upload):
    found, rows = read(upload("name;price, EUR\nAnna;1,5\nOlga;2,5\n"))
    assert (found.delimiter, found.columns) == (";", ("name", "price, EUR"))
    assert cells(rows) == [["Anna", "1,5"], ["Olga", "2,5"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", "^"])
def test_a_sep_line_decides_and_is_no_row(upload, delimiter):
    text = f"sep={delimiter}\r\nname{delimiter}id\r\nAnna{delimiter}1\r\n"
    found, rows = read(upload(text))
    assert (found.has_sep_line, found.delimiter, found.columns) == (True, delimiter, ("name", "id"))
    assert [(row.number, list(row.cells)) for row in rows] == [(2, ["Anna", "1"])]


def test_single_quotes_around_every_cell_are_taken_off(upload):
    assert cells(read(upload("'name','id'\n'Anna, B','1'\n'Olga','2'\n"))[1]) == [["Anna, B", "1"], ["Olga", "2"]]


def test_numbers_are_those_a_spreadsheet_shows(upload):
    _, rows = read(upload('name,note\n"A","one\ntwo"\n\nB,x\n,\nC,y\n'))
    assert [(row.number, row.cells[0]) for row in rows] == [(2, "A"), (4, "B"), (6, "C")]


def test_empty_rows_are_counted_and_not_given(upload):
    path = upload("a;b\n1;2\n;\n\n3;4\n;;;\n")
    with open_table(path, detect(path)) as table:
        assert len(list(table.rows)) == 2
        assert table.blank_rows == 3


@pytest.mark.parametrize(
    ("line", "expected", "problems", "extra"),
    [
        ("1,2", ["1", "2", ""], ("too_few_cells",), ()),
        ("1", ["1", "", ""], ("too_few_cells",), ()),
        ("1,2,3,4", ["1", "2", "3"], ("too_many_cells",), ("4",)),
        ("1,2,3,,", ["1", "2", "3"], (), ()),
        ("1,2\0,3", ["1", "2", "3"], ("nul_bytes",), ()),
        ("1\0,\0,3", ["1", "", "3"], ("nul_bytes",), ()),
        ("\0,,", ["", "", ""], ("nul_bytes",), ()),
        ('1,"OOO "Lily"",3', ["1", 'OOO "Lily"', "3"], ("bad_quotes",), ()),
        ('"a" b,"x" ,3', ['"a" b', '"x" ', "3"], ("bad_quotes",), ()),
        ("1,'=2+2,3", ["1", "=2+2", "3"], (), ()),
    ],
)
def test_an_unsound_row_is_given_with_its_problem(upload, line, expected, problems, extra):
    _, rows = read(upload(f"a,b,c\nx,y,z\n{line}\np,q,r\n"))
    assert [list(row.cells) for row in rows] == [["x", "y", "z"], expected, ["p", "q", "r"]]
    assert (rows[1].number, rows[1].problems, rows[1].extra) == (3, problems, extra)


@pytest.mark.parametrize("after", ["3,4\n5,6\n", '3,4\n"Lily" x,6\n', "3,4\n" * 50_000])
def test_an_unclosed_quote_costs_one_row_only(upload, after):
    path = upload('a,b\n"1,2\n' + after)
    with open_table(path, detect(path)) as table:
        rows = list(table.rows)
    assert rows[0].number == 2
    assert rows[0].problems[0] == "unclosed_quote"
    assert len(rows) == 1 + after.count("\n")


def test_a_file_full_of_unclosed_quotes_is_refused_with_the_row(upload):
    path = upload("a,b\n" + ('"1,2\n' * 3 + "3,4\n") * 200)
    with pytest.raises(FileProblem) as refusal:
        list(open_table(path, detect(path)).rows)
    assert refusal.value.code == "unclosed_quote"
    assert refusal.value.params["row"] > 100


@pytest.mark.parametrize("filler", [b"x", b"x,", b'"x"'])
def test_a_line_of_megabytes_is_refused_where_it_stands(upload, filler):
    path = upload(b"a,b\n1,2\n" + filler * (5_000_000 // len(filler)) + b"\n3,4\n")
    with pytest.raises(FileProblem) as refusal:
        list(open_table(path, detect(path)).rows)
    assert refusal.value.code == "line_too_long"
    assert refusal.value.params["row"] == 3


def test_a_huge_cell_is_flagged_and_the_next_row_is_read(upload):
    _, rows = read(upload("a,b\n" + "x" * 200_000 + ",1\n3,4\n"))
    assert [(row.number, row.problems, list(row.cells)) for row in rows] == [
        (2, ("cell_too_long",), ["", ""]),
        (3, (), ["3", "4"]),
    ]


@pytest.mark.parametrize("columns", [1_001, 16_384])
def test_a_table_too_wide_is_refused(upload, columns):
    with pytest.raises(FileProblem, match="too_many_columns"):
        detect(upload(",".join(f"c{i}" for i in range(columns)) + "\n"))


def test_a_table_too_long_is_refused(upload):
    path = upload("a,b\n" + "1,2\n" * 11)
    with pytest.raises(FileProblem, match="too_many_rows"):
        list(open_table(path, detect(path), limits=Limits(max_rows=10)).rows)


@pytest.mark.parametrize("content", [b"", b"\n\n\r\n", b"\xef\xbb\xbf", b"  \t ", b"\0\0\0\0"])
def test_a_file_without_rows_is_called_empty(upload, content):
    with pytest.raises(FileProblem, match="empty"):
        detect(upload(content))


@pytest.mark.parametrize("path", ["nowhere.csv", "a\0b", "x" * 5000])
def test_a_file_that_is_not_there_is_a_file_problem(tmp_path, path):
    with pytest.raises(FileProblem, match="missing"):
        detect(str(tmp_path) + "/" + path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><body><table><tr><td>1</td></tr></table>", "html"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><html>", "html"),
        (b"<table border=1><tr><td>x</td></tr></table>", "html"),
        (b'<?xml version="1.0"?><Workbook/>', "xml"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"\x1f\x8b\x08\x00....", "gzip"),
        (b"PAR1....", "parquet"),
        (b'{"rows": []}', "json"),
        (bytes(range(256)) * 20, "binary"),
    ],
)
def test_what_is_no_table_is_named(upload, content, kind):
    with pytest.raises(FileProblem) as refusal:
        detect(upload(content, name="report.xlsx"))
    assert refusal.value.params == {"kind": kind}


# --- headers ---------------------------------------------------------------------------------------------------------


def test_lines_above_the_header_of_an_advertising_report_are_its_preamble(upload):
    text = (
        'Campaign performance\n"January 1, 2026 - January 31, 2026"\nDay,Campaign,Clicks,Cost\n'
        "2026-01-01,Search,10,5.50\n2026-01-02,Search,12,6.10\nTotal: account, --,22,11.60\n"
    )
    found, rows = read(upload(text))
    assert found.columns == ("Day", "Campaign", "Clicks", "Cost")
    assert (found.header_row, found.preamble) == (3, ("Campaign performance", "January 1, 2026 - January 31, 2026"))
    assert [(row.number, is_total(row.cells)) for row in rows] == [(4, False), (5, False), (6, True)]


@pytest.mark.parametrize("tail", ["", ",,,,", ",x=1,y=2,z=3,"])
def test_a_parameters_line_is_kept_in_the_preamble(upload, tail):
    header = "Google Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency"
    found, rows = read(
        upload(f"Parameters:TimeZone=Europe/Moscow{tail}\n{header}\nabc,deal,2026-01-14 10:30:00+11:00,5,RUB\n")
    )
    assert found.preamble[0].startswith("Parameters:TimeZone=Europe/Moscow")
    assert (found.columns[0], len(rows)) == ("Google Click ID", 1)


@pytest.mark.parametrize(
    "text",
    [
        "Anna,79161234567,2026-01-02\nOlga,79161234568,2026-01-03\nIvan,79161234569,2026-01-04\n",
        "anna@example.com\nolga@example.com\n",
        "1;10,5\n2;11,5\n",
        "+7 916 123-45-67;new\n+7 916 123-45-68;old\n+7 916 123-45-69;new\n",
    ],
)
def test_a_table_without_a_header_gets_numbered_columns_and_keeps_its_first_row(upload, text):
    found, rows = read(upload(text))
    assert not found.has_header
    assert found.columns[0] == "column 1"
    assert (rows[0].number, len(rows)) == (1, text.count("\n"))


@pytest.mark.parametrize(
    "text", ["name,2024,2025\nAnna,x,y\n", "Имя;Телефон\nАнна;8 916\n", "name\nAnna\nOlga\n", "a,b\n"]
)
def test_a_header_is_seen_as_one(upload, text):
    assert detect(upload(text)).header_row == 1


def test_a_person_can_say_where_the_header_stands(upload):
    path = upload("report\nAnna,1\nname,id\nOlga,2\n")
    assert detect(path, hints=Hints(header_row=3)).columns == ("name", "id")
    assert detect(path, hints=Hints(header_row=0)).columns == ("column 1", "column 2")


@pytest.mark.parametrize(
    ("names", "unique"),
    [
        (["a", "a", "a"], ("a", "a (2)", "a (3)")),
        (["", " ", "x"], ("column 1", "column 2", "x")),
        (["Бюджет ", "\ufeffБюджет", "a\n b"], ("Бюджет", "Бюджет (2)", "a b")),
        (["a", "a (2)", "a"], ("a", "a (2)", "a (3)")),
        (["", "column 1"], ("column 1 (2)", "column 1")),
    ],
)
def test_column_names_are_clean_and_unique(names, unique):
    assert unique_names(names) == unique


@given(st.lists(st.sampled_from(["", " ", "a", "a (2)", "column 1", "column 2", "column 1 (2)"]), max_size=12))
def test_column_names_never_repeat(names):
    assert len(set(unique_names(names))) == len(names)


@pytest.mark.parametrize(
    "first", ["Total", "Total: account", "Итого:", "ИТОГО", "Всего", "Összesen", "Grand total", "Total general"]
)
def test_rows_of_totals_are_recognised(first):
    assert is_total(["", first, "12"])
    assert not is_total(["Totalizator LLC", "12"])


def test_a_header_of_blank_rows_is_nothing():
    assert find_header([(1, []), (2, ["", None])]).columns == ()


# --- the whole -------------------------------------------------------------------------------------------------------


def test_a_format_survives_being_stored_as_json(upload):
    found = detect(upload("sep=;\na;b\n1;2\n"))
    assert TableFormat.from_dict(found.as_dict()) == found


def test_a_preview_shows_first_rows_and_samples(upload):
    path = upload("name;phone\n" + "".join(f"Anna {i % 300};{i}\n" for i in range(5_000)))
    seen = preview(path, limit=3)
    assert seen.header == ["name", "phone"]
    assert [row.number for row in seen.rows] == [2, 3, 4]
    assert [len(sample) for sample in seen.samples] == [200, 200]
    assert not seen.is_whole
    assert count_rows(path, seen.format) == 5_000


def test_every_problem_has_a_code_in_the_catalogue():
    with pytest.raises(KeyError):
        FileProblem("made_up")
    with pytest.raises(ValueError, match="row"):
        FileProblem("line_too_long", row=1)
    assert all(code.meaning for code in [*FILE_PROBLEMS.values(), *ROW_PROBLEMS.values()])


def test_rows_of_the_same_file_come_out_the_same_however_often_it_is_read(upload):
    path = upload(RUSSIAN, "cp1251")
    assert read(path) == read(path)
    changed = upload(RUSSIAN.replace("Тверь", "Псков"), "cp1251", "second")
    differing = [new.number for old, new in zip(read(path)[1], read(changed)[1], strict=True) if old != new]
    assert differing == [3]


TEXTS = st.lists(
    st.sampled_from(
        [b"a", b"1", b";", b",", b"\t", b'"', b"'", b"\n", b"\r", b"\0", b"\xc0", b"\xff\xfe", b"=", b"sep="]
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=400), TEXTS.map(b"".join)))
def test_any_bytes_give_rows_or_a_file_problem(tmp_path, content):
    path = tmp_path / "any"
    path.write_bytes(content)
    try:
        found, rows = read(path)
    except FileProblem:
        return
    assert all(len(row.cells) == len(found.columns) for row in rows)
    assert [row.number for row in rows] == sorted({row.number for row in rows})


@pytest.mark.parametrize("seed", range(5))
def test_blocks_may_end_anywhere(upload, seed):
    dice = random.Random(seed)
    rows = [["имя" * dice.randint(1, 40), 'x "y"\r\nz' * dice.randint(0, 3), str(i)] for i in range(30_000)]
    text = "a,b,c\r\n" + "".join(",".join('"' + c.replace('"', '""') + '"' for c in row) + "\r\n" for row in rows)
    found = replace(detect(upload("a,b,c\r\n1,2,3\r\n")), encoding="utf-8")
    with open_table(upload(text), found) as table:
        assert cells(table.rows) == rows
