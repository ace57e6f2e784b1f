"""Values that may be a little old."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import pytest

from onegoal.core.lately import Lately


class Desk:
    """A clock and a line of waiting work, both in the test's hands."""

    def __init__(self) -> None:
        self.now, self.waiting, self.made = 0.0, list[Callable[[], object]](), 0
        self.lately = Lately(lambda key, work: self.waiting.append(work), clock=lambda: self.now, most=2)

    def ask(self, version: str, key: Hashable = "page") -> str:
        def make() -> str:
            self.made += 1
            return version

        return self.lately.get(key, version, make, again=make, old=60)


def test_nobody_waits_while_the_value_before_is_young_enough() -> None:
    desk = Desk()
    assert desk.ask("1") == "1"
    desk.now = 30
    assert desk.ask("2") == "1"  # the next one is only asked for
    (work,) = desk.waiting
    work()
    assert desk.ask("2") == "2"
    assert desk.made == 2


def test_a_value_that_is_too_old_is_given_to_nobody() -> None:
    desk = Desk()
    desk.ask("1")
    desk.now = 61
    assert desk.ask("2") == "2"
    assert not desk.waiting


def test_what_was_just_made_is_not_made_again_at_once() -> None:
    desk = Desk()
    desk.ask("1")
    desk.now = 1
    assert desk.ask("2") == "1"
    assert not desk.waiting


def test_what_fails_is_forgotten_and_the_oldest_makes_room() -> None:
    desk = Desk()
    desk.ask("1")

    def fails() -> str:
        raise ValueError

    desk.now = 61
    with pytest.raises(ValueError):
        desk.lately.get("page", "2", fails, again=fails, old=60)
    desk.now = 62
    assert desk.ask("3") == "3"
    for key in ("a", "b"):
        desk.ask("3", key)
    before = desk.made
    desk.ask("3")
    assert desk.made == before + 1
