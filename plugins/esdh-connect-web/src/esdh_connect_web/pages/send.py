"""Send digitalt: the routes of the dialog. Each is an answer in a visit; what they show is in ``dialog``."""

from __future__ import annotations

from functools import partial

from esdh_connect_web.dialog import following, ordering
from esdh_connect_web.protection import Entrance, Guard, Step
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]

#: What is read first where somebody presses a button in a dialog that is over.
_NOT_SENT = N_("Nothing has been sent by this press.")
_NOT_STOPPED = N_("No letter has been stopped by this press.")
_NOT_DECIDED = N_("Nothing has been decided by this press.")


def routes(site: Site) -> list[Guard]:
    """Give the entrance, and every answer that can be given in the dialog."""
    step = partial(Step, site=site, stale=ordering.show)
    return [
        Entrance(site=site, name="send", path="/send", opens="dialog", post=ordering.opened),
        step(name="send-status", path="/send/status", post=ordering.show, reads=True),
        step(name="send-rest", path="/send/rest", post=ordering.rest, reads=True),
        step(name="send-file", path="/send/file", post=ordering.file, reads=True),
        step(name="send-copy", path="/send/copy", post=following.copy, reads=True),
        step(name="send-mend", path="/send/mend", post=following.mend, reads=True),
        step(name="send-arrange", path="/send/arrange", post=ordering.arrange, undone=_NOT_SENT),
        step(name="send-go", path="/send/go", post=ordering.go, undone=_NOT_SENT, repeats=True),
        step(name="send-stop", path="/send/stop", post=following.stop, undone=_NOT_STOPPED, repeats=True),
        step(name="send-approve", path="/send/approve", post=following.approve, undone=_NOT_DECIDED),
        step(name="send-back", path="/send/back", post=following.send_back, undone=_NOT_DECIDED),
        step(name="send-on", path="/send/on", post=following.pass_on, undone=_NOT_DECIDED),
        step(name="send-tip", path="/send/tip", post=following.tip, nameless=True),
        step(name="send-language", path="/send/language", post=ordering.speak),
        step(name="send-leave", path="/send/leave", post=ordering.leave, reads=True),
    ]
