"""Leads, deals with their stage history, payments, calls and tasks."""
