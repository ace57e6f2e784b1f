"""Rooms: a reader sees those they may enter, in the order of their role, and only where a page exists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.shell import navigation
from onegoal.apps.shell.navigation import Room, doors_for, home_for, register

pytestmark = pytest.mark.urls("tests.apps.shell.urls")


@pytest.fixture(autouse=True)
def rooms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(navigation, "_rooms", {})
    register(
        Room("settings", url_name="shell:styleguide", right=Right.SET_COMPANY),
        Room("chain", url_name="people"),
        Room("costs", "Costs", url_name="speaking", right=Right.SEE_COSTS, parent="chain"),
        Room("pay", url_name="not:built"),
    )
    yield


def keys(role: str) -> list[str]:
    return [door.key for door in doors_for(User(role=role))]


def test_a_room_appears_only_when_its_page_exists() -> None:
    assert "pay" not in keys("head")


def test_a_room_one_may_not_enter_is_not_shown() -> None:
    assert keys("seller") == ["chain"]
    assert doors_for(User(role="seller"))[0].children == []
    assert doors_for(User(role="marketer"))[0].children[0].key == "costs"


def test_the_order_and_the_first_page_follow_the_role() -> None:
    assert keys("head") == ["chain", "settings"]
    assert keys("administrator") == ["settings", "chain"]
    assert home_for(User(role="administrator")) == "/styleguide/"


def test_a_room_is_open_while_one_of_its_children_is_shown() -> None:
    door = doors_for(User(role="head"), "speaking")[0]
    assert door.is_open
    assert not door.is_current
    assert door.children[0].is_current
