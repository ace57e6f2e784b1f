"""Marts: journeys kept on disk and brought up to date by what changed, instead of being cut anew."""

from __future__ import annotations

from onegoal.attribution.marts.changes import ChangeRefused, Changes, Converted, Dropped, Known, Touched
from onegoal.attribution.marts.manifest import MartSettings
from onegoal.attribution.marts.mart import JourneyMart, MartDiffers
from onegoal.attribution.marts.reading import Reading
from onegoal.attribution.marts.sources import changes_of

__all__ = [
    "ChangeRefused", "Changes", "Converted", "Dropped", "JourneyMart", "Known", "MartDiffers", "MartSettings", "Reading",
    "Touched", "changes_of",
]  # fmt: skip
