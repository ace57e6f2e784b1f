"""Writes of the analysis app: who gets reports, and what was sent."""
