"""In the child: HTML becomes a tagged PDF. What it asks for elsewhere is counted, and never fetched."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from esdh_connect_bilag.apart.refusing import Refused
from esdh_connect_bilag.converters.decoding import decoded

__all__ = ["answer"]

#: A4, whatever the page itself wants to be; nothing sticks out on the right.
_OURS = """
@page { size: A4 !important; margin: 20mm !important }
html { font-family: "Liberation Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere }
img, svg, table { max-width: 100% !important }
"""
_CHARSET = re.compile(rb"(?i)charset\s*=\s*[\"']?\s*([\w.:-]+)")
_SAYS_CHARSET_WITHIN = 2048


class _AtHome(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives what lies in the page itself (``data:``), within ``most`` bytes in all, and nothing else."""

    def __init__(self, most: int) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._left = most
        self.refused: set[str] = set()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.lower().startswith("data:") or len(url) > self._left:
            self.refused.add(url[:200])
            raise ValueError("nothing is fetched")
        self._left -= len(url)
        return super().fetch(url, headers)


class _Heard(logging.Handler):
    """
    Counts what WeasyPrint says only in its log.

    ``relative``: what the page asks for at an address that is none without a place on the web. ``missing``: the
    characters that no font of the machine has.
    """

    def __init__(self) -> None:
        super().__init__()
        self.relative = 0
        self.missing: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.relative += record.msg.startswith("Relative URI")
        if record.msg.startswith(".notdef") and isinstance(record.args, tuple):
            self.missing[str(record.args[0])] += 1


def answer(order: Mapping[str, Any], content: bytes) -> tuple[dict[str, object], list[bytes]]:
    """
    Make the PDF. ``order`` has title, max_pages and max_data.

    What is told is how much was ``refused``, and the characters that are ``missing``, each with its number.
    """
    fetcher, heard = _AtHome(order["max_data"]), _Heard()
    logger = logging.getLogger("weasyprint")
    logger.handlers, logger.propagate = [heard], False
    html = HTML(string=_text(content), url_fetcher=fetcher)
    _completed(html.etree_element)
    document = html.render(stylesheets=[CSS(string=_OURS)], pdf_tags=True, presentational_hints=True)
    if len(document.pages) > order["max_pages"]:
        raise Refused(f"siden bliver {len(document.pages)} sider i PDF; der er plads til {order['max_pages']}")
    document.metadata.title = document.metadata.title or order["title"]
    name = sha256(content).digest()[:16]
    pdf = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=name)
    return {"refused": len(fetcher.refused) + heard.relative, "missing": heard.missing}, [pdf]


def _text(content: bytes) -> str:
    """Read it as its mark says or as it says itself, else as a text that says nothing."""
    said = _CHARSET.search(content, 0, _SAYS_CHARSET_WITHIN)
    return decoded(content, said[1].decode("ascii") if said else "")


def _completed(root: Any) -> None:  # noqa: ANN401 - an element of the parser's
    """Say the language where the page does not, and let no file be laid into the PDF."""
    if not root.get("lang"):
        root.set("lang", "da")
    for element in root.iter():
        if "attachment" in (element.get("rel") or "").lower():
            del element.attrib["rel"]
