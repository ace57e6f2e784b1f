"""Pages of attribution: models side by side, groups, paths, windows, published figures."""
