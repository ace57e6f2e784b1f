"""Tables: order, filters, pages, columns and files follow the address, and survive a hostile one."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from onegoal.apps.accounts.models import User
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.responses import export
from onegoal.apps.shell.tables import BoundTable, Column, Filter, PageOfRows, Query, Table

ROWS = [
    {"pk": 1, "name": "Éva", "kind": "paid", "spend": 120_050, "won": Rate(1, 10)},
    {"pk": 2, "name": "adam", "kind": "free", "spend": None, "won": Rate(0, 0)},
    {"pk": 3, "name": "=1+1", "kind": "paid", "spend": 900, "won": Rate(9, 10, 0.6, 0.98)},
]
TABLE = Table(
    key="sources",
    columns=(
        Column("name", "Name"),
        Column("kind", "Kind", visible=False),
        Column("spend", "Spend", "money", currency="EUR"),
        Column("won", "Won", "rate"),
    ),
    default_sort="name",
    search=("name",),
    filters=(Filter("kind", "Kind", (("paid", "paid"), ("free", "free"))),),
    page_size=2,
)


def bound(address: str = "", rows: Any = ROWS, table: Table = TABLE) -> BoundTable:
    request = RequestFactory().get(f"/sources/{address}")
    request.user = AnonymousUser()
    return table.bind(request, rows)


def names(table: BoundTable) -> list[str]:
    return [row["name"] for row in table.all_rows()]


def test_names_sort_without_regard_to_case_and_accents() -> None:
    assert names(bound()) == ["=1+1", "adam", "Éva"]


def test_missing_values_stay_last_in_both_directions() -> None:
    assert names(bound("?sort=spend")) == ["=1+1", "Éva", "adam"]
    assert names(bound("?sort=-spend")) == ["Éva", "=1+1", "adam"]
    assert names(bound("?sort=-won")) == ["=1+1", "Éva", "adam"]


def test_filters_and_search_narrow_the_rows() -> None:
    assert names(bound("?kind=paid")) == ["=1+1", "Éva"]
    assert names(bound("?q=EVA")) == ["Éva"]


def test_turning_pages_shows_each_row_once() -> None:
    shown = [row["pk"] for page in (1, 2) for row in bound(f"?page={page}").rows]
    assert sorted(shown) == [1, 2, 3]


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", "１", "1e9", ""])
def test_a_page_that_does_not_exist_gives_one_that_does(page: str) -> None:
    table = bound(f"?page={page}")
    assert 1 <= table.page_number <= 2
    assert table.rows


@pytest.mark.parametrize("address", ["?sort=password", "?columns=password", "?kind=%00", "?q=%00", "?sort=__class__"])
def test_unknown_columns_and_control_characters_are_ignored(address: str) -> None:
    table = bound(address)
    assert table.total == 3
    assert [column.key for column in table.columns] == ["name", "spend", "won"]


def test_the_reader_chooses_columns_and_their_order() -> None:
    assert [column.key for column in bound("?columns=won,name").columns] == ["won", "name"]
    assert [column.key for column in bound("?columns=won&columns=kind").columns] == ["won", "kind"]


def test_an_address_keeps_what_other_parts_of_the_page_need() -> None:
    url = bound("?from=2026-01-01&page=2&sort=name&export=csv").url(sort="-spend")
    assert url == "/sources/?from=2026-01-01&sort=-spend"


def test_two_tables_on_a_page_do_not_share_parameters() -> None:
    own = Table(key="a", columns=TABLE.columns, prefixed=True)
    assert bound("?sort=-spend", table=own).sort == ("", False)
    assert bound("?a_sort=-spend", table=own).sort == ("spend", True)


def test_a_csv_holds_every_row_and_exact_amounts_and_no_formula() -> None:
    table = bound("?columns=name,spend&sort=spend&page=2")
    text = b"".join(export(table, "csv").streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ['Name,"Spend, EUR"', "'=1+1,9.00", "Éva,1200.50", "adam,"]


def test_a_workbook_holds_typed_cells_and_a_rate_with_its_counts() -> None:
    content = b"".join(export(bound("?columns=name,won&sort=-won"), "xlsx").streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[0] == ("Name", "Won", "Won, part", "Won, of", "Won, at least", "Won, at most")
    assert rows[1] == ("=1+1", 0.9, 9, 10, 0.6, 0.98)


def test_a_function_fetches_only_the_page_it_is_asked_for() -> None:
    asked: list[Query] = []

    def fetch(query: Query) -> PageOfRows:
        asked.append(query)
        return PageOfRows(ROWS[query.offset : query.offset + query.limit], len(ROWS))

    table = bound("?page=2&sort=-spend&kind=free", rows=fetch)
    assert [row["pk"] for row in table.rows] == [3]
    assert asked[-1] == Query("spend", True, 2, 2, "", {"kind": "free"})


@pytest.mark.django_db
@pytest.mark.urls("tests.apps.shell.urls")
def test_a_partial_request_gets_the_table_alone(client: Client) -> None:
    User.objects.create(name="Ana", role="head", email="ana@example.org")
    answer = client.get("/people/?sort=-name", headers={"HX-Request": "true", "HX-Target": "table-people"})
    assert b"<html" not in answer.content
    assert b"Ana" in answer.content


@pytest.mark.django_db
def test_a_queryset_is_sorted_searched_and_cut_by_the_database() -> None:
    for name in ("Ana", "Boris", "Csaba"):
        User.objects.create(name=name, role="seller", email=f"{name}@example.org")
    people = Table(key="p", columns=(Column("name", "Name"),), search=("name", "email"), page_size=1)
    table = bound("?sort=-name&page=2", rows=User.objects.all(), table=people)
    assert [user.name for user in table.rows] == ["Boris"]
    assert bound("?q=csaba@", rows=User.objects.all(), table=people).total == 1
