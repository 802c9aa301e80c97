"""What the channel does not take becomes PDF on the way: shown, remembered, and sent as it was shown."""

import attrs
import pytest

from esdh_connect import wording
from esdh_connect.converter import Converted
from esdh_connect.errors import DoesNotFit, PlanChanged, PluginError, UnreadableDocument
from esdh_connect.model import PDF, Document, Finding
from esdh_connect.seal import Seal
from esdh_connect.store import Store
from esdh_connect.testing.fakes import GENEROUS, FakeChannel, FakeConverter, FakeConverters, pdf_of
from esdh_connect.testing.installation import installation
from esdh_connect.testing.memory import MemoryOutbox

ONLY_PDF = attrs.evolve(GENEROUS, media_types={PDF: (".pdf",)})
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def converter():
    """One that takes text."""
    return FakeConverter()


@pytest.fixture(params=["memory", "sqlite"])
def outbox(request, tmp_path):
    """Both kinds."""
    seal = Seal(b"a secret of thirty-two bytes.....")
    return Store.open(tmp_path / "outbox.db", seal) if request.param == "sqlite" else MemoryOutbox()


@pytest.fixture
def build(esdh_host, esdh_clock, outbox, converter):
    """Makes an installation; each is a process of its own with the same outbox."""

    def one(limits=ONLY_PDF, more=None, **policy):
        channel = FakeChannel(limits=limits)
        plugins = {"making": FakeConverters([converter])} if more is None else more
        return installation(
            host=esdh_host, channels=[channel], now=esdh_clock, outbox=outbox, policy=policy, more=plugins
        )

    return one


@pytest.fixture
def note(esdh_host):
    """A bilag of text."""
    esdh_host.contents["note", "1"] = b"Husk regnen"
    return Document("note", name="Notat 3.2.txt", media_type="text/plain")


@pytest.fixture
def mixed(letter, note):
    """A decision, a note and a bilag."""
    main, bilag, _ = letter.documents
    return attrs.evolve(letter, documents=(main, note, bilag))


def test_the_manifest_keeps_the_original_and_says_what_was_done(build, mixed):
    """The hash is that of the document on the case, the place that of the PDF."""
    [row] = build().plan(mixed).rows
    _, note, bilag = row.manifest.documents

    assert (note.name, note.size, note.pages) == ("Notat 3.2.txt", len(b"Husk regnen"), None)
    assert (note.file, note.first_page, note.placed_pages, note.changes) == (0, 3, 1, ("converted",))
    assert (bilag.first_page, bilag.changes) == (4, ())
    assert [file.media_type for file in row.manifest.files] == [PDF]


def test_what_was_shown_is_what_is_sent_from_another_process_too(build, mixed, converter):
    """The office program is not asked twice, though it would make something else."""
    plan = build().plan(mixed)
    again = build()
    again.commit(mixed, by="u1", expect=plan.fingerprint)
    again.deliver()

    assert converter.converted == ["Notat 3.2.txt"]
    [sent] = again.plugins.channels["fake"].sent
    assert sent.manifest == plan.rows[0].manifest


def test_another_version_of_the_converter_is_another_pdf(build, mixed, converter):
    """Then the letter is shown again."""
    plan = build().plan(mixed)
    converter.version = "2"
    with pytest.raises(PlanChanged, match="files"):
        build().commit(mixed, by="u1", expect=plan.fingerprint)


def test_what_was_made_is_forgotten_after_the_time_the_settings_say(build, mixed, converter, esdh_clock):
    """By the rounds of delivery."""
    post = build()
    post.plan(mixed)
    esdh_clock.move(days=29)
    post.deliver()
    post.plan(mixed)
    assert len(converter.converted) == 1
    esdh_clock.move(days=1)
    post.deliver()
    post.plan(mixed)
    assert len(converter.converted) == 2


def test_nothing_of_it_stays_when_the_letter_is_erased(build, mixed, converter, esdh_clock):
    """It tells as much of people as the letter does."""
    post = build()
    [entry] = post.commit(post.plan(mixed), by="u1").entries
    post.cancel(entry.id, by="u1")
    post.erase(entry.id, by="u1", why="ønsket")
    post.plan(attrs.evolve(mixed, key="dialog-2"))

    assert len(converter.converted) == 2


def test_a_file_that_the_channel_takes_and_that_goes_alone_stays_as_it_is(build, mixed, converter):
    """Nothing is converted that need not be."""
    [row] = build(GENEROUS, consolidate=False).plan(mixed).rows

    assert [file.media_type for file in row.manifest.files] == [PDF, "text/plain", PDF]
    assert converter.converted == []


