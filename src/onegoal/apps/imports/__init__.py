"""Files of other systems become records."""
