"""Profiler: what is known of departments, and how it is read from a list."""
