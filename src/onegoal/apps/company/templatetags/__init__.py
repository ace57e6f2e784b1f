"""Template tags of the company app."""

from __future__ import annotations
