"""Pages that show where the money went and what it brought."""
