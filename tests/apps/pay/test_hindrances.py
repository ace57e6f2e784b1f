"""A dispute that nobody has answered hinders the goal, and the head's desk says so."""

from __future__ import annotations

import datetime as dt

from tests.apps.pay.conftest import FEBRUARY, NOW, PayDesk
from tests.world import World

from onegoal.apps.pay.hindrances import open_disputes
from onegoal.apps.pay.models import Dispute, PayRun, Statement


def test_an_open_dispute_is_late_after_a_week_and_gone_once_answered(desk: PayDesk) -> None:
    world: World = desk.world
    run = PayRun.objects.create(month=FEBRUARY, currency="EUR", author=world.paula, computed_at=NOW)
    statement = Statement.objects.create(run=run, user=world.nora, total_minor=100)
    dispute = Dispute.objects.create(statement=statement, text="One deal is missing", raised_at=NOW)

    (found,) = open_disputes(world.hanna, NOW)
    assert (found.said, found.is_late) == ("Nora disputes the pay: One deal is missing", False)
    (found,) = open_disputes(world.hanna, NOW + dt.timedelta(days=8))
    assert found.is_late
    assert not list(open_disputes(world.victor, NOW))

    dispute.state = "accepted"
    dispute.save()
    assert not list(open_disputes(world.hanna, NOW))
