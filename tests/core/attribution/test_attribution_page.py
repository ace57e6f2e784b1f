"""The example that the page on attribution works by hand is what the code gives."""

from __future__ import annotations

import functools
import operator
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from onegoal.core.attribution.journeys import DAY, Journeys, NullJourneys
from onegoal.core.attribution.models import attribute
from onegoal.core.attribution.settings import MODELS, ModelSettings
from onegoal.core.attribution.steps import coalitions_of, open_moves

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "attribution.md").read_text()
GROUPS = ("ads", "direct", "search")


def table(heading: str) -> list[list[str]]:
    """The rows of the page's table whose first heading is this."""
    lines = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def told() -> tuple[Journeys, NullJourneys]:
    rows = [(re.findall(r"([a-z]+) ?(\d*)", touches), lead, sale) for _, touches, lead, sale in table("who")]
    sold = [row for row in rows if row[2] != "open"]
    touches = [touch for steps, _, _ in sold for touch in steps]
    number = np.arange(len(sold))
    journeys = Journeys(
        groups=GROUPS,
        starts=np.concatenate(([0], np.cumsum([len(steps) for steps, _, _ in sold]))),
        group=np.array([GROUPS.index(name) for name, _ in touches], np.int32),
        age=np.array([int(age) * DAY for _, age in touches]),
        at=number,
        value=np.array([cents(sale) for _, _, sale in sold]),
        conversions=np.ones(len(sold), np.int64),
        lead_age=np.array([int(lead) * DAY if lead else -1 for _, lead, _ in sold]),
        key=number,
        person=number,
        bucket=number.astype(np.int16),
    )
    paths = [[GROUPS.index(name) for name, _ in steps] for steps, _, sale in rows if sale == "open"]
    starts = np.cumsum([0, *(len(path) for path in paths[:-1])])
    group, bucket = np.array(functools.reduce(operator.iadd, paths, []), np.int32), np.zeros(len(paths), np.int16)
    return journeys, NullJourneys(
        paths=len(paths),
        moves={order: open_moves(starts, group, bucket, 3, order) for order in (1, 2, 3)},
        coalitions=coalitions_of(starts, group, bucket, 3),
    )


@pytest.mark.parametrize("row", table("model"), ids=lambda row: row[0])
def test_the_page_and_the_code_give_the_same(row):
    model, *cells = row
    how = ModelSettings(markov_share="per_journey") if model.endswith("per journey") else ModelSettings()
    name = model.removesuffix(" per journey")
    found = attribute(*told(), [name], how)[name]
    assert [f"{part:.3f}" for part in found.conversions] == cells[:3]
    assert found.value.tolist() == [cents(cell) for cell in cells[3:]]


def test_the_page_tells_every_model():
    assert {row[0].removesuffix(" per journey") for row in table("model")} == set(MODELS)


def test_the_effects_worked_on_the_page_are_right():
    effects = attribute(*told(), ["markov"])["markov"]
    assert effects.removal_effects == pytest.approx([5 / 9, 2 / 3, 5 / 12])
    assert effects.value_removal_effects == pytest.approx([5 / 7, 3 / 7, 5 / 14])
