"""Reads of what the company agreed about control."""

from __future__ import annotations

from onegoal.apps.quality.models import QualitySettings


def quality_settings() -> QualitySettings:
    """Return what was agreed; before anybody saved it, an unsaved one with the defaults."""
    return QualitySettings.objects.filter(pk=1).first() or QualitySettings(pk=1)
