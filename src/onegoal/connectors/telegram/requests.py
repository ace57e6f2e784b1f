"""How python-telegram-bot asks: through the one guarded door, with every failure told apart."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from onegoal.connectors import outgoing
from onegoal.connectors.sending import NotSent, check_status, told_apart

_USUAL_SECONDS = 20.0
_MOST_BYTES = 5_000_000


class Failed(TelegramError):
    """Carries what to do about a message through the library unchanged."""

    def __init__(self, what: NotSent) -> None:
        super().__init__(str(what))
        self.what = what


class GuardedRequest(BaseRequest):
    """Asks the Bot API by `outgoing.Door`; a request is short, so it blocks its own event loop."""

    def __init__(self, door: outgoing.Door) -> None:
        self.door = outgoing.Door(
            allowed=door.allowed, connect_seconds=door.connect_seconds, whole_seconds=door.whole_seconds,
            most_bytes=_MOST_BYTES, ssl_context=door.ssl_context,
        )  # fmt: skip

    @property
    def read_timeout(self) -> float:
        return self.door.whole_seconds

    async def initialize(self) -> None:
        """Nothing is kept open between requests."""

    async def shutdown(self) -> None:
        """Nothing is kept open between requests."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, read_timeout: Any = None,
        write_timeout: Any = None, connect_timeout: Any = None, pool_timeout: Any = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        seconds = float(read_timeout) if isinstance(read_timeout, int | float) else self.read_timeout
        if request_data is not None and request_data.contains_files:
            raise NetworkError("files are not sent")
        body = request_data.json_payload if request_data else b""
        try:
            with told_apart():
                answer = self.door.send(
                    method, url, content=body, headers={"Content-Type": "application/json"}, whole_seconds=seconds
                )
            if answer.status >= 500:
                check_status(answer.status, urlsplit(url).hostname or "")
        except NotSent as what:
            raise Failed(what) from None
        return answer.status, answer.body
