"""Reads of the joint plan."""
