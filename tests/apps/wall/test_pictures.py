"""What a wall shows: the month against its plan, standings as openly as agreed, deals signed just now, and its age."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from tests.apps.goal.conftest import stored_kpi
from tests.apps.wall.conftest import stored_screen
from tests.world import World, at

from onegoal.apps.accounts.models import User
from onegoal.apps.sales.models import Deal
from onegoal.apps.wall import picture
from onegoal.apps.wall.models import BoardKind, Shows, WallBoard
from onegoal.apps.wall.queries.lateness import Lateness
from onegoal.apps.wall.queries.month import course_of_month, sellers_in_month, teams_in_month
from onegoal.core.memory import Memory

TODAY = dt.date(2026, 2, 10)
EVENING = at("2026-02-10", "16:00")


def sent(screen: Any, now: dt.datetime = EVENING) -> dict[str, Any]:
    return picture.answer_of(screen, now=now, bundle="1")[0]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_board_says_its_one_thing_in_its_order(trade: World) -> None:
    stored_kpi(trade)
    screen, _token = stored_screen(trade.ada)
    boards = sent(screen)["boards"]
    said = [words(one["html"]) for one in boards]
    assert len({one["key"] for one in boards}) == len(boards) == 6
    assert all(one["seconds"] == 20 for one in boards)
    assert said[0].startswith("First quarter") and "%" in said[0]
    assert "per cent of the plan by day" in said[1]
    assert boards[1]["html"].count('class="day"') == 28
    assert "Money received in February € 0" in said[2]  # the money comes on the 20th
    assert "Teams: contracts this month" in said[3] and "North" in said[3] and "South" in said[3]
    assert "Nora" in said[4]


def test_without_goal_and_plan_only_what_can_be_told_is_shown(trade: World) -> None:
    screen, _token = stored_screen(trade.ada)
    said = [words(one["html"]) for one in sent(screen)["boards"]]
    assert [text.split(" ")[0] for text in said] == ["Money", "Teams:", "Contracts"]
    WallBoard.objects.filter(screen=screen).exclude(kind=BoardKind.GOAL).delete()
    assert "Nothing to show yet" in words(sent(screen)["boards"][0]["html"])


def test_days_and_needs_add_up_to_the_plan_of_the_month(trade: World) -> None:
    stored_kpi(trade)
    month = course_of_month(TODAY)
    deals = month.courses["deals_won"]
    assert deals.so_far == deals.done_today == 3
    assert sum(deals.plan.values()) == deals.planned
    assert deals.missing_today == max(0, deals.planned_so_far - 3)
    before = course_of_month(TODAY - dt.timedelta(days=1)).courses["deals_won"]
    assert before.so_far == 0 and before.missing_today == before.planned_so_far


def test_standings_tell_no_more_than_was_agreed(trade: World) -> None:
    screen, _token = stored_screen(trade.ada)
    shown = {}
    for shows in Shows.values:
        WallBoard.objects.filter(screen=screen, kind="sellers").update(shows=shows)
        html = next(one["html"] for one in sent(screen)["boards"] if "Nora" in one["html"] and "Nick" in one["html"])
        shown[shows] = html[html.index("<ol") :]
    assert '<span class="value">3</span>' in shown["value"]
    assert '<span class="value">3</span>' not in shown["progress"] and "%</span>" in shown["progress"]
    assert "%" not in shown["rank"] and '<span class="value">3' not in shown["rank"]


def test_who_left_this_month_stays_with_what_was_signed(trade: World) -> None:
    User.objects.filter(pk=trade.nora.pk).update(is_active=False, left_on=TODAY)
    assert sellers_in_month(TODAY, shows="value")[0].key == "Nora"
    User.objects.filter(pk=trade.nora.pk).update(left_on=dt.date(2026, 1, 31))
    assert "Nora" not in {line.key for line in sellers_in_month(TODAY, shows="value")}


def test_two_of_one_name_are_two_people(trade: World) -> None:
    User.objects.create(name="Nora", email="other-nora@casaverde.test", role="seller", team=trade.south)
    lines = [line for line in sellers_in_month(TODAY, shows="value") if line.key == "Nora"]
    assert [line.value for line in lines] == [3, 0]


def test_teams_are_compared_by_their_own_part_of_the_plan(trade: World) -> None:
    stored_kpi(trade)
    north, south = teams_in_month(TODAY, shows="progress")
    assert (north.key, south.key) == ("North", "South")
    assert north.value is None and south.progress == 0


def test_a_long_list_turns_over_several_slides(trade: World) -> None:
    for number in range(12):
        User.objects.create(name=f"Seller {number}", role="seller", team=trade.north)
    screen, _token = stored_screen(trade.ada)
    WallBoard.objects.filter(screen=screen).exclude(kind=BoardKind.SELLERS).delete()
    boards = sent(screen)["boards"]
    assert len(boards) == 2 and sum(one["html"].count('class="who"') for one in boards) == 15


def test_a_deal_is_news_for_ten_minutes_by_who_signed_it_and_where(trade: World) -> None:
    screen, _token = stored_screen(trade.ada)
    deal = _signed(trade, EVENING)
    assert sent(screen)["deals"] == [{"id": deal.pk, "who": "Nora", "project": "River Park"}]
    assert sent(screen, EVENING + dt.timedelta(minutes=11))["deals"] == []
    before = picture.answer_of(screen, now=EVENING, bundle="1")[1]
    _signed(trade, EVENING - dt.timedelta(minutes=1), seller=None, project=None)
    body, after = picture.answer_of(screen, now=EVENING, bundle="1")
    assert [one["who"] for one in body["deals"]] == ["", "Nora"] and after != before
    other, _token = stored_screen(trade.ada, project=trade.old_mill)
    assert sent(other)["deals"] == []
    Deal.objects.update(won_at=None)
    assert sent(screen)["deals"] == []


def test_an_import_of_many_contracts_is_told_by_its_latest(trade: World) -> None:
    screen, _token = stored_screen(trade.ada)
    made = [_signed(trade, EVENING - dt.timedelta(seconds=at)) for at in range(9)]
    assert [one["id"] for one in sent(screen)["deals"]] == [deal.pk for deal in reversed(made[:5])]


def test_figures_are_late_only_when_nothing_new_came_for_a_minute() -> None:
    seen, now = Lateness(), EVENING
    second = dt.timedelta(seconds=1)
    assert seen.since(now, version="1", is_waiting=True) is None
    assert seen.since(now + 60 * second, version="1", is_waiting=True) is None
    assert seen.since(now + 61 * second, version="1", is_waiting=True) == now
    assert seen.since(now + 62 * second, version="2", is_waiting=True) is None  # they go on coming
    assert seen.since(now + 200 * second, version="2", is_waiting=False) is None
    assert seen.since(now + 201 * second, version="2", is_waiting=True) is None
    # A clock put back an hour begins the waiting anew instead of calling the figures late from the future.
    assert seen.since(now - 3600 * second, version="2", is_waiting=True) is None
    assert seen.since(now - 3500 * second, version="2", is_waiting=True) == now - 3600 * second


def test_a_late_wall_says_up_to_when_it_is_complete(trade: World, monkeypatch: pytest.MonkeyPatch) -> None:
    screen, _token = stored_screen(trade.ada)
    assert sent(screen)["late"] == ""
    monkeypatch.setattr(picture, "late_since", lambda now: now - dt.timedelta(minutes=5))
    assert sent(screen)["late"] == "Figures of 10 Feb, 15:55. Newer ones are late."


def test_fifty_who_look_at_one_state_have_it_written_once(trade: World, monkeypatch: pytest.MonkeyPatch) -> None:
    screen, _token = stored_screen(trade.ada)
    written: list[dt.date] = []
    monkeypatch.setattr(picture, "record_version", lambda: "7")
    monkeypatch.setattr(picture, "slides_of", lambda screen, today: written.append(today) or [])
    monkeypatch.setattr(picture, "_kept", {})
    monkeypatch.setattr(picture, "_answers", Memory())
    monkeypatch.setattr(picture, "_in_background", lambda work, lock: (work(), lock.release()))
    for _ in range(50):
        sent(screen)
    assert len(written) == 1
    monkeypatch.setattr(picture, "record_version", lambda: "8")
    sent(screen)
    assert len(written) == 1  # data comes in all the time: not more often than every two seconds
    monkeypatch.setattr(picture, "YOUNG", 0)
    sent(screen, EVENING + dt.timedelta(seconds=2))
    sent(screen, EVENING + dt.timedelta(seconds=3))
    assert len(written) == 2
    sent(screen, EVENING + dt.timedelta(days=1))
    assert len(written) == 3


def test_nobody_waits_for_figures_while_the_next_picture_is_written(
    trade: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, _token = stored_screen(trade.ada)
    begun: list[Any] = []
    monkeypatch.setattr(picture, "_answers", Memory())
    for name, value in (("_kept", {}), ("YOUNG", 0), ("_in_background", lambda work, lock: begun.append((work, lock)))):
        monkeypatch.setattr(picture, name, value)
    monkeypatch.setattr(picture, "record_version", lambda: "7")
    before = sent(screen)["boards"]
    monkeypatch.setattr(picture, "record_version", lambda: "8")
    monkeypatch.setattr(picture, "slides_of", lambda screen, today: [])
    assert [sent(screen)["boards"] for _ in range(3)] == [before] * 3
    ((work, lock),) = begun
    work()
    lock.release()
    assert sent(screen, EVENING + dt.timedelta(seconds=1))["boards"] == []  # answers of one second are one
    monkeypatch.setattr(picture, "OLD", 0)  # after half a minute unasked, figures are waited for
    monkeypatch.setattr(picture, "record_version", lambda: "9")
    monkeypatch.setattr(picture, "slides_of", lambda screen, today: begun.append(today) or [])
    sent(screen)
    assert begun[-1] == TODAY


def _signed(world: World, when: dt.datetime, **said: Any) -> Deal:
    from onegoal.apps.people.models import Person

    person = Person.objects.create(created_at=when)
    row = {"seller": world.nora, "project": world.river_park} | said
    return Deal.objects.create(person=person, opened_at=when - dt.timedelta(days=9), won_at=when, **row)
