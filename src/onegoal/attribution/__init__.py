"""Journeys and attribution of any touches: files, frames or the warehouse; works without the web part."""
