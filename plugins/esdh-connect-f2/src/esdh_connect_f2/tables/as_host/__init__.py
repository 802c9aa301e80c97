"""The table of an installation whose host is F2."""
