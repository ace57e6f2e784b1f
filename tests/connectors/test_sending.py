"""The clients of Telegram, Slack and Mattermost against a real server: what is asked, and what each failure means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.fakes.bot_api import BLOCKED, HOOK, NO_CHAT, TOKEN, BotApi, Fault, migrated, refused, serving, too_many

from onegoal.connectors.chat_hooks.client import payload, post
from onegoal.connectors.outgoing import Door
from onegoal.connectors.sending import MayHaveLeft, NotSent, PlaceIsGone, PlaceMoved, Rejected, TryLater
from onegoal.connectors.telegram.client import Bot, Message


@pytest.fixture(scope="module")
def server() -> Iterator[BotApi]:
    with serving() as api:
        yield api


@pytest.fixture
def api(server: BotApi) -> BotApi:
    server.sent.clear()
    server.hooked.clear()
    server.faults.clear()
    return server


def door_to(api: BotApi) -> Door:
    return Door(allowed=frozenset({api.origin}), whole_seconds=0.5)


def bot_of(api: BotApi, token: str = TOKEN) -> Bot:
    return Bot(token, door_to(api), api.origin)


def test_the_bot_says_its_name_sends_a_plain_text_and_hears_what_is_written(api: BotApi) -> None:
    bot = bot_of(api)
    assert bot.name() == "onegoal_test_bot"
    assert bot.send("42", "<b>*not bold*</b>") == "1"
    assert api.texts(42) == ["<b>*not bold*</b>"]
    assert "parse_mode" not in api.sent[0]
    first, second = api.write(42, "/today"), api.write(-7, "/plan", kind="group")
    assert bot.messages(after=None, wait_seconds=0) == [
        Message(first, 42, True, "/today"), Message(second, -7, False, "/plan"),
    ]  # fmt: skip
    assert [one.text for one in bot.messages(after=first, wait_seconds=0)] == ["/plan"]
    assert bot.messages(after=second, wait_seconds=0) == []


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (BLOCKED, PlaceIsGone), (NO_CHAT, PlaceIsGone), (migrated(-100500), PlaceMoved), (too_many(33), TryLater),
        (refused(500, "Internal Server Error"), TryLater), (Fault(503), TryLater), (Fault(502), MayHaveLeft),
        (Fault(504), MayHaveLeft), (Fault(hangs=True), MayHaveLeft), (refused(400, "Bad Request: message is too long"), Rejected),
        (Fault(200, {"ok": True}), MayHaveLeft), (refused(409, "Conflict: other getUpdates"), TryLater),
    ],
)  # fmt: skip
def test_each_failure_of_telegrams_means_what_it_should(api: BotApi, fault: Fault, meaning: type[NotSent]) -> None:
    api.faults.append(fault)
    with pytest.raises(meaning) as told:
        bot_of(api).send("42", "text")
    assert type(told.value) is meaning
    assert TOKEN not in str(told.value)
    if isinstance(told.value, TryLater) and fault.status == 429:
        assert told.value.seconds == 33
    if isinstance(told.value, PlaceMoved):
        assert told.value.address == "-100500"


def test_a_wrong_token_and_a_server_that_is_away_are_tried_again(api: BotApi) -> None:
    with pytest.raises(TryLater):
        bot_of(api, "1:wrong").send("42", "text")
    with pytest.raises(TryLater, match="ConnectError"):
        Bot(TOKEN, Door(allowed=frozenset({"http://127.0.0.1:1"})), "http://127.0.0.1:1").send("42", "text")
    with pytest.raises(Rejected, match="https"):
        Bot(TOKEN, Door(), api.origin).send("42", "text")


def test_names_with_markup_are_only_text_in_slack_and_mattermost(api: BotApi) -> None:
    said = "*Ana* <!channel> [x](https://a.example/b_c) @all & `rm` https://goal.example.com/a_b/"
    post("slack", api.origin + HOOK, said, door_to(api))
    post("mattermost", api.origin + HOOK, said, door_to(api))
    slack, mattermost = api.hooked
    assert slack["text"].startswith("*Ana* &lt;!channel&gt;")
    assert slack["mrkdwn"] is False
    assert mattermost["text"].startswith(r"\*Ana\* \<!channel\> \[x\](")
    assert "@all" not in mattermost["text"]
    assert mattermost["text"].endswith("https://goal.example.com/a_b/")
    assert payload("slack", "plain")["text"] == "plain"


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (too_many(7), TryLater), (Fault(500), TryLater), (Fault(502), MayHaveLeft), (Fault(hangs=True), MayHaveLeft),
        (Fault(404), PlaceIsGone), (Fault(410), PlaceIsGone), (Fault(302, headers={"Location": "http://127.0.0.1"}), PlaceIsGone),
        (Fault(400), Rejected),
    ],
)  # fmt: skip
def test_each_failure_of_a_hook_means_what_it_should(api: BotApi, fault: Fault, meaning: type[NotSent]) -> None:
    api.faults.append(fault)
    with pytest.raises(meaning) as told:
        post("slack", api.origin + HOOK, "text", door_to(api))
    assert type(told.value) is meaning
    assert "secret" not in str(told.value)
