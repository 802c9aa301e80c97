"""
Barn: what reads a stranger's file runs in a process of its own, and what that may use.

Decoders of pictures, libraries that repair, layout engines and office programs crash, hang and eat the memory on some
files. So none of them runs in the host's process. The child gets no environment of ours, no network where the system
lets us take it away, no file with a name, and limits of memory, processor, time and output that the system keeps.
"""

from esdh_connect_bilag.apart.child import Answer, Confines, Failed, asked, run
from esdh_connect_bilag.apart.refusing import Refused

__all__ = ["Answer", "Confines", "Failed", "Refused", "asked", "run"]
