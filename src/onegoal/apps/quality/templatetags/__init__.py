"""Tags of the quality app's templates."""
