"""
Bilagspakker: named sets of documents that a department shares, in dated versions.

A caseworker makes one in a minute; every letter takes the version in force, and the manifest names it. What should be a
bundle is learnt from hashes alone.
"""

from __future__ import annotations

from esdh_connect_bilag.bundles.door import Bundles
from esdh_connect_bilag.bundles.errors import BundleRefused, UnknownBundle
from esdh_connect_bilag.bundles.suggestions import Saving, Suggestion
from esdh_connect_bilag.bundles.values import Bundle, Item, Version, in_force

__all__ = [
    "Bundle",
    "BundleRefused",
    "Bundles",
    "Item",
    "Saving",
    "Suggestion",
    "UnknownBundle",
    "Version",
    "in_force",
]