def test_what_is_to_be_one_pdf_is_converted_though_the_channel_takes_it(build, mixed):
    """The department wants one file."""
    [row] = build(GENEROUS).plan(mixed).rows

    assert len(row.manifest.files) == 1


def test_what_cannot_be_converted_goes_as_its_own_file_where_the_channel_takes_it(build, mixed, converter):
    """And the plan says so, and why."""
    converter.fail_with = [UnreadableDocument("no", danish="den er låst med adgangskode")]
    [row] = build(GENEROUS).plan(mixed).rows

    assert [file.media_type for file in row.manifest.files] == [PDF, "text/plain", PDF]
    [finding] = row.envelope.letter.findings
    assert (finding.id, finding.document, finding.acts) == ("not_converted", 1, "caseworker")
    assert "adgangskode" in finding.text


def test_everything_that_cannot_be_converted_is_told_at_once(build, mixed, converter, esdh_host):
    """With the name of each document, and what to do."""
    converter.fail_with = [UnreadableDocument("no", danish="den er låst med adgangskode")]
    esdh_host.contents["film", "1"] = b"\0\0\0\x18ftypmp42"
    film = Document("film", name="film.mp4", media_type="video/mp4")
    [row] = build().plan(attrs.evolve(mixed, documents=(*mixed.documents, film))).rows

    assert isinstance(row.error, UnreadableDocument)
    told = wording.of(row.error)
    assert told.startswith("Der er ikke sendt noget: ")
    assert "»Notat 3.2.txt«" in told
    assert "»film.mp4« er en video- eller lydfil" in told
    assert "Gem det som PDF" in told


def test_a_converter_that_breaks_is_one_document_s_problem(build, mixed, converter):
    """It is named, and the plan does not raise."""
    converter.fail_with = [RuntimeError("Segmentation fault")]
    [row] = build().plan(mixed).rows

    assert isinstance(row.error, UnreadableDocument)
    assert "»fake« svigtede" in wording.of(row.error)


def test_a_converter_that_makes_no_pdf_is_told_by_the_document_s_name(build, mixed):
    """And it is not remembered."""

    class Careless(FakeConverter):
        def convert(self, original):
            return Converted(original.content)

    [row] = build(more={"making": FakeConverters([Careless()])}).plan(mixed).rows

    assert "»Notat 3.2.txt« kan ikke laves om til PDF: PDF-filen er beskadiget" in wording.of(row.error)


def test_a_converter_is_off_where_its_plugin_is(build, mixed, converter):
    """P6: nothing of it is asked."""
    [row] = build(plugins=("letters",)).plan(mixed).rows

    assert isinstance(row.error, DoesNotFit)
    assert converter.converted == []


def test_of_two_that_take_a_type_the_first_in_the_settings_makes_it_and_the_host_s_before_them(
    build, mixed, esdh_host, esdh_clock
):
    """A clear rule, because both would do."""
    first, second, hosts = FakeConverter("first"), FakeConverter("second"), FakeConverter("hosts")
    both = {"b": FakeConverters([first]), "a": FakeConverters([second])}
    build(more=both).plan(mixed)
    assert [len(one.converted) for one in (first, second)] == [1, 0]

    class Host(type(esdh_host)):
        register_converters = FakeConverters.register_converters
        converters = (hosts,)

    host = Host(esdh_host.contents, esdh_host.recipients)
    with installation(host=host, channels=[FakeChannel(limits=ONLY_PDF)], now=esdh_clock, more=both) as post:
        assert [one.name for one in post.plugins.converters_of(post.policy("teknik"))] == ["hosts", "first", "second"]


def test_two_converters_of_one_name_stop_the_start(build):
    """A name is what is remembered of what was made."""
    with pytest.raises(PluginError, match="two converters are called 'fake'"):
        build(more={"a": FakeConverters(), "b": FakeConverters()})


def test_what_a_converter_found_stands_at_the_document(build, mixed, converter):
    """Also when it was remembered."""
    converter.findings = (Finding("macros", "har makroer, som ikke er kørt"),)
    build().plan(mixed)
    [row] = build().plan(mixed).rows

    assert row.envelope.letter.findings == (Finding("macros", "har makroer, som ikke er kørt", 1),)


