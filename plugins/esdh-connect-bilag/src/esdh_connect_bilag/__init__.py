"""Bilag for esdh_connect: letter and attachments become one PDF, with nothing dropped."""

from __future__ import annotations

import attrs

from esdh_connect_bilag.bundles.hooks import SharedBundles

__all__ = ["Bilag"]


@attrs.define(eq=False)
class Bilag(SharedBundles):
    """Bilag: lays letter and attachments together, and keeps the bundles that departments share."""
