"""The evening report: channels, deliveries, and the Telegram bot."""
