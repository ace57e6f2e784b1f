"""Journeys and attribution: how the touches before a conversion share it; pure arithmetic on NumPy columns."""
