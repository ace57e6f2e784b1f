"""Publishing outside any transaction, as the jobs process does it."""

from __future__ import annotations

import pytest
from tests.world import NOW, lead_row, make_world

from onegoal.apps.facts.queries import ask, differences
from onegoal.apps.facts.services import publish_now
from onegoal.apps.sales.services.leads import take_in_leads
from onegoal.metrics.question import Question


@pytest.mark.django_db(transaction=True)
def test_records_are_read_in_one_state_and_the_marks_go() -> None:
    make_world()
    take_in_leads(rows=[lead_row("1"), lead_row("2")], now=NOW)
    assert publish_now() > 0
    assert ask(Question("leads")).rows[0].value == 2
    assert differences() == []
    assert publish_now() == 0
