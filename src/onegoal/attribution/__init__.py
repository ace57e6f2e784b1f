"""Journeys and attribution of any touches: files, frames or the warehouse; works without the web part."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onegoal.attribution.api import attribution, attribution_of_paths, paths, paths_of_file
    from onegoal.attribution.refusals import SourceRefused
    from onegoal.attribution.report import PathReport
    from onegoal.attribution.results import Attribution

__all__ = [
    "Attribution", "PathReport", "SourceRefused", "attribution", "attribution_of_paths", "paths", "paths_of_file",
]  # fmt: skip

# Loaded when first used, so that the parts of the product that need one module do not wait for the others.
_PLACES = {
    "attribution": "api", "attribution_of_paths": "api", "paths": "api", "paths_of_file": "api",
    "Attribution": "results", "PathReport": "report", "SourceRefused": "refusals",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
