"""Contests from agreeing to handing prizes over: exactly one settlement, people counted once, costs for those who see them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.world import World, at

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.models import StaleChunk
from onegoal.apps.audit.services import mark_stale
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.facts.services import publish_now
from onegoal.apps.wall.jobs import settle_contests
from onegoal.apps.wall.models import Contest, WallBoard
from onegoal.apps.wall.queries.contests import results_now, settles_at, standing_in
from onegoal.apps.wall.services.contests import ContestOver, Entry, call_off, save_contest, settle_contest

LAST = dt.date(2026, 2, 15)
DUE = at("2026-02-16", "07:00")  # nine in the morning in Bucharest


def stored_contest(trade: World, *, entries: list[Entry] | None = None, **said: Any) -> Contest:
    terms = {
        "name": "Ten days of February", "metric": "deals_won", "starts_on": dt.date(2026, 2, 6), "ends_on": LAST,
    } | said  # fmt: skip
    who = entries or [Entry(one, 10_000) for one in (trade.nora, trade.nick, trade.sam)]
    return save_contest(
        contest=Contest(**terms), entries=who, prizes={1: "A day off", 2: "A dinner"}, author=trade.hanna,
        now=at("2026-02-05"),
    )  # fmt: skip


def places(contest: Contest, today: dt.date = LAST) -> list[tuple[str, int | None]]:
    return [(str(line.entrant), line.place) for line in standing_in(contest, today=today)]


def test_the_figure_is_the_catalogues_within_the_days_of_the_contest(trade: World) -> None:
    lines = standing_in(stored_contest(trade), today=LAST)
    assert (str(lines[0].entrant), lines[0].place, lines[0].value) == ("Nora", 1, 3)
    assert {one.place for one in lines[1:]} == {2}
    early = stored_contest(trade, ends_on=dt.date(2026, 2, 9))
    assert {line.value for line in standing_in(early, today=LAST)} == {0}
    narrowed = stored_contest(trade, where=[["project", "Old Mill"]])
    assert {line.value for line in standing_in(narrowed, today=LAST)} == {0}


def test_a_handicap_and_a_minimum_decide_who_wins(trade: World) -> None:
    slow = [Entry(trade.nora, 5_000), Entry(trade.nick, 10_000)]
    lines = standing_in(stored_contest(trade, entries=slow, minimum=1), today=LAST)
    assert [(str(one.entrant), one.value, one.points, one.place) for one in lines] == [
        ("Nora", 3, 1.5, 1), ("Nick", 0, 0, None),
    ]  # fmt: skip
    assert lines[0].prize and lines[0].prize.text == "A day off" and lines[1].is_short


def test_teams_compete_for_each_member_and_nobody_is_counted_twice(trade: World) -> None:
    teams = [Entry(trade.north, 10_000), Entry(trade.south, 10_000)]
    both = stored_contest(trade, entries=teams, is_between_teams=True, per_person=True)
    # Nora and Nick sell in North; Victor only leads it. Whoever moves to South counts there and no longer in North.
    assert standing_in(both, today=LAST)[0].value == 1.5
    User.objects.filter(pk=trade.nick.pk).update(team=trade.south)
    assert standing_in(both, today=LAST)[0].value == 3
    # Who left while it ran was a member; who left before was none.
    User.objects.filter(pk=trade.nick.pk).update(team=trade.north, is_active=False, left_on=dt.date(2026, 2, 10))
    assert standing_in(both, today=LAST)[0].value == 1.5
    User.objects.filter(pk=trade.nick.pk).update(left_on=dt.date(2026, 2, 1))
    assert standing_in(both, today=LAST)[0].value == 3


def test_what_is_not_agreed_to_be_told_is_not_in_the_page(trade: World, client: Client) -> None:
    contest = stored_contest(trade, shows="rank")
    (nora, *_others) = standing_in(contest, today=LAST)
    assert (nora.place, nora.value, nora.points, nora.progress) == (1, None, None, None)
    client.force_login(trade.sam)
    page = client.get(reverse("wall:contest", args=[contest.pk])).content.decode()
    assert "Nora" in page and "standing-course" not in page and "Deals signed</th>" not in page


def test_a_contest_is_settled_once_when_the_last_day_is_in(trade: World) -> None:
    contest = stored_contest(trade)
    with time_machine.travel(DUE - dt.timedelta(minutes=1), tick=False):
        settle_contests()
        assert Contest.objects.get().closed_at is None
    mark_stale(entity="deal", ids=[1])
    with time_machine.travel(DUE, tick=False):
        settle_contests()  # something is not published yet
        assert Contest.objects.get().closed_at is None
        publish_now()
        settle_contests()
    settled = Contest.objects.get()
    assert settled.closed_at == DUE
    assert places(settled) == [("Nora", 1), ("Nick", 2), ("Sam", 2)]
    # A contract that is cancelled afterwards, or handed to a colleague, changes no result.
    trade.nora.leads.update(seller=trade.sam)
    trade.nora.deals.update(seller=trade.sam, won_at=None)
    mark_stale(entity="deal", ids=[1])
    publish_now()
    assert places(Contest.objects.get()) == [("Nora", 1), ("Nick", 2), ("Sam", 2)]
    assert contest.prizes.count() == 2 and not StaleChunk.objects.exists()


def test_the_second_of_two_workers_changes_nothing(trade: World) -> None:
    contest = stored_contest(trade)
    results = results_now(contest, today=LAST)
    assert settle_contest(contest_id=contest.pk, results=results, now=DUE)
    other = results_now(stored_contest(trade, entries=[Entry(trade.nick, 1), Entry(trade.nora, 1)]), today=LAST)
    assert not settle_contest(contest_id=contest.pk, results=other, now=DUE + dt.timedelta(minutes=1))
    assert Contest.objects.get(pk=contest.pk).closed_at == DUE
    with pytest.raises(ContestOver):
        call_off(contest=contest, now=DUE)
    with pytest.raises(ContestOver):
        save_contest(contest=contest, entries=[], prizes={}, author=trade.hanna, now=DUE)


def test_one_that_was_called_off_is_never_settled(trade: World) -> None:
    contest = stored_contest(trade)
    results = results_now(contest, today=LAST)
    call_off(contest=contest, now=DUE)
    publish_now()
    assert not settle_contest(contest_id=contest.pk, results=results, now=DUE)
    with time_machine.travel(DUE, tick=False):
        settle_contests()
    assert Contest.objects.get(pk=contest.pk).closed_at is None


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-03-27", "2026-03-28T07:00:00+00:00"),  # winter time
        ("2026-03-28", "2026-03-29T06:00:00+00:00"),  # the night the clocks go forward
        ("2026-10-24", "2026-10-25T07:00:00+00:00"),  # the night they go back
    ],
)
def test_it_is_nine_in_the_morning_whatever_the_clocks_did_at_night(trade: World, last: str, due: str) -> None:
    zone = calendar_of_company().zone
    assert settles_at(Contest(ends_on=dt.date.fromisoformat(last)), zone).isoformat() == due


def test_a_clock_put_back_after_the_settlement_settles_nothing_again(trade: World) -> None:
    contest = stored_contest(trade)
    publish_now()
    with time_machine.travel(DUE, tick=False):
        settle_contests()
    with time_machine.travel(DUE - dt.timedelta(days=3), tick=False):
        settle_contests()
    with time_machine.travel(DUE + dt.timedelta(hours=1), tick=False):
        settle_contests()
    assert Contest.objects.get(pk=contest.pk).closed_at == DUE


def test_costs_are_for_those_who_see_costs(trade: World, client: Client) -> None:
    contest = stored_contest(trade, metric="cac")
    for who, status in ((trade.nora, 404), (trade.hanna, 200)):
        client.force_login(who)
        assert client.get(reverse("wall:contest", args=[contest.pk])).status_code == status
        assert (contest.name in client.get(reverse("wall:contests")).content.decode()) is (status == 200)


def test_a_contest_whose_figure_is_gone_says_so_and_waits(trade: World, client: Client) -> None:
    contest = stored_contest(trade, metric="no_longer_counted")
    publish_now()
    client.force_login(trade.hanna)
    page = client.get(reverse("wall:contest", args=[contest.pk])).content.decode()
    assert "There is no metric called no_longer_counted" in page
    with time_machine.travel(DUE, tick=False):
        settle_contests()
    assert Contest.objects.get(pk=contest.pk).closed_at is None


def _form(trade: World, **said: Any) -> dict[str, Any]:
    return {
        "name": "February", "metric": "deals_won", "starts_on": "2026-02-06", "ends_on": "2026-02-15", "shows": "value",
        "minimum": "2", f"user_{trade.nora.pk}": "on", f"times_user_{trade.nora.pk}": "1",
        f"user_{trade.nick.pk}": "on", f"times_user_{trade.nick.pk}": "1.25", "prize_1": "A day off",
    } | said  # fmt: skip


def test_a_marketer_agrees_on_one_changes_it_and_calls_it_off_and_on(trade: World, client: Client) -> None:
    client.force_login(trade.mark)
    new = reverse("wall:contest_new")
    made = client.post(new, _form(trade))
    contest = Contest.objects.get()
    assert made.status_code == 302 and contest.author == trade.mark and contest.minimum == 2
    assert dict(contest.entrants.values_list("user__name", "handicap_bp")) == {"Nora": 10_000, "Nick": 12_500}
    edit = reverse("wall:contest_edit", args=[contest.pk])
    shown = client.get(edit).content.decode()
    assert 'value="1.25"' in shown and "A day off" in shown
    money = _form(trade, metric="money_signed", minimum="1 500,50", prize_1="", prize_2="Dinner")
    money.pop(f"user_{trade.nick.pk}")
    client.post(edit, money | {f"user_{trade.sam.pk}": "on"})
    contest.refresh_from_db()
    assert contest.minimum == 1_500_50
    assert set(contest.entrants.values_list("user__name", flat=True)) == {"Nora", "Sam"}
    assert list(contest.prizes.values_list("place", "text")) == [(2, "Dinner")]
    off = client.post(reverse("wall:contest_call_off", args=[contest.pk]), follow=True).content.decode()
    assert "It was called off" in off and re.search(r"call-on", off)
    client.post(reverse("wall:contest_call_on", args=[contest.pk]))
    contest.refresh_from_db()
    assert contest.cancelled_at is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"ends_on": "2026-02-01"}, "It ends before it begins."),
        ({"minimum": "many"}, "Write a number"),
        ({"metric": "spend"}, "Select a valid choice"),
        ({"channel": "no such"}, "Select a valid choice"),
        ({"is_between_teams": "on"}, "at least two who take part"),
    ],
)
def test_what_cannot_be_is_said_in_words(trade: World, client: Client, said: dict[str, str], words: str) -> None:
    client.force_login(trade.mark)
    response = client.post(reverse("wall:contest_new"), _form(trade) | said)
    assert response.status_code == 422 and words in response.content.decode()
    assert not Contest.objects.exists()


def test_a_prize_is_handed_over_after_the_result(trade: World, client: Client) -> None:
    contest = stored_contest(trade)
    settle_contest(contest_id=contest.pk, results=results_now(contest, today=LAST), now=DUE)
    prize = contest.prizes.get(place=1)
    client.force_login(trade.victor)
    address = reverse("wall:prize", args=[contest.pk, prize.pk])
    assert "handed over" in client.post(address, follow=True).content.decode()
    assert contest.prizes.get(place=1).given_at is not None
    client.post(address, {"not_given": ""})
    assert contest.prizes.get(place=1).given_at is None
    assert client.get(reverse("wall:contest_edit", args=[contest.pk])).status_code == 302


def test_a_wall_shows_a_contest_but_never_costs(trade: World) -> None:
    from tests.apps.wall.conftest import stored_screen

    from onegoal.apps.wall import picture

    screen, _token = stored_screen(trade.ada)
    screen.boards.all().delete()
    for metric in ("deals_won", "cac"):
        WallBoard.objects.create(screen=screen, kind="contest", contest=stored_contest(trade, metric=metric))
    (board,) = picture.answer_of(screen, now=at("2026-02-10"), bundle="1")[0]["boards"]
    assert "Ten days of February" in board["html"] and "days left" in board["html"] and "A day off" in board["html"]


def test_the_first_page_shows_standings_and_the_contests_that_run(trade: World, rf: Any) -> None:
    from onegoal.apps.wall.first_page import standings_block

    contest = stored_contest(trade)
    request = rf.get("/")
    request.user = trade.sam
    with time_machine.travel(at("2026-02-12"), tick=False):
        shown = standings_block(request, None)
        assert shown is not None
        assert [line.key for line in shown["teams"]] == ["North", "South"]
        assert {line.value for line in (*shown["teams"], *shown["sellers"])} == {None}  # progress is told, not values
        ((running, lines),) = shown["contests"]
        assert running == contest and str(lines[0].entrant) == "Nora"
        trade.sam.projects.set([trade.river_park, trade.old_mill])
        limited = standings_block(request, None)
    assert limited is not None and limited["teams"] == limited["sellers"] == []
