"""Colleagues come from files by id, address or name; nobody is let in by a file."""

from __future__ import annotations

from typing import Any

from tests.world import NOW, World

from onegoal.apps.accounts.intake import ColleagueRow
from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.services import take_in_colleagues


def colleague(name: str, **said: Any) -> ColleagueRow:
    row: dict[str, Any] = {"source": "hr", "source_id": name, "role": "seller"}
    return ColleagueRow(name=name, **(row | said))


def test_a_new_colleague_cannot_sign_in(world: World) -> None:
    rows = [colleague("Olga", team="East", email="Olga@casaverde.test")]
    assert [fate.fate.value for fate in take_in_colleagues(rows=rows, now=NOW)] == ["created"]
    assert [fate.fate.value for fate in take_in_colleagues(rows=rows, now=NOW)] == ["unchanged"]
    olga = User.objects.get(name="Olga")
    assert (olga.is_active, olga.has_usable_password(), olga.team.name) == (False, False, "East")


def test_a_file_never_raises_the_role_of_who_can_sign_in(world: World) -> None:
    take_in_colleagues(rows=[colleague("Nora", role="head", email="other@casaverde.test")], now=NOW)
    world.nora.refresh_from_db()
    assert (world.nora.role, world.nora.email) == ("seller", "nora@casaverde.test")


def test_namesakes_with_different_ids_are_two_colleagues(world: World) -> None:
    rows = [colleague("Ion Pop", source_id="1"), colleague("Ion Pop", source_id="2")]
    take_in_colleagues(rows=rows, now=NOW)
    assert User.objects.filter(name="Ion Pop").count() == 2


def test_an_unknown_role_is_refused(world: World) -> None:
    [fate] = take_in_colleagues(rows=[colleague("Olga", role="boss")], now=NOW)
    assert (fate.column, fate.code) == ("role", "unknown_role")
