"""
The engine: PDFs laid together by copying byte ranges, with nothing but the standard library and attrs.

`merge` makes one PDF of several. `open_pdf` reads one. Both keep within `Bounds`, and say `Declined` to a file that is
encrypted, damaged or asks for more.

Who wants to know how, reads from the bottom up. *Reading*: `values`, `syntax`, `filters`, `xref`, `objects`, `pages`,
`trees`. *Copying one part*: `references` (other numbers, without reading), `sanitising`, `destinations`, and `graft`,
which does it. *What stands above the pages*, one module each: `outlines`, `forms`, `layers`, `labels`, `structure`
with its `vocabulary`, `conformance`. *The file*: `copying` (one part, whole), `assembly` (all parts, and the catalog),
`deduplication`, `objectstreams`, `writing`, `metadata`, and `checking`, which opens what was written. *Packs*, parts
that were made ready once: `packs`, `records` and `packfile` (as bytes), `packing` (the right one). `merging` holds it
together.
"""

from esdh_connect_bilag.engine.bounds import Bounds, Clock, Declined, Reason
from esdh_connect_bilag.engine.checking import Broken
from esdh_connect_bilag.engine.merging import merge
from esdh_connect_bilag.engine.objects import Pdf, open_pdf
from esdh_connect_bilag.engine.packfile import Unreadable, read_kept, write_kept
from esdh_connect_bilag.engine.packing import Shelf
from esdh_connect_bilag.engine.packs import Facts, Pack
from esdh_connect_bilag.engine.pages import Page
from esdh_connect_bilag.engine.parts import COPIED, Merged, Part, Placed, Removal, Removed, Repair, Style
from esdh_connect_bilag.engine.values import Name, Ref, Stream, Value, text_of

__all__ = [
    "COPIED",
    "Bounds",
    "Broken",
    "Clock",
    "Declined",
    "Facts",
    "Merged",
    "Name",
    "Pack",
    "Page",
    "Part",
    "Pdf",
    "Placed",
    "Reason",
    "Ref",
    "Removal",
    "Removed",
    "Repair",
    "Shelf",
    "Stream",
    "Style",
    "Unreadable",
    "Value",
    "merge",
    "open_pdf",
    "read_kept",
    "text_of",
    "write_kept",
]
