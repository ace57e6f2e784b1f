"""The arithmetic of the business, in plain Python with NumPy and SciPy: no web, no database, no files, no clock."""

from __future__ import annotations
