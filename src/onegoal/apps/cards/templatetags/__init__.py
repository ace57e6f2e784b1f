"""Tags of cards."""
