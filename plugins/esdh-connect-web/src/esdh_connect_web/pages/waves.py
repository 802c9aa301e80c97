"""Bølger: the board, a wave, a new one, and a tip from anybody. Only where the plugin for waves is loaded."""

from __future__ import annotations

from esdh_connect_rollout.desk import PLUGIN
from esdh_connect_web.identity import Role
from esdh_connect_web.protection import Guard, Page
from esdh_connect_web.rollout import lessons, moving, planning, showing, tips
from esdh_connect_web.site import Site
from esdh_connect_web.texts import N_

__all__ = ["routes"]


def routes(site: Site) -> list[Guard]:
    """Give the pages; a consultant may look, and anybody may give a tip."""
    if site.post.plugins.get(PLUGIN) is None:
        return []
    readers, to = {Role.ADMINISTRATOR, Role.CONSULTANT}, {Role.ADMINISTRATOR}
    return [
        Page(site=site, name="waves", path="/waves", to=readers, get=showing.board, menu=N_("Waves")),
        Page(site=site, name="wave", path="/waves/wave", to=readers, get=showing.one),
        Page(site=site, name="wave-move", path="/waves/move", to=to, post=moving.move),
        Page(site=site, name="wave-note", path="/waves/note", to=to, post=lessons.note),
        Page(site=site, name="wave-plan", path="/waves/plan", to=to, get=planning.show, post=planning.plan),
        Page(site=site, name="tips", path="/tips", to=tips.READERS, get=tips.show, post=tips.decide),
        Page(
            site=site,
            name="tip",
            path="/tip",
            to=Role,
            get=tips.ask,
            post=tips.give,
            menu=N_("Give a tip"),
            nameless=True,
        ),
    ]
