"""Writes of walls, contests and traditions."""
