"""Exactly once a day to each channel: through restarts, retries, two workers, a clock that jumps, and each fault of a chat."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.apps.evening.conftest import CHAT, DUE, MORNING
from tests.fakes.bot_api import BLOCKED, HOOK, NO_CHAT, BotApi, Fault, migrated, too_many
from tests.fakes.mail_server import Mailbox
from tests.world import World

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.audit.sendings import DeliveryState, note_cut_off, send_again
from onegoal.apps.evening.jobs import send_evening_reports
from onegoal.apps.evening.models import Channel, Delivery
from onegoal.apps.evening.services.channels import (
    Place,
    PlaceIsTaken,
    add_channel,
    ask_for_test,
    change_channel,
    resume_channel,
    set_evening,
    stop_channel,
)
from onegoal.apps.evening.services.deliveries import deliver, note_due

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def states() -> list[tuple[str, str, str]]:
    """What became of each day's report, the oldest first."""
    rows = Delivery.objects.filter(is_test=False).order_by("day", "pk")
    return [(one.day.isoformat(), one.state, one.error) for one in rows]


def test_a_report_leaves_at_nine_in_the_evening_and_once_however_often_the_job_runs(
    channel: Channel, api: BotApi, clock: Any
) -> None:
    clock.move_to(DUE - MINUTE)
    send_evening_reports()
    assert api.sent == []
    clock.move_to(DUE)
    for _restart in range(3):
        send_evening_reports()
    (text,) = api.texts(CHAT)
    assert text.startswith("Casa Verde, evening report, 20 Mar 2026\nFigures as of 20 Mar, 21:00")
    one = Delivery.objects.get()
    assert (one.text, one.cutoff_at, one.sent_at, one.message_id) == (text, DUE, DUE, "1")
    clock.move_to(DUE + dt.timedelta(days=1))
    send_evening_reports()
    assert [state for _day, state, _why in states()] == ["sent", "sent"]


def test_two_workers_send_one_report_once(channel: Channel, api: BotApi, clock: Any) -> None:
    assert note_due(zone=dt.UTC, now=DUE + 2 * HOUR) == 1  # type: ignore[arg-type]
    assert note_due(zone=dt.UTC, now=DUE + 2 * HOUR) == 0  # type: ignore[arg-type]
    first, second = Delivery.objects.get(), Delivery.objects.get()
    assert deliver(delivery=first, now=DUE) is None
    assert "somebody else" in str(deliver(delivery=second, now=DUE))
    assert len(api.texts(CHAT)) == 1


