"""Telegram's Bot API: messages to chats, and what people write to the bot."""
