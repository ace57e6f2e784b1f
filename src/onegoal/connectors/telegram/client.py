"""A bot of Telegram's: send a text to a chat, and learn what was written to it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from telegram import Bot as LibraryBot
from telegram import LinkPreviewOptions, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from onegoal.connectors.outgoing import Door
from onegoal.connectors.sending import MayHaveLeft, NotSent, PlaceIsGone, PlaceMoved, Rejected, TryLater
from onegoal.connectors.telegram.requests import Failed, GuardedRequest

API: Final = "https://api.telegram.org"
MOST_CHARACTERS: Final = 4_096
_GONE = ("chat not found", "user not found", "peer_id_invalid", "group chat was deactivated", "chat_id is empty")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Message:
    """One update: a text that somebody wrote to the bot. Others (edits, pictures, members) have an empty text."""

    update_id: int
    chat_id: int
    is_private: bool
    text: str


@dataclass(frozen=True)
class Bot:
    """One bot by its token, asked through the door; `api` is the origin of the Bot API."""

    token: str
    door: Door
    api: str = API

    def name(self) -> str:
        """Return the bot's user name; a way to try the token. Raises: NotSent."""
        return _run(_called(self._bot().get_me())).username or ""

    def send(self, chat_id: str, text: str) -> str:
        """Send a plain text to a chat (at most MOST_CHARACTERS); return the message's id. Raises: NotSent."""
        sent = self._bot().send_message(
            chat_id=chat_id, text=text, parse_mode=None, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
        return str(_run(_called(sent)).message_id)

    def messages(self, *, after: int | None, wait_seconds: int) -> list[Message]:
        """Return what was written since update `after`, waiting a little for it. Raises: NotSent.

        Asking also tells Telegram that everything up to `after` is done with; None asks for all it keeps.
        """
        asked = self._bot().get_updates(
            offset=None if after is None else after + 1, timeout=wait_seconds, allowed_updates=["message"]
        )
        return [_message(update) for update in _run(_called(asked))]

    def _bot(self) -> LibraryBot:
        request = GuardedRequest(self.door)
        return LibraryBot(self.token, base_url=f"{self.api}/bot", request=request, get_updates_request=request)


def _run(work: Any) -> Any:
    return asyncio.run(work)


async def _called(work: Awaitable[Result]) -> Result:
    try:
        return await work
    except TelegramError as problem:
        raise _meaning(problem) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        # The library reads an answer of another shape than the Bot API's as if it were one.
        raise MayHaveLeft("the answer was not one of the Bot API") from None


def _meaning(problem: TelegramError) -> NotSent:
    """What a failure of the Bot API means for a message."""
    said = problem.message[:200]
    if isinstance(problem, Failed):
        return problem.what
    if isinstance(problem, RetryAfter):
        pause = problem.retry_after
        return TryLater("429", pause.total_seconds() if isinstance(pause, dt.timedelta) else float(pause))
    if isinstance(problem, ChatMigrated):
        return PlaceMoved(str(problem.new_chat_id))
    if isinstance(problem, Forbidden):
        return PlaceIsGone("blocked", said)
    if isinstance(problem, BadRequest):
        return PlaceIsGone("no_chat", said) if any(one in said.lower() for one in _GONE) else Rejected(said)
    if isinstance(problem, InvalidToken | Conflict):
        return TryLater(said)
    # What remains is an answer the library could not read: a message may stand behind it.
    return MayHaveLeft(said)


def _message(update: Update) -> Message:
    said = update.message
    if said is None:
        return Message(update.update_id, 0, is_private=False, text="")
    return Message(update.update_id, said.chat.id, is_private=said.chat.type == "private", text=said.text or "")
