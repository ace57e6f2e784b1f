"""Recurring work: evening reports that are due are sent, and the bot listens."""

from __future__ import annotations

import logging
import time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.audit.sendings import note_cut_off
from onegoal.apps.audit.services import Author, acting
from onegoal.apps.company.models import Company
from onegoal.apps.evening.models import Delivery
from onegoal.apps.evening.queries.channels import waiting_deliveries
from onegoal.apps.evening.services.bot import handle, note_bot_name, reached
from onegoal.apps.evening.services.deliveries import deliver, note_due
from onegoal.apps.evening.services.ways import bot, longest_text
from onegoal.apps.facts.services import publish_now
from onegoal.connectors.sending import NotSent
from onegoal.core.message_parts import parts_of

logger = logging.getLogger(__name__)
_JOB = Author(user_id=None, via="job")
_WAIT_SECONDS = 5  # short, so that a stop of the process is not held up
_PAUSE_SECONDS = 30.0


@every(seconds=10)
def send_evening_reports() -> None:
    """Note what has become due, and send what waits."""
    now, company = timezone.now(), Company.objects.first()
    if company is None:
        return
    with acting(_JOB):
        note_cut_off(Delivery.objects.all(), now=now)
        note_due(zone=ZoneInfo(company.time_zone), now=now)
        ready = list(waiting_deliveries(now=now))
        if any(not one.text for one in ready):
            publish_now()  # what was recorded by the moment a report is due is in it
        for delivery in ready:
            deliver(delivery=delivery, now=timezone.now())


class Listener:
    """Asks the bot what was written to it; rests for a while after Telegram could not be asked."""

    def __init__(self) -> None:
        self.rests_until = 0.0
        self.named = ""

    def listen(self) -> None:
        """Handle and answer everything that waits."""
        if not settings.TELEGRAM_TOKEN or time.monotonic() < self.rests_until:
            return
        try:
            self._introduce()
            for message in bot().messages(after=reached(timezone.now()), wait_seconds=_WAIT_SECONDS):
                with acting(_JOB):
                    answer = handle(message=message, now=timezone.now())
                if answer:
                    self._answer(message.chat_id, answer)
        except NotSent as problem:
            logger.warning("The bot cannot listen: %s", problem)
            self.rests_until = time.monotonic() + _PAUSE_SECONDS

    def _introduce(self) -> None:
        if self.named != settings.TELEGRAM_TOKEN:
            note_bot_name(name=bot().name())
            self.named = settings.TELEGRAM_TOKEN

    def _answer(self, chat_id: int, text: str) -> None:
        try:
            for part in parts_of(text, longest_text("telegram")):
                bot().send(str(chat_id), part)
        except NotSent as problem:
            # The question is handled; who asked asks again.
            logger.warning("An answer of the bot did not arrive: %s", problem)


_listener = Listener()


@every(seconds=1)
def listen_to_the_bot() -> None:
    """Answer what people write to the bot, as long as the installation has one."""
    _listener.listen()
