"""`onegoal attribution --as-of` without files: figures of the product's own records, as they were published or are now."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from onegoal.attribution.moments import parse_span
from onegoal.attribution.refusals import SourceRefused
from onegoal.core.attribution.journeys import DAY

_DIMENSIONS = {"source,medium": "source_medium"}
USUAL_HALF_LIFE = "7d"


def print_figures_as_of(
    as_of: str, *, models: Sequence[str], window: str | None, by: str | None, overlapping: bool, half_life: str,
    markov_share: str,
) -> None:  # fmt: skip
    """Write canonical JSON to standard output, for a publication byte for byte what was published.

    Raises: SourceRefused for a version that is not known or damaged, and for what cannot be asked.
    """
    from onegoal.config.cli import prepare_records

    prepare_records()
    from onegoal.apps.attribution.queries.as_of import LATEST, AsOfUnknown, figures_as_of
    from onegoal.apps.facts.services import publish_now
    from onegoal.core.problems import ValueProblem
    from onegoal.warehouse.lake import LakeDamaged

    changed = _changed(window, by, overlapping, half_life, markov_share)
    if as_of == LATEST:
        publish_now()
    try:
        found = figures_as_of(as_of, changed=changed, models=tuple(models))
    except AsOfUnknown as error:
        raise SourceRefused(
            "as_of", f"Nothing was published as {as_of!r}.",
            remedy="Use latest, the number or data version of a publication, or a day on or after the first one.",
        ) from error  # fmt: skip
    except LakeDamaged as error:
        raise SourceRefused(
            "as_of", f"The data is not readable: {error}.", remedy="Restore it from a backup."
        ) from error
    except (ValueError, ValueProblem) as error:
        raise SourceRefused("options", f"This cannot be asked: {error}.", remedy="Check the options.") from error
    sys.stdout.buffer.write(found)
    sys.stdout.buffer.flush()


def _changed(
    window: str | None, by: str | None, overlapping: bool, half_life: str, markov_share: str
) -> dict[str, Any]:
    """Return the parts of the question that the options name."""
    changed: dict[str, Any] = {}
    if window is not None:
        changed["window_days"] = _days(window, "window")
    if half_life != USUAL_HALF_LIFE:
        changed["half_life_days"] = _days(half_life, "half_life")
    if by is not None:
        changed["dimension"] = _DIMENSIONS.get(by.replace(" ", ""), by)
    if overlapping:
        changed["overlapping"] = True
    if markov_share != "global":
        changed["markov_share"] = markov_share
    return changed


def _days(text: str, what: str) -> int:
    days, rest = divmod(parse_span(text, what), DAY)
    if rest:
        raise SourceRefused(what, f"{text!r} is no whole number of days.", remedy="Records are asked by days: 30d.")
    return days
