"""Tags of the pages of pay."""
