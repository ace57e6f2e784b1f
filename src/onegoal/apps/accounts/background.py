"""Work that nobody waits for, done one after the other in a thread of the process that serves pages."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable, Hashable

from django.db import close_old_connections
from django.utils import timezone, translation

logger = logging.getLogger(__name__)


class Background:
    """One thread for each process, begun when there is something to do; work of a key that already waits is not added again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: set[Hashable] = set()
        self._line: queue.SimpleQueue[tuple[Hashable, Callable[[], None]]] = queue.SimpleQueue()
        self._process = 0

    def later(self, key: Hashable, work: Callable[[], object]) -> None:
        """Do `work` soon, in the language and time zone of whoever asks; what goes wrong is logged."""
        language, zone = translation.get_language() or "en", timezone.get_current_timezone()

        def placed() -> None:
            with translation.override(language), timezone.override(zone):
                work()

        with self._guard:
            if self._process != os.getpid():  # a thread does not survive a fork
                self._process, self._waiting, self._line = os.getpid(), set(), queue.SimpleQueue()
                threading.Thread(target=self._work, name="background", daemon=True).start()
            if key in self._waiting:
                return
            self._waiting.add(key)
        self._line.put((key, placed))

    def _work(self) -> None:
        while True:
            key, work = self._line.get()
            with self._guard:
                self._waiting.discard(key)
            close_old_connections()
            try:
                work()
            except Exception:
                logger.exception("Background work failed")
            finally:
                close_old_connections()


background = Background()
