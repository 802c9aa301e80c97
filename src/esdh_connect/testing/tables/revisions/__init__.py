"""Revisions of the notes."""
