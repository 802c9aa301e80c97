"""The SBSYS to test with does what the real one is known to do, the traps among it."""

import json
from datetime import timedelta

import pytest
import requests

from esdh_connect_sbsys.testing import FakeSbsys
from esdh_connect_sbsys.testing.tokens import CLIENT, CLIENT_SECRET, PASSWORD, TOKEN_PATH, USER

FORM = {
    "grant_type": "password", "client_id": CLIENT, "client_secret": CLIENT_SECRET,
    "username": USER, "password": PASSWORD,
}  # fmt: skip


class Somebody:
    """Another client, which knows nothing of the adapter."""

    def __init__(self, sbsys):
        self.sbsys, self.session = sbsys, requests.Session()
        self.session.headers["Authorization"] = (
            f"Bearer {self.call('POST', TOKEN_PATH, data=FORM).json()['access_token']}"
        )

    def call(self, method, path, **given):
        return self.session.request(method, self.sbsys.url + path, timeout=10, verify=str(self.sbsys.ca), **given)

    def journalize(self, case):
        said = {"SagID": case, "DokumentNavn": "Brev", "DokumentArt": {"Id": 7}}
        files = {"file": ("brev.pdf", b"%PDF-1.7\r\n\r\n--x")}
        return self.call("POST", "/api/dokument/journaliser", files=files, data={"json": json.dumps(said)})


@pytest.fixture
def fake(tmp_path):
    with FakeSbsys(tmp_path) as running:
        yield running


@pytest.fixture
def somebody(fake):
    return Somebody(fake)


def test_nobody_is_let_in_without_a_token(fake, somebody):
    """Nor with one that has ended."""
    assert somebody.call("GET", "/api/bruger/me").status_code == 200
    fake.issued.expire()
    assert somebody.call("GET", "/api/bruger/me").status_code == 401


@pytest.mark.parametrize("name", ["client_secret", "password", "username", "grant_type"])
def test_a_grant_that_is_wrong_in_anything_gives_no_token(fake, name):
    """With the codes of the standard."""
    answer = requests.post(fake.url + TOKEN_PATH, data=FORM | {name: "x"}, verify=str(fake.ca), timeout=10)
    assert answer.status_code in {400, 401}
    assert answer.json()["error"] in {"invalid_client", "invalid_grant", "unsupported_grant_type"}


def test_asked_twice_it_makes_two_documents(fake, somebody):
    """That is the trap the adapter is built around. The bytes are kept as they came."""
    case = fake.archive.add_case()
    numbers = {somebody.journalize(case).json()["Id"] for _ in range(2)}
    assert len(numbers) == 2
    assert [*fake.archive.documents[numbers.pop()].files.values()] == [b"%PDF-1.7\r\n\r\n--x"]


def test_an_update_makes_null_of_what_it_is_not_told(fake, somebody):
    """So nobody should."""
    case = fake.archive.add_case("Carport")
    somebody.call("PUT", f"/api/sag/{case}", json={"SagsTitel": "Udestue"})
    found = somebody.call("GET", f"/api/sag/{case}").json()
    assert (found["SagsTitel"], found["Nummer"], found["SagsStatus"]) == ("Udestue", None, None)


def test_a_number_without_its_hyphen_finds_nobody(fake, somebody):
    """200 and an empty list, as the real one answers."""
    fake.archive.add_person(fake.archive.add_case(), "Frida Mortensen", "1212121212")
    found = {
        asked: len(somebody.call("POST", "/api/person/search", json={"CprNummer": asked}).json())
        for asked in ("1212121212", "121212-1212")
    }
    assert found == {"1212121212": 0, "121212-1212": 1}


def test_a_closed_case_takes_no_document(fake, somebody):
    """409."""
    case = fake.archive.add_case()
    fake.archive.closed.add(case)
    assert somebody.journalize(case).status_code == 409
    assert fake.archive.on_case(case) == []


def test_a_list_may_lag_behind_a_write(fake, somebody):
    """The document can be read by its number at once."""
    case = fake.archive.add_case()
    fake.archive.lag = timedelta(hours=1)
    number = somebody.journalize(case).json()["Id"]
    assert somebody.call("GET", f"/api/sag/{case}/dokumenter").json() == []
    assert somebody.call("GET", f"/api/dokument/{number}").json()["Id"] == number


def test_a_fault_that_does_not_exist_is_refused(fake):
    """A test with a spelling mistake would test nothing."""
    with pytest.raises(ValueError, match="there is no fault 'resett'"):
        fake.script.add("journalize", "resett")
