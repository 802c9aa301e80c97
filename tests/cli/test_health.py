"""``health``: for people, for programs, and for Prometheus."""

from datetime import UTC, datetime, timedelta

from esdh_connect.dispatch import Work


def test_all_is_well_is_code_0(place):
    """In words, with the room on the disk."""
    ended = place.run("health")
    assert (ended.code, ended.out.splitlines()[0], ended.err) == (0, "Alt er i orden.", "")
    assert "Plads på disken: " in ended.out


def test_something_to_look_at_is_code_6(place):
    """The finding comes first, and the figures after it; nobody is named."""
    place.faults("rejected")
    place.send("--yes")
    ended = place.run("health")
    assert ended.code == 6
    assert ended.out.startswith("Se på dette: 1 brev kommer ikke videre af sig selv")
    assert "Ane" not in ended.out


def test_programs_read_it_as_json(place):
    """Keys are English and stay."""
    place.recipients(place.ANE, place.BO)
    many = ("send-many", "--list", "liste.jsonl", "--batch", "x", "--title", "x", "brev.pdf", "--count", "2")
    place.run(*many, "--first", "1", "--later")
    found = place.run("health", "--json").json
    assert (found["well"], found["findings"]) == (True, [])
    assert (found["figures"]["ready"], found["figures"]["held"]) == ({"1": 1}, {"batch": 1})
    assert datetime.fromisoformat(found["figures"]["oldest"]["1"]) <= datetime.now(UTC)
    assert found["bell"] == {"unheard": 0, "stalled": 0}


def test_prometheus_reads_it_as_metrics(place):
    """The whole text and nothing else, with the same exit code."""
    with place.opened() as post:
        now = datetime.now(UTC)
        post.outbox.shut("post", now, now + timedelta(hours=1), "asked for peace")
    ended = place.run("health", "--metrics")
    assert ended.code == 6
    assert ended.out.startswith("# TYPE esdh_connect_letters_ready gauge\n")
    assert ended.out.endswith("# EOF\n")
    assert 'esdh_connect_gate_shut_seconds{channel="post"} 3' in ended.out
    [shut] = place.run("health", "--json").json["shut"]
    assert (shut["channel"], shut["why"]) == ("post", "asked for peace")


def test_what_waits_is_told(place):
    """Each kind on a line of its own."""
    place.faults("unknown")
    place.send("--yes")
    with place.opened() as post:
        assert [entry.work for entry in post.entries()] == [Work.UNKNOWN]
    assert "    Breve, hvis skæbne er uvis: 1" in place.run("health").out
