"""Reads of the company and its settings."""

from __future__ import annotations

from onegoal.apps.company.models import Company


def current_company() -> Company:
    """Return the one company; before it is set up, an unsaved one with the defaults."""
    return Company.objects.filter(pk=1).first() or Company(pk=1)
