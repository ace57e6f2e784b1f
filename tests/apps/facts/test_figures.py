"""Figures asked of records that came in as an import would bring them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.world import NOW, lead_row, person_ref

from onegoal.apps.facts.queries import ask
from onegoal.apps.facts.services import publish_now
from onegoal.apps.sales.services.leads import take_in_leads
from onegoal.metrics.question import Question

pytestmark = pytest.mark.django_db


def value(metric: str, **asked: Any) -> Any:
    publish_now()
    return ask(Question(metric, **asked)).rows[0].value


def test_a_lead_is_counted(world: Any) -> None:
    take_in_leads(rows=[lead_row("1", person=person_ref("Ion", phone="+40722000001"))], now=NOW)
    assert value("leads") == 1
