"""Background work of imports: those that wait, one at a time, and files put into watched folders."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.utils import timezone

from onegoal.apps.audit.jobs import every, job
from onegoal.apps.imports import services
from onegoal.apps.imports.models import ACTIVE, Import, State
from onegoal.apps.imports.watched import import_watched_files

_log = logging.getLogger(__name__)
TRIAL_ROWS = 20_000
"""A trial holds one transaction, which others wait for; this many rows take a few seconds."""


@job
def run_next() -> None:
    """Run the oldest import that waits, or goes on after it was broken off; nothing when another is running."""
    with services.the_only_import(waits=False) as is_mine:
        while is_mine and (record := _next()) is not None:
            _run(record)


@every(seconds=2)
def run_waiting() -> None:
    """See to imports whose turn has come."""
    if _next() is not None:
        run_next()


@every(seconds=10)
def watch_folders() -> None:
    """Take in what was put into the watched folders."""
    import_watched_files(folder=settings.WATCHED_DIRECTORY, clock=_now)


def _next() -> Import | None:
    return Import.objects.filter(state__in=ACTIVE).exclude(via="command").order_by("created_at", "pk").first()


def _run(record: Import) -> None:
    try:
        if record.state == State.TRYING:
            services.run_trial(record=record, path=services.file_of(record), clock=_now, most_rows=TRIAL_ROWS)
        elif record.via == "watched":
            # The folder's own job runs these; one found here was broken off and comes again with its file.
            services.give_up(record=record, now=_now())
        else:
            services.run_import(record=record, path=services.file_of(record), clock=_now)
    except services.Refused as refusal:
        _log.warning("import %s refused: %s", record.pk, refusal.code)
    except Exception:  # noqa: BLE001 - whatever it was, the next import in the line has to run
        _log.exception("import %s stopped", record.pk)
        services.give_up(record=record, now=_now())


def _now() -> dt.datetime:
    return timezone.now()
