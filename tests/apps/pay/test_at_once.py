"""Two people compute or approve the same month at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from tests.apps.pay.conftest import FEBRUARY, NOW, PayDesk, part

from onegoal.apps.pay import services
from onegoal.apps.pay.models import PayRun, Statement, StatementLine
from onegoal.apps.pay.services import PayRefused


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    outcomes: list[Any] = []
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes.append(call())
        except PayRefused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_who_compute_or_approve_at_once_make_one_run_locked_once(desk: PayDesk, file_database: None) -> None:
    world, scheme = desk.world, desk.scheme()
    desk.version(scheme, part("fixed", "fixed", "base"))
    desk.member(scheme, world.nora, base=1_000_00)
    waiting = services.adjust(user=world.nora, amount_minor=50_00, reason="A prize", author=world.paula, now=NOW)
    services.approve_adjustment(adjustment=waiting, user=world.hanna, now=NOW)

    def compute(author: Any) -> Callable[[], Any]:
        return lambda: services.compute_run(month=FEBRUARY, author=author, now=NOW).digest

    assert len(set(at_once(compute(world.paula), compute(world.paula), compute(world.paula)))) == 1
    assert (PayRun.objects.count(), Statement.objects.count(), StatementLine.objects.count()) == (1, 1, 2)
    run = PayRun.objects.get()
    outcomes = at_once(*[lambda: services.approve_run(run=run, user=world.hanna, now=NOW).state] * 2)
    assert sorted(outcomes) == ["locked", "run_locked"]
    assert Statement.objects.get().total_minor == 1_050_00
