"""Short lines above a reader's work; the registry itself stands below, for apps under the desk."""

from __future__ import annotations

from onegoal.apps.shell.notices import Find, Notice, notices_for, register_notice

__all__ = ["Find", "Notice", "notices_for", "register_notice"]
