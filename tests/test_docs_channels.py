"""What the pages say of channels is what the channels declare."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

import pytest

from esdh_connect import wording
from esdh_connect.channel import Channel, Limits
from esdh_connect.dispatch import FINAL, Receipt, ReceiptEvent, Work, status_of
from tests.test_docs import example, loaded, page, rows, shipped_plugins, with_certificate


@pytest.mark.parametrize("event", ReceiptEvent, ids=lambda event: event.name)
def test_every_receipt_has_a_row_with_what_people_see(event):
    """Its Danish words, the status it alone gives, and whether more is to come."""
    [row] = [row for row in rows(page("channels.md")) if row[0] == f"`{event.name}`"]
    receipt = Receipt("r", event, datetime.now(UTC), UUID(int=0))
    status = status_of(Work.HANDED_OVER, (), [receipt])
    silent = status is status_of(Work.HANDED_OVER, (), [])

    seen = "–" if silent else wording.status(status)
    assert row[1:4] == [wording.receipt(event), seen, "yes" if event in FINAL else ""]


@pytest.fixture(scope="module")
def channels(tmp_path_factory):
    """The channels an installation gets from the settings the page on them shows."""
    folder = tmp_path_factory.mktemp("channels")
    with_certificate(folder)
    settings = loaded(folder, example("settings.md"))
    plugins = [settings.plugin(point.name, point.load()) for point in shipped_plugins()]
    [plugin] = [plugin for plugin in plugins if hasattr(plugin, "register_channels")]
    order = ("digital_post", "fysisk_post", "nemsms")
    return sorted(plugin.register_channels(), key=lambda channel: order.index(channel.name))


def limits_table(channels: list[Channel]) -> list[str]:
    """What is declared, as the page shows it: a property in each row, a channel in each column."""
    shown: dict[str, Callable[[Limits], object]] = {
        "files, the letter itself included": lambda limits: limits.max_files or "–",
        "bytes": lambda limits: f"{limits.max_bytes:,}" if limits.max_files else "–",
        "counted": lambda limits: "as base64" if limits.as_base64 else "–",
        "characters in the title": lambda limits: limits.max_title,
        "characters in a file name": lambda limits: limits.max_name if limits.max_files else "–",
        "characters of text": lambda limits: limits.max_text or "–",
        "file types": lambda limits: " ".join(dict.fromkeys(chain(*limits.media_types.values()))) or "–",
        "source": lambda limits: limits.source,
        "read": lambda limits: limits.dated.isoformat(),
    }
    head = [["", *(channel.label for channel in channels)], ["---"] * (len(channels) + 1)]
    body = [[name, *(str(show(channel.limits)) for channel in channels)] for name, show in shown.items()]
    names = ["`name`", *(f"`{channel.name}`" for channel in channels)]
    return [f"| {' | '.join(cells)} |" for cells in [*head, names, *body]]


def test_the_table_of_limits_is_what_the_channels_declare(channels):
    """Copy it from here when it is not."""
    [found] = re.findall(r"\n\n(\|  \| Digital Post.*?)\n\n", page("channels.md"), re.DOTALL)

    assert found.splitlines() == limits_table(channels)


def test_every_channel_is_described_under_the_same_headings(channels):
    """Who knows one finds things in all of them."""
    wanted = ["Whom it reaches", "What it carries", "What is checked before", "Receipts", "Quirks"]
    for channel in channels:
        section = page("channels.md").split(f"\n## {channel.label}\n")[1].split("\n## ")[0]
        assert re.findall(r"^### (.+)$", section, re.MULTILINE) == wanted
