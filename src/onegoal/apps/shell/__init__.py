"""The frame of every page: layout, navigation, tables, plots, saved views."""