def test_a_process_that_dies_while_sending_leaves_a_report_to_decide_about(
    channel: Channel, api: BotApi, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dies(BaseException):
        """The process ends here."""

    def dies(*_a: Any, **_b: Any) -> str:
        raise Dies

    monkeypatch.setattr("onegoal.apps.evening.services.deliveries.hand_to", dies)
    with pytest.raises(Dies):
        send_evening_reports()
    monkeypatch.undo()
    clock.move_to(DUE + 11 * MINUTE)
    send_evening_reports()
    one = Delivery.objects.get()
    assert (one.state, api.sent) == (DeliveryState.CUT_OFF, [])
    api_door(monkeypatch, api)
    assert send_again(Delivery.objects.all(), now=DUE + HOUR)
    clock.move_to(DUE + HOUR)
    send_evening_reports()
    assert len(api.texts(CHAT)) == 1


def api_door(monkeypatch: pytest.MonkeyPatch, api: BotApi) -> None:
    """Undoing a patch undoes the quick door too: set it again."""
    from onegoal.connectors.outgoing import Door

    quick = Door(allowed=frozenset({api.origin}), whole_seconds=0.5)
    monkeypatch.setattr("onegoal.apps.evening.services.ways.door", lambda: quick)


def test_telegram_says_when_to_come_again_and_is_obeyed_with_the_same_text(
    channel: Channel, api: BotApi, clock: Any
) -> None:
    api.faults.append(too_many(95))
    send_evening_reports()
    one = Delivery.objects.get()
    assert (one.state, one.due_at, one.attempts) == ("waiting", DUE + dt.timedelta(seconds=95), 1)
    clock.move_to(DUE + dt.timedelta(seconds=94))
    send_evening_reports()
    assert api.sent == []
    clock.move_to(DUE + dt.timedelta(seconds=95))
    send_evening_reports()
    assert api.texts(CHAT) == [one.text]


def test_an_error_of_the_server_is_tried_again_later_and_later_and_then_given_up(
    channel: Channel, api: BotApi, clock: Any
) -> None:
    now = DUE
    for _attempt in range(10):
        api.faults.append(Fault(500))
        clock.move_to(now)
        send_evening_reports()
        now = max(now, Delivery.objects.get().due_at)
    one = Delivery.objects.get()
    assert (one.state, one.attempts, api.asked.count("sendMessage")) == ("failed", 10, 10)
    api.faults.clear()
    clock.move_to(now + 8 * HOUR)
    send_evening_reports()
    assert api.sent == []


@pytest.mark.parametrize("fault", [Fault(hangs=True), Fault(hangs=True, acts=True), Fault(502)])
def test_after_silence_nobody_knows_so_nothing_is_sent_twice_by_itself(
    channel: Channel, api: BotApi, clock: Any, fault: Fault
) -> None:
    api.faults.append(fault)
    send_evening_reports()
    clock.move_to(DUE + 5 * HOUR)
    send_evening_reports()
    assert [state for _day, state, _why in states()] == ["cut_off"]
    assert len(api.sent) == int(fault.acts)


@pytest.mark.parametrize(("fault", "reason"), [(BLOCKED, "blocked"), (NO_CHAT, "no_chat")])
def test_a_chat_that_is_gone_stops_its_channel_and_says_why(
    channel: Channel, api: BotApi, clock: Any, fault: Fault, reason: str
) -> None:
    api.faults.append(fault)
    send_evening_reports()
    channel.refresh_from_db()
    assert (channel.stopped_at, channel.stopped_because) == (DUE, reason)
    assert [state for _day, state, _why in states()] == ["failed"]
    assert AuditEntry.objects.filter(entity="channel", after__stopped_because=reason).exists()
    clock.move_to(DUE + dt.timedelta(days=1))
    send_evening_reports()
    assert api.asked.count("sendMessage") == 1
    resume_channel(channel=channel, now=DUE + dt.timedelta(days=1, hours=1))
    clock.move_to(DUE + dt.timedelta(days=2))
    send_evening_reports()
    assert [day for day, *_ in states()] == ["2026-03-20", "2026-03-22"]
    assert len(api.sent) == 1


def test_a_group_that_moved_is_followed_and_gets_the_report_once(channel: Channel, api: BotApi, clock: Any) -> None:
    api.faults.append(migrated(-100500))
    send_evening_reports()
    send_evening_reports()
    channel.refresh_from_db()
    assert (channel.address, len(api.texts("-100500")), api.texts(CHAT)) == ("-100500", 1, [])


def test_a_group_that_moved_onto_one_already_served_stops(
    channel: Channel, api: BotApi, clock: Any, world: World
) -> None:
    place = Place(kind="telegram", name="New", address="-100500", reader=world.hanna, due_at=dt.time(23))
    add_channel(place=place, author=world.ada, now=MORNING)
    api.faults.append(migrated(-100500))
    send_evening_reports()
    channel.refresh_from_db()
    assert (channel.stopped_because, api.sent) == ("moved_onto_other", [])


def test_of_a_report_in_parts_only_what_has_not_left_is_sent_again(
    channel: Channel, api: BotApi, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onegoal.apps.evening.services.deliveries.longest_text", lambda _kind: 120)
    note_due(zone=dt.UTC, now=DUE + 2 * HOUR)  # type: ignore[arg-type]
    clock.move_to(DUE + 2 * HOUR)

    sent_before = api.answer

    def answer(method: str, given: dict[str, Any]) -> Any:
        result = sent_before(method, given)
        if method == "sendMessage" and len(api.sent) == 1:
            api.faults.append(too_many(60))
        return result

    monkeypatch.setattr(api, "answer", answer)
    send_evening_reports()
    one = Delivery.objects.get()
    assert (one.state, one.parts_sent, len(api.sent)) == ("waiting", 1, 1)
    clock.move_to(DUE + 2 * HOUR + MINUTE)
    send_evening_reports()
    marks = [text.partition("\n")[0] for text in api.texts(CHAT)]
    assert marks == [f"({place}/{len(marks)})" for place in range(1, len(marks) + 1)]
    assert len(marks) > 2


def test_a_clock_set_back_over_nine_sends_nothing_twice(channel: Channel, api: BotApi, clock: Any) -> None:
    send_evening_reports()
    clock.move_to(DUE - HOUR)
    send_evening_reports()
    clock.move_to(DUE + MINUTE)
    send_evening_reports()
    assert len(api.sent) == 1


def test_a_sending_begun_before_the_clock_was_set_back_is_not_forgotten(channel: Channel, clock: Any) -> None:
    Delivery.objects.create(channel=channel, day=DUE.date(), state="sending", started_at=DUE + 3 * HOUR, due_at=DUE)
    assert note_cut_off(Delivery.objects.all(), now=DUE) == 1


def test_a_channel_made_while_the_clock_was_wrong_still_gets_its_reports(
    channel: Channel, api: BotApi, clock: Any
) -> None:
    Channel.objects.update(active_since=DUE + dt.timedelta(days=400))
    send_evening_reports()
    assert len(api.sent) == 1


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        ("2026-03-29", "03:30", "2026-03-29T01:00"), ("2026-10-25", "03:30", "2026-10-25T00:30"),
        ("2026-03-29", "21:00", "2026-03-29T18:00"), ("2026-10-25", "21:00", "2026-10-25T19:00"),
    ],
)  # fmt: skip
def test_on_the_days_the_clock_changes_there_is_one_report(
    channel: Channel, api: BotApi, clock: Any, day: str, at: str, due: str
) -> None:
    moment = dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC)
    Channel.objects.update(due_at=at, active_since=moment - 12 * HOUR)
    for minutes in (-1, 0, 1, 30, 60, 61, 90, 120, 180):
        clock.move_to(moment + minutes * MINUTE)
        send_evening_reports()
        assert len(api.sent) == int(minutes >= 0)
    assert [one for one, *_ in states()] == [day]


