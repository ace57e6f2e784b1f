"""Published figures: who sees which, how they are computed again, and what is different now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.attribution.models import Comparison, Publication
from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.data import PARTS, Data, mixed_data, pinned_data
from onegoal.apps.attribution.queries.documents import SPEND, Cell, Figures, figures_of, read_scope
from onegoal.apps.facts.queries import scope_of
from onegoal.metrics.question import Scope


def visible_publications(user: User) -> QuerySet[Publication]:
    """Return the publications about records the user may see: a limit of theirs must be at least as wide."""
    mine = scope_of(user)
    seen = [pk for pk, scope in Publication.objects.values_list("pk", "scope") if _covers(mine, read_scope(scope))]
    return Publication.objects.filter(pk__in=seen).select_related("published_by")


def reproduce(publication: Publication) -> bytes:
    """Return the figures of a publication computed again from the kept files: the same bytes as were published.

    Raises: LakeDamaged when the files are not there any more.
    """
    return _figures(publication, data_of(publication)).text.encode()


def data_of(publication: Publication) -> Data:
    """Return the version of the data a publication was computed from."""
    return pinned_data(publication.manifest_version, time_zone=publication.time_zone, currency=publication.currency)


def latest_comparison(publication: Publication) -> Comparison | None:
    """Return the latest look at a publication beside newer data."""
    return publication.comparisons.first()


@dataclass(frozen=True)
class Difference:
    """One figure of a publication then and now; `parts` add up to the whole difference."""

    model: str
    group: str
    was: Cell
    now: Cell
    parts: Mapping[str, Cell]


def differences_of(publication: Publication, now: Data) -> list[Difference]:
    """Return the figures that are different now, each difference split by what changed in the data.

    The tables of the published version are replaced by those of now one part after another, in the order of PARTS; what
    a replacement changes is its part. The order is fixed, for parts depend on it.
    """
    then = data_of(publication)
    steps = [figures_of_publication(publication, then)]
    replaced: tuple[str, ...] = ()
    for part in PARTS:
        replaced = (*replaced, part)
        mixed = mixed_data(then, now, replaced)
        steps.append(figures_of_publication(publication, mixed))
    keys = dict.fromkeys(key for step in steps for key in sorted(step))
    found = [_difference(key, [step.get(key, (0, 0)) for step in steps]) for key in keys]
    return [one for one in found if one.was != one.now]


def figures_of_publication(publication: Publication, data: Data) -> Mapping[tuple[str, str], Cell]:
    """Return the figures of a publication's question over another version."""
    return _figures(publication, data).cells


def _figures(publication: Publication, data: Data) -> Figures:
    asked, scope = Asked.from_json(publication.asked), read_scope(publication.scope)
    return figures_of(asked, scope, publication.model_names, data)


def _difference(key: tuple[str, str], cells: list[Cell]) -> Difference:
    parts = {}
    for part, (before, after) in zip(PARTS, pairwise(cells), strict=True):
        moved = (after[0] - before[0], after[1] - before[1])
        if any(moved):
            parts[part] = moved
    return Difference(key[0], key[1], cells[0], cells[-1], parts)


def _covers(mine: Scope, theirs: Scope) -> bool:
    pairs = (
        (mine.seller_ids, theirs.seller_ids), (mine.team_ids, theirs.team_ids), (mine.project_ids, theirs.project_ids)
    )  # fmt: skip
    return all(own is None or (other is not None and other <= own) for own, other in pairs)


__all__ = [
    "SPEND", "Difference", "data_of", "differences_of", "figures_of_publication", "latest_comparison", "reproduce",
    "visible_publications",
]  # fmt: skip
