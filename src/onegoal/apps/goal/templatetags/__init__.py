"""Template tags of the goal app."""
