"""What every test shares: a home of its own, outside the checkout, and the little company of `world.py`."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import Any

# Before Django reads its settings: tests neither see nor touch an installation's data.
os.environ["ONEGOAL_HOME"] = tempfile.mkdtemp(prefix="onegoal-tests-")

import pytest
from django.conf import settings as django_settings
from django.test import override_settings
from hypothesis import HealthCheck, settings
from tests.migrated import begin_from_kept, keep_database
from tests.world import World, make_world

# A machine with other work is slow: that is no fault of what is tested.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _forget_between_tests() -> None:
    """Ids remembered by one test are no records of the next."""
    from onegoal.apps.marketing.origins import forget_origins

    forget_origins()


@pytest.fixture(autouse=True, scope="session")
def _static_files_by_their_own_names() -> Iterator[None]:
    """Pages are written without a collected, hashed copy of the built front end, which no test's client lists anew."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=django_settings.STORAGES | {"staticfiles": plain}, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> Iterator[None]:
    """Comes before the database is made: it starts from the one kept of the run before, if no migration changed since."""
    with django_db_blocker.unblock():
        begin_from_kept()
    yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Comes after the database is made: it is kept for the next run."""
    with django_db_blocker.unblock():
        keep_database()


@pytest.fixture
def world(db: None) -> World:
    """The little company with its people, projects and stages, and no customers yet."""
    return make_world()
