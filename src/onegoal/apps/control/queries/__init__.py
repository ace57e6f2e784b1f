"""Reads of interim control."""
