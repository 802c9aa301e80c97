"""What people read: Danish, true about what was sent, and never a CPR number."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from esdh_connect import errors, wording
from esdh_connect.dispatch import ReceiptEvent, Request, Status, Work
from esdh_connect.errors import EsdhConnectError
from esdh_connect.model import Case, Document, Party

NOW = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
CPR = "1212121212"
NOT_SENT = "Der er ikke sendt noget"
UNKNOWN = "Det er uvist, om brevet er sendt: "
ERRORS = sorted(
    (getattr(errors, name) for name in errors.__all__ if name != "EsdhConnectError"), key=lambda kind: kind.__name__
)
SURELY_NOT_SENT = (
    errors.ConfigurationError,
    errors.OutboxError,
    errors.PlanError,
    errors.TemporaryFailure,
    errors.Rejected,
)


def every_class(kind: type[EsdhConnectError] = EsdhConnectError) -> Iterator[type[EsdhConnectError]]:
    for inner in kind.__subclasses__():
        yield from (inner, *every_class(inner))


def test_the_list_of_errors_is_whole() -> None:
    """So that the tests below leave none of the core's out."""
    ours = {kind for kind in every_class() if kind.__module__ == errors.__name__}
    assert ours == set(ERRORS)


def test_what_letters_of_a_list_have_in_common_is_told_in_words() -> None:
    """No class of ours is shown by its name, and a plugin's own has words too."""
    plan = [kind.__name__ for kind in ERRORS if issubclass(kind, errors.PlanError)]
    told = [wording.kind(name) for name in plan]
    assert len(set(told)) == len(plan)
    assert wording.kind("SomethingElse") == wording.kind("PlanError")
    assert not [text for text in told if text[0].isupper()]


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_says_first_whether_anything_was_sent(kind: type[EsdhConnectError]) -> None:
    """It is the caseworker's first question; and who does not know says so, and that it must not be sent again."""
    text = wording.of(kind())
    if issubclass(kind, errors.PolicyError):
        assert text.startswith("Der er ikke ændret noget: ")  # it is about departments, and no letter
    elif issubclass(kind, SURELY_NOT_SENT) and kind is not errors.DamagedRow:
        assert text.startswith(NOT_SENT)
        assert "uvist" not in text
    else:
        assert text.startswith(UNKNOWN)
        assert "Send ikke igen" in text


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_has_a_danish_text_of_its_own(kind: type[EsdhConnectError]) -> None:
    """None is the English one, and none is any other error's."""
    text = wording.of(kind())
    assert str(kind()) not in text
    assert text.endswith(".")
    assert text not in {wording.of(other()) for other in ERRORS if other is not kind}


def test_a_used_key_says_that_the_first_letter_stands() -> None:
    """Nothing new was sent, but something may have been before."""
    text = wording.of(errors.KeyReused())
    assert text.startswith("Der er ikke sendt noget nyt: ")
    assert "står ved magt" in text


def test_damage_says_nothing_of_earlier_attempts() -> None:
    """The letter is also read after it was sent, to journalize it."""
    assert wording.of(errors.DamagedPayload()).startswith("Der er ikke sendt noget i dette forsøg: ")


def test_the_text_an_error_brings_is_used() -> None:
    """With the opening in front, and a full stop behind."""
    error = errors.Rejected("recipient is exempt", code="4712", danish="borgeren er fritaget fra Digital Post")
    expected = "Der er ikke sendt noget: borgeren er fritaget fra Digital Post. Leverandørens kode: 4712."
    assert wording.of(error) == expected


def test_an_opening_that_is_there_already_is_not_doubled() -> None:
    """Whoever wrote it, it is read once."""
    error = errors.NoChannel(danish="Der er ikke sendt noget: prøv igen i morgen.")
    assert wording.of(error) == "Der er ikke sendt noget: prøv igen i morgen."


@pytest.mark.parametrize("kind", [errors.OutcomeUnknown, errors.DeliveryError])
def test_no_text_can_turn_an_unknown_outcome_into_a_known_one(kind: type[EsdhConnectError]) -> None:
    """The class of an error decides what is said of sending."""
    assert wording.of(kind(danish="Der er ikke sendt noget")).startswith(UNKNOWN)


def test_a_plugins_own_error_speaks_as_its_nearest_kin() -> None:
    """Classes the core has never heard of."""
    exempt = type("Exempt", (errors.Rejected,), {"__doc__": "Exempt."})
    assert wording.of(exempt()) == wording.of(errors.Rejected())
    assert wording.of(type("Odd", (EsdhConnectError,), {"__doc__": "Odd."})()).startswith(UNKNOWN)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errors.PluginError(plugin="bilag"), "»bilag«"),
        (errors.Objection(plugin="bilag"), "»bilag«"),
        (errors.DoesNotFit(limit="10", actual="12"), "(12; grænsen er 10)"),
        (errors.UnreadableDocument(document="dok-1"), "dok-1"),
        (errors.TemporaryFailure(retry_after=timedelta(minutes=5)), "om 5 minutter"),
        (errors.TemporaryFailure(retry_after=timedelta(seconds=20)), "om et minut"),
        (errors.TemporaryFailure(retry_after=timedelta(hours=3)), "om 3 timer"),
    ],
)
def test_what_an_error_knows_is_told(error: EsdhConnectError, told: str) -> None:
    """Which plugin, which document, which limit, how long."""
    assert told in wording.of(error)


