"""F2 from the settings file alone: no program around it but ours."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from esdh_connect import Case, Connect, Party, Request, wording
from esdh_connect.dispatch import Status
from esdh_connect.events import DispatchFailed
from esdh_connect.ids import Cvr
from esdh_connect.settings import initialize
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_f2 import F2, F2Plugin
from esdh_connect_f2.testing.bench import F2Bench

sandbox = pytest.importorskip("esdh_connect_sandbox")

PLUGIN = """
[plugins.f2]
url = "{url}"
client_id = "esdh"
client_secret = "file:{folder}/f2-client.secret"
username = "esdh-bruger"
password = "file:{folder}/f2-user.secret"
ca = "{folder}/f2-ca.pem"
events_query = "esdh-haendelser"
"""


@pytest.fixture
def settings(f2, tmp_path):
    """Serviceplatformen from the sandbox, and F2 as a plugin of the one department."""
    with sandbox.Sandbox(tmp_path / "sandbox", delay=0.05) as platform:
        path = Path(platform.settings)
        text = path.read_text(encoding="utf-8")
        text = text.replace('plugins = ["serviceplatformen"', 'plugins = ["f2", "serviceplatformen"')
        path.write_text(text + PLUGIN.format(url=f2.url, folder=f2.folder), encoding="utf-8")
        assert '"f2"' in text
        yield path


def test_a_letter_goes_from_f2_to_digital_post_and_onto_its_case(f2, settings):
    """Read in F2, sent to Serviceplatformen, journalized in F2: nothing in between is ours but the settings."""
    bench = F2Bench(f2)
    there = f2.world.add_case()
    party = f2.world.add_party(there)
    case = Case(str(there.id), "f2")
    with Connect.from_settings(settings) as post:
        wish = Request(
            "k", case, "demo", "Afgørelse", [bench.document(pdf_of("A"))], [Party(f"nr{party.number}", "f2")]
        )
        plan = post.plan(wish)
        assert plan.rows[0].error is None, wording.of(plan.rows[0].error)
        [entry] = post.commit(plan, by="bo").entries
        end = time.monotonic() + 20
        while not f2.world.on(there.id) and time.monotonic() < end:
            post.deliver()
        [matter] = f2.world.on(there.id)
        assert matter.title == f"Sendt: Afgørelse [{entry.id}/1]"
        [document] = f2.world.of(matter.id)
        assert document.content == post.dispatch(entry.id).envelope.letter.main.content
    stored = b"".join(one.read_bytes() for one in settings.parent.glob("outbox.db*"))
    assert b"once" in stored
    assert not re.search(rb"121212-?1212", stored)
    assert not any(re.search(r"121212.?1212", one) for one in f2.calls)


def test_a_document_that_is_finalized_in_f2_can_be_sent(f2, settings):
    """The worker asks the query."""
    bench = F2Bench(f2)
    document = bench.document(pdf_of("A"))
    f2.world.happened(f2.world.documents[int(document.id)])
    f2.world.events[-1]["Department"] = "demo"
    with Connect.from_settings(settings) as post:
        assert post.deliver().read == 1
        [action] = post.actions(document, actor="bo", department="demo")
        assert action.enabled


def test_a_wrong_key_is_told_with_the_one_that_was_meant(f2, settings):
    """At start, by file and line."""
    settings.write_text(settings.read_text().replace("events_query", "event_query"))
    with pytest.raises(Exception, match="event_query") as caught:
        Connect.from_settings(settings)
    assert "mente du" in caught.value.danish


def test_a_host_and_a_plugin_have_tables_of_their_own(f2, tmp_path):
    """So one can become the other without either finding the other's."""
    initialize(tmp_path, cvr=Cvr("55133018"), name="Eksempel Kommune")
    with Connect.from_settings(tmp_path / "esdh-connect.toml", host=f2.host()) as post:
        assert post.plugins.broken == ()
    text = (tmp_path / "esdh-connect.toml").read_text() + PLUGIN.format(url=f2.url, folder=f2.folder)
    (tmp_path / "esdh-connect.toml").write_text(text)
    with Connect.from_settings(tmp_path / "esdh-connect.toml") as post:
        assert post.plugins.broken == ()
        assert isinstance(post.plugins.get("f2"), F2Plugin)
        assert isinstance(post.plugins.get("f2"), F2)


def test_cases_of_another_system_are_left_to_theirs(f2, town_of):
    """An installation may have two, with a plugin for each."""
    town = town_of()
    other = Case("17", "sbsys")
    entry = town.sent("A")
    dispatch = town.post.dispatch(entry.id)
    dispatch = attrs.evolve(dispatch, envelope=attrs.evolve(dispatch.envelope, case=other))
    f2.calls.clear()
    assert town.host.find_parties(other) is None
    assert town.host.find_journal_entry(entry.id, other) is None
    assert town.host.journalize_dispatch(dispatch, entry.id) is None
    event = DispatchFailed("f", datetime.now(UTC), "teknik", entry.id, "digital_post", other, Status.FAILED)
    town.host.dispatch_failed(event)
    assert f2.calls == []


README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_example_of_the_readme_runs(f2, tmp_path, monkeypatch):
    """As it stands, but for whom it speaks with."""
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    there = f2.world.add_case()
    f2.world.cases[there.id].number = "2026 - 17"
    party = f2.world.add_party(there)
    f2.world.add_document(f2.world.add_matter(there.id, "Afgørelse"), "Afgørelse", "pdf", pdf_of("A"))
    f2.world.account.client_id = "esdh-connect"
    f2.world.account.users["svc-digitalpost"] = "hemmelig"
    initialize(tmp_path, cvr=Cvr("55133018"), name="Eksempel Kommune")
    (tmp_path / "f2-client.secret").write_text(f2.world.account.client_secret)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("F2_PASSWORD", "hemmelig")
    address = 'url="https://f2.eksempel.dk/f2/restservices/ServiceIndex"'
    assert address in example
    known: dict[str, Any] = {}
    exec(example.replace(address, f'url="{f2.url}", ca=Path("{f2.ca}")'), known)  # noqa: S102 - our own page
    with known["post"]:
        assert known["parties"] == (Party(f"nr{party.number}", "f2"),)
        assert [one.name for one in known["documents"]] == ["Afgørelse.pdf"]


def test_the_readme_tells_of_every_setting_and_no_other(f2):
    """In the order of the class."""
    table = README.split("| key | default |")[1].split("\n\n")[0]
    told = re.findall(r"`(\w+)`", " ".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `")))
    assert told == [field.name for field in attrs.fields(F2) if field.init]
    assert f2.settings().keys() <= set(told)
