"""The sales report by e-mail: once about the same days, through failures and restarts, to a real mail server."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.fakes.mail_server import Mailbox, serving_mail
from tests.world import World, at

from onegoal.apps.analysis.jobs import send_reports
from onegoal.apps.analysis.messages import report_message
from onegoal.apps.analysis.models import ReportDelivery, ReportSubscription
from onegoal.apps.analysis.services.deliveries import deliver, note_due
from onegoal.apps.analysis.services.subscriptions import stop, subscribe
from onegoal.apps.audit.sendings import MOST_ATTEMPTS, DeliveryState, note_cut_off, pause_after, send_again
from onegoal.config.email import email_settings

ZONE = ZoneInfo("Europe/Bucharest")
MONDAY = dt.datetime(2026, 1, 12, 6, 0, tzinfo=dt.UTC)  # eight o'clock in Bucharest
LAST_WEEK = at("2026-01-09")


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mail server on this machine that the installation is set to."""
    with serving_mail(settings) as box:
        yield box


@pytest.fixture
def weekly(trading: World) -> ReportSubscription:
    """Mark gets the report on Mondays at eight, since the Friday before."""
    return subscribe(recipient=trading.mark, rhythm="weekly", hour=8, author=trading.hanna, now=LAST_WEEK)


@pytest.fixture
def on_monday(time_machine: Any) -> Any:
    time_machine.move_to(MONDAY, tick=False)
    return time_machine


def test_a_report_leaves_when_it_is_due_and_once_however_often_the_job_runs(
    weekly: ReportSubscription, mailbox: Mailbox, on_monday: Any
) -> None:
    on_monday.move_to(MONDAY - dt.timedelta(minutes=1))
    send_reports()
    assert mailbox.messages == []
    on_monday.move_to(MONDAY)
    for _restart in range(3):
        send_reports()
    assert len(mailbox.messages) == 1
    on_monday.move_to(MONDAY + dt.timedelta(days=7))
    send_reports()
    assert [one.first_day.isoformat() for one in ReportDelivery.objects.filter(state="sent")] == [
        "2026-01-12", "2026-01-05",
    ]  # fmt: skip


def test_the_message_says_what_the_page_says_and_holds_the_workbook(
    weekly: ReportSubscription, mailbox: Mailbox, on_monday: Any, client: Client, settings: Any
) -> None:
    settings.SITE_URL = "https://goal.example.com"
    send_reports()
    message = mailbox.messages[0]
    assert message["To"] == "mark@casaverde.test"
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    client.force_login(weekly.recipient)
    page = client.get("/reports/sales/?from=2026-01-05&to=2026-01-11").content.decode()
    sentence = "12 leads came, 6 of them qualified so far (50.0\u00a0%)."
    assert (sentence in text, sentence in page) == (True, True)
    assert "Paid search: Leads 12" in text
    assert "https://goal.example.com/reports/sales/?from=2026-01-05&to=2026-01-11" in text
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "sales-report-2026-01-05-2026-01-11.xlsx"
    book = load_workbook(io.BytesIO(attached.get_content()))
    assert book["Leads and how many quali"]["B2"].value == 12


def test_everybody_gets_only_the_figures_they_may_see(trading: World, mailbox: Mailbox, on_monday: Any) -> None:
    subscribe(recipient=trading.sam, rhythm="weekly", hour=8, author=trading.hanna, now=LAST_WEEK)
    send_reports()
    text = mailbox.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    told = text.replace("\r\n", "\n").split("\n\n")[1]
    assert told == "LEADS AND HOW MANY QUALIFY\n  Nothing in these days"


def test_what_a_full_mailbox_refuses_is_tried_again_later_and_later_and_then_given_up(
    weekly: ReportSubscription, mailbox: Mailbox, on_monday: Any
) -> None:
    mailbox.is_full = True
    send_reports()
    one = ReportDelivery.objects.get()
    assert (one.state, one.attempts, one.due_at - MONDAY) == ("waiting", 1, dt.timedelta(minutes=2))
    assert "mailbox full" in one.error
    send_reports()
    assert ReportDelivery.objects.get().attempts == 1
    mailbox.is_full = False
    on_monday.move_to(one.due_at)
    send_reports()
    assert (len(mailbox.messages), ReportDelivery.objects.get().state) == (1, "sent")
    assert [pause_after(n).total_seconds() / 60 for n in (1, 2, 3, 99)] == [2, 4, 8, 360]
    mailbox.is_full = True
    late = ReportDelivery.objects.create(
        subscription=weekly, first_day="2026-01-01", last_day="2026-01-02", due_at=MONDAY, attempts=MOST_ATTEMPTS - 1
    )
    send_reports()
    late.refresh_from_db()
    assert late.state == DeliveryState.FAILED


def test_a_server_that_is_not_there_is_an_error_and_not_the_end(
    weekly: ReportSubscription, mailbox: Mailbox, on_monday: Any, settings: Any
) -> None:
    settings.EMAIL_PORT = 1
    send_reports()
    assert "Refused" in ReportDelivery.objects.get().error


