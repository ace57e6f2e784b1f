"""The bot: it answers its own people with their own rights, once, and strangers with nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings as django_settings
from tests.apps.evening.conftest import DUE
from tests.fakes.bot_api import BotApi, Fault
from tests.world import World, make_trade

from onegoal.apps.evening.jobs import Listener
from onegoal.apps.evening.models import BotCursor, Channel, TelegramAccount
from onegoal.apps.evening.services.channels import get_it_myself
from onegoal.apps.evening.services.linking import CODE_LASTS, link_chat, make_code

NORA, HANNA, STRANGER, GROUP = 11, 22, 33, -44


@pytest.fixture
def listener(api: BotApi, clock: Any) -> Listener:
    return Listener()


@pytest.fixture
def linked(world: World, api: BotApi) -> World:
    """Nora's and Hanna's chats are known to the bot."""
    for user, chat in ((world.nora, NORA), (world.hanna, HANNA)):
        TelegramAccount.objects.create(user=user, chat_id=chat, linked_at=DUE)
    return world


def test_a_code_links_a_chat_once_and_not_after_its_time(
    world: World, listener: Listener, api: BotApi, clock: Any
) -> None:
    code = make_code(user=world.nora, now=DUE)
    api.write(STRANGER, "/start wrong")
    api.write(NORA, f"/start {code}")
    api.write(STRANGER, f"/start {code}")
    listener.listen()
    assert api.texts(NORA)[0].startswith("Nora, this chat is yours now.\n\n/today")
    assert [text[:20] for text in api.texts(STRANGER)] == ["This code is unknown"] * 2
    late = make_code(user=world.hanna, now=DUE)
    assert link_chat(code=late, chat_id=HANNA, now=DUE + CODE_LASTS + dt.timedelta(seconds=1)) is None
    assert link_chat(code="", chat_id=HANNA, now=DUE) is None


def test_a_chat_that_links_itself_to_another_colleague_leaves_the_first(world: World, linked: World) -> None:
    get_it_myself(user=world.nora, kind="telegram", due_at=None, now=DUE)
    code = make_code(user=world.nick, now=DUE)
    assert link_chat(code=code, chat_id=NORA, now=DUE) == world.nick
    assert not TelegramAccount.objects.filter(user=world.nora, chat_id__isnull=False).exists()
    assert Channel.objects.get().stopped_because == "unlinked"


def test_strangers_and_those_who_left_learn_nothing(linked: World, listener: Listener, api: BotApi) -> None:
    linked.nora.is_active = False
    linked.nora.save()
    for command in ("/today", "/plan", "/my", "/help", "/start", "/stop", "hello"):
        api.write(STRANGER, command)
        api.write(NORA, command)
    listener.listen()
    said = {*api.texts(STRANGER), *api.texts(NORA)}
    assert len(api.sent) == 14
    assert len(said) == 1
    assert "Casa Verde" not in said.pop()


def test_everybody_is_answered_with_their_own_rights_and_in_their_language(
    linked: World, listener: Listener, api: BotApi, clock: Any
) -> None:
    clock.move_to(dt.datetime(2026, 2, 10, 19, 0, tzinfo=dt.UTC))
    make_trade()  # three deals of Nora's, signed on 10 February
    TelegramAccount.objects.create(user=linked.sam, chat_id=55, linked_at=DUE)
    for chat in (NORA, HANNA, 55):
        api.write(chat, "/today")
        api.write(chat, "/plan@onegoal_test_bot")
        api.write(chat, "/my")
    listener.listen()
    nora, hanna, sam = api.texts(NORA), api.texts(HANNA), api.texts(55)
    assert [("Signed deals: 3" in text) for text in nora] == [True, True, True]
    assert [("Signed deals: 3" in text) for text in hanna] == [True, True, False]
    assert [("Signed deals: 0" in text) for text in sam] == [True, True, True]
    assert "Nora" not in sam[0]
    assert "None due, no calls: Nick, Nora, Sam, Victor" in hanna[0]


def test_a_group_is_refused_politely_and_told_its_number(linked: World, listener: Listener, api: BotApi) -> None:
    api.write(GROUP, "/today", kind="supergroup")
    api.write(GROUP, "good morning", kind="supergroup")
    listener.listen()
    (said,) = api.texts(GROUP)
    assert ("private chat only" in said, str(GROUP) in said) == (True, True)


def test_each_update_is_answered_once_through_restarts_and_two_listeners(
    linked: World, listener: Listener, api: BotApi
) -> None:
    number = api.write(NORA, "/help")
    waiting = list(api.updates)
    listener.listen()
    api.updates = waiting  # Telegram was not told yet that it is done with
    Listener().listen()
    listener.listen()
    assert (len(api.texts(NORA)), BotCursor.objects.get().last_update_id) == (1, number)


def test_after_a_quiet_week_numbers_may_begin_anew(linked: World, listener: Listener, api: BotApi, clock: Any) -> None:
    api.write(NORA, "/help")
    listener.listen()
    listener.listen()  # tells Telegram that the first is done with
    clock.move_to(DUE + dt.timedelta(days=8))
    BotCursor.objects.update(last_update_id=10**9)
    api.write(NORA, "/help")
    listener.listen()
    assert len(api.texts(NORA)) == 2


def test_an_answer_that_does_not_arrive_stops_nothing_and_names_no_secret(
    linked: World, listener: Listener, api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    listener.listen()
    api.faults.append(Fault(500))
    api.write(NORA, "/help")
    api.write(HANNA, "/help")
    listener.listen()
    assert (len(api.texts(NORA)), len(api.texts(HANNA))) == (0, 1)
    assert "did not arrive" in caplog.text
    assert django_settings.TELEGRAM_TOKEN not in caplog.text


def test_while_telegram_cannot_be_asked_the_bot_rests(linked: World, api: BotApi, settings: Any, clock: Any) -> None:
    settings.TELEGRAM_API = "http://127.0.0.1:1"
    quiet = Listener()
    quiet.listen()
    assert quiet.rests_until > 0
    settings.TELEGRAM_TOKEN = ""
    asked = len(api.asked)
    Listener().listen()
    assert len(api.asked) == asked


def test_stop_ends_the_report_and_not_the_answers(linked: World, listener: Listener, api: BotApi, world: World) -> None:
    get_it_myself(user=world.nora, kind="telegram", due_at=None, now=DUE)
    for command in ("/stop", "/stop", "/help"):
        api.write(NORA, command)
    listener.listen()
    first, second, third = api.texts(NORA)
    assert ("not sent here any more" in first, "No evening report" in second, "/today" in third) == (True, True, True)
    assert Channel.objects.get().stopped_because == "by_hand"
