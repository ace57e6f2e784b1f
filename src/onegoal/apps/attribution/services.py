"""Publish figures, freeze them, and write down what has become different since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.attribution.models import Comparison, FigureFrozen, Publication, Restatement
from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.data import PARTS, Data, present_data
from onegoal.apps.attribution.queries.documents import canonical, digest_of, figures_of, scope_json
from onegoal.apps.attribution.queries.figures import MODELS
from onegoal.apps.attribution.queries.publications import Difference, differences_of, latest_comparison
from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.facts.engine import lake
from onegoal.metrics.question import Scope

__all__ = ["FigureFrozen", "freeze_publication", "let_go_unused", "publish_figures", "restate", "withdraw_publication"]


def publish_figures(
    *, asked: Asked, scope: Scope, name: str, now: dt.datetime, user: User | None = None, purpose: str = "",
    models: Sequence[str] = MODELS,
) -> Publication:  # fmt: skip
    """Store the figures of a question as they are now, and keep the version of the data they were computed from."""
    data = present_data()
    # The files are kept before anything says that they are: a crash in between leaves a version too many, never one
    # too few; `let_go_unused` finds it.
    lake().pin(data.manifest)
    figures = figures_of(asked, scope, models, data)
    with transaction.atomic():
        publication = Publication.objects.create(
            name=name, purpose=purpose, asked=asked.as_json(), scope=scope_json(scope), model_names=list(models),
            data_version=data.version, manifest_version=data.manifest.version, time_zone=data.zone.key,
            currency=data.currency, figures=figures.text, digest=figures.digest, published_at=now, published_by=user,
        )  # fmt: skip
        record_change(record=publication, before={}, now=now)
    return publication


@transaction.atomic
def freeze_publication(*, publication: Publication, now: dt.datetime) -> Publication:
    """Make a publication unchangeable for good, for figures that somebody is paid by; a frozen one stays as it is."""
    stored = Publication.objects.select_for_update().get(pk=publication.pk)
    if not stored.is_frozen:
        before = snapshot(stored)
        stored.is_frozen, stored.frozen_at = True, now
        stored.save(update_fields=["is_frozen", "frozen_at"])
        record_change(record=stored, before=before, now=now)
    return stored


@transaction.atomic
def withdraw_publication(*, publication: Publication, now: dt.datetime) -> None:
    """Delete a publication with what was found out about it. Raises: FigureFrozen."""
    stored = Publication.objects.select_for_update().get(pk=publication.pk)
    if stored.is_frozen:
        raise FigureFrozen
    record_deletion(record=stored, now=now)
    stored.delete()


def restate(*, publication: Publication, now: dt.datetime) -> Comparison:
    """Compare a publication with the present data and write down every figure that is different, and why.

    Costs next to nothing while the tables stay as they were at the last look.
    """
    data = present_data()
    state, latest = _state(data), latest_comparison(publication)
    if latest is not None and latest.state == state:
        return latest
    found = differences_of(publication, data)
    digest = digest_of(canonical({"differences": [_plain(one) for one in found]}))
    with transaction.atomic():
        if latest is not None and latest.digest == digest:
            latest.state, latest.compared_at, latest.data_version = state, now, data.version
            latest.save(update_fields=["state", "compared_at", "data_version"])
            return latest
        comparison = Comparison.objects.create(
            publication=publication, first_seen_at=now, compared_at=now, data_version=data.version, state=state,
            digest=digest, is_different=bool(found),
        )  # fmt: skip
        Restatement.objects.bulk_create([_row(comparison, one) for one in found], batch_size=500)
    return comparison


def let_go_unused(*, now: dt.datetime) -> int:
    """Stop keeping versions that no publication needs; return how many.

    Only those that have been kept for a day: a publication may be about to be written.
    """
    place = lake()
    kept = place.pinned_versions(since_before=now - dt.timedelta(days=1))
    needed = set(Publication.objects.values_list("manifest_version", flat=True))
    unused = [version for version in kept if version not in needed]
    for version in unused:
        place.let_go(version)
    return len(unused)


def _state(data: Data) -> str:
    return digest_of(data.manifest.digest_of(tuple(table for tables in PARTS.values() for table in tables)))


def _row(comparison: Comparison, one: Difference) -> Restatement:
    return Restatement(
        comparison=comparison, model=one.model, group=one.group, was_billionths=one.was[0], was_minor=one.was[1],
        now_billionths=one.now[0], now_minor=one.now[1], parts={why: list(cell) for why, cell in one.parts.items()},
    )  # fmt: skip


def _plain(one: Difference) -> list[object]:
    return [one.model, one.group, one.was, one.now, {why: list(cell) for why, cell in one.parts.items()}]
