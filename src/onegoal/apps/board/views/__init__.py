"""Pages of the board: deals by stage, one deal, the stock, agencies' clients, settings."""

from __future__ import annotations
