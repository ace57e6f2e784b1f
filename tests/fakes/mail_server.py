"""A mail server on this machine that an installation can be set to."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from onegoal.config.email import email_settings


class Mailbox:
    """Keeps what the server took in; refuses as long as `is_full`, forgets to answer as `says` tells."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.is_full = False
        self.says = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.is_full:
            return "452 mailbox full"
        self.messages.append(email.message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return self.says or "250 taken"


@contextmanager
def serving_mail(settings: Any) -> Iterator[Mailbox]:
    """Run the server on a free port, with the settings of a test pointing to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_URL = f"smtp+plain://127.0.0.1:{port}"
    for name, value in email_settings(settings.EMAIL_URL).items():
        setattr(settings, name, value)
    try:
        yield box
    finally:
        server.stop()
