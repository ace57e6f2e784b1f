"""Whose rows a person may see is asked once for a page, and anew for the next."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.world import World

from onegoal.apps.accounts.queries import project_limit, remember_for_request
from onegoal.apps.accounts.reach import reach_of


def test_within_one_request_teams_and_projects_are_read_once(world: World) -> None:
    remember_for_request(world.victor)
    first = reach_of(world.victor)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert reach_of(world.victor) == first
    assert not queries.captured_queries


def test_the_next_request_sees_what_was_changed_since(world: World, client: Client) -> None:
    client.force_login(world.victor)
    assert client.get(reverse("desk:inbox")).status_code == 200
    world.victor.projects.add(world.old_mill)
    response = client.get(reverse("desk:inbox"))
    assert project_limit(response.wsgi_request.user) == frozenset({world.old_mill.pk})
