"""The plugin that proposes: what it proposes of, where, how often; and what becomes of a proposal in the browser."""

import re
from collections.abc import Iterator
from html import unescape

import attrs
import pytest
from starlette.testclient import TestClient

from esdh_connect.dispatch import Status
from esdh_connect.policy import PolicyChange
from esdh_connect.testing.fakes import FakeClock
from esdh_connect_demo import proposing, seed
from esdh_connect_demo.folder import Folder
from esdh_connect_demo.host import EksempelEsdh
from esdh_connect_demo.municipality import Municipality
from esdh_connect_demo.proposing import EksempelForslag
from esdh_connect_demo.serving import Opened, listening, opened

WAITING, DRAFTED = "BOR-0774", "BOR-0771"


# --- the plugin by itself


@pytest.fixture
def esdh() -> Municipality:
    esdh = Municipality((seed.TECHNICAL, seed.SERVICE, seed.CULTURE), FakeClock())
    seed.furnish(esdh)
    return esdh


@pytest.fixture
def plugin(esdh: Municipality) -> EksempelForslag:
    plugin = EksempelForslag()
    plugin.join(EksempelEsdh(esdh))
    return plugin


def test_a_finished_decision_is_proposed_to_whom_the_case_has_settled(
    plugin: EksempelForslag, esdh: Municipality
) -> None:
    """With the bilag of the case, in its order, in the version that was finished; told twice it is the same wish."""
    letter = esdh.file(DRAFTED, "Afgørelse.pdf", "afgørelse", b"one")
    esdh.file(DRAFTED, "Kort.pdf", "bilag", b"map")
    esdh.change(letter.document.id, b"two")
    event = esdh.finalize(letter.document.id)
    first, again = (plugin.request_letters(event) for _ in range(2))
    assert first == again
    (wish,) = first
    assert (wish.key, wish.department) == ("forslag/BOR-0771-01/2", seed.SERVICE.id)
    assert [(one.name, one.version) for one in wish.documents] == [("Afgørelse.pdf", "2"), ("Kort.pdf", "1")]
    assert wish.parties == (seed.CITIZEN.party,)


def test_nothing_else_is_proposed(plugin: EksempelForslag, esdh: Municipality) -> None:
    """Neither drafts, nor what is no decision, nor a decision whose recipient a person chooses."""
    drafted = esdh.file(DRAFTED, "Afgørelse.pdf", "afgørelse", b"one")
    note = esdh.file(DRAFTED, "Brev.pdf", "brev", b"two")
    chosen = esdh.file("BYG-0114", "Byggetilladelse.pdf", "afgørelse", b"three")
    for event in (drafted, esdh.finalize(note.document.id), esdh.finalize(chosen.document.id)):
        assert plugin.request_letters(event) == []


def test_it_shows_nothing_of_the_case_system() -> None:
    """Its repr stands in logs; and it may load in training, as nothing leads out of it."""
    assert (repr(EksempelForslag()), EksempelForslag().leads_outside()) == ("EksempelForslag()", "")


# --- in the browser


@attrs.define
class Somebody:
    """Somebody with a browser that runs no scripts."""

    client: TestClient
    text: str = ""

    def go(self, path: str) -> "Somebody":
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        self.text = unescape(answer.text)
        return self

    def press(self, action: str, **said: str) -> "Somebody":
        """Press the button of the first form that goes there, with its hidden fields."""
        form = re.search(rf'<form[^>]*action="(?:{action})".*?</form>', self.text, re.DOTALL)
        assert form, action
        address = re.search(r'action="([^"]*)"', form[0])
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        assert address
        answer = self.client.post(address[1], data=hidden | said)
        assert answer.status_code == 200, answer.text
        self.text = unescape(answer.text)
        return self


@attrs.frozen
class Town:
    """The demo as it was opened, and those who come to it."""

    there: Opened

    def somebody(self, id_: str) -> Somebody:
        address = self.there.address.rstrip("/")
        client = TestClient(self.there.app, base_url=address, headers={"Origin": address})
        client.post("/log-ind", data={"medarbejder": id_})
        return Somebody(client)

    def proposed(self) -> list[str]:
        return [one.request.case.id for one in self.there.installation.post.proposals()]

    def finished(self, case: str) -> None:
        """Press the button on a case, and wait until its consequences are drawn."""
        self.somebody("oae").go(f"/sager/{case}").press(f"/sager/{case}/dokumenter/{case}-01/faerdiggoer")
        self.there.installation.post.deliver()


