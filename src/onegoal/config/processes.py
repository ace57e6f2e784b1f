"""The running product: web server and job runner as children of one process."""

from __future__ import annotations

import fcntl
import importlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

from django.apps import apps
from django.conf import settings
from django.db import close_old_connections

logger = logging.getLogger(__name__)

GRACE_SECONDS = 10.0
HEAD_START_SECONDS = 4.0
SLOWEST_RESTART_SECONDS = 30.0


class AlreadyRunning(Exception):
    """Another `onegoal run` serves the same home."""


def run(*, host: str, port: int, workers: int, on_ready: Callable[[], None]) -> int:
    """Serve until a signal comes or a child cannot be kept alive; return the exit code."""
    lock = _take_lock(settings.HOME / "run.lock")
    command = [sys.executable, "-m", "onegoal.config.cli"]
    web = [*command, "web", "--host", host, "--port", str(port), "--workers", str(workers)]
    try:
        return Supervisor([web, [*command, "jobs"]]).serve(on_ready)
    finally:
        lock.close()


def serve_web(*, host: str, port: int, workers: int) -> None:
    """Run the web server in this process until it is told to stop."""
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "onegoal.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        backpressure=256,
        websockets=False,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


def serve_jobs() -> None:
    """Run queued and recurring work in this process until it is told to stop."""
    from onegoal.apps.audit.jobs import RECURRING, queue

    for config in apps.get_app_configs():
        if config.name.startswith("onegoal."):
            for module in sorted(Path(config.path).glob("jobs*.py")):
                importlib.import_module(f"{config.name}.{module.stem}")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    consumer = queue.create_consumer(workers=1, worker_type="thread", periodic=False, check_worker_health=True)
    consumer._set_signal_handlers = lambda: None
    consumer.start()
    threads = [
        threading.Thread(target=_repeat, args=(work.function, work.seconds, stop), daemon=True) for work in RECURRING
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    consumer.stop(graceful=False)
    for thread in threads:
        thread.join(timeout=GRACE_SECONDS)


def _repeat(function: Callable[[], None], seconds: float, stop: threading.Event) -> None:
    while not stop.is_set():
        began = time.monotonic()
        try:
            function()
        except Exception:
            # One failure must not end the recurring work: it is logged and tried again.
            logger.exception("Recurring work %s failed", function.__name__)
        finally:
            close_old_connections()
        stop.wait(max(0.05, seconds - (time.monotonic() - began)))


class Supervisor:
    """Keeps child processes alive, with growing pauses, and takes them along when it is told to stop."""

    def __init__(self, commands: list[list[str]]) -> None:
        self.commands = commands
        self.children: list[subprocess.Popen[bytes] | None] = [None] * len(commands)
        # One after the other: the first child is what people wait for, and a start keeps every core busy.
        self.restart_at = [time.monotonic() + HEAD_START_SECONDS * index for index in range(len(commands))]
        self.pauses = [0.5] * len(commands)
        self.is_stopping = False

    def serve(self, on_ready: Callable[[], None]) -> int:
        """Run until a signal comes; return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        on_ready()
        while not self.is_stopping:
            for index in range(len(self.commands)):
                self._keep_alive(index)
            time.sleep(0.2)
        self._stop_all()
        return 0

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True

    def _keep_alive(self, index: int) -> None:
        child, now = self.children[index], time.monotonic()
        if child is not None and child.poll() is None:
            return
        if child is not None:
            logger.error("%s ended with %s; it is started again", self.commands[index][3], child.returncode)
            self.children[index] = None
            self.restart_at[index] = now + self.pauses[index]
            self.pauses[index] = min(self.pauses[index] * 2, SLOWEST_RESTART_SECONDS)
        elif now >= self.restart_at[index]:
            self.children[index] = subprocess.Popen(self.commands[index], env=os.environ)  # noqa: S603 - our own command

    def _stop_all(self) -> None:
        running = [child for child in self.children if child is not None and child.poll() is None]
        for child in running:
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in running:
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()


def _take_lock(path: Path) -> IO[str]:
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise AlreadyRunning(str(path.parent)) from error
    file.write(str(os.getpid()))
    file.flush()
    return file
