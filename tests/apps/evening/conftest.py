"""The little company on the evening of 20 March 2026, with a Bot API, webhooks and a mail server on this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.fakes.bot_api import TOKEN, BotApi, serving
from tests.fakes.mail_server import Mailbox, serving_mail
from tests.world import World

from onegoal.apps.evening.models import Channel
from onegoal.apps.evening.services.channels import Place, add_channel

DUE = dt.datetime(2026, 3, 20, 19, 0, tzinfo=dt.UTC)  # a Friday, 21:00 in Bucharest
MORNING = dt.datetime(2026, 3, 20, 7, 0, tzinfo=dt.UTC)
CHAT = "4242"


@pytest.fixture(autouse=True)
def _warehouse_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.WAREHOUSE_DIRECTORY = tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[BotApi]:
    with serving() as api:
        yield api


@pytest.fixture
def api(server: BotApi, settings: Any, monkeypatch: pytest.MonkeyPatch) -> BotApi:
    """The fake Bot API, and the installation set to it; nothing asked takes longer than half a second."""
    server.sent.clear()
    server.hooked.clear()
    server.asked.clear()
    server.faults.clear()
    server.updates.clear()
    settings.TELEGRAM_TOKEN, settings.TELEGRAM_API = TOKEN, server.origin
    settings.OUTGOING_ALLOW = frozenset({server.origin})
    from onegoal.connectors.outgoing import Door

    allowed = Door(allowed=settings.OUTGOING_ALLOW, whole_seconds=0.5)
    monkeypatch.setattr("onegoal.apps.evening.services.ways.door", lambda: allowed)
    return server


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with serving_mail(settings) as box:
        yield box


@pytest.fixture
def clock(time_machine: Any) -> Any:
    """The clock, standing at the moment the report is due."""
    time_machine.move_to(DUE, tick=False)
    return time_machine


@pytest.fixture
def channel(world: World, api: BotApi) -> Channel:
    """Hanna's chat gets the report since the morning."""
    place = Place(kind="telegram", name="Heads", address=CHAT, reader=world.hanna)
    return add_channel(place=place, author=world.ada, now=MORNING)
