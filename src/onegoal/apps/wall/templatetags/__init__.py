"""Template tags of walls."""
