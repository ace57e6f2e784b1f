"""Figures as of a publication, a version or a day: the bytes that the command line prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from onegoal.apps.attribution.models import Publication
from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.data import present_data
from onegoal.apps.attribution.queries.documents import figures_of, read_scope
from onegoal.apps.attribution.queries.figures import MODELS
from onegoal.apps.attribution.queries.publications import data_of, reproduce
from onegoal.metrics.question import Scope

LATEST = "latest"


class AsOfUnknown(Exception):
    """Nothing was published under this number or version, or by this day."""


def figures_as_of(
    as_of: str, *, asked: Asked | None = None, changed: Mapping[str, Any] | None = None, models: Sequence[str] = (),
    scope: Scope | None = None,
) -> bytes:  # fmt: skip
    """Return figures as canonical JSON.

    `as_of` is "latest" (the present data), the number of a publication, the data version of one, or a day: then the last
    one published by the end of that day on its company's calendar. The publication itself is computed again, byte for
    byte, unless another question (`asked`), parts of one (`changed`, by the names of `Asked`) or `models` are given: they
    are answered over its version of the data, of its records unless `scope` says whose.
    Raises: AsOfUnknown; LakeDamaged when the files are gone; ValueError for what cannot be asked.
    """
    publication = None if as_of == LATEST else publication_as_of(as_of)
    if publication is not None and asked is None and not changed and not models:
        return reproduce(publication)
    asked = asked or (Asked.from_json(publication.asked) if publication else Asked())
    scope = scope or (read_scope(publication.scope) if publication else Scope())
    models = models or (publication.model_names if publication else MODELS)
    data = data_of(publication) if publication else present_data()
    return figures_of(replace(asked, **(changed or {})), scope, models, data).text.encode()


def publication_as_of(as_of: str) -> Publication:
    """Return the publication a number, a data version or a day names. Raises: AsOfUnknown."""
    every = Publication.objects.all()
    if as_of.isascii() and as_of.isdecimal() and len(as_of) < 19:  # what a database column of numbers holds
        found = every.filter(pk=int(as_of)).first()
    elif (day := _day(as_of)) is not None:
        found = next((one for one in every if one.published_at.astimezone(_zone_of(one)).date() <= day), None)
    else:
        found = every.filter(data_version=as_of).first()
    if found is None:
        raise AsOfUnknown(as_of)
    return found


def _zone_of(publication: Publication) -> dt.tzinfo:
    return ZoneInfo(publication.time_zone)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
