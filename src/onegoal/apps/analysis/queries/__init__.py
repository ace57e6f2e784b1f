"""Reads of figures for the pages of analysis."""