def test_a_day_missed_while_the_server_was_off_is_sent_late_once_and_older_ones_are_noted(
    channel: Channel, api: BotApi, clock: Any
) -> None:
    clock.move_to(DUE + dt.timedelta(days=2, hours=11))
    send_evening_reports()
    send_evening_reports()
    assert states() == [
        ("2026-03-20", "skipped", "too_late"), ("2026-03-21", "skipped", "too_late"), ("2026-03-22", "sent", ""),
    ]  # fmt: skip
    assert "22 Mar 2026\nFigures as of 23 Mar, 08:00" in api.texts(CHAT)[0]


def test_while_it_is_switched_off_each_day_says_so(channel: Channel, api: BotApi, clock: Any) -> None:
    set_evening(due_at=dt.time(21), only_working_days=False, is_on=False, now=MORNING)
    send_evening_reports()
    assert (states(), api.sent) == ([("2026-03-20", "skipped", "switched_off")], [])


def test_only_on_working_days_means_no_report_on_saturday(channel: Channel, api: BotApi, clock: Any) -> None:
    set_evening(due_at=dt.time(21), only_working_days=True, is_on=True, now=MORNING)
    for days in range(4):
        clock.move_to(DUE + dt.timedelta(days=days))
        send_evening_reports()
    assert [day for day, *_ in states()] == ["2026-03-20", "2026-03-23"]


def test_a_time_of_its_own_and_a_changed_time_count_from_then_on(
    channel: Channel, api: BotApi, clock: Any, world: World
) -> None:
    early = Place(kind="telegram", name="Heads", address=CHAT, reader=world.hanna, due_at=dt.time(18))
    change_channel(channel=channel, place=early, now=DUE - HOUR)  # 20:00: six o'clock has passed today
    send_evening_reports()
    assert api.sent == []
    clock.move_to(DUE + dt.timedelta(hours=21))
    send_evening_reports()
    assert [day for day, *_ in states()] == ["2026-03-21"]


