"""What the company agreed on about its board."""

from __future__ import annotations

from onegoal.apps.board.models import BoardSettings


def board_settings() -> BoardSettings:
    """Return the board's settings; before they are saved, the defaults."""
    return BoardSettings.objects.filter(pk=1).first() or BoardSettings(pk=1)
