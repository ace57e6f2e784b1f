"""Motivation: schemes, pay runs, statements, disputes, adjustments."""
