"""Interim control: pace and forecast, bottleneck, sags, and the head's desk with its blockers."""
