"""
Reparation: a PDF that the engine declines is made one that it takes; the last way is to have pypdf merge it all.

Libraries read hostile files in a child process alone, under limits of memory, processor and time
(:mod:`esdh_connect_bilag.apart`). What comes back goes through the engine, which reads it as strictly as anything else.
"""

from esdh_connect_bilag.repair.claims import pages_claimed
from esdh_connect_bilag.repair.fallback import MERGED_BY_PYPDF, merge_with_pypdf
from esdh_connect_bilag.repair.mending import REPAIRS, Mending, PagesLost, with_pikepdf, with_pypdf

__all__ = [
    "MERGED_BY_PYPDF",
    "REPAIRS",
    "Mending",
    "PagesLost",
    "merge_with_pypdf",
    "pages_claimed",
    "with_pikepdf",
    "with_pypdf",
]
