"""The link of a wall: read only, revocable, the same nothing for whoever guesses it, and cheap to ask again."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.wall.conftest import stored_screen
from tests.world import NOW, World

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.wall.models import WallScreen
from onegoal.apps.wall.queries.screens import screen_of
from onegoal.apps.wall.services import screens


def page(token: str) -> str:
    return reverse("wall:screen", args=[token])


def data(token: str) -> str:
    return reverse("wall:data", args=[token])


def test_a_wall_is_seen_without_signing_in_and_leaves_nothing_behind(world: World, client: Client) -> None:
    _screen, token = stored_screen(world.ada)
    for address in (page(token), data(token)):
        response = client.get(address)
        assert response.status_code == 200
        assert not response.cookies
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        assert "no-store" in response["Cache-Control"]
        assert "script-src 'self'" in response["Content-Security-Policy"]
    assert re.search(r"<a |<button|<form", client.get(page(token)).content.decode()) is None
    assert client.post(data(token)).status_code == 405


def test_guessed_revoked_and_replaced_links_are_the_same_nothing(world: World, client: Client) -> None:
    screen, token = stored_screen(world.ada)
    other, old = stored_screen(world.ada)
    screens.revoke_screen(screen=screen, now=NOW)
    new = screens.renew_link(screen=other, now=NOW)
    guessed = new[:12] + "x" * (len(new) - 12)  # even whoever knows how it begins
    answers = [client.get(address(one)) for one in (token, old, guessed, "x", "ж" * 50) for address in (page, data)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not any(answer.cookies for answer in answers)
    assert client.get(data(new)).status_code == 200


def test_only_a_digest_of_the_token_is_kept(world: World) -> None:
    screen, token = stored_screen(world.ada)
    stored = WallScreen.objects.get(pk=screen.pk)
    assert token not in repr(vars(stored))
    assert stored.prefix == token[:12] and len(token) == 43
    trail = AuditEntry.objects.filter(entity="wallscreen").values_list("after", flat=True)
    assert all("digest" not in entry for entry in trail)
    assert screen_of(token) == stored


def test_a_revoked_link_comes_back_only_as_another_one(world: World) -> None:
    screen, token = stored_screen(world.ada)
    screens.revoke_screen(screen=screen, now=NOW)
    screens.revoke_screen(screen=screen, now=NOW + dt.timedelta(days=1))
    assert WallScreen.objects.get(pk=screen.pk).revoked_at == NOW
    again = screens.renew_link(screen=screen, now=NOW)
    assert screen_of(token) is None and screen_of(again) == screen


def test_the_same_state_is_sent_once_and_then_only_confirmed(world: World, client: Client) -> None:
    screen, token = stored_screen(world.ada)
    first = client.get(data(token))
    again = client.get(data(token), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    assert again["ETag"] == first["ETag"] and float(again["X-Now"]) >= float(first["X-Now"])
    weak = client.get(data(token), headers={"If-None-Match": f"W/{first['ETag']}"})  # what a proxy makes of it
    assert weak.status_code == 304
    WallScreen.objects.filter(pk=screen.pk).update(is_dark=False)
    changed = client.get(data(token), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and changed.json()["isDark"] is False


def test_last_seen_is_noted_once_a_minute_and_again_after_a_clock_was_put_back(
    world: World, django_assert_num_queries: Any
) -> None:
    screen, _token = stored_screen(world.ada)
    screens.note_seen(screen=screen, now=NOW)
    with django_assert_num_queries(0):
        screens.note_seen(screen=WallScreen(pk=screen.pk, last_seen_at=NOW), now=NOW + dt.timedelta(seconds=50))
    earlier = NOW - dt.timedelta(hours=1)
    screens.note_seen(screen=WallScreen.objects.get(pk=screen.pk), now=earlier)
    assert WallScreen.objects.get(pk=screen.pk).last_seen_at == earlier


def test_the_link_is_shown_on_one_answer_only(world: World, client: Client) -> None:
    client.force_login(world.ada)
    made = client.post(reverse("wall:screen_new"), {"name": "Lobby", "language": "", "is_dark": "on"})
    found = re.search(r"/wall/([\w-]{43})/", made.content.decode())
    assert found and made["Cache-Control"] == "no-store, private"
    screen = screen_of(found[1])
    assert screen and screen.author == world.ada
    assert [board.kind for board in screen.boards.all()] == ["goal", "days", "money", "teams", "sellers", "today"]
    later = client.get(reverse("wall:screen_edit", args=[screen.pk])).content.decode()
    assert found[1] not in later
    renewed = client.post(reverse("wall:screen_link", args=[screen.pk])).content.decode()
    assert re.search(r"/wall/[\w-]{43}/", renewed) and found[1] not in renewed
    assert screen_of(found[1]) is None


def test_the_preview_shows_the_same_to_those_who_set_it_up_and_to_nobody_else(world: World, client: Client) -> None:
    screen, token = stored_screen(world.ada)
    wall = client.get(data(token)).json()
    client.force_login(world.ada)
    assert client.get(reverse("wall:preview_data", args=[screen.pk])).json() == wall
    assert "Back to the settings" in client.get(reverse("wall:preview", args=[screen.pk])).content.decode()
    client.force_login(world.nora)
    assert client.get(reverse("wall:preview", args=[screen.pk])).status_code == 403


@pytest.mark.parametrize("is_limited", [True, False])
def test_who_sees_one_project_looks_after_its_screens_only(world: World, client: Client, is_limited: bool) -> None:
    screen, _token = stored_screen(world.ada)
    if is_limited:
        world.ada.projects.add(world.old_mill)
    client.force_login(world.ada)
    response = client.post(reverse("wall:screen_revoke", args=[screen.pk]))
    assert response.status_code == (404 if is_limited else 302)


def test_boards_are_added_moved_taken_off_and_put_back(world: World, client: Client) -> None:
    screen, _token = stored_screen(world.ada)
    client.force_login(world.ada)
    refused = client.post(
        reverse("wall:board_new", args=[screen.pk]), {"kind": "contest", "seconds": "20", "shows": "rank"}
    )
    assert refused.status_code == 422 and "Choose the contest" in refused.content.decode()
    days = screen.boards.get(kind="days")
    client.post(reverse("wall:board_move", args=[screen.pk, days.pk]), {"up": ""})
    assert [one.kind for one in screen.boards.all()][:2] == ["days", "goal"]
    gone = client.post(reverse("wall:board_remove", args=[screen.pk, days.pk]), follow=True).content.decode()
    assert not screen.boards.filter(kind="days").exists()
    undo = re.search(r'"(/settings/walls/\d+/boards/restore/[^"]+)"', gone)
    assert undo
    client.post(undo[1])
    assert [one.kind for one in screen.boards.all()][-1] == "days"
