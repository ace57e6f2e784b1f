"""Measurements of the product against its goals, in one run on one machine."""
