"""Whether the figures still follow the records, as one server process sees it."""

from __future__ import annotations

import datetime as dt
import threading

from onegoal.apps.audit.models import StaleChunk
from onegoal.apps.facts.queries import data_version

PATIENCE = dt.timedelta(seconds=60)
"""Records are published within seconds; after a minute without a new version figures count as late."""


class Lateness:
    """Remembers since when something has waited to be published while no new version of the facts came."""

    def __init__(self) -> None:
        self._version = ""
        self._since: dt.datetime | None = None
        self._guard = threading.Lock()

    def since(self, now: dt.datetime, *, version: str, is_waiting: bool) -> dt.datetime | None:
        """Return the moment up to which the figures are complete when they are late, else None."""
        with self._guard:
            begins = not is_waiting or version != self._version or self._since is None or self._since > now
            if begins:
                self._version, self._since = version, now if is_waiting else None
            return self._since if self._since and now - self._since > PATIENCE else None


_lateness = Lateness()


def late_since(now: dt.datetime) -> dt.datetime | None:
    """Return since when the figures no longer follow the records, or None as long as they do."""
    return _lateness.since(now, version=data_version(), is_waiting=StaleChunk.objects.exists())
