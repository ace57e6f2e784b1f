"""The commands of `onegoal`, one module for each group."""
