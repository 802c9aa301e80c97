"""A letter is put on its case as an akt with its files: once, whole, and found again."""

import json
from datetime import timedelta

import pytest

from esdh_connect.dispatch import Cause, Owner, Remedy
from esdh_connect.errors import TemporaryFailure
from esdh_connect.testing.fakes import pdf_of
from esdh_connect_f2.testing import Fault

CPR = "1212121212"


def test_a_letter_becomes_an_akt_with_its_files_as_they_went_out(town):
    """Outbound, sent already, and with nothing for F2 to send."""
    entry = town.sent("Afgørelse", "Situationsplan")
    assert town.post.deliver().journalized == 1
    [matter] = town.matters
    assert matter.title == f"Sendt: Afgørelse [{entry.id}/2]"
    assert {name: matter.fields[name] for name in ("Type", "DeliveryType", "SentDate")} == {
        "Type": "Outbound",
        "DeliveryType": "None",
        "SentDate": "2026-11-23T10:00:00",
    }
    assert matter.fields["InvolvedParties"] == [{"PartyNo": 39000, "PickFirstMatch": True}]
    first, second = town.f2.world.of(matter.id)
    assert (first.title, first.file_type, first.content) == ("1. Afgørelse", "pdf", pdf_of("Afgørelse"))
    assert (second.title, second.file_type, second.content) == ("2. Situationsplan", "pdf", pdf_of("Situationsplan"))
    assert first.description.startswith(f"{entry.id} fil 1 SHA-256 ")


def test_the_akt_says_what_was_sent_and_to_whom_without_a_cpr_number(town):
    """For the next caseworker, who sees no more than this."""
    entry = town.sent("Afgørelse")
    town.post.deliver()
    [matter] = town.matters
    text = matter.fields["Text"]
    assert "Sendt til Frida Mortensen med Digital Post. Bestilt 23.11.2026 kl. 10.00." in text
    assert entry.id in text
    assert CPR not in json.dumps(matter.fields)


def test_signs_of_html_in_a_name_are_text(town_of, f2):
    """Whoever reads the akt sees the name, and nothing of it is carried out."""
    town = town_of()
    f2.world.parties[39000].name = "<b>Fri & Vild</b>"
    town.sent("Afgørelse", names=("a<i>.pdf",))
    town.post.deliver()
    assert "&lt;b&gt;Fri &amp; Vild&lt;/b&gt;" in town.matters[0].fields["Text"]


def test_a_cpr_number_in_a_title_is_masked_on_the_case(town):
    """The letter's own title is the sender's business; the list of akter is everybody's."""
    town.sent("Brev til 121212-1212", title="Om 121212-1212")
    town.post.deliver()
    [matter] = town.matters
    assert matter.title.startswith("Sendt: Om xxxxxx-xxxx [")
    assert [title for title, *_ in town.files(matter)] == ["1. Brev til xxxxxx-xxxx"]


def test_a_long_title_is_cut_and_the_mark_stays(town):
    """F2 takes 255 characters."""
    entry = town.sent("Afgørelse", title="æ" * 250)
    town.post.deliver()
    [matter] = town.matters
    assert len(matter.title) == 255
    assert matter.title.endswith(f"æ [{entry.id}/1]")


@pytest.mark.parametrize("what", ["matter", "document"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("factory", "see_other"), Fault("create", "see_other"), Fault("create", "unauthorized"),
        Fault("factory", "unauthorized"),
    ],
    ids=lambda fault: f"{fault.on}-{fault.kind}",
)  # fmt: skip
def test_what_is_as_good_as_a_plain_answer_needs_no_second_round(town, fault, what):
    """303 in place of 201, and a token that ended just then."""
    town.f2.script.add(Fault(fault.on, fault.kind, what=what))
    town.sent("Afgørelse")
    assert town.post.deliver().journalized == 1
    assert [len(town.files(one)) for one in town.matters] == [1]
    assert town.f2.script.waiting == 0


