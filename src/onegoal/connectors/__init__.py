"""One folder for each kind of outside system or file."""