@pytest.fixture
def town(tmp_path) -> Iterator[Town]:
    with listening(0) as listener, opened(Folder(tmp_path), listener) as there:
        yield Town(there)


@pytest.mark.slow
def test_one_waits_from_the_beginning(town: Town) -> None:
    """It is counted for those of its department, and for nobody else."""
    assert town.proposed() == [WAITING]
    page = town.somebody("oae").go("/post/proposals").text
    assert "Du får beboerlicens til parkering" in page
    assert "Der er ikke sendt noget" in town.somebody("oae").go(f"/sager/{WAITING}").text
    for who, sees in (("oae", True), ("lda", True), ("mkj", False)):
        assert ("1 forslag til et brev venter på dig" in town.somebody(who).go("/post/").text) is sees
    assert "Ingen forslag venter." in town.somebody("mkj").go("/post/proposals").text
    assert not re.search("241277-?2222", page)


@pytest.mark.slow
def test_finishing_a_document_proposes_it_once(town: Town) -> None:
    """The button is pressed twice from an old page, and the event is told once more: one proposal, nothing sent."""
    old = town.somebody("oae").go(f"/sager/{DRAFTED}")
    assert "er foreslået sendt" not in old.text
    town.finished(DRAFTED)
    assert old.client.post(f"/sager/{DRAFTED}/dokumenter/{DRAFTED}-01/faerdiggoer").status_code == 200
    post = town.there.installation.post
    assert post.tell(town.there.esdh.finalize(f"{DRAFTED}-01")) is False
    post.deliver()
    assert town.proposed() == [WAITING, DRAFTED]
    page = old.go("/post/proposals").text
    assert [
        page.count(each) for each in (f"Sag {WAITING} – ", f"Sag {DRAFTED} – ", f"parkering, {DRAFTED}</span>")
    ] == [1, 1, 2]
    case = old.go(f"/sager/{DRAFTED}").text
    assert "er foreslået sendt" in case
    assert "Færdiggør" not in case
    assert post.entries(case=DRAFTED) == ()


@pytest.mark.slow
def test_an_accepted_one_is_delivered(town: Town) -> None:
    """It opens the dialog with the letter ready; a colleague approves it, and it arrives in the sandbox."""
    post, ole = town.there.installation.post, town.somebody("oae")
    ole.go("/post/proposals").press("/post/proposals/accept")
    assert seed.NEIGHBOUR.name in ole.text
    assert post.entries(case=WAITING) == ()
    ole.press("/post/send/go")
    (entry,) = post.entries(case=WAITING)
    assert entry.needs_approval
    assert "er foreslået sendt" not in ole.go(f"/sager/{WAITING}").text
    assert "Ingen forslag venter." in ole.go("/post/proposals").text
    post.approve(entry.id, by="lda")
    assert town.there.installation.until(lambda: post.entry(entry.id).status is Status.DELIVERED)


@pytest.mark.slow
def test_a_declined_one_is_gone(town: Town) -> None:
    """With a reason; nothing was sent."""
    ole = town.somebody("oae")
    ole.go("/post/proposals").press("/post/proposals/decline", why="Borgeren flytter")
    assert "Der er ikke sendt noget" in ole.text
    assert town.proposed() == []
    assert town.there.installation.post.entries(case=WAITING) == ()
    assert "er foreslået sendt" not in ole.go(f"/sager/{WAITING}").text


@pytest.mark.slow
def test_a_department_without_it_proposes_nothing(town: Town) -> None:
    """Switched off in the matrix, where it stands with what it is for: the same button, and no proposal."""
    facts = town.somebody("sba").go("/post/plugins/facts").text
    assert "Foreslår at sende en afgørelse, når den er færdiggjort" in facts
    post = town.there.installation.post
    on = {one.id for one in post.departments if proposing.NAME in post.policy(one.id).plugins}
    assert seed.SERVICE.id in on
    assert not on & {seed.TECHNICAL.id, seed.CULTURE.id}
    now = post.store.now()
    off = PolicyChange(seed.SERVICE, {"plugins": [f"-{proposing.NAME}"]}, "sba", now, now, "prøve")
    post.departments.change([off])
    town.finished(DRAFTED)
    assert town.proposed() == [WAITING]
