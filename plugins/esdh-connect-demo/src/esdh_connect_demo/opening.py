"""
Åbningen: Eksempel Kommune as it stands when somebody opens it in a browser – a year of use, and a morning's letters.

Twenty-four departments, of which most came along in four waves. Two of them have cases to try: Teknik og Miljø, and
Borgerservice, where a finished decision is proposed to be sent, and a colleague approves each letter. Kultur og Fritid
waits to be switched on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from esdh_connect import Connect
from esdh_connect.dispatch import Status
from esdh_connect.policy import PolicyChange
from esdh_connect_demo import proposing, seed
from esdh_connect_demo.host import MAIN, EksempelEsdh
from esdh_connect_demo.installation import PLUGINS, Installation
from esdh_connect_demo.municipality import Filed, Municipality
from esdh_connect_forbrug import year
from esdh_connect_forbrug.starting import NotStarted
from esdh_connect_forbrug.starting.values import Hurdle, Reason, Step
from esdh_connect_rollout import Waves, example
from esdh_connect_sandbox import Fault

__all__ = ["NEXT", "open_departments", "open_letters", "settings"]

NEXT = "Bølge 5: kultur"
_BY, _CONTACT = "rho", "lda"
#: Minutes: long enough to think again, short enough to watch.
_UNDO = 0.25
#: What a letter on paper costs here, and a digital one: the postage in kroner, as if the municipality had reckoned it.
_PRICES = """
[[plugins.forbrug.prices]]
since = "2020-01-01"
paper = 29.0
digital = 0.5
"""
#: The way back from the pages. A path: whoever came under 127.0.0.1 is not logged in under localhost.
_BACK = """case_system = "/"
case_system_name = "Eksempel Kommunes ESDH"
case_address = "/sager/{case}"
"""
_EXPECTED = """
[plugins.forbrug.expected]
byg = 350
"""
_FAILED, _PRINTED, _PROPOSED = "BYG-0127", "BYG-0121", "BOR-0774"


def settings(address: str, origins: Sequence[str]) -> str:
    """Give what stands in the settings beside the tour's: the pages, and where they are opened from."""
    named = ", ".join(f'"{origin}"' for origin in origins)
    return f'\n[plugins.web]\naddress = "{address}"\norigins = [{named}]\n{_BACK}{_PRICES}{_EXPECTED}'


def open_departments(post: Connect) -> None:
    """Have the year behind them: who came along when, what was sent, and what is planned."""
    now = post.store.now()
    example.written(post, before=now.date())
    year.written(post, before=now.date())
    undo = {"undo": _UNDO}
    approval = {**undo, "approval": True, "plugins": [f"+{proposing.NAME}"]}
    post.departments.change(
        [
            PolicyChange(seed.TECHNICAL, undo, _BY, now, now, "til at fortryde i"),
            PolicyChange(
                seed.SERVICE, approval, _BY, now, now, "fire øjne på afgørelser, som foreslås, når de er klar"
            ),
        ]
    )
    what = {"plugins": [f"+{name}" for name in PLUGINS], "channels": ["+digital_post", "+fysisk_post"]}
    Waves(post).plan(NEXT, [seed.CULTURE.id], starts=now + timedelta(days=30), owner=_BY, what=what, by=_BY)
    door = NotStarted(post)
    step = Step("konsulenten viser det på teammødet", _BY, door.today + timedelta(days=7))
    door.answer("ppr", Reason.STARTUP, by=_CONTACT, hurdle=Hurdle.TRAINING, note="vi mangler en skabelon", step=step)


def open_letters(esdh: Municipality, installation: Installation) -> None:
    """
    Finalize what is drafted, and send two letters this morning: one arrived on paper, one came back.

    A third is finished, and proposed because of that.
    """
    for event in (*seed.drafts(esdh), *seed.neighbours(esdh), *seed.settled(esdh)):
        installation.post.tell(event)
    for filed in tuple(esdh.documents.values()):
        if filed.kind == "bilag" or filed.case in {_FAILED, _PRINTED, _PROPOSED}:
            installation.post.tell(esdh.finalize(filed.id))
    installation.post.deliver()
    _send(esdh, installation, _PRINTED, Status.SENT, Status.DELIVERED)
    installation.sandbox.script.add(
        Fault("receipt", "failed", code="memo.recipient.unknown", text="Modtageren findes ikke")
    )
    _send(esdh, installation, _FAILED, Status.FAILED)


def _send(esdh: Municipality, installation: Installation, case: str, *until: Status) -> None:
    """Send the letter of a case as its caseworker, without time to think again, until it has come so far."""
    wish = EksempelEsdh(esdh).wish(_letter(esdh, case), *esdh.case(case).parties, key=f"i morges/{case}")
    plan = installation.post.plan(wish)
    (entry,) = installation.post.commit(plan, by="mkj").entries
    installation.until(lambda: installation.post.entry(entry.id).status in until)


def _letter(esdh: Municipality, case: str) -> Filed:
    return next(filed for filed in esdh.on_case(case) if filed.kind in MAIN)
