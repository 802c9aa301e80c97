"""
Bilag, der er gjort klar: packs of the engine, kept in memory and, sealed, in a folder that several processes share.

What is kept never changes what comes out: a pack that is missing, damaged or of another version is made anew.
"""

from esdh_connect_bilag.packs.folder import Folder
from esdh_connect_bilag.packs.settings import Packs
from esdh_connect_bilag.packs.shelf import Kept

__all__ = ["Folder", "Kept", "Packs"]
