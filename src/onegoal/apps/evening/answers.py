"""What the bot answers to each command, in the asker's language and with the asker's own rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.company.queries import calendar_of_company, current_company
from onegoal.apps.evening.queries.own import own_day
from onegoal.apps.evening.queries.report import evening_report
from onegoal.apps.evening.text import figure_blocks, goal_lines, joined, own_blocks, report_text

Answer = Callable[[User, dt.datetime], str]


def answer_to(user: User, command: str, now: dt.datetime) -> str:
    """Return the answer to one of COMMANDS; to anything else, which commands there are."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        return COMMANDS.get(command, help_text)(user, now)


def stranger_text() -> str:
    """Return what a chat that is nobody's is told, whatever it asks: nothing about the company."""
    with translation.override(_company_language()):
        return _(
            "This chat is not linked to anybody yet. Open your settings in onegoal, choose Messages, and send the code shown "
            "there: /start CODE."
        )


def wrong_code_text() -> str:
    """Return what is said to a code that is not right."""
    with translation.override(_company_language()):
        return _("This code is unknown, used or too old. Your settings in onegoal make a new one.")


def group_text(chat_id: int) -> str:
    """Return what a group is told: commands are answered in private; its number, for those who set the report."""
    with translation.override(_company_language()):
        return _(
            "Commands are answered in a private chat only. To have the evening report here, enter this chat in the "
            "settings: %(chat)s"
        ) % {"chat": chat_id}


def welcome_text(user: User) -> str:
    """Return what somebody is told whose chat was just linked."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        hello = _("%(name)s, this chat is yours now.") % {"name": user.name}
        return joined([[hello], [help_text(user, None)]])


def stopped_text(user: User, stopped: int) -> str:
    """Return what somebody is told who wants no more messages."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        if stopped:
            return _("The evening report is not sent here any more. Your settings in onegoal begin it again.")
        return _("No evening report is sent here. Your settings in onegoal begin it, or unlink this chat.")


def help_text(_user: User, _now: dt.datetime | None) -> str:
    """Return which commands there are."""
    return "\n".join(
        (
            _("/today – the day so far, as the evening report will tell it"),
            _("/plan – the goal, and the month against its plan"),
            _("/my – your own tasks, leads and results"),
            _("/stop – no evening report here"),
        )
    )


def _today(user: User, now: dt.datetime) -> str:
    return report_text(evening_report(user, day=_day(now), now=now))


def _plan(user: User, now: dt.datetime) -> str:
    report = evening_report(user, day=_day(now), now=now)
    found = joined([goal_lines(report), *figure_blocks(report)])
    return found or _("There is no goal for this time, and no figures that you may see.")


def _my(user: User, now: dt.datetime) -> str:
    return joined(own_blocks(own_day(user, now=now)))


COMMANDS: Final[dict[str, Answer]] = {"/today": _today, "/plan": _plan, "/my": _my, "/help": help_text}


def _day(now: dt.datetime) -> dt.date:
    return now.astimezone(calendar_of_company().zone).date()


def _company_language() -> str:
    return current_company().language or settings.LANGUAGE_CODE
