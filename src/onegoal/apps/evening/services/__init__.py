"""Writes of the evening app: channels, deliveries, and who is known to the bot."""
