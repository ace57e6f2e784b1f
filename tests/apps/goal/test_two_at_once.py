"""Two heads activate at the same moment: one wins, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests.apps.goal.conftest import stored_kpi
from tests.file_database import records_in_file
from tests.world import NOW, make_world

from onegoal.apps.goal.models import KpiState, SharedKpi
from onegoal.apps.goal.services import KpiRefused, activate_kpi


@pytest.fixture
def file_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The test's records in a file: threads then wait for one another instead of failing at once."""
    with records_in_file(tmp_path):
        yield


@pytest.mark.django_db(transaction=True)
def test_of_two_activations_at_once_one_is_refused(file_database: None) -> None:
    world = make_world()
    drafts = [stored_kpi(world, name=name, state=KpiState.DRAFT) for name in ("One", "Two")]
    start, results = threading.Barrier(2), []

    def activate(kpi: SharedKpi) -> None:
        try:
            start.wait(timeout=30)
            activate_kpi(kpi=kpi, now=NOW)
            results.append("active")
        except KpiRefused as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=activate, args=[kpi]) for kpi in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(results) == ["active", "overlap"]
    assert SharedKpi.objects.filter(state=KpiState.ACTIVE).count() == 1
