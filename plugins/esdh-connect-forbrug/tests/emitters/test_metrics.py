"""Use as metrics: for operations, without a person, a case or a letter in any label."""

from datetime import timedelta

import pytest
from emitters.houses import house, used
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client.parser import text_string_to_metric_families

from esdh_connect.usage import UsageKind
from esdh_connect_forbrug.emitters.prometheus import Prometheus
from esdh_connect_forbrug.emitters.telemetry import OpenTelemetry

LABELS = {"department", "type", "channel", "plugin"}


def samples(path):
    families = text_string_to_metric_families(path.read_text())
    return [one for family in families for one in family.samples if not one.name.endswith("_created")]


def total(path, name="esdh_connect_usage_events_total"):
    return sum(one.value for one in samples(path) if one.name == name)


def test_the_file_counts_on_after_a_restart(tmp_path):
    """The file is the memory, whichever process adds to it."""
    path = tmp_path / "node" / "esdh.prom"
    Prometheus(path=path).export_usage([used(1), used(2)])
    Prometheus(path=path).export_usage([used(3), used(4, UsageKind.FAILED, "kultur")])
    assert total(path) == 4
    assert {(one.labels["department"], one.labels["type"], one.value) for one in samples(path)} >= {
        ("teknik", "letter.sent", 3.0),
        ("kultur", "letter.failed", 1.0),
    }
    assert all(one.labels.keys() == LABELS for one in samples(path))
    assert [one.name for one in path.parent.iterdir()] == ["esdh.prom"]


def test_a_letter_sent_is_counted_in_the_file(tmp_path):
    """By the way of the outbox."""
    path = tmp_path / "esdh.prom"
    with house(out=Prometheus(path=path)) as one:
        one.send(3)
        one.round(None)
    assert total(path) == 3


def test_another_name_would_not_be_read_by_node_exporter(tmp_path):
    """So it is refused."""
    with pytest.raises(ValueError, match=r"\.prom"):
        Prometheus(path=tmp_path / "esdh.txt")


@pytest.fixture(scope="module")
def reader():
    """An SDK, as a host sets one up: once in a process."""
    found = InMemoryMetricReader()
    metrics.set_meter_provider(MeterProvider([found]))
    return found


def test_a_hosts_sdk_gets_counts_and_times(reader):
    """By the API alone."""
    more = {"took": timedelta(seconds=90)}
    OpenTelemetry(meter="here").export_usage([used(1), used(2), used(3, UsageKind.DELIVERED, **more)])
    found = {
        metric.name: metric.data.data_points
        for resource in reader.get_metrics_data().resource_metrics
        for scope in resource.scope_metrics
        if scope.scope.name == "here"
        for metric in scope.metrics
    }
    events = {point.attributes["type"]: point.value for point in found["esdh_connect.usage.events"]}
    assert events == {"letter.sent": 2, "letter.delivered": 1}
    assert all(set(point.attributes) <= LABELS for points in found.values() for point in points)


def test_without_an_sdk_nothing_happens():
    """The API does nothing then, and nothing fails."""
    OpenTelemetry().export_usage([used(1)])
