"""Reads of the board: deals by stage, stock, discounts, schedules, contracts and agencies' clients."""

from __future__ import annotations
