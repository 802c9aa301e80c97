"""Every page is looked at in a browser, in both languages: as it usually is, empty, and when something was wrong."""

import ast
from pathlib import Path

import pytest
from administering import plugins

from esdh_connect_forbrug import Forbrug
from esdh_connect_rollout import Rollout

BROWSER = Path(__file__).parent / "browser"
#: By the name of a route: the pictures of its page as it is normally, empty, and wrong. A part of a page that cannot
#: be empty or wrong has none.
LOOKED_AT = {
    "front": ["front-{}"],
    "open": ["nobody"],
    "send": ["send-one", "send-several", "closed"],
    "send-status": ["after-{}", "after-several"],
    "send-stop": ["after-undone"],
    "send-back": ["after-no-reason"],
    "failures": ["failures", "failures-empty", "failures-administrator"],
    "resolve": ["failures-{}", "failures-error"],
    "letters": ["letters", "letters-empty", "letters-error"],
    "approvals": ["approvals", "approvals-empty"],
    "letter": ["letter", "letter-to-approve"],
    "proposals": ["proposals", "proposals-empty", "proposals-error"],
    "departments": ["departments"],
    "department": ["department", "department-own", "department-error"],
    "channels": ["channels"],
    "setup": ["setup", "setup-error"],
    "new-department": ["new-department", "new-department-error"],
    "matrix": ["matrix"],
    "facts": ["plugin-facts"],
    "decide": ["decide", "decide-error"],
    "waves": ["waves"],
    "wave": ["wave-planned", "wave-finished", "wave-consultant", "wave-note-error"],
    "wave-move": ["wave-move", "wave-move-error"],
    "wave-plan": ["wave-plan", "wave-plan-error"],
    "tips": ["tips"],
    "tip": ["tip", "tip-error"],
    "doctor": ["examination"],
    "statistics": ["statistics", "statistics-department", "statistics-empty", "statistics-error"],
    "meeting": ["meeting", "meeting-empty"],
    "not-started": ["not-started"],
    "reason": ["reason", "reason-error"],
    "staff-text": ["staff-text"],
}
#: These lead to one of the pages above, or are no page: a file, or an answer for a program.
ELSEWHERE = {
    *("leave", "language", "send-language", "send-leave", "send-rest", "send-mend", "send-arrange", "send-go"),
    *("send-approve", "send-on", "send-tip", "proposal-accept", "proposal-decline", "withdraw", "rules", "wave-note"),
    *("setup-place", "setup-values", "matrix-search"),
    *("send-file", "send-copy", "letter-file", "letter-proof", "statistics-file", "meeting-file", "static"),
    *("api-launch", "api-logout", "api-letters", "api-counts", "api-description"),
}


@pytest.fixture
def more():
    return {"rollout": Rollout(), "forbrug": Forbrug(), **plugins()}


def looked_at():
    """The pictures that tests in a browser take, each with whether it is taken in both languages."""
    found = {}
    for path in BROWSER.glob("test_*.py"):
        tree = ast.parse(path.read_text())
        tables = {
            node.targets[0].id: _words(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for test in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            if "page_checks" in ast.unparse(test):
                used = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)} & set(tables)
                both = "language" in [one.arg for one in test.args.args]
                for word in _words(test).union(*(tables[name] for name in used)):
                    found[word] = found.get(word, False) or both
    return found


def _words(tree):
    """The texts in a piece of source; of one with values, what stands around them."""
    inner = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    plain = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner
    }
    made = {
        "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
    }
    return plain | made


def test_every_route_is_looked_at(hall):
    """One that is new must be put into one of the two lists above."""
    routes = {route.name for route in hall.browser().app.routes if route.name}
    assert routes - set(LOOKED_AT) == ELSEWHERE & routes
    assert set(LOOKED_AT) <= routes
    assert routes >= ELSEWHERE


@pytest.mark.parametrize("route", LOOKED_AT)
def test_every_page_is_looked_at_in_both_languages(route):
    """axe, 320 px, large text, the way of Tab: a picture is taken where all of it is asked."""
    taken = looked_at()
    assert [name for name in LOOKED_AT[route] if not taken.get(name)] == []
