"""The guarded door: inner addresses are refused however they are written, nothing outlasts its time, nothing leaks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from onegoal.connectors.outgoing import CutOff, Door, NotReached, Refused, is_public

SECRET = "/hooks/a-secret"


class Server:
    """Answers each connection with the bytes it was given; `drips` sends them one at a time."""

    def __init__(self, said: bytes, *, drips: bool = False) -> None:
        self.said, self.drips, self.connections = said, drips, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.stop = threading.Event()
        self.origin = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self.stop.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.recv(65_536)
            try:
                for start in range(0, len(self.said), 1 if self.drips else 65_536):
                    connection.sendall(self.said[start : start + (1 if self.drips else 65_536)])
                    if self.drips and self.stop.wait(0.02):
                        return
            except OSError:
                return


@pytest.fixture
def serve() -> Iterator[Any]:
    servers: list[Server] = []

    def start(said: bytes, **options: Any) -> Server:
        servers.append(Server(said, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop.set()
        server.socket.close()


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """The name server answers with these addresses, whatever is asked; return what was asked."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "https://example.com:8065/", "https://user:word@example.com/",
        "https://user@example.com/", "https://exa mple.com/", "https://example.com\\@10.0.0.1/", "https:///x", "//example.com",
        "https://example.com:0/", "https://example.com:99999/", "https://2130706433/", "https://0x7f000001/",
        "https://017700000001/", "https://127.1/", "https://0x7f.1/", "https://exämple.com/", "https://a..b/", "https://-a.com/",
        "https://example.com/\r\nHost: b", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_an_address_that_programs_may_read_differently_is_refused_without_a_look_up(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, "93.184.216.34")
    with pytest.raises(Refused):
        Door().send("POST", url)
    assert asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.7", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:53aa:64c::1",
        "fe80::1%eth0", "nonsense",
    ],
)  # fmt: skip
def test_a_name_that_leads_into_an_inner_network_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_public(address)
    answering(monkeypatch, "93.184.216.34", address)
    with pytest.raises(Refused, match="inner network"):
        Door().check("https://harmless.example.com/")


@pytest.mark.parametrize("address", ["149.154.167.220", "2001:67c:4e8:f004::9", "64:ff9b::959a:a7dc"])
def test_public_addresses_are_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, address)
    Door().check("https://api.telegram.org/")


def test_the_connection_goes_to_an_address_checked_at_that_very_moment(
    monkeypatch: pytest.MonkeyPatch, serve: Any
) -> None:
    """Rebinding: the first look-up was harmless, the one of the connection is not, and nothing is connected to."""
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    url = "https://rebound.example.com/"
    answering(monkeypatch, "93.184.216.34")
    Door().check(url)
    answering(monkeypatch, "127.0.0.1")
    with pytest.raises(Refused):
        Door().send("POST", url)
    assert server.connections == 0


def test_an_allowed_origin_is_asked_and_its_neighbours_are_not(serve: Any) -> None:
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Said: Yes\r\n\r\nok")
    door = Door(allowed=frozenset({server.origin}))
    answer = door.send("POST", server.origin + SECRET, content=b"{}")
    assert (answer.status, answer.headers["x-said"], answer.body) == (200, "Yes", b"ok")
    other = serve(b"")
    with pytest.raises(Refused):
        door.send("POST", other.origin)


def test_a_redirect_is_an_answer_and_is_not_followed(serve: Any) -> None:
    inner = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    server = serve(f"HTTP/1.1 302 Found\r\nLocation: {inner.origin}\r\nContent-Length: 0\r\n\r\n".encode())
    door = Door(allowed=frozenset({server.origin, inner.origin}))
    assert (door.send("POST", server.origin).status, inner.connections) == (302, 0)


def test_an_answer_without_end_and_one_that_drips_are_cut_off(serve: Any) -> None:
    long = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"a" * 5_000)
    with pytest.raises(CutOff, match="longer than"):
        Door(allowed=frozenset({long.origin}), most_bytes=1_000).send("POST", long.origin)
    slow = serve(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 3_000, drips=True)
    with pytest.raises(CutOff, match="ReadTimeout"):
        Door(allowed=frozenset({slow.origin}), whole_seconds=0.3).send("POST", slow.origin)


def test_a_lost_connection_is_told_from_one_that_never_was_and_no_error_names_the_secret(serve: Any) -> None:
    server = serve(b"HTTP/1.1 2")
    door = Door(allowed=frozenset({server.origin, "http://127.0.0.1:1"}), connect_seconds=1)
    with pytest.raises(CutOff) as cut:
        door.send("POST", server.origin + SECRET)
    with pytest.raises(NotReached) as away:
        door.send("POST", "http://127.0.0.1:1" + SECRET)
    with pytest.raises(NotReached):
        door.send("POST", "https://no-such-host.invalid" + SECRET)
    assert all(SECRET not in str(one.value) and one.value.__cause__ is None for one in (cut, away))
