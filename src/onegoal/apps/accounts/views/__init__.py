"""Pages of sign-in, one's own settings, users, teams and tokens."""

from __future__ import annotations
