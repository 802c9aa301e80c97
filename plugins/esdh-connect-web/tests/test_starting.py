"""Who has not started, and why: help and no control; who answers, and what is refused."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from esdh_connect.policy import Department, PolicyChange
from esdh_connect_forbrug import Forbrug
from esdh_connect_forbrug.starting import Hurdle, NotStarted, Reason, Step
from esdh_connect_web import Person, Role
from esdh_connect_web.figures import staff, words
from esdh_connect_web.forms import TOKEN, page_token
from esdh_connect_web.seen import Seen

AGO = datetime(2020, 1, 1, tzinfo=UTC)
CLARA = Person("clara", "Clara Konsulent", {Role.CONSULTANT}, {"*"})
LONE = Person("lone", "Lone Kontakt", {Role.CONTACT}, {"kultur"})
BO = Person("bo", "Bo Sagsbehandler", {Role.CASEWORKER}, {"kultur"})
ADA = Person("ada", "Ada Administrator", {Role.ADMINISTRATOR}, {"*"})


@pytest.fixture
def more():
    return {"forbrug": Forbrug()}


@pytest.fixture
def quiet(hall):
    """Four departments that could send for years, and have not; one of them is the hall's own."""
    on = {"plugins": ("letters",), "channels": ("digital_post",)}
    for id_, name in (("kultur", "Kultur og Fritid"), ("byg", "Byggeri"), ("vej", "Vej og Park")):
        hall.post.departments.change([PolicyChange(Department(id_, name), on, "test", AGO, AGO)])
    return hall


def shown(hall, person, path="/not-started"):
    answer = hall.browser(identify=lambda _: person).get(path)
    return answer.status_code, unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))


def told(hall, person=LONE, **fields):
    """Post the form as the browser does."""
    token = page_token(hall.post, person.id, hall.clock())
    given = {TOKEN: token, "department": "kultur", **fields}
    answer = hall.browser(identify=lambda _: person).post("/not-started/reason", data=given)
    return answer, unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))


def test_the_list(quiet):
    """Who, since when, and what nobody has told yet; with a way to tell it."""
    status, text = shown(quiet, CLARA)
    assert status == 200
    assert "Kultur og Fritid Har ikke sendt noget i 30 arbejdsdage. Årsag: Ingen har fortalt det endnu" in text
    assert all(one.name in text for one in NotStarted(quiet.post).departments())
    assert text.count("Giv en årsag") == 4


def test_a_contact_gives_a_reason_and_a_next_step(quiet):
    """It is noted with who said so, and the list shows it to the consultant."""
    due = str(quiet.clock().date() + timedelta(days=7))
    answer, _ = told(
        quiet,
        reason="startup",
        hurdle="training",
        note="Vi vil gerne se det først",
        what="Konsulenten ringer",
        owner="Clara",
        due=due,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/not-started?noted=kultur")
    said = NotStarted(quiet.post).history("kultur")[-1]
    assert (said.reason, said.hurdle, said.by) == (Reason.STARTUP, Hurdle.TRAINING, "Lone Kontakt")
    assert said.step == Step("Konsulenten ringer", "Clara", quiet.clock().date() + timedelta(days=7))
    _, text = shown(quiet, CLARA, "/not-started?noted=kultur")
    assert "Årsagen er noteret for Kultur og Fritid." in text
    assert "Opstartsvanskeligheder (oplæring)" in text
    assert "Næste skridt: Konsulenten ringer (Clara," in text
    assert "Skulle være gjort" not in text
    quiet.clock.move(days=9)
    assert "Skulle være gjort" in shown(quiet, CLARA)[1]


def test_no_need_leaves_the_list_without_blame(quiet):
    """And stands where it can be changed."""
    assert told(quiet, reason="no-need")[0].status_code == 303
    assert [one.department for one in NotStarted(quiet.post).excused()] == ["kultur"]
    _, text = shown(quiet, LONE)
    assert "Alle er i gang eller har fortalt, hvorfor de ikke er." in text
    assert "1 afdeling har intet behov eller er planlagt senere" in text


def test_planned_for_later_leaves_it_until_then(quiet):
    """And is there again from that day on."""
    day = quiet.clock().date() + timedelta(days=3)
    assert told(quiet, reason="later", until=str(day))[0].status_code == 303
    assert "Giv en årsag" not in shown(quiet, LONE)[1]
    quiet.clock.move(days=3)
    assert "Planlagt senere" in shown(quiet, LONE)[1]
    assert [one.department for one in NotStarted(quiet.post).departments()].count("kultur") == 1


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Vælg en årsag."),
        ({"reason": "lazy"}, "Vælg en årsag."),
        ({"reason": "startup", "hurdle": "boss"}, "Vælg fra listen"),
        ({"reason": "later"}, "Skriv, hvilken dag det er planlagt til."),
        ({"reason": "later", "until": "2020-01-01"}, "Skriv en dag, der kommer."),
        ({"reason": "later", "until": "i morgen"}, "Skriv en dag som i kalenderen."),
        ({"reason": "other", "until": "2031-01-01"}, "Kun det, der er planlagt senere, har en dag."),
        ({"reason": "other", "what": "Ring"}, "Udfyld alle tre felter eller ingen af dem."),
        ({"reason": "other", "what": "Ring", "owner": "Eva", "due": "2020-01-01"}, "Skriv en dag, der kommer."),
        ({"reason": "other", "note": "ring til 010190-1234"}, "CPR"),
        ({"reason": "other", "note": "x" * 501}, "Skriv højst 500 tegn"),
    ],
)
def test_what_cannot_be_noted(quiet, fields, text):
    """The form says what is wrong and keeps what was written; nothing is noted."""
    answer, said = told(quiet, **fields)
    assert answer.status_code == 400
    assert text in said
    assert "Fejl:" in said
    assert NotStarted(quiet.post).history("kultur") == ()
    if "what" in fields:
        assert 'value="Ring"' in answer.text


