"""Writing XML, element by element."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from lxml import etree

__all__ = ["Element", "Names", "document"]

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it


@attrs.frozen
class Names:
    """Names of one namespace: called with a name and what goes in, it gives an element."""

    uri: str = ""
    prefixes: Mapping[str | None, str] | None = None

    def __call__(self, name: str, *content: Element | str, **attributes: str) -> Element:
        """Make an element."""
        tag = f"{{{self.uri}}}{name}" if self.uri else name
        # The stubs forget that None is the prefix of the default namespace.
        made = etree.Element(tag, attributes, nsmap=self.prefixes)  # type: ignore[arg-type]
        for each in content:
            if isinstance(each, str):
                made.text = each
            else:
                made.append(each)
        return made


def document(root: Element) -> bytes:
    """Write a document: UTF-8, with a declaration that says so."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