@pytest.mark.parametrize("what", ["matter", "document"])
@pytest.mark.parametrize("on", ["factory", "create"])
@pytest.mark.parametrize(
    "kind",
    [
        "reset_before",
        "reset_after",
        "error_before",
        "error_after",
        "locked",
        "unavailable",
        "busy",
        "html",
        "forbidden",
    ],
)
def test_whatever_goes_wrong_on_the_way_there_is_one_akt_in_the_end(town, on, what, kind):
    """With each of its files once."""
    town.f2.script.add(Fault(on, kind, what=what, times=2))
    town.sent("Afgørelse", "Situationsplan")
    town.post.deliver()
    for _ in range(3):
        town.wait()
    [matter] = town.matters
    assert [title for title, *_ in town.files(matter)] == ["1. Afgørelse", "2. Situationsplan"]
    assert not town.post.outbox.duties(town.clock(), 10)
    assert town.f2.script.waiting == 0


@pytest.mark.parametrize("what", ["matter", "document"])
def test_an_address_that_expired_after_the_write_makes_no_second_one(town, what):
    """Then the case is looked through before anything is written anew."""
    town.f2.script.add(Fault("create", "reset_after", what=what))
    town.sent("Afgørelse")
    town.post.deliver()
    town.f2.world.forget_once()
    town.wait()
    [matter] = town.matters
    assert [title for title, *_ in town.files(matter)] == ["1. Afgørelse"]
    assert not town.post.outbox.duties(town.clock(), 10)


@pytest.mark.parametrize("what", ["matter", "document"])
def test_an_address_that_expires_early_waits_for_the_lists(town, what):
    """F2 was started anew, say, and does not list yet what was written there: nothing is written for ten minutes."""
    town.f2.script.add(Fault("create", "reset_after", what=what))
    entry = town.sent("Afgørelse")
    town.post.deliver()
    town.f2.world.forget_once()
    town.f2.world.lists_lag = 99
    with pytest.raises(TemporaryFailure, match="expired early") as caught:
        town.host.journalize_dispatch(town.post.dispatch(entry.id), entry.id)
    assert caught.value.retry_after == timedelta(minutes=10)
    for _ in range(3):
        town.wait(minutes=3)
    town.f2.world.lists_lag = 0
    town.wait(minutes=30)
    assert [[title for title, *_ in town.files(one)] for one in town.matters] == [["1. Afgørelse"]]
    assert not town.post.outbox.duties(town.clock(), 10)


def test_a_file_that_is_listed_just_then_is_not_written_anew(town):
    """It was not in the list, its address had expired, and then it is in the list."""
    town.f2.script.add(Fault("create", "reset_after", what="document"))
    entry = town.sent("Afgørelse")
    town.post.deliver()
    town.clock.move(minutes=11)
    once = town.f2.world.once
    town.f2.world.once = {name: one for name, one in once.items() if one.what != "document"}
    town.f2.world.lists_lag = 1
    assert town.host.journalize_dispatch(town.post.dispatch(entry.id), entry.id) == str(town.matters[0].id)
    assert [title for title, *_ in town.files(town.matters[0])] == ["1. Afgørelse"]


@pytest.mark.parametrize("what", ["matter", "document"])
def test_an_address_that_expired_before_the_write_is_exchanged(town, what):
    """When the lists have settled."""
    town.f2.script.add(Fault("create", "expired", what=what))
    town.sent("Afgørelse")
    assert town.post.deliver().journalized == 0
    town.wait(minutes=11)
    assert [len(town.files(one)) for one in town.matters] == [1]
    assert not town.post.outbox.duties(town.clock(), 10)


def test_addresses_that_always_expire_are_no_endless_round(town):
    """One exchange, then later."""
    town.f2.script.add(Fault("create", "expired", times=50))
    town.sent("Afgørelse")
    town.post.deliver()
    town.wait()
    assert len([one for one in town.f2.calls if one.startswith("POST factory")]) == 2
    assert not town.matters


