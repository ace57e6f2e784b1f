"""Cells of a draft: typed at any level, pasted, undone, and guarded against two people at once."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from tests.world import NOW

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.planning.models import PlanVersion, VersionState
from onegoal.apps.planning.queries.grid import grid_of
from onegoal.apps.planning.queries.typed import Typed, TypedRefused, cells_typed, figure_of
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.apps.planning.services.cells import MOST, CellsRefused, set_cells, undo_edit
from onegoal.apps.planning.services.plans import PlanRefused, add_version, make_plan
from onegoal.core.plan_grid import Place

JANUARY, FEBRUARY, JUNE = dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 6, 1)
TODAY = dt.date(2026, 3, 2)


def type_in(version: PlanVersion, *entries: tuple[str, str, str], language: str = "en") -> dict[Place, int | None]:
    typed = [Typed(*entry) for entry in entries]
    return cells_typed(version, typed, language=language, today=TODAY)


def shown(version: PlanVersion, key: str, column: str) -> Any:
    opened = [".".join(key.split(".")[:at]) for at in range(1, 4)]
    grid = grid_of(version, opened=opened, by_part=key.split(".")[1:2] == ["c0"])
    place = [one.key for one in grid.columns].index(column)
    rows = {row.key: row for block in grid.blocks for row in block.rows}
    return rows[key].values[place]


def test_a_total_of_the_whole_plan_reaches_every_level(plan_version: PlanVersion) -> None:
    set_cells(version=plan_version, values=type_in(plan_version, ("deals_won", "all", "500")), now=NOW)
    assert sum(cells_of(plan_version).values()) == 500 and len(cells_of(plan_version)) == 6 * 2 * 2
    quarters = [shown(plan_version, "deals_won", key) for key in ("2026-q1", "2026-q2")]
    assert sum(quarters) == 500 == shown(plan_version, "deals_won", "all")
    assert shown(plan_version, "deals_won.p0", "all") + shown(plan_version, "deals_won.p1", "all") == 500

    others = [shown(plan_version, "deals_won.p1", "all"), shown(plan_version, "deals_won.p0", "2026-q2")]
    set_cells(version=plan_version, values=type_in(plan_version, ("deals_won.p0", "2026-q1", "33")), now=NOW)
    assert shown(plan_version, "deals_won.p0", "2026-q1") == 33
    assert [shown(plan_version, "deals_won.p1", "all"), shown(plan_version, "deals_won.p0", "2026-q2")] == others
    set_cells(version=plan_version, values=type_in(plan_version, ("deals_won.c0", "2026-02", "7")), now=NOW)
    assert shown(plan_version, "deals_won.c0", "2026-02") == 7


def test_of_a_pasted_block_details_hold_over_their_totals(plan_version: PlanVersion) -> None:
    pasted = [("leads.p0", "2026-01", "30"), ("leads", "2026-01", "100"), ("leads.p1", "2026-01", "40")]
    set_cells(version=plan_version, values=type_in(plan_version, *pasted), now=NOW)
    assert [shown(plan_version, key, "2026-01") for key in ("leads.p0", "leads.p1", "leads")] == [30, 40, 70]


def test_figures_are_read_as_people_write_them() -> None:
    assert figure_of("1,234.50", "spend", "EUR", "en") == 1_234_50
    assert figure_of("1.234,50 €", "spend", "EUR", "ro") == 1_234_50
    assert figure_of("1,234", "leads", "EUR", "en") == 1_234 and figure_of("1.234", "leads", "EUR", "ro") == 1_234
    assert figure_of("  ", "leads", "EUR", "en") is None
    for text, code in (
        ("abc", "text"),
        ("1.5", "fraction"),
        ("-3", "negative"),
        ("5 USD", "text"),
        ("1,5", "fraction"),
    ):
        with pytest.raises(TypedRefused) as refused:
            figure_of(text, "leads" if "USD" not in text else "spend", "EUR", "en")
        assert refused.value.code == code, text


def test_cells_of_no_row_and_no_month_are_refused_and_nothing_is_written(plan_version: PlanVersion) -> None:
    wrong = {
        "month": Place(dt.date(2026, 7, 1), "leads"), "metric": Place(JANUARY, "cac"),
        "project": Place(JANUARY, "leads", "Elsewhere"), "channel": Place(JANUARY, "leads", channel="tv"),
        "product_type": Place(JANUARY, "leads", product_type="flat"),
    }  # fmt: skip
    for code, place in wrong.items():
        with pytest.raises(CellsRefused) as refused:
            set_cells(version=plan_version, values={Place(JANUARY, "spend"): 5, place: 1}, now=NOW)
        assert refused.value.code == code
    for value, code in ((-1, "negative"), (MOST + 1, "too_big")):
        with pytest.raises(CellsRefused) as refused:
            set_cells(version=plan_version, values={Place(JANUARY, "spend"): value}, now=NOW)
        assert refused.value.code == code
    assert not cells_of(plan_version)
    for key in ("deals_won.p9", "deals_won.x0", "cac", "deals_won.p0.c0.c1"):
        with pytest.raises(TypedRefused):
            type_in(plan_version, (key, "2026-01", "1"))


def test_the_second_of_two_at_once_is_told_and_writes_nothing(plan_version: PlanVersion) -> None:
    seen = plan_version.revision
    first = set_cells(version=plan_version, values={Place(JANUARY, "leads"): 5}, now=NOW, revision=seen)
    assert first.revision == seen + 1
    with pytest.raises(CellsRefused) as refused:
        set_cells(version=plan_version, values={Place(JANUARY, "leads"): 9}, now=NOW, revision=seen)
    assert refused.value.code == "stale" and cells_of(plan_version) == {Place(JANUARY, "leads"): 5}


def test_an_edit_is_undone_and_done_again_but_not_over_what_others_typed_since(plan_version: PlanVersion) -> None:
    a, b, c = (Place(JANUARY, metric) for metric in ("leads", "spend", "visitors"))
    set_cells(version=plan_version, values={a: 1, b: 2}, now=NOW)
    edit = set_cells(version=plan_version, values={a: 10, b: None, c: 30}, now=NOW)
    undone = undo_edit(version=plan_version, batch=edit.batch, now=NOW)
    assert cells_of(plan_version) == {a: 1, b: 2} and undone.revision == edit.revision + 1
    again = undo_edit(version=plan_version, batch=undone.batch, now=NOW)
    assert cells_of(plan_version) == {a: 10, c: 30}
    set_cells(version=plan_version, values={a: 11}, now=NOW)
    undo_edit(version=plan_version, batch=again.batch, now=NOW)
    assert cells_of(plan_version) == {a: 11, b: 2}  # what was typed since stays
    with pytest.raises(CellsRefused):
        undo_edit(version=plan_version, batch="", now=NOW)
    assert AuditEntry.objects.filter(entity="plancell", batch=edit.batch).count() == 3


def test_an_edit_of_one_version_does_not_undo_in_another(plan_version: PlanVersion, world: Any) -> None:
    edit = set_cells(version=plan_version, values={Place(JANUARY, "leads"): 5}, now=NOW)
    other = add_version(plan=plan_version.plan, author=world.mark, now=NOW, like=plan_version)
    with pytest.raises(CellsRefused):
        undo_edit(version=other, batch=edit.batch, now=NOW)
    assert cells_of(other) == cells_of(plan_version) == {Place(JANUARY, "leads"): 5}


def test_what_is_not_a_draft_cannot_be_typed_into(plan_version: PlanVersion) -> None:
    plan_version.state = VersionState.IN_FORCE
    plan_version.save()
    with pytest.raises(PlanRefused):
        set_cells(version=plan_version, values={Place(JANUARY, "leads"): 5}, now=NOW)


def test_derived_rows_and_the_mix_come_from_the_sums(plan_version: PlanVersion) -> None:
    values = {
        Place(JANUARY, "spend"): 1_000_00, Place(FEBRUARY, "spend"): 500_00, Place(JANUARY, "leads"): 20,
        Place(FEBRUARY, "leads"): 30, Place(JANUARY, "deals_won", "River Park", "flat"): 3,
        Place(JANUARY, "deals_won", "Old Mill", "parking"): 1,
    }  # fmt: skip
    set_cells(version=plan_version, values=values, now=NOW)
    rows = {row.key: row for block in grid_of(plan_version).blocks for row in block.rows}
    known = [value for value in rows["cpl"].values if value is not None]
    assert known == [5_000, Fraction(50_000, 30), 3_000, 3_000]  # two months, their quarter, the whole
    assert rows["mix.c0"].values[0] == rows["mix.c0"].values[-1] == 0.75
    assert rows["cac"].values[0] == 25_000 and rows["cac"].values[1] is None


def test_a_plan_has_whole_months_and_not_too_many(world: Any) -> None:
    for first, last, code in ((JUNE, JANUARY, "no_months"), (JANUARY, dt.date(2029, 1, 1), "too_many_months")):
        with pytest.raises(PlanRefused) as refused:
            make_plan(name="x", first_month=first, last_month=last, author=None, now=NOW)
        assert refused.value.code == code


def test_the_page_saves_each_edit_and_tells_the_second_editor(
    plan_version: PlanVersion, world: Any, client: Client
) -> None:
    client.force_login(world.mark)
    address = f"/plan/versions/{plan_version.pk}/"
    page = client.get(address).content.decode()
    assert 'data-row="deals_won"' in page and "data-may-edit" in page
    said = {"edits": json.dumps([["leads", "all", "600"]]), "revision": "0", "open": "leads", "by": "part"}
    answer = client.post(address + "cells/", said, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and answer["HX-Trigger-After-Settle"] == "plan-changed"
    assert 'data-row="leads.c0"' in answer.content.decode() and 'data-revision="1"' in answer.content.decode()
    assert sum(cells_of(plan_version).values()) == 600
    second = client.post(address + "cells/", said, headers={"HX-Request": "true"})
    assert second.status_code == 409 and 'data-revision="1"' in second.content.decode()
    wrong = said | {"revision": "1", "edits": json.dumps([["leads", "all", "a lot"]])}
    assert client.post(address + "cells/", wrong, headers={"HX-Request": "true"}).status_code == 422
    for edits in ("{}", "[]", "[[1,2,3]]", "no json"):
        assert client.post(address + "cells/", said | {"edits": edits}).status_code == 400
    assert sum(cells_of(plan_version).values()) == 600


def test_a_head_limited_to_a_project_sees_neither_the_companys_plan_nor_others(
    plan_version: PlanVersion, world: Any, client: Client
) -> None:
    own = make_plan(
        name="Mill", first_month=JANUARY, last_month=JUNE, author=None, now=NOW, project=world.old_mill
    )  # fmt: skip
    world.hanna.projects.add(world.old_mill)
    client.force_login(world.hanna)
    assert client.get(f"/plan/versions/{plan_version.pk}/").status_code == 404
    assert client.get(f"/plan/{plan_version.plan_id}/").status_code == 404
    assert client.get(f"/plan/versions/{own.pk}/").status_code == 200
    listed = client.get("/plan/all/").content.decode()
    assert "Mill" in listed and "Half a year" not in listed
