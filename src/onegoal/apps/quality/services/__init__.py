"""Writes of quality control: checks of rejections, reviews of calls."""
