"""The settings of the evening report, the log with its texts, and one's own messages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.apps.evening.conftest import CHAT, DUE
from tests.fakes.bot_api import BLOCKED, BotApi, Fault
from tests.world import World

from onegoal.apps.evening.jobs import send_evening_reports
from onegoal.apps.evening.models import Channel, Delivery, EveningSettings, TelegramAccount
from onegoal.apps.evening.services.linking import link_chat

PAGE = "/settings/evening/"


@pytest.fixture
def as_admin(client: Client, world: World, clock: Any) -> Client:
    client.force_login(world.ada)
    return client


def test_a_channel_is_added_tried_out_stopped_and_begun_again(
    as_admin: Client, world: World, api: BotApi, clock: Any
) -> None:
    given = {
        "kind": "telegram",
        "name": "Heads",
        "address": CHAT,
        "reader": world.hanna.pk,
        "due_at": "22:30",
        "language": "en",
    }
    assert as_admin.post(f"{PAGE}add/", given).status_code == 302
    one = Channel.objects.get()
    as_admin.post(f"{PAGE}{one.pk}/test/")
    send_evening_reports()
    assert [text[:5] for text in api.texts(CHAT)] == ["Test:"]
    as_admin.post(f"{PAGE}{one.pk}/", given | {"name": "All heads", "due_at": ""})
    page = as_admin.get(PAGE).content.decode()
    assert ("All heads" in page, CHAT in page, "Send a test" in page) == (True, True, True)
    as_admin.post(f"{PAGE}{one.pk}/stop/")
    assert "stopped by a colleague" in as_admin.get(PAGE).content.decode()
    as_admin.post(f"{PAGE}{one.pk}/test/")
    assert Delivery.objects.count() == 1
    as_admin.post(f"{PAGE}{one.pk}/resume/")
    one.refresh_from_db()
    assert (one.stopped_at, one.name, one.due_at) == (None, "All heads", None)
    assert as_admin.post(f"{PAGE}add/", given).status_code == 400


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("telegram", "the heads"), ("email", "not an address"), ("email", "a@example.com\nBcc: b@example.com"),
        ("slack", "http://hooks.slack.com/x"), ("slack", "https://127.0.0.1/x"), ("mattermost", "https://169.254.169.254/latest"),
        ("mattermost", "https://2130706433/x"), ("mattermost", "https://me:secret@example.com/x"), ("slack", ""),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused(as_admin: Client, world: World, kind: str, address: str) -> None:
    given = {"kind": kind, "name": "Heads", "address": address, "reader": world.hanna.pk}
    answer = as_admin.post(f"{PAGE}add/", given)
    assert (answer.status_code, Channel.objects.exists()) == (400, False)
    assert "form-error" in answer.content.decode()


def test_the_secret_of_a_webhook_is_shown_to_nobody_and_kept(as_admin: Client, world: World, api: BotApi) -> None:
    secret = f"{api.origin}/hooks/very-secret-words"
    given = {"kind": "slack", "name": "Sales", "address": secret, "reader": world.hanna.pk}
    as_admin.post(f"{PAGE}add/", given)
    one = Channel.objects.get()
    for address in (PAGE, f"{PAGE}{one.pk}/"):
        assert "very-secret" not in as_admin.get(address).content.decode()
    as_admin.post(f"{PAGE}{one.pk}/", given | {"address": "", "name": "Sales chat"})
    one.refresh_from_db()
    assert (one.address, one.name) == (secret, "Sales chat")


def test_the_time_is_set_for_all(as_admin: Client) -> None:
    as_admin.post(PAGE, {"due_at": "20:30", "only_working_days": "on", "is_on": "on"})
    found = EveningSettings.objects.get()
    assert (f"{found.due_at:%H:%M}", found.only_working_days, found.is_on, found.active_since) == (
        "20:30",
        True,
        True,
        DUE,
    )
    assert as_admin.post(PAGE, {"due_at": "late", "is_on": "on"}).status_code == 400


def test_what_was_cut_off_is_shown_above_the_work_and_sent_again_by_hand(
    as_admin: Client, channel: Channel, api: BotApi, client: Client, world: World
) -> None:
    api.faults.append(Fault(502))
    send_evening_reports()
    one = Delivery.objects.get()
    page = as_admin.get(PAGE).content.decode()
    assert "it may have left" in page
    as_admin.post(f"/evening/messages/{one.pk}/again/")
    send_evening_reports()
    one.refresh_from_db()
    assert (one.state, len(api.texts(CHAT))) == ("sent", 1)


def test_those_who_set_it_hear_of_a_place_that_is_gone(channel: Channel, api: BotApi, world: World, clock: Any) -> None:
    from onegoal.apps.shell.notices import notices_for

    api.faults.append(BLOCKED)
    send_evening_reports()
    assert [str(one.text) for one in notices_for(world.ada) if "evening" in str(one.text)] == [
        "1 place of the evening report cannot be reached any more"
    ]
    assert not [one for one in notices_for(world.nora) if "evening" in str(one.text)]


def test_the_text_is_read_by_its_reader_and_by_who_sees_everything(
    channel: Channel, api: BotApi, client: Client, world: World, clock: Any
) -> None:
    send_evening_reports()
    address = f"/evening/messages/{Delivery.objects.get().pk}/"
    seen = {}
    for name in ("hanna", "ada", "nora"):
        client.force_login(getattr(world, name))
        answer = client.get(address)
        seen[name] = (answer.status_code, "Overdue tasks" in answer.content.decode())
    assert seen == {"hanna": (200, True), "ada": (200, False), "nora": (404, False)}


def test_somebody_gets_the_report_themselves_by_mail_and_stops_it(
    client: Client, world: World, clock: Any, mailbox: Any
) -> None:
    client.force_login(world.nora)
    client.post("/profile/messages/begin/", {"kind": "email", "due_at": "21:00"})
    clock.shift(24 * 3600)
    send_evening_reports()
    assert [one["To"] for one in mailbox.messages] == ["nora@casaverde.test"]
    page = client.get("/profile/messages/").content.decode()
    assert "It comes at 21:00." in page
    client.post("/profile/messages/end/email/")
    clock.shift(24 * 3600)
    send_evening_reports()
    assert len(mailbox.messages) == 1
    client.post("/profile/messages/begin/", {"kind": "email", "due_at": ""})
    assert Channel.objects.get().stopped_at is None


def test_the_code_is_shown_once_and_links_the_chat(client: Client, world: World, api: BotApi, clock: Any) -> None:
    client.force_login(world.nora)
    page = client.post("/profile/messages/code/").content.decode()
    code = page.split("/start ")[1].split("<")[0].strip()
    assert code not in client.get("/profile/messages/").content.decode()
    assert link_chat(code=code, chat_id=77, now=DUE) == world.nora
    assert "Your chat has been linked" in client.get("/profile/messages/").content.decode()
    client.post("/profile/messages/begin/", {"kind": "telegram", "due_at": ""})
    assert Channel.objects.get().address == "77"
    client.post("/profile/messages/unlink/")
    assert (TelegramAccount.objects.get().chat_id, Channel.objects.get().stopped_because) == (None, "unlinked")
