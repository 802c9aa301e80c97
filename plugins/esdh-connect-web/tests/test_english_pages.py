"""Pages in English: nothing in them is read aloud as English that is Danish, but for names."""

import re
from html import unescape
from uuid import uuid4

import pytest
from administering import plugins
from desk import Desk
from reading import danish_in
from starlette.testclient import TestClient

from esdh_connect.dispatch import Concern, Receipt, ReceiptEvent
from esdh_connect.errors import OutcomeUnknown, Rejected, TemporaryFailure
from esdh_connect.hookspecs import hookimpl
from esdh_connect_demo.folder import Folder
from esdh_connect_demo.people import EMPLOYEES
from esdh_connect_demo.serving import listening, opened
from esdh_connect_rollout import Rollout, Waves
from esdh_connect_web import Person, Role

EVERYBODY = ("mkj", "oae", "lda", "sba", "rho")
ALL = Person("bo", "Bo Sagsbehandler", set(Role), {"*"}, language="en")
#: What is called so: it is a name in every language.
NAMES = ("Bo Sagsbehandler", "Kultur og Fritid", "Prøvevej", "Teknik og Miljø")


def foreign(text, names=NAMES):
    return list(danish_in(text, names="|".join(map(re.escape, sorted(names, key=len, reverse=True)))))


def at_desk(hall):
    return Desk(hall.browser(identify=lambda _: ALL))


@pytest.fixture
def more():
    return {"rollout": Rollout(), **plugins()}


# --- everywhere a link leads


def _linked(client, path, seen, names):
    """Follow each link from here, a few of each kind, and give what is Danish."""
    kind = re.sub(r"[0-9a-f-]{30,}|\?.*", "", path)
    if path in seen or sum(re.sub(r"[0-9a-f-]{30,}|\?.*", "", one) == kind for one in seen) >= 3:
        return
    seen.add(path)
    answer = client.get(path)
    if answer.headers.get("content-type", "").startswith("text/html"):
        yield from (f"{path}: {one}" for one in foreign(answer.text, names))
        for link in re.findall(r'href="(/post[^"#]*)', answer.text):
            if not re.search("/static/|/file|/proof|/logout", link):
                yield from _linked(client, unescape(link), seen, names)


@pytest.mark.slow  # the demo, with its year of letters, is made: some ten seconds
def test_wherever_somebody_goes_from_link_to_link(tmp_path):
    """As each of the five people of the demo: letters, failures, administration, waves, statistics."""
    with listening(0) as listener, opened(Folder(tmp_path), listener) as there:
        there.installation.post.plugins.get("web").language = "en"
        names = [one.name for one in there.installation.post.departments if one.name]
        names += [one.wave.aim.title for one in Waves(there.installation.post).status().waves]
        names += [one.title for one in there.esdh.cases.values()]
        names += [one.person.name for one in EMPLOYEES.values()]
        names += [one.name for one in there.esdh.parties.values()]
        found, seen = [], set()
        for who in EVERYBODY:
            address = there.address.rstrip("/")
            with TestClient(there.app, base_url=address, headers={"Origin": address}) as client:
                client.post("/log-ind", data={"medarbejder": who})
                been = set()
                found += _linked(client, "/post/", been, names)
                seen |= been
    assert len(seen) > 40
    assert sorted(set(found)) == []


# --- what links do not lead to


class Doubting:
    """A plugin's own words in Danish, and the gate's."""

    @hookimpl
    def review_plan(self):
        return [
            Concern(
                "same_letter",
                "et brev med samme hoveddokument er bestilt til modtageren 3. marts 2026 kl. 14.05 af mkj",
            )
        ]


class TestWithConcerns:
    """The dialog, in each state of a letter that somebody has doubts about."""

    @pytest.fixture
    def more(self):
        return {"doubting": Doubting()}

    def test_the_dialog_asks_why(self, hall):
        """What speaks against it and what to do are English."""
        dialog = hall.opened(hall.request(parties=2), ALL)
        assert "the same main document" in dialog.text
        assert foreign(dialog.text) == []
        assert foreign(dialog.press("/send/go").text) == []


def test_the_dialog_and_what_became_of_it(hall):
    """Before, after, stopped."""
    dialog = hall.opened(hall.request(parties=2), ALL)
    assert foreign(dialog.text) == []
    after = dialog.press("/send/go")
    assert "Nothing has been sent yet" in after.text
    assert foreign(after.text) == []


@pytest.mark.parametrize("kind", ["rejected", "unknown", "came-back", "set-aside", "recalled"])
def test_the_failure_inbox_and_the_letter(hall, kind):
    """Each cause, in the list, before it is acted on, and on the page of the letter."""
    hall.opened(hall.request()).press("/send/go")
    errors = {"rejected": Rejected("no", code="x"), "unknown": OutcomeUnknown("?")}
    hall.channel.fail_with.extend([errors[kind]] if kind in errors else [])
    hall.channel.fail_with.extend([TemporaryFailure("later")] * 20 if kind == "set-aside" else [])
    for _ in range(21 if kind == "set-aside" else 1):
        hall.clock.move(hours=12)
        hall.post.deliver()
    entry = hall.post.entries()[0]
    if kind in ("came-back", "recalled"):
        event = ReceiptEvent.FAILED if kind == "came-back" else ReceiptEvent.RECALLED
        hall.post.receive(Receipt(str(uuid4()), event, hall.clock(), entry.message_uuid, entry.channel, code="42"))
    if kind == "unknown":
        hall.clock.move(hours=24 * 9)
        hall.post.deliver()
    desk = at_desk(hall)
    for path in ("/failures", f"/letters/{entry.id}", f"/failures/{entry.id}/solved"):
        assert foreign(desk.go(path).text) == [], path


def test_administration(hall):
    """What was found, the plugins, and what a press of a switch will do."""
    desk = at_desk(hall)
    for path in ("/doctor", "/plugins", "/plugins/facts", "/departments", "/department?id=teknik"):
        assert foreign(desk.go(path).text) == [], path
    wrong = desk.go("/department?id=kultur").press("/department", undo="mange").text
    assert "a number of minutes is expected here" in wrong
    assert foreign(wrong) == []
    desk.go("/plugins").press("/plugins", cell="+titles kultur")
    assert "is switched on" in desk.main
    assert foreign(desk.text) == []


def test_a_wave(hall):
    """Its board, its checklist, what its start will do, and the form for a new one."""
    waves = Waves(hall.post)
    what = {"plugins": ["titles"]}
    waves.plan("Bølge 1", ["kultur"], starts=hall.clock(), owner="Eva Holm", what=what, by="eva", goal=200)
    desk = at_desk(hall)
    for path in ("/waves", "/waves/plan", "/waves/wave?name=bølge-1", "/tip"):
        assert foreign(desk.go(path).text, (*NAMES, "Bølge 1")) == [], path
    desk.go("/waves/wave?name=bølge-1").press("/waves/move", kind="started")
    assert foreign(desk.text, (*NAMES, "Bølge 1")) == []
