"""Tags that templates write pages with."""