@pytest.mark.parametrize("kind", ERRORS)
def test_no_error_shows_a_cpr_number(kind: type[EsdhConnectError]) -> None:
    """Not even one that somebody wrote into its Danish text."""
    text = wording.of(kind(danish=f"borgeren {CPR} og 121212-1212"))
    assert CPR not in text
    assert "121212-1212" not in text
    assert "borgeren xxxxxx-xxxx" in text


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ({wording.status(one) for one in Status}, Status),
        ({wording.receipt(one) for one in ReceiptEvent}, ReceiptEvent),
        ({wording.work(one) for one in Work}, Work),
    ],
)
def test_every_state_has_a_word_of_its_own(words: set[str], kind: type[Status | ReceiptEvent | Work]) -> None:
    """Danish, with a capital, and not the name used in code."""
    assert len(words) == len(kind)
    assert not words & {form for one in kind for form in (one.value, one.name, one.value.capitalize())}
    assert all(word[0].isupper() and not word.endswith(".") for word in words)


def test_statuses_are_the_words_caseworkers_know() -> None:
    """In the order of a letter's life."""
    assert " ".join(map(wording.status, Status)) == "Afventer Behandles Afsendt Leveret Fejlet Afbrudt Uafklaret"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"reached": True, "chosen": "Digital Post"}, "Sendes med Digital Post"),
        ({"reached": True, "chosen": "Fysisk Post"}, "Digital Post når modtageren, men Fysisk Post er valgt"),
        ({"reached": True}, "Digital Post når modtageren, men bruges ikke, før de andre kanaler er afklaret"),
        ({"reached": False}, "Ikke tilmeldt Digital Post"),
        ({"reached": None}, "Det kunne ikke afgøres, om Digital Post når modtageren. Prøv igen om lidt"),
    ],
)
def test_a_channel_is_taken_or_skipped_for_a_reason(asked: dict[str, bool | str | None], told: str) -> None:
    """Unknown is never no."""
    assert wording.reason("Digital Post", signed_up_for=True, **asked) == told  # type: ignore[arg-type]


def test_nobody_signs_up_for_paper() -> None:
    """It reaches whoever has an address."""
    assert wording.reason("Fysisk Post", reached=False) == "Fysisk Post når ikke modtageren"


def test_the_channels_that_were_tried_are_named() -> None:
    """And a department without any is told whom to ask."""
    assert "med Digital Post. " in wording.no_channel(["Digital Post"])
    assert "med Digital Post, Fax eller Fysisk Post. " in wording.no_channel(["Digital Post", "Fax", "Fysisk Post"])
    assert "Spørg administratoren" in wording.no_channel([])


def test_what_changed_in_a_plan_is_named_as_people_name_it() -> None:
    """Each part once; a document by its name."""
    documents = (Document("1", name="Afgørelse"), Document("2", name=f"Notat om {CPR}"))
    request = Request("k", Case("s"), "demo", "Titel", documents, (Party("p"),))
    told = wording.changed(("request", "doc.0", "doc.1", "doc.7", "row.1f3a", "row.77aa", "files.1f3a"), request)
    assert told.startswith("brevet er ændret, siden det blev vist (titel, modtagere eller valg, dokumentet »Afgørelse«")
    assert told.count("modtager eller kanal") == 1
    assert CPR not in told


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (NOW, "3. marts 2026 kl. 14.05"),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), "1. august 2026 kl. 00.00"),
        (datetime(2026, 12, 31, 18, 7, tzinfo=timezone(timedelta(hours=-5))), "1. januar 2027 kl. 00.07"),
    ],
)
def test_times_are_told_as_the_clock_shows_in_denmark(at: datetime, told: str) -> None:
    """In summer and in winter, from any zone."""
    assert wording.when(at) == told


def test_a_time_without_a_zone_is_not_guessed_at() -> None:
    """It could be two hours off."""
    with pytest.raises(ValueError, match="time zone"):
        wording.when(NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("bytes_", "told"),
    [
        (0, "0 byte"),
        (999, "999 byte"),
        (1000, "1 kB"),
        (34_400, "34 kB"),
        (999_499, "999 kB"),
        (999_999, "1,0 MB"),
        (1_234_567, "1,2 MB"),
        (77_594_624, "77,6 MB"),
        (999_990_000, "1,0 GB"),
        (3_400_000_000, "3,4 GB"),
        (3_400_000_000_000, "3.400,0 GB"),
    ],
)
def test_sizes_are_told_as_people_read_them(bytes_: int, told: str) -> None:
    """With a comma, and never a thousand of a unit that has a larger one."""
    assert wording.size(bytes_) == told


def test_numbers_have_danish_signs() -> None:
    """Points between thousands, a comma before the fraction."""
    assert [wording.number(one) for one in (7, 1234, 1234567, 0.5, -1234.5)] == [
        "7",
        "1.234",
        "1.234.567",
        "0,5",
        "-1.234,5",
    ]
