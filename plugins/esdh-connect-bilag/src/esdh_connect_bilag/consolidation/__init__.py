"""Sammenlægning: letter and bilag become one PDF for one channel, each looked at first; nothing is left out."""

from esdh_connect_bilag.consolidation.layout import Layout
from esdh_connect_bilag.consolidation.letter import consolidate

__all__ = ["Layout", "consolidate"]
