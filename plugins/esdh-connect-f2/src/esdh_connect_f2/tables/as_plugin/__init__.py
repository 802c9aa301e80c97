"""The table of an installation that has F2 as a plugin."""
