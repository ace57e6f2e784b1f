"""Forms of quality control."""
