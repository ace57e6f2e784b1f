"""The conversions behind a group's part: which journeys it stands in, starts, assists or closes."""

from __future__ import annotations

from typing import Literal

import numpy as np

from onegoal.apps.attribution.queries.figures import Found
from onegoal.core.attribution.journeys import Ints

Part = Literal["any", "starts", "assists", "closes", "alone"]


def rows_of_group(found: Found, group: str, part: Part = "any") -> Ints:
    """Return the places of the journeys in which a group has a part, as `roles_of` counts them; none if it is unknown."""
    journeys = found.journeys
    if group not in journeys.groups:
        return np.empty(0, np.int64)
    own = journeys.group == journeys.groups.index(group)
    place = np.arange(len(own))
    owner = journeys.owner
    chosen = {
        "any": own,
        "starts": own & (place == journeys.starts[:-1][owner]),
        "closes": own & (place == journeys.starts[1:][owner] - 1),
        "assists": own & (place < journeys.starts[1:][owner] - 1),
        "alone": own,
    }[part]
    rows = np.unique(owner[chosen])
    if part == "alone":
        others = np.unique(owner[~own])
        rows = np.setdiff1d(rows, others, assume_unique=True)
    return rows.astype(np.int64)


def unattributed_rows(found: Found) -> Ints:
    """Return the places of the journeys without a touch."""
    return np.flatnonzero(found.journeys.lengths == 0)
