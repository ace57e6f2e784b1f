"""Start the product on a home of its own, sign in, and fetch pages as browsers do."""

from __future__ import annotations

import contextlib
import http.client
import http.cookies
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

ONEGOAL = Path(sys.executable).with_name("onegoal")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def command(home: Path, *words: str) -> str:
    """Run an onegoal command on a home and return what it printed."""
    done = subprocess.run(
        [str(ONEGOAL), *words],
        env={**os.environ, "ONEGOAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"onegoal {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


@contextlib.contextmanager
def serving(home: Path) -> Iterator[int]:
    """Run the product on a free port until the block ends; yields once it answers."""
    port = free_port()
    process = subprocess.Popen(
        [str(ONEGOAL), "run", "--port", str(port)], env={**os.environ, "ONEGOAL_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until_it_answers(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(port: int, *, seconds: float = 120) -> None:
    """Return when the sign-in page comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            if connection.getresponse().status < 500:
                return
        time.sleep(0.05)
    sys.exit("The product did not start.")


class Visitor:
    """One signed-in person with a kept-alive connection and cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the form."""
        _status, page = self.fetch("/sign-in/")
        token = TOKEN.search(page.decode())
        form = {"username": email, "password": password, "csrfmiddlewaretoken": token[1] if token else ""}
        status, _page = self.fetch("/sign-in/", body=urllib.parse.urlencode(form))
        if status != 302:
            sys.exit(f"Sign-in answered {status}.")

    def fetch(self, path: str, *, body: str | None = None, accept: str = "text/html") -> tuple[int, bytes]:
        """Fetch one page as sent over the wire (compressed where the server compresses) and keep its cookies."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Accept": accept}
        if body is None:
            headers["Accept-Encoding"] = "identity"
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._answer("GET" if body is None else "POST", path, body, headers)
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in http.cookies.SimpleCookie(header).items()})
        return answer.status, answer.read()

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """Ask once more on a new connection where the server has closed the idle one, as browsers do."""
        try:
            self.connection.request(method, path, body=body, headers=headers)
            return self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.connection.close()
            self.connection.request(method, path, body=body, headers=headers)
            return self.connection.getresponse()