@pytest.mark.parametrize("said", ["text/rtf", "Application/RTF; charset=x"])
def test_a_type_has_one_spelling_for_converters(build, mixed, converter, esdh_host, said):
    """However the host writes it."""
    asked = []

    class Writes(FakeConverter):
        def convert(self, original):
            asked.append(original.media_type)
            return Converted(pdf_of("x"))

    esdh_host.contents["note", "1"] = b"{\\rtf1 Hej}"
    note = attrs.evolve(mixed.documents[1], media_type=said)
    writes = Writes("writes", takes=("application/rtf",))
    [row] = build(more={"making": FakeConverters([writes])}).plan(attrs.evolve(mixed, documents=(note,))).rows

    assert (row.error, asked) == (None, ["application/rtf"])


def test_a_converter_may_ask_for_what_lies_within(build, mixed, converter):
    """The others of the department answer; a PDF is one already."""

    class Unpacks(FakeConverter):
        def convert(self, original):
            whole = original.convert("b.pdf", pdf_of("b"), PDF)
            inner = original.convert("a.txt", b"a", "application/octet-stream")
            with pytest.raises(DoesNotFit):
                original.convert("c.zip", b"7z\xbc\xaf\x27\x1c", "application/zip")
            return Converted(whole.content, inner.findings)

    mail = Unpacks("mail", takes=("message/rfc822",))
    one = attrs.evolve(mixed.documents[1], media_type="message/rfc822")
    post = build(more={"making": FakeConverters([converter, mail])})
    [row] = post.plan(attrs.evolve(mixed, documents=(one,))).rows

    assert row.error is None
    assert converter.converted == ["a.txt"]


def test_one_that_asks_itself_for_ever_is_stopped(build, mixed):
    """A letter in a letter in a letter."""

    class Recursive(FakeConverter):
        def convert(self, original):
            self.converted.append(original.name)
            return original.convert(original.name, original.content + b".", "text/plain")

    endless = Recursive("endless")
    [row] = build(more={"making": FakeConverters([endless])}).plan(mixed).rows

    assert isinstance(row.error, UnreadableDocument)
    assert len(endless.converted) < 20


def test_a_damaged_pdf_is_mended_by_a_converter_that_takes_pdf(build, mixed, converter, esdh_host):
    """The manifest says so; sound ones are left alone."""
    mender = FakeConverter("mender", takes=(PDF,))
    post = build(more={"making": FakeConverters([converter, mender])})
    damaged = mixed.documents[2]
    esdh_host.contents[damaged.id, "1"] = b"%PDF-1.7 broken"
    [row] = post.plan(mixed).rows

    assert mender.converted == [damaged.name]
    assert [one.changes for one in row.manifest.documents] == [(), ("converted",), ("repaired",)]

    mender.fail_with = [UnreadableDocument("no", danish="den er låst med adgangskode")]
    esdh_host.contents[damaged.id, "1"] = b"%PDF-1.7 locked"
    assert "adgangskode" in wording.of(post.plan(mixed).rows[0].error)


@pytest.mark.parametrize(
    ("claimed", "content", "said"),
    [
        (PDF, b"\x89PNG\r\n\x1a\n....", "er et PNG-billede, selv om det hedder en PDF-fil"),
        (DOCX, b"%PDF-", None),
        (DOCX, b"MZ\x90\x00\x03\x00", "er et program og bliver aldrig sendt"),
        (PDF, b"<!DOCTYPE html><h1>503</h1>", "måske en fejlmeddelelse"),
        (PDF, b"\0\1\2\3", "er ikke en PDF-fil, selv om det hedder det"),
        (DOCX, b"PK\x03\x04 broken", "er ikke et Word-dokument, selv om det hedder det"),
    ],
)
def test_a_document_is_what_its_bytes_are(build, mixed, esdh_host, claimed, content, said):
    """Harmless mistakes are told, others refused: a host may answer 200 with an error page."""
    esdh_host.contents["x", "1"] = pdf_of("x") if content == b"%PDF-" else content
    picture = FakeConverter("picture", takes=("image/png",))
    post = build(more={"making": FakeConverters([picture])})
    odd = Document("x", name="fil", media_type=claimed)
    [row] = post.plan(attrs.evolve(mixed, documents=(odd,))).rows

    if row.error is None:
        told = [one.text for one in row.envelope.letter.findings]
        assert told == [said or "er en PDF-fil, selv om det hedder et Word-dokument"]
    else:
        assert isinstance(row.error, UnreadableDocument)
        assert said in wording.of(row.error)


def test_the_outbox_has_the_findings_too(build, mixed):
    """Who looks at a letter afterwards sees what was shown."""
    post = build()
    plan = post.plan(mixed)
    [entry] = post.commit(plan, by="u1").entries

    assert post.dispatch(entry.id).envelope.letter == plan.rows[0].envelope.letter
