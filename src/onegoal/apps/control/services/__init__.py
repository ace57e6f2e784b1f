"""Writes of interim control."""
