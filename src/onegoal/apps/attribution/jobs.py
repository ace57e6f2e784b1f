"""Recurring work: touches are read ahead, published figures are compared with the data as it has become."""

from __future__ import annotations

import logging

from django.utils import timezone

from onegoal.apps.attribution.models import Publication
from onegoal.apps.attribution.services import let_go_unused, restate
from onegoal.apps.attribution.warm import read_ahead
from onegoal.apps.audit.jobs import every

_log = logging.getLogger(__name__)


@every(seconds=60)
def read_touches() -> None:
    """Read the touches of the present version, so that no page has to wait for them."""
    read_ahead()


@every(seconds=900)
def restate_publications() -> None:
    """Write down what has become different in each publication, and let go of versions that nothing needs."""
    for publication in Publication.objects.all():
        try:
            restate(publication=publication, now=timezone.now())
        except Exception:  # noqa: BLE001 - one publication whose files are damaged must not hide the others
            _log.exception("publication %s could not be compared", publication.pk)
    let_go_unused(now=timezone.now())