def test_a_test_is_marked_and_takes_nothing_from_the_report(channel: Channel, api: BotApi, clock: Any) -> None:
    for _ in range(2):
        ask_for_test(channel=channel, day=DUE.date(), now=DUE - HOUR)
    clock.move_to(DUE - HOUR)
    send_evening_reports()
    clock.move_to(DUE)
    send_evening_reports()
    assert [text.startswith("Test: Casa Verde") for text in api.texts(CHAT)] == [True, True, False]


def test_a_place_gets_the_report_of_a_team_once(channel: Channel, world: World, clock: Any) -> None:
    place = Place(kind="telegram", name="Again", address=CHAT, reader=world.victor)
    with pytest.raises(PlaceIsTaken):
        add_channel(place=place, author=world.ada, now=DUE)
    north = Place(kind="telegram", name="North", address=CHAT, reader=world.hanna, team=world.north)
    add_channel(place=north, author=world.ada, now=DUE)
    stop_channel(channel=channel, because="by_hand", now=DUE)
    add_channel(place=place, author=world.ada, now=DUE)
    with pytest.raises(PlaceIsTaken):
        resume_channel(channel=channel, now=DUE)


def test_somebody_who_left_gets_nothing(channel: Channel, api: BotApi, clock: Any, world: World) -> None:
    world.hanna.is_active = False
    world.hanna.save()
    send_evening_reports()
    channel.refresh_from_db()
    assert (channel.stopped_because, states(), api.sent) == (
        "reader_left", [("2026-03-20", "skipped", "channel_stopped")], [],
    )  # fmt: skip


def test_the_same_report_goes_by_mail_slack_and_mattermost(
    channel: Channel, api: BotApi, mailbox: Mailbox, clock: Any, world: World
) -> None:
    world.company.name = "Casa\nBcc: thief@example.com\n*Verde*"
    world.company.save()
    for kind, address in (
        ("email", "hanna@casaverde.test"),
        ("slack", api.origin + HOOK),
        ("mattermost", api.origin + HOOK),
    ):
        add_channel(
            place=Place(kind=kind, name=kind, address=address, reader=world.hanna), author=world.ada, now=MORNING
        )
    send_evening_reports()
    send_evening_reports()
    (message,) = mailbox.messages
    body = message.get_content().replace("\r\n", "\n").strip()
    assert message["Subject"] == "Casa Bcc: thief@example.com *Verde*, evening report, 20 Mar 2026"
    assert (message["To"], message["Bcc"]) == ("hanna@casaverde.test", None)
    assert body == api.texts(CHAT)[0]
    assert message["Message-ID"].startswith("<onegoal-evening-")
    slack, mattermost = sorted(api.hooked, key=lambda one: "mrkdwn" not in one)
    assert slack["text"] == body
    assert r"\*Verde\*" in mattermost["text"]
    assert not AuditEntry.objects.filter(after__icontains="secret-of-a-hook").exists()


def test_a_full_mailbox_is_tried_again_and_silence_after_the_message_is_not(
    mailbox: Mailbox, api: BotApi, clock: Any, world: World
) -> None:
    place = Place(kind="email", name="Hanna", address="hanna@casaverde.test", reader=world.hanna)
    add_channel(place=place, author=world.hanna, now=MORNING)
    mailbox.is_full = True
    send_evening_reports()
    assert [state for _day, state, _why in states()] == ["waiting"]
    mailbox.is_full = False
    mailbox.says = "421 closing"
    clock.move_to(DUE + 2 * MINUTE)
    send_evening_reports()
    assert len(mailbox.messages) == 1


def test_without_a_bot_the_report_waits_and_says_why(channel: Channel, clock: Any, settings: Any) -> None:
    settings.TELEGRAM_TOKEN = ""
    send_evening_reports()
    assert states() == [("2026-03-20", "waiting", "ONEGOAL_TELEGRAM_TOKEN is not set")]
