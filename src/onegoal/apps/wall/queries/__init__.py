"""Reads of walls, contests and traditions."""
