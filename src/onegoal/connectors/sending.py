"""What may become of a message that is handed to another system, in the same words for every way of sending."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from onegoal.connectors import outgoing


class NotSent(Exception):
    """The message did not arrive; the kinds below say what to do. The text is for people and holds no secret."""


class TryLater(NotSent):
    """It surely did not leave and may later: after `seconds` where the other side named them."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


class MayHaveLeft(NotSent):
    """Nobody knows whether it arrived: only a person may decide to send it again."""


class Rejected(NotSent):
    """This message is not accepted, now or later; others may be."""


class PlaceIsGone(NotSent):
    """Nothing can be sent to this place any more. `reason` is `blocked`, `no_chat`, `no_hook` or `redirected`."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason


class PlaceMoved(NotSent):
    """The place has another address now: send there."""

    def __init__(self, address: str) -> None:
        super().__init__("moved")
        self.address = address


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn what the door out says into what to do about the message."""
    try:
        yield
    except outgoing.NotReached as problem:
        raise TryLater(str(problem)) from None
    except outgoing.CutOff as problem:
        raise MayHaveLeft(str(problem)) from None
    except outgoing.Refused as problem:
        raise Rejected(str(problem)) from None


def check_status(status: int, host: str, said: str = "", seconds: float | None = None) -> None:
    """Raise what an HTTP status of 429 or 5xx means for a message.

    A gateway (502, 504) speaks for a server that it did not understand in time: what that server did, nobody knows.
    """
    why = f"{host}: {status} {said}".strip()[:200]
    if status in (502, 504):
        raise MayHaveLeft(why)
    if status == 429 or status >= 500:
        raise TryLater(why, seconds)
