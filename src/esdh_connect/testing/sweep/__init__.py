"""
Gennemløb: every place a process can die in, one run for each, and what must be true after it.

``suite.SweepSuite`` is to be subclassed by whoever brings an outbox. Nothing in the library knows of the places; they
lie in front of the outbox, the channel, the case system and whoever listens, and just before each COMMIT.
"""
