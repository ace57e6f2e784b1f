"""How rows from outside describe colleagues (sellers, agents)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ColleagueRow:
    """One colleague; without an e-mail that is invited by an administrator they cannot sign in."""

    source: str
    source_id: str
    name: str
    role: str
    team: str = ""
    email: str = ""
