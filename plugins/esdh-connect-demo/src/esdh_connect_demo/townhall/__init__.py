"""
Rådhuset: the case system of Eksempel Kommune in a browser, as a vendor would have it – with esdh_connect inside.

What concerns esdh_connect is little, and all of it is here: ``launching`` makes the tokens that open the dialog,
``identify`` says who it is that asks for a page, and the pages are mounted below ``/post``.
"""

from __future__ import annotations

from esdh_connect_demo.townhall.app import POST, TownHall, make_app

__all__ = ["POST", "TownHall", "make_app"]
