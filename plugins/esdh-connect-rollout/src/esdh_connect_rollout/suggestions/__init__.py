"""Forslag: which department comes first, and why."""
