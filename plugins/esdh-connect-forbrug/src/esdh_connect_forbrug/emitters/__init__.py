"""
Aflevering: what was used goes to receivers outside, as CloudEvents, where a department has switched that on.

Each emitter is a plugin of its own, with a position of its own in the outbox: what one does not take is told to it
later, and no letter and no other emitter notices. ``envelope`` is what they all say, ``schemas`` what may stand in it.
"""
