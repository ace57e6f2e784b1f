"""Whose identities are whose: a mapping in runs, the newest word counts, and an identity without one is its own person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onegoal.attribution.marts.files import Columns
from onegoal.attribution.marts.merging import distinct, members, spread
from onegoal.core.attribution.journeys import Ints


class People:
    """Identities and the persons they belong to, looked up either way; runs are the columns `people_columns` makes.

    Person p has every identity that was said to be p's, and identity p itself unless that was said to be another's.
    """

    def __init__(self, runs: Sequence[Columns]) -> None:
        self.runs = tuple(runs)

    def __bool__(self) -> bool:
        return any(len(run["identity"]) for run in self.runs)

    def with_run(self, run: Columns) -> People:
        """Return the same with newer words."""
        return People([*self.runs, run])

    def persons_of(self, identities: Ints) -> Ints:
        """Return the person of each identity, in the order given."""
        persons = identities.copy()
        pending = np.arange(len(identities))
        for run in reversed(self.runs):
            known = run["identity"]
            if not len(known) or not len(pending):
                continue
            places = np.minimum(np.searchsorted(known, identities[pending]), len(known) - 1)
            hits = known[places] == identities[pending]
            persons[pending[hits]] = run["person"][places[hits]]
            pending = pending[~hits]
        return persons

    def identities_of(self, persons: Ints) -> Ints:
        """Return all identities of these persons, who are sorted; the identities are sorted too."""
        if not self:
            return persons
        candidates = [persons]
        for run in self.runs:
            first = np.searchsorted(run["owner"], persons)
            lengths = np.searchsorted(run["owner"], persons, side="right") - first
            candidates.append(run["owned"][spread(first, lengths)])
        found = distinct(*candidates)
        return found[members(self.persons_of(found), persons)]

    def named(self) -> Ints:
        """Return everybody who is spoken of, as identity or as person, sorted."""
        return distinct(*(run[name] for run in self.runs for name in ("identity", "person")))


def people_columns(identity: Ints, person: Ints) -> Columns:
    """Return the columns of a run in which the last word on each identity counts."""
    identity, place = np.unique(identity[::-1], return_index=True)
    person = person[::-1][place]
    order = np.argsort(person, kind="stable")
    return {"identity": identity, "person": person, "owner": person[order], "owned": identity[order]}


def merged(runs: Sequence[Columns], *, with_oldest: bool) -> Columns:
    """Return the columns of one run in the place of several that follow each other; `with_oldest`: none is older."""
    columns: dict[str, NDArray[Any]] = {
        name: np.concatenate([run[name] for run in runs]) for name in ("identity", "person")
    }
    told = people_columns(columns["identity"], columns["person"])
    apart = told["identity"] != told["person"]
    return people_columns(told["identity"][apart], told["person"][apart]) if with_oldest else told
