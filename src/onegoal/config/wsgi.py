"""The web application as the server imports it."""

from __future__ import annotations

import gc
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegoal.config.settings")
# What is loaded now stays: looking through it again and again for what may go would take a fifth of the start.
gc.disable()
application = get_wsgi_application()


def _warm_up() -> None:
    """Do what the first visitor would wait for: load the pages' code, plan the usual questions, read the touches."""
    from zoneinfo import ZoneInfo

    from django.db import close_old_connections
    from django.urls import get_resolver
    from django.utils import timezone

    from onegoal.apps.analysis.warm import warm_up_pages
    from onegoal.apps.attribution.warm import warm_up_attribution
    from onegoal.apps.company.queries import current_company
    from onegoal.apps.control.warm import warm_up_goal
    from onegoal.apps.wall.warm import warm_up_walls

    try:
        try:
            get_resolver().url_patterns  # noqa: B018 - reading it imports every page
        finally:
            gc.enable()
        today = timezone.now().astimezone(ZoneInfo(current_company().time_zone)).date()
        # The page most people begin with comes first.
        warm_up_goal(today=today)
        warm_up_walls(today=today)
        warm_up_pages(today=today)
        warm_up_attribution(today=today)
    finally:
        close_old_connections()


threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
