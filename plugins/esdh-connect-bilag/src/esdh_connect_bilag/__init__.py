"""
Bilag for esdh_connect: letter and attachments become one PDF, with nothing dropped.

``Bilag`` is the plugin. It is imported when it is asked for, so that ``esdh_connect_bilag.engine`` alone, and the child
processes that read strangers' files, pull in nothing but the standard library and attrs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esdh_connect_bilag.plugin import Bilag

__all__ = ["Bilag"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from esdh_connect_bilag.plugin import Bilag

    return Bilag
