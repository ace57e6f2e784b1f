"""The one door out: requests to other systems, guarded against addresses that lead into one's own network.

A name is looked up once; every address it has is checked, and the connection goes to a checked one, so a name that
answers differently the second time changes nothing. Redirects are never followed: an answer that redirects is an answer.
The text of an error names the host only: paths and parameters of webhooks and bots are secrets.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpcore

USUAL_PORTS: Final = frozenset({443, 8443})
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """The address may not be asked: nothing left. The text says why, and what to do."""


class NotReached(Exception):
    """There was no connection: the request surely did not leave, it may be sent again."""


class CutOff(Exception):
    """The request had begun to leave and no whole answer came: nobody knows whether it was carried out."""


@dataclass(frozen=True)
class Answer:
    """What the other side said: status, headers in lower case, body as it came (compression is not asked for)."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Door:
    """What may be asked, and for how long.

    `allowed` are origins (`http://chat.lan:8065`) that are asked whatever their address: self-hosted ones, and fakes in
    tests. Everything else must be HTTPS on a usual port with public addresses only. Times are seconds: for one
    connection, and for the whole from look-up to the last byte; `most_bytes` bounds the body of the answer.
    """

    allowed: frozenset[str] = frozenset()
    connect_seconds: float = 5.0
    whole_seconds: float = 20.0
    most_bytes: int = 1_000_000
    ssl_context: ssl.SSLContext = field(default_factory=ssl.create_default_context, compare=False, repr=False)

    def check(self, url: str) -> None:
        """Look at an address without asking anybody but the name server. Raises: Refused, NotReached."""
        parts = _split(url)
        _addresses(parts.hostname or "", _port(parts), is_allowed=self._check_origin(parts))

    def send(
        self, method: str, url: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None,
        whole_seconds: float | None = None,
    ) -> Answer:  # fmt: skip
        """Ask once. Raises: Refused, NotReached, CutOff."""
        parts = _split(url)
        is_allowed = self._check_origin(parts)
        deadline = time.monotonic() + (whole_seconds or self.whole_seconds)
        backend = _Guarded(is_allowed=is_allowed, deadline=deadline, connect_seconds=self.connect_seconds)
        own = {"Host": parts.netloc, "Accept-Encoding": "identity", "User-Agent": "onegoal", "Connection": "close"}
        host = parts.hostname or ""
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self.ssl_context, network_backend=backend) as pool,
                pool.stream(method, url, headers=[*(own | dict(headers or {})).items()], content=content) as answer,
            ):
                body = self._read(answer.iter_stream(), host)
                said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
                return Answer(answer.status, said, body)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
            raise NotReached(f"{host}: {_told(problem)}") from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as problem:
            raise CutOff(f"{host}: {_told(problem)}") from None

    def _check_origin(self, parts: SplitResult) -> bool:
        """Return whether the origin was allowed by name. Raises: Refused."""
        if f"{parts.scheme}://{parts.netloc}".lower() in self.allowed:
            return True
        if parts.scheme != "https":
            raise Refused("Only addresses that begin with https:// are asked.")
        if _port(parts) not in USUAL_PORTS:
            raise Refused(
                "Only the ports 443 and 8443 are asked; another one must be allowed by ONEGOAL_OUTGOING_ALLOW."
            )
        return False

    def _read(self, chunks: Iterable[bytes], host: str) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self.most_bytes:
                raise CutOff(f"{host}: the answer is longer than {self.most_bytes} bytes")
        return bytes(body)


def _split(url: str) -> SplitResult:
    """Take an address apart. Raises: Refused for one that different programs would read differently."""
    if len(url) > 2_000 or any(ord(sign) <= 32 or ord(sign) > 126 for sign in url) or "\\" in url:
        raise Refused("The address holds signs that do not belong there.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("This is no address of a page.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise Refused("This is no address of a page.")
    if "@" in parts.netloc:
        raise Refused("An address with a name or password before the host is not asked.")
    _check_host(parts.hostname)
    return parts


def _check_host(host: str) -> None:
    """Refuse hosts that are neither a plain name nor an address in its usual form (2130706433 is 127.0.0.1 to some)."""
    if ":" in host:
        return
    last = host.rstrip(".").rpartition(".")[2]
    if _NUMBER.fullmatch(last):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise Refused("The host is a number in an unusual form.") from None
    elif not _NAME.fullmatch(host):
        raise Refused("The host is not a name.")


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _addresses(host: str, port: int, *, is_allowed: bool) -> list[str]:
    """Return the addresses of a host, all of them checked. Raises: Refused, NotReached."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotReached(f"{host}: there is no such host, or no name server") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not is_allowed and not all(is_public(address) for address in addresses):
        raise Refused(
            f"{host} is an address of an inner network. A server of your own is allowed by ONEGOAL_OUTGOING_ALLOW."
        )
    return addresses


def is_public(address: str) -> bool:
    """Tell whether an address lies in the public internet, also where it carries an IPv4 one inside."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.sixtofour or found.teredo:
            return False
        inner = found.ipv4_mapped or (ipaddress.IPv4Address(found.packed[-4:]) if found in _NAT64 else None)
        found = inner or found
    return found.is_global and not found.is_multicast and not found.is_reserved


class _Guarded(httpcore.SyncBackend):
    """Connects to a checked address of the name, and lets nothing outlast the deadline."""

    def __init__(self, *, is_allowed: bool, deadline: float, connect_seconds: float) -> None:
        super().__init__()
        self.is_allowed, self.deadline, self.connect_seconds = is_allowed, deadline, connect_seconds

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        problem: Exception = NotReached(f"{host}: no address")
        for address in _addresses(host, port, is_allowed=self.is_allowed):
            seconds = min(self.connect_seconds, _left(self.deadline, httpcore.ConnectTimeout))
            try:
                stream = super().connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
            else:
                return _Bounded(stream, self.deadline)
        raise problem


class _Bounded(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline: a server that drips its answer does not hold us."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, httpcore.ConnectTimeout)
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float, too_late: type[Exception]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise too_late("too slow")
    return left


def _told(problem: Exception) -> str:
    """What happened, in words without the address."""
    return f"{type(problem).__name__}: {problem}"[:200] if str(problem) else type(problem).__name__
