"""Turns any uploaded table, text or workbook, into numbered rows, and writes tables that are safe to open."""
