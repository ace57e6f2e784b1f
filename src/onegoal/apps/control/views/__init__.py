"""Pages of interim control."""
