"""Settings, URLs and the command line: the only place that knows everything."""
