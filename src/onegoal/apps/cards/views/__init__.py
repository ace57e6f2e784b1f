"""Pages of cards, merging, tasks and their calendar."""
