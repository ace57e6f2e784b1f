"""The facts: schemas, immutable Parquet files with a manifest, sessions of the engines that read them."""
