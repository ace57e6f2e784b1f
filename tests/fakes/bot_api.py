"""A Bot API of Telegram's on this machine: answers as the real one does, fails as it is told to, remembers what it got.

The same server takes in the webhooks of chats under `/hooks/…`.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "123456:test-token-of-nobody"
HOOK = "/hooks/secret-of-a-hook"


@dataclass(frozen=True)
class Fault:
    """One scripted answer instead of the usual: a status with its JSON; `hangs` never answers, `acts` does the work first."""

    status: int = 500
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    acts: bool = False


def too_many(seconds: int) -> Fault:
    """429, with how long to wait."""
    said = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {seconds}"}
    return Fault(429, said | {"parameters": {"retry_after": seconds}}, {"Retry-After": str(seconds)})


def refused(status: int, description: str, **parameters: Any) -> Fault:
    """An error as the Bot API words it."""
    said = {"ok": False, "error_code": status, "description": description}
    return Fault(status, said | ({"parameters": parameters} if parameters else {}))


BLOCKED = refused(403, "Forbidden: bot was blocked by the user")
NO_CHAT = refused(400, "Bad Request: chat not found")


def migrated(to: int) -> Fault:
    """The group became a supergroup."""
    return refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=to)


class BotApi:
    """What the server got (`sent`, `hooked`), what it will say next (`faults`), and what waits to be fetched."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.hooked: list[dict[str, Any]] = []
        self.faults: deque[Fault] = deque()
        self.updates: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.released = threading.Event()
        self.origin = ""
        self._next_update = 700

    def texts(self, chat_id: int | str) -> list[str]:
        """What a chat was sent, in order."""
        return [one["text"] for one in self.sent if str(one["chat_id"]) == str(chat_id)]

    def write(self, chat_id: int, text: str, *, kind: str = "private") -> int:
        """Somebody writes to the bot; return the update's id."""
        self._next_update += 1
        chat = {"id": chat_id, "type": kind, "first_name": "Somebody"}
        sender = {"id": abs(chat_id), "is_bot": False, "first_name": "Somebody"}
        message = {"message_id": self._next_update, "date": 1_790_000_000, "chat": chat, "from": sender, "text": text}
        self.updates.append({"update_id": self._next_update, "message": message})
        return self._next_update

    def answer(self, method: str, given: dict[str, Any]) -> Any:
        """Do what a method does; return its result."""
        if method == "getMe":
            return {"id": 123456, "is_bot": True, "first_name": "OneGoal", "username": "onegoal_test_bot"}
        if method == "getUpdates":
            offset = int(given.get("offset") or 0)
            self.updates = [one for one in self.updates if one["update_id"] >= offset]
            return self.updates[:100]
        self.sent.append(given)
        chat_id = given["chat_id"]
        chat = {"id": int(chat_id), "type": "private", "first_name": "Somebody"}
        return {"message_id": len(self.sent), "date": 1_790_000_000, "chat": chat, "text": given["text"]}


class _Handler(BaseHTTPRequestHandler):
    api: BotApi

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        method = self.path.rpartition("/")[2]
        self.api.asked.append(method)
        fault = self.api.faults.popleft() if self.api.faults and method != "getUpdates" else None
        if fault and fault.acts:
            self._act(method, given)
        if fault and fault.hangs:
            self.api.released.wait(20)
            self.close_connection = True
        elif fault:
            self._say(fault.status, json.dumps(fault.body).encode(), fault.headers)
        elif not self.path.startswith((f"/bot{TOKEN}/", HOOK)):
            self._say(404, b'{"ok":false,"error_code":404,"description":"Not Found"}')
        else:
            self._say(200, self._act(method, given))

    def _act(self, method: str, given: dict[str, Any]) -> bytes:
        if self.path.startswith("/hooks/"):
            self.api.hooked.append(given)
            return b"ok"
        return json.dumps({"ok": True, "result": self.api.answer(method, given)}).encode()

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Length": str(len(body)),
            "Content-Type": "application/json",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[BotApi]:
    """Run the server on a free port of this machine."""
    api = BotApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": api}))
    server.daemon_threads = True
    api.origin = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield api
    finally:
        api.released.set()
        server.shutdown()
        server.server_close()
