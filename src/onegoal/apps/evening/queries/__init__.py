"""Reads of the evening app: what the report tells, where it goes, what was sent."""
