"""Revisions of the outbox's schema, oldest first; each is a function of the schema before it, never of the code."""
