"""Pages of the evening report."""
