"""Pages of the first start and of the company's settings."""

from __future__ import annotations
