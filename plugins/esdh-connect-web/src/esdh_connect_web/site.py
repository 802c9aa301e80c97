"""What all pages of an installation share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from anyio import CapacityLimiter
from jinja2 import Environment
from starlette.requests import Request

from esdh_connect.connect import Connect
from esdh_connect.dispatch import Entry
from esdh_connect.errors import OutboxError
from esdh_connect.log import Log
from esdh_connect.policy import Department
from esdh_connect_web.administration.watching import Watching
from esdh_connect_web.english import English, catalogues_of
from esdh_connect_web.identity import Person
from esdh_connect_web.launch import lineage, visits_of
from esdh_connect_web.plugin import Web, web_of
from esdh_connect_web.remembered import Remembered
from esdh_connect_web.rendering import environment
from esdh_connect_web.seen import Seen
from esdh_connect_web.texts import LANGUAGES, Language, choose, language
from esdh_connect_web.visits import Visits

if TYPE_CHECKING:
    from esdh_connect_web.protection import Page

__all__ = ["STATIC", "Identify", "Site"]

#: Who asks, by the host's own session; None where it is nobody. It is called in a thread and may look things up.
Identify = Callable[[Request], Person | None]

#: So many calls of the host's own program are answered at a time.
_MACHINES = 4
STATIC = Path(str(files("esdh_connect_web"))) / "static"


@attrs.frozen(eq=False)
class Site:
    """
    One installation's pages. Everything a page needs is here or in its :class:`~esdh_connect_web.call.Call`.

    ``identify`` None: people come with a launch token, and have a session of our own. ``pages`` are those of the menu.
    """

    post: Connect
    identify: Identify | None = None
    log: Log = Log()
    pages: list[Page] = attrs.field(factory=list)
    machine_threads: CapacityLimiter = attrs.field(factory=partial(CapacityLimiter, _MACHINES), repr=False)

    @cached_property
    def web(self) -> Web:
        """Give the plugin's settings."""
        return web_of(self.post)

    @cached_property
    def visits(self) -> Visits:
        """Give the visits under way."""
        return visits_of(self.post, self.web)

    @cached_property
    def seen(self) -> Seen:
        """Give the log of who saw what."""
        return Seen(self.post.store)

    @cached_property
    def remembered(self) -> Remembered:
        """Give what people were called when they were here."""
        return Remembered(self.post.store)

    @cached_property
    def watching(self) -> Watching:
        """Give how the installation is, as an administrator's pages tell it."""
        return Watching(self.post, self.post.store.now)

    @property
    def now(self) -> datetime:
        """Give the time: the installation's own clock."""
        return self.post.store.now()

    # --- departments

    def works_for(self, person: Person, department: str) -> bool:
        """Tell whether somebody works for a department, or for one above it."""
        return person.works_for(lineage(self.post, department))

    def departments_of(self, person: Person) -> tuple[Department, ...]:
        """Give the departments somebody works for, each with those below it."""
        return tuple(one for one in self.post.departments if self.works_for(person, one.id))

    def entries_of(self, key: str) -> tuple[Entry, ...]:
        """Give what became of a wish to send; nothing where it was never committed."""
        return self.post.committed(key)

    # --- what pages look like

    def language(self, person: Person | None, accepted: str = "") -> Language:
        """
        Give the language for somebody.

        It is what they chose here, in a dialog or on the pages, else what the host says of them, else what the settings
        say: Danish, where they say nothing, or what the browser asks for (``accepted``).
        """
        said = self._chosen(person) or (person and person.language)
        return choose(accepted, said or self.web.language)

    def _chosen(self, person: Person | None) -> str:
        try:
            return self.remembered.language(person.id) if person else ""
        except OutboxError as error:  # the page that tells of it needs a language too
            self.log.warning("web_language_unknown", error=repr(error))
            return ""

    def template(self, name: str, spoken: Language, values: Mapping[str, object]) -> str:
        """Write a page."""
        return self._environments[spoken.code].get_template(name).render(values)

    @cached_property
    def _environments(self) -> Mapping[str, Environment]:
        english = English(catalogues_of(self.post))
        return {code: environment(language(code), english) for code in LANGUAGES}
