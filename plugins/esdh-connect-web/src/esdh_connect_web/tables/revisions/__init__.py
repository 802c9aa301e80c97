"""Revisions of the plugin's tables, oldest first; each is a function of the schema before it, never of the code."""