def test_a_message_cut_off_by_a_restart_is_shown_and_not_sent_twice(
    weekly: ReportSubscription, mailbox: Mailbox, on_monday: Any
) -> None:
    note_due(zone=ZONE, now=MONDAY)
    delivery = ReportDelivery.objects.get()

    class Dies(BaseException):
        """The process ends here."""

    def dies(**_options: Any) -> int:
        raise Dies

    def write(one: ReportDelivery) -> Any:
        message = report_message(one)
        message.send = dies  # type: ignore[method-assign]
        return message

    with pytest.raises(Dies):
        deliver(delivery=delivery, write=write, now=MONDAY)
    later = MONDAY + dt.timedelta(hours=1)
    on_monday.move_to(later)
    send_reports()
    delivery.refresh_from_db()
    assert (delivery.state, mailbox.messages) == (DeliveryState.CUT_OFF, [])
    assert note_cut_off(ReportDelivery.objects.all(), now=later) == 0
    assert send_again(ReportDelivery.objects.all(), now=later)
    send_reports()
    assert len(mailbox.messages) == 1


def test_two_processes_send_one_report_once(weekly: ReportSubscription, mailbox: Mailbox, on_monday: Any) -> None:
    note_due(zone=ZONE, now=MONDAY)
    first, second = ReportDelivery.objects.get(), ReportDelivery.objects.get()
    assert deliver(delivery=first, write=report_message, now=MONDAY)
    assert not deliver(delivery=second, write=report_message, now=MONDAY)
    assert len(mailbox.messages) == 1


def test_without_a_mail_server_the_page_says_so_and_later_the_latest_report_leaves_alone(
    weekly: ReportSubscription, mailbox: Mailbox, on_monday: Any, as_head: Client, settings: Any
) -> None:
    settings.EMAIL_URL, url = "", settings.EMAIL_URL
    send_reports()
    assert not ReportDelivery.objects.exists()
    assert "no mail server yet" in as_head.get("/reports/sales/mail/").content.decode()
    settings.EMAIL_URL = url
    on_monday.move_to(MONDAY + dt.timedelta(days=15))
    send_reports()
    assert [one["Subject"] for one in mailbox.messages] == ["Sales report, 19 Jan \u2013 25 Jan 2026"]


def test_a_person_is_added_tried_out_and_stopped_on_the_page(
    trading: World, mailbox: Mailbox, on_monday: Any, as_head: Client
) -> None:
    as_head.post("/reports/sales/mail/", {"recipient": trading.mark.pk, "rhythm": "monthly", "hour": 9})
    one = ReportSubscription.objects.get()
    as_head.post(f"/reports/sales/mail/{one.pk}/test/")
    send_reports()
    assert mailbox.messages[0]["Subject"].startswith("Test: Sales report, 1")
    page = as_head.get("/reports/sales/mail/").content.decode()
    assert ("Mark" in page, "sent" in page) == (True, True)
    as_head.post(f"/reports/sales/mail/{one.pk}/stop/")
    on_monday.move_to(dt.datetime(2026, 2, 1, 12, tzinfo=dt.UTC))
    send_reports()
    assert len(mailbox.messages) == 1
    as_head.force_login(trading.hanna)
    as_head.post(f"/reports/sales/mail/{one.pk}/resume/")
    send_reports()
    assert len(mailbox.messages) == 2


def test_who_joins_late_gets_the_next_report_and_not_the_last(trading: World) -> None:
    late = MONDAY + dt.timedelta(hours=1)
    one = subscribe(recipient=trading.mark, rhythm="weekly", hour=8, author=trading.hanna, now=late)
    assert note_due(zone=ZONE, now=late) == 0
    assert note_due(zone=ZONE, now=late + dt.timedelta(days=7)) == 1
    stop(subscription=one, now=late)
    assert note_due(zone=ZONE, now=late + dt.timedelta(days=14)) == 0


def test_a_person_without_an_address_or_without_figures_cannot_be_chosen(as_head: Client, trading: World) -> None:
    answer = as_head.post("/reports/sales/mail/", {"recipient": trading.service.pk, "rhythm": "weekly", "hour": 8})
    assert answer.status_code == 400
    assert not ReportSubscription.objects.exists()


def test_a_mail_server_is_named_by_its_address() -> None:
    found = email_settings("smtp://post%40example.com:secret@mail.example.com")
    told = {name: found[name] for name in ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_USE_TLS")}
    assert told == {
        "EMAIL_HOST": "mail.example.com", "EMAIL_PORT": 587, "EMAIL_HOST_USER": "post@example.com", "EMAIL_USE_TLS": True,
    }  # fmt: skip
    assert email_settings("smtps://mail.example.com")["EMAIL_USE_SSL"] is True
    with pytest.raises(ValueError, match="ONEGOAL_EMAIL_URL"):
        email_settings("mail.example.com")
