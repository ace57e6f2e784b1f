"""Pages of walls, contests and traditions, and the wall itself."""
