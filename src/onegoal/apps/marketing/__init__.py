"""Where customers come from: origins, channel grouping, campaigns, creatives, spend, touches."""
