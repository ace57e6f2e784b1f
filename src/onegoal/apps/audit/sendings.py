"""Messages that leave the house, whatever they are and wherever they go: each at most once by itself.

A message is claimed in the records before it leaves and noted after. What surely did not leave is tried again, later and
later. Where the process ends between the two, or the other side falls silent, nobody knows whether it left: such a one is
not sent again by itself but shown, with a button.
"""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from django.core.mail import EmailMessage, get_connection
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.connectors.sending import MayHaveLeft, NotSent, Rejected, TryLater

MOST_ATTEMPTS: Final = 10
_FIRST_PAUSE = dt.timedelta(minutes=2)
_LONGEST_PAUSE = dt.timedelta(hours=6)
_LONGEST_SENDING = dt.timedelta(minutes=10)
_MOST_WORDS = 300
Leave = Callable[[], None]


class DeliveryState(models.TextChoices):
    """What became of one message; of one whose sending was cut off nobody knows whether it left."""

    WAITING = "waiting", _("to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")
    CUT_OFF = "cut_off", _("cut off; it may have left")
    SKIPPED = "skipped", _("not sent, for a reason told")


STUCK: Final = (DeliveryState.FAILED, DeliveryState.CUT_OFF)
"""States in which a person decides whether the message is sent again."""


class Sending(models.Model):
    """What every message that leaves keeps about its way; `due_at` is when it is tried next."""

    state = models.CharField(_("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    started_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(_("why not"), max_length=_MOST_WORDS, blank=True, default="")

    class Meta:
        abstract = True


def send_once(*, sending: Sending, prepare: Callable[[], Leave], now: dt.datetime) -> NotSent | None:
    """Write and send one message if it is still to be sent; return why it did not leave, or None.

    `prepare` writes it and returns what makes it leave; that raises `NotSent` to say what became of it. Of two processes
    that want the same message one gets it; the other is told `TryLater` and does nothing.
    """
    own = type(sending)._default_manager.filter(pk=sending.pk, state=DeliveryState.WAITING)
    sending.attempts += 1
    try:
        leave = prepare()
    except Exception as problem:  # noqa: BLE001 - whatever stops one message must not hold up the others
        return _noted(own, sending, _later(problem), now)
    if not own.update(state=DeliveryState.SENDING, started_at=now, attempts=sending.attempts):
        return TryLater("somebody else is sending it")
    own = type(sending)._default_manager.filter(pk=sending.pk, state=DeliveryState.SENDING)
    try:
        leave()
    except NotSent as problem:
        return _noted(own, sending, problem, now)
    except Exception as problem:  # noqa: BLE001 - an unforeseen end: nobody knows how far it came
        return _noted(own, sending, MayHaveLeft(_words(problem)), now)
    own.update(state=DeliveryState.SENT, sent_at=now, error="")
    return None


def hand_over(message: EmailMessage) -> None:
    """Give a message to the mail server. Raises: NotSent; what fails before the message was begun is `TryLater`."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as problem:
        raise TryLater(_words(problem)) from None
    message.connection = connection
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [code for code, _said in problem.recipients.values()]
        raise _refusal(max(codes, default=550), problem) from None
    except smtplib.SMTPResponseException as problem:
        raise _refusal(problem.smtp_code, problem) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise MayHaveLeft(_words(problem)) from None
    finally:
        # The message is taken in: how the server says good-bye changes nothing.
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def note_cut_off(sendings: models.QuerySet[Any], *, now: dt.datetime) -> int:
    """Mark messages whose sending began long ago (or, after the clock was set back, to come) and never ended."""
    long_ago, to_come = now - _LONGEST_SENDING, now + _LONGEST_SENDING
    lost = sendings.filter(models.Q(started_at__lt=long_ago) | models.Q(started_at__gt=to_come))
    return lost.filter(state=DeliveryState.SENDING).update(state=DeliveryState.CUT_OFF)


def send_again(sendings: models.QuerySet[Any], *, now: dt.datetime) -> bool:
    """Have what failed or was cut off sent once more; return whether it was one of these."""
    again = sendings.filter(state__in=STUCK)
    return bool(again.update(state=DeliveryState.WAITING, attempts=0, due_at=now, error=""))


def pause_after(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many attempts: twice as long each time, six hours at most."""
    return min(_FIRST_PAUSE * 2 ** min(attempts - 1, 12), _LONGEST_PAUSE)


def _noted(own: models.QuerySet[Any], sending: Sending, problem: NotSent, now: dt.datetime) -> NotSent:
    told: dict[str, object] = {"attempts": sending.attempts, "error": str(problem)[:_MOST_WORDS]}
    if isinstance(problem, MayHaveLeft):
        told["state"] = DeliveryState.CUT_OFF
    elif isinstance(problem, TryLater) and sending.attempts < MOST_ATTEMPTS:
        named = dt.timedelta(seconds=problem.seconds) if problem.seconds else None
        told |= {"state": DeliveryState.WAITING, "due_at": now + (named or pause_after(sending.attempts))}
    else:
        told["state"] = DeliveryState.FAILED
    own.update(**told)
    return problem


def _later(problem: Exception) -> NotSent:
    return problem if isinstance(problem, NotSent) else TryLater(_words(problem))


def _refusal(code: int, problem: Exception) -> NotSent:
    return TryLater(_words(problem)) if 400 <= code < 500 else Rejected(_words(problem))


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:_MOST_WORDS]
