"""`onegoal run` as one process tree."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, port: int) -> subprocess.Popen[str]:
    environment = {
        key: value for key, value in os.environ.items() if key not in {"ONEGOAL_DATABASE", "ONEGOAL_JOBS_IMMEDIATE"}
    }
    return subprocess.Popen(
        [sys.executable, "-m", "onegoal.config.cli", "run", "--port", str(port), "--workers", "1"],
        env={**environment, "ONEGOAL_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def children(pid: int) -> set[int]:
    return {int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def wait_for(condition, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    port = free_port()
    process = start(tmp_path, port)
    try:
        wait_for(lambda: answers(port), process)
        yield process, port, tmp_path
    finally:
        process.kill()
        process.wait()


def test_it_serves_keeps_its_children_alive_refuses_a_twin_and_stops_whole(running) -> None:
    process, port, home = running

    twin = start(home, free_port())
    said, _ = twin.communicate(timeout=PATIENCE_SECONDS)
    assert twin.returncode == 1
    assert "already running" in said

    before = children(process.pid)
    assert len(before) == 2
    os.kill(max(before), signal.SIGKILL)
    wait_for(lambda: len(children(process.pid) - before) == 1, process)
    wait_for(lambda: answers(port), process)

    tree = children(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE_SECONDS) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in tree)
