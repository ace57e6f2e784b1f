"""One lead on one page: its card with panels of every app, merging of persons, tasks and their calendar."""
