"""
Layers, the standard's *optional content* (ISO 32000-2, 8.11): what is hidden in a part stays hidden.

Without its configuration every layer shows, also the one with the draft's remarks. So the configurations of all parts
become one, which says of each layer what its own part said.
"""

from __future__ import annotations

import attrs

from esdh_connect_bilag.engine.graft import Graft
from esdh_connect_bilag.engine.values import Name, Value, string_of

__all__ = ["Layers", "read_layers", "write_layers"]

_LISTS = ("AS", "RBGroups", "Locked")


@attrs.frozen
class Layers:
    """The layers of one part, and what its default configuration says of them."""

    groups: list[Value]
    off: list[Value]
    order: list[Value]
    lists: dict[str, list[Value]]
    intents: list[Value]


def read_layers(graft: Graft) -> Layers | None:
    """Have the layers of a part copied."""
    pdf = graft.pdf
    properties = pdf.dictionary(pdf.catalog.get("OCProperties"))
    groups = pdf.array(properties.get("OCGs"))
    if not groups:
        return None
    default = pdf.dictionary(properties.get("D"))
    off = pdf.array(default.get("OFF"))
    if pdf.resolve(default.get("BaseState")) == "OFF":
        on = pdf.array(default.get("ON"))
        off = [group for group in groups if group not in on]
    intent = pdf.resolve(default.get("Intent"))
    return Layers(
        _moved(graft, groups),
        _moved(graft, off),
        _moved(graft, pdf.array(default.get("Order"))),
        {key: _moved(graft, pdf.array(default.get(key))) for key in _LISTS},
        intent if isinstance(intent, list) else [] if intent is None else [intent],
    )


def _moved(graft: Graft, values: list[Value]) -> list[Value]:
    return [graft.moved(value) for value in values]


def write_layers(parts: list[tuple[str, Layers]]) -> dict[str, Value]:
    """Write the one configuration. With several parts, each has its own heading in the list of layers."""
    every = [layers for _, layers in parts]
    order: list[Value] = list(every[0].order)
    if len(every) > 1:
        order = [[string_of(title), *layers.order] for title, layers in parts if layers.order]
    default: dict[str, Value] = {"Name": string_of("Lag"), "Order": order}
    if off := [group for layers in every for group in layers.off]:
        default["OFF"] = off
    for key in _LISTS:
        if together := [each for layers in every for each in layers.lists[key]]:
            default[key] = together
    if intents := sorted({str(each) for layers in every for each in layers.intents or [Name("View")]} - {"View"}):
        default["Intent"] = [Name("View"), *map(Name, intents)]
    return {"OCGs": [group for layers in every for group in layers.groups], "D": default}
