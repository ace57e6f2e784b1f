"""Incoming webhooks of chats: Slack and Mattermost."""