def test_a_half_written_entry_is_not_taken_for_one(town):
    """It is finished, not written anew."""
    town.f2.script.add(Fault("create", "error_before", what="document", skip=1))
    entry = town.sent("Afgørelse", "Situationsplan")
    town.post.deliver()
    assert [len(town.files(one)) for one in town.matters] == [1]
    assert town.host.find_journal_entry(entry.id, town.case) is None
    town.wait()
    [matter] = town.matters
    assert town.host.find_journal_entry(entry.id, town.case) == str(matter.id)
    assert [title for title, *_ in town.files(matter)] == ["1. Afgørelse", "2. Situationsplan"]


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_closed_case_is_a_persons_at_once(town, status):
    """F2 is asked once, and why is told; the manual has an example with 404, which is no address that expired."""
    town.there.closed, town.f2.world.closed_status = True, status
    entry = town.sent("Afgørelse")
    town.post.deliver()
    [trouble] = town.post.failures()
    assert (trouble.kind, trouble.owner, trouble.next) == (
        Cause.JOURNAL_REFUSED,
        Owner.CASEWORKER,
        Remedy.JOURNALIZE,
    )
    assert "»sagen er lukket i F2; noget kommer først på den, når den er åbnet«" in trouble.text
    asked = sum(call.startswith("POST factory") for call in town.f2.calls)
    town.wait(hours=1)
    assert sum(call.startswith("POST factory") for call in town.f2.calls) == asked > 0
    town.there.closed = False
    town.post.resolve(entry.id, Remedy.JOURNALIZE, by="ida", why="sagen er åbnet")
    town.post.deliver()
    assert (len(town.matters), town.post.failures()) == (1, ())


@pytest.mark.parametrize("what", ["matter", "document"])
def test_what_is_locked_for_good_is_a_persons_at_once(town, what):
    """Unlike what somebody works on just now; what was written of the entry is not written twice."""
    town.f2.script.add(Fault("create", "archived", what=what))
    entry = town.sent("Afgørelse")
    town.post.deliver()
    [trouble] = town.post.failures()
    assert "»det er låst i F2; " in trouble.text
    town.post.resolve(entry.id, Remedy.JOURNALIZE, by="ida", why="låst op")
    town.wait()
    [matter] = town.matters
    assert [title for title, *_ in town.files(matter)] == ["1. Afgørelse"]


@pytest.mark.parametrize(("kind", "seconds"), [("locked", 300), ("unavailable", 60), ("busy", 60)])
def test_f2_says_how_long_to_wait_and_else_we_know(town, kind, seconds):
    """423, 503 and 429."""
    entry = town.sent("Afgørelse")
    dispatch = town.post.dispatch(entry.id)
    for asked, expected in ((None, seconds), (17, 17)):
        town.f2.script.add(Fault("create", kind, retry_after=asked))
        with pytest.raises(TemporaryFailure) as caught:
            town.host.journalize_dispatch(dispatch, entry.id)
        assert caught.value.retry_after.total_seconds() == expected


def test_a_warning_in_place_of_a_file_is_told_loudly(town, caplog):
    """F2's virus scanner puts a Word file there: what is on the case is not what was sent."""
    town.f2.script.add(Fault("create", "virus", what="document"))
    entry = town.sent("Afgørelse")
    assert town.post.deliver().journalized == 0
    [trouble] = town.post.failures()
    assert "»F2 gemte en advarsel i stedet for filen: virus?«" in trouble.text
    town.post.resolve(entry.id, Remedy.JOURNALIZE, by="ida", why="ser ud til at være i orden")
    assert town.post.deliver().journalized == 0
    assert caplog.text.count("f2_keeps_another_file") == 2
    assert entry.id in caplog.text
    assert len(town.post.failures()) == 1
    assert [file_type for _, file_type, _ in town.files(town.matters[0])] == ["docx"]


def test_a_file_that_f2_does_not_take_is_not_sent_there(town):
    """It is asked first, and its reason is told."""
    town.f2.world.largest_upload = 10
    entry = town.sent("Afgørelse")
    with pytest.raises(Exception, match="takes no such file") as caught:
        town.host.journalize_dispatch(town.post.dispatch(entry.id), entry.id)
    assert caught.value.danish == "F2 tager ikke imod filen: Filen er for stor"
    assert not any(one.startswith("POST create") and "document" in one for one in town.f2.calls)


def test_another_letter_s_mark_is_not_ours(town):
    """Nor one that only begins like it, nor a sign that means something in a pattern."""
    akt = town.f2.world.add_matter(town.there.id, "Sendt: X [m-10/1]")
    town.f2.world.add_document(akt, "1. X", "pdf", b"%PDF-1.7")
    assert town.host.find_journal_entry("m-10", town.case) == str(akt.id)
    for mark in ("m-1", "m.10", "m-100", ""):
        assert town.host.find_journal_entry(mark, town.case) is None
