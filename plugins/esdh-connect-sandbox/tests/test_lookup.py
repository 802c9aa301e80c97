"""PostForespoerg and the register behind it."""

import pytest


@pytest.mark.parametrize(
    ("number", "digital_post", "nemsms"),
    [
        ("1212121212", True, True),
        ("0101901234", True, True),
        ("0202915678", False, True),
        ("1503851111", True, False),
        ("2412772222", True, True),
        ("6101800000", False, False),
    ],
)
def test_persons_are_registered_by_a_rule(visitor, number, digital_post, nemsms):
    """Digital Post and NemSMS are told apart; a replacement number (day + 60) is reached by neither."""
    assert visitor.lookup("digitalpost", cprNumber=number).json() == {"result": digital_post}
    assert visitor.lookup("nemsms", cprNumber=number).json() == {"result": nemsms}


@pytest.mark.parametrize(("number", "registered"), [("55133018", True), ("13748136", True), ("12345678", False)])
def test_companies_are_registered_by_a_rule(visitor, number, registered):
    """By CVR number, for Digital Post; NemSMS is for persons."""
    assert visitor.lookup("digitalpost", cvrNumber=number).json() == {"result": registered}
    assert visitor.lookup("nemsms", cvrNumber=number).json() == {"result": False}


def test_the_table_overrides_the_rule_and_is_read_again(sandbox, client):
    """No restart is needed, and what stood there before no longer counts."""
    table = sandbox.directory / "registered.toml"
    table.write_text('[digital_post]\n"1503851111" = false\n"0202915678" = true\n"6101800000" = true\n')
    assert client.lookup(cprNumber="1503851111").json() == {"result": False}
    assert client.lookup(cprNumber="0202915678").json() == {"result": True}
    assert client.lookup(cprNumber="6101800000").json() == {"result": False}
    table.unlink()
    assert client.lookup(cprNumber="1503851111").json() == {"result": True}


@pytest.mark.parametrize("text", ["[", 'digital_post = "all"', "[fysisk_post]", '[nemsms]\n"1503851111" = "yes"'])
def test_a_table_that_is_wrong_is_told_and_changes_nothing(sandbox, client, said, text):
    """The last good one goes on counting."""
    table = sandbox.directory / "registered.toml"
    table.write_text('[digital_post]\n"1503851111" = false\n')
    assert client.lookup(cprNumber="1503851111").json() == {"result": False}
    table.write_text(text + "\n# longer than what was there before, so that the change is seen\n")
    assert client.lookup(cprNumber="1503851111").json() == {"result": False}
    assert "registered.toml is left as it was before" in said[-1]
    assert "1503851111" not in "".join(said)


def test_a_test_may_register_somebody(sandbox, client):
    """From Python, over file and rule, until the sandbox stops."""
    sandbox.registered.put("digital_post", "1212121212", registered=False)
    assert client.lookup(cprNumber="1212121212").json() == {"result": False}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"cprNumber": "121212-1212"},
        {"cprNumber": "121212121"},
        {"cprNumber": "12121212121"},
        {"cvrNumber": "1212121212"},
        {"cprNumber": "1212121212", "cvrNumber": "55133018"},
        {"cpr": "1212121212"},
        {"cprNumber": ""},
    ],
)
def test_anything_but_one_number_is_refused_without_repeating_it(visitor, query):
    """HTTP 400, and the answer holds no number."""
    answer = visitor.lookup(**query)
    assert answer.status_code == 400
    assert "1212" not in answer.text


def test_paths_and_methods_that_do_not_exist_are_told(visitor):
    """404 and 405."""
    assert visitor.call("GET", "/service/PostForespoerg_1/paper").status_code == 404
    assert visitor.call("POST", "/service/PostForespoerg_1/digitalpost").status_code == 405


def test_no_number_is_said_aloud(client, said, capfd):
    """Nothing on stderr or stdout, although the number is in the address."""
    client.lookup(cprNumber="1212121212")
    client.lookup(cprNumber="121212-1212")
    out, err = capfd.readouterr()
    assert "1212" not in out + err + "".join(said)
