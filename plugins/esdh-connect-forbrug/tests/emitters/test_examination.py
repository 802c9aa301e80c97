"""What the doctor is told of emitters: whether the way is open, without telling the receiver anything."""

from datetime import UTC, datetime

import pytest
from emitters.houses import house

from esdh_connect.diagnosis import Level
from esdh_connect_forbrug.emitters.files import Csv, JsonLines
from esdh_connect_forbrug.emitters.prometheus import Prometheus
from esdh_connect_forbrug.emitters.webhook import Webhook

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def asked(emitter, *, online):
    with house(out=emitter) as one:
        [(_, examine)] = one.post.plugins.examiners
        return list(examine(online, NOW))


def test_the_way_to_a_webhook_is_gone_step_by_step(receiver, ca, secret):
    """Name, connection, TLS; nothing is POSTed."""
    found = asked(Webhook(url=receiver.url, secret=secret, ca=ca), online=True)
    assert [one.id for one in found] == ["FB-I010"] * 3
    assert receiver.calls == []


def test_a_receiver_that_is_not_there_or_not_to_be_trusted_is_a_warning(receiver, ca, secret):
    """No letter stops for it."""
    away = asked(Webhook(url="https://127.0.0.1:1/", secret=secret, ca=ca), online=True)
    stranger = asked(Webhook(url=receiver.url, secret=secret), online=True)
    assert [away[-1].level, stranger[-1].level] == [Level.WARNING] * 2
    assert "stoler ikke" in stranger[-1].text


def test_offline_nobody_is_called(receiver, secret):
    """As the hook says."""
    assert asked(Webhook(url=receiver.url, secret=secret), online=False) == []


@pytest.mark.parametrize("kind", [JsonLines, Csv, Prometheus])
def test_a_folder_that_can_be_written_is_told_of(tmp_path, kind):
    """One that is not there yet is made with the first file."""
    [found] = asked(kind(path=tmp_path / "new" / "folder" / "use.prom"), online=False)
    assert found.id == "FB-I001"
    (tmp_path / "file").write_text("")
    [found] = asked(kind(path=tmp_path / "file" / "use.prom"), online=False)
    assert found.id == "FB-W001"