def test_what_stands_there_from_the_last_answer_is_left_out_with_another_reason(quiet):
    """It was filled in by the page: neither what made it hard nor the day stops another reason."""
    assert told(quiet, reason="startup", hurdle="training")[0].status_code == 303
    until = str(quiet.clock().date() + timedelta(days=3))
    assert told(quiet, reason="later", hurdle="training", until=until)[0].status_code == 303
    assert told(quiet, reason="other", hurdle="training", until=until)[0].status_code == 303
    said = NotStarted(quiet.post).history("kultur")
    assert [(one.reason, one.hurdle, one.until and str(one.until)) for one in said] == [
        (Reason.STARTUP, Hurdle.TRAINING, None), (Reason.LATER, None, until), (Reason.OTHER, None, None),
    ]  # fmt: skip
    assert "Kun det, der er planlagt senere, har en dag." in told(quiet, reason="other", until="2031-01-01")[1]


def test_the_day_of_what_is_planned_for_later_is_not_said_to_be_voluntary(quiet):
    """It is asked for with that reason, and the field says so."""
    _, text = shown(quiet, LONE, "/not-started/reason?department=kultur")
    assert "Hvornår er det planlagt til? Til »Planlagt senere«, og kun til det." in text


def test_a_department_that_is_in_use_gives_no_reason(quiet):
    """It would be shown nowhere: neither the form nor an answer is taken, and there is a way on."""
    quiet.post.departments.change(
        [PolicyChange(Department("ny", "Ny afdeling"), {"plugins": ("letters",), "channels": ("digital_post",)}, "test",
                      quiet.clock(), quiet.clock())]
    )  # fmt: skip
    everywhere = Person("eva", "Eva Konsulent", {Role.CONSULTANT}, {"*"})
    status, text = shown(quiet, everywhere, "/not-started/reason?department=ny")
    assert status == 409
    assert "»Ny afdeling« har ikke kunnet sende i 30 arbejdsdage endnu, så ingen venter på en årsag." in text
    assert "Til overblikket" in text
    answer, said = told(quiet, everywhere, department="ny", reason="other")
    assert answer.status_code == 400
    assert "»Ny afdeling« har ikke kunnet sende" in said
    assert NotStarted(quiet.post).history("ny") == ()


def test_a_note_with_markup_is_text(quiet):
    """And a long word is one."""
    assert told(quiet, reason="other", note="<script>alert(1)</script>\x00" + "å" * 300)[0].status_code == 303
    token_free = quiet.browser(identify=lambda _: CLARA).get("/not-started").text
    assert "<script>alert" not in token_free
    assert "&lt;script&gt;" in token_free


# --- who may


def test_who_may_answer_for_whom(quiet):
    """A contact for the own department, a consultant for all; an administrator sees, a caseworker does not."""
    for person, department, status in (
        (LONE, "kultur", 303),
        (LONE, "byg", 403),
        (LONE, "nowhere", 403),
        (CLARA, "byg", 303),
        (ADA, "kultur", 403),
        (BO, "kultur", 403),
    ):
        assert told(quiet, person, department=department, reason="other")[0].status_code == status, (person, department)
    assert [shown(quiet, one)[0] for one in (LONE, CLARA, ADA, BO)] == [200, 200, 200, 403]
    assert shown(quiet, LONE, "/not-started/reason?department=byg")[0] == 403
    assert shown(quiet, LONE, "/not-started/reason")[0] == 403
    assert "Byggeri" not in shown(quiet, LONE)[1]
    assert "Giv en årsag" not in shown(quiet, ADA)[1]


def test_a_form_without_its_token_notes_nothing(quiet):
    """Nor with somebody else's."""
    for token in ("", "x", page_token(quiet.post, "clara", quiet.clock())):
        assert told(quiet, reason="no-need", **{TOKEN: token})[0].status_code == 403
    assert NotStarted(quiet.post).history("kultur") == ()


def test_who_answered_is_in_the_log_of_what_was_seen(quiet):
    """With the department, and without what was said."""
    told(quiet, reason="other", note="en note")
    [line] = Seen(quiet.post.store).lines()
    assert (line.who, line.what, line.about) == ("lone", "reason POST", "kultur")


def test_what_was_noted_for_another_department_is_not_told_here(quiet):
    """The address can be changed by anybody."""
    assert "noteret" not in shown(quiet, LONE, "/not-started?noted=byg")[1]


# --- words


def test_every_reason_and_hurdle_has_its_words():
    """In both languages: the catalogues are complete."""
    assert set(words.REASONS) == set(Reason)
    assert set(words.HURDLES) == set(Hurdle)


def test_the_text_for_the_staff_is_the_one_of_the_documentation(quiet):
    """To the letter, but for what is emphasized there."""
    docs = (Path(__file__).parents[3] / "docs" / "statistics.md").read_text(encoding="utf-8")
    quoted = re.search(r"> \*\*(.*?)\*\*\n>\n((?:>.*\n)+)", docs)
    paragraphs = [
        " ".join(one.replace("*", "").split()) for one in re.sub(r"(?m)^> ?", "", quoted[2]).strip().split("\n\n")
    ]
    assert (quoted[1], paragraphs) == (staff.HEADING, list(staff.PARAGRAPHS))
    assert staff.PARAGRAPHS[0] in shown(quiet, ADA, "/not-started/staff")[1]
