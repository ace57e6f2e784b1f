"""Pages of the joint plan."""
