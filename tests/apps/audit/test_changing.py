"""A record that is changed in a block is stored with its entry in the trail, or not at all."""

from __future__ import annotations

import pytest
from tests.world import NOW, World

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.audit.services import changing
from onegoal.apps.sales.models import Objection


def test_what_the_block_sets_is_stored_with_before_and_after(world: World) -> None:
    one = Objection.objects.create(name="too far", position=1)
    with changing(one, now=NOW):
        one.position = 2
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.before, entry.after) == ("update", {"position": 1}, {"position": 2})
    assert Objection.objects.get().position == 2


def test_a_new_record_is_created_with_all_it_holds(world: World) -> None:
    one = Objection(name="too far")
    with changing(one, now=NOW):
        one.position = 3
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.entity_id, entry.before) == ("create", one.pk, {})
    assert entry.after["name"] == "too far" and entry.after["position"] == 3


def test_a_block_that_changes_nothing_leaves_no_entry(world: World) -> None:
    one = Objection.objects.create(name="too far")
    with changing(one, now=NOW):
        one.name = "too far"
    assert not AuditEntry.objects.exists()


def test_a_block_that_raises_stores_nothing(world: World) -> None:
    one = Objection.objects.create(name="too far")
    with pytest.raises(LookupError), changing(one, now=NOW):
        one.name = "too dear"
        raise LookupError
    assert Objection.objects.get().name == "too far"
    assert not AuditEntry.objects.exists()
