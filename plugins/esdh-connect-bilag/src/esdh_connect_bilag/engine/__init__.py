"""
The engine: PDFs laid together by copying byte ranges, with nothing but the standard library.

`merge` makes one PDF of several. `open_pdf` reads one. Both keep within `Bounds`, and say `Declined` to a file that is
encrypted, damaged or asks for more.
"""

from esdh_connect_bilag.engine.bounds import Bounds, Declined, Reason
from esdh_connect_bilag.engine.checking import Broken
from esdh_connect_bilag.engine.merging import merge
from esdh_connect_bilag.engine.objects import Pdf, open_pdf
from esdh_connect_bilag.engine.pages import Page
from esdh_connect_bilag.engine.parts import COPIED, Merged, Part, Placed, Removal, Removed, Repair, Style
from esdh_connect_bilag.engine.values import Name, Ref, Stream, Value, text_of

__all__ = [
    "COPIED",
    "Bounds",
    "Broken",
    "Declined",
    "Merged",
    "Name",
    "Page",
    "Part",
    "Pdf",
    "Placed",
    "Reason",
    "Ref",
    "Removal",
    "Removed",
    "Repair",
    "Stream",
    "Style",
    "Value",
    "merge",
    "open_pdf",
    "text_of",
]
