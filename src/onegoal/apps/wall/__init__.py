"""Wall screens, standings, contests and traditions."""
