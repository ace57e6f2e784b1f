"""Pages of quality control: rejected leads, calls, what was agreed."""
