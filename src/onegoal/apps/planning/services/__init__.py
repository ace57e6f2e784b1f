"""Writes of the joint plan."""
