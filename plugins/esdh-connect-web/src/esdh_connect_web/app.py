"""
The app: every page of an installation, to be mounted in a host or served beside it.

Where things are: :class:`~esdh_connect_web.site.Site` is what pages share, :class:`~esdh_connect_web.call.Call` what
one of them is asked, and :mod:`~esdh_connect_web.protection` what stands before each; :mod:`~esdh_connect_web.pages`
says how a page is written. No route exists that does not pass there: ``app.routes`` holds guards, and the static
files.

Everything is made here and nothing in lifespan: hosts do not run that of what they mount.
"""

from __future__ import annotations

from typing import Any
from wsgiref.types import WSGIApplication

from a2wsgi import ASGIMiddleware
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from esdh_connect.connect import Connect
from esdh_connect.log import Log
from esdh_connect_web import trouble
from esdh_connect_web.call import Call, Refused
from esdh_connect_web.machines import no_such
from esdh_connect_web.pages import guards
from esdh_connect_web.protection import Page, person_of
from esdh_connect_web.rendering import check_assets
from esdh_connect_web.security import ASSET_HEADERS, Framed, headers
from esdh_connect_web.site import STATIC, Identify, Site
from esdh_connect_web.texts import N_

__all__ = ["Assets", "make_asgi_app", "make_wsgi_app"]


class Assets(StaticFiles):
    """Stylesheets, scripts, fonts and icons: the same for everybody."""

    def file_response(self, *args: Any, **said: Any) -> Response:  # noqa: ANN401 - Starlette's own
        """Give a file with its headers."""
        response = super().file_response(*args, **said)
        response.headers.update(ASSET_HEADERS)
        return response


def make_asgi_app(post: Connect, *, identify: Identify | None = None, log: Log | None = None) -> Starlette:
    """
    Make the app of an installation; the plugin ``web`` of its settings says the rest.

    ``identify`` says who asks, from the host's own session (``request.scope["wsgi_environ"]`` in a WSGI host);
    without it people come with a launch token. Raises PluginError where the installation does not have the plugin,
    and ConfigurationError where it was not built whole.
    """
    check_assets()
    site = Site(post, identify, log or Log())
    _ = site.web
    known = guards(site)
    site.pages.extend(one for one in known if isinstance(one, Page) and one.menu)
    routes = [*(one.route for one in known), Mount("/static", Assets(directory=STATIC), name="static")]
    return Starlette(routes=routes, exception_handlers={HTTPException: _missing(site)})


def make_wsgi_app(post: Connect, *, identify: Identify | None = None, log: Log | None = None) -> WSGIApplication:
    """Make the same app for a WSGI host. Each call takes a thread of the host's, as its own pages do."""
    return ASGIMiddleware(make_asgi_app(post, identify=identify, log=log))  # type: ignore[arg-type, return-value]


def _missing(site: Site) -> Any:  # noqa: ANN401 - what Starlette calls a handler of any exception
    async def answer(request: Request, error: HTTPException) -> Response:
        response = await run_in_threadpool(_nowhere, site, request, error.status_code)
        response.headers.update(headers(Framed.NOBODY) | dict(error.headers or {}))
        return response

    return answer


def _nowhere(site: Site, request: Request, status: int) -> Response:
    """Say that there is no such page, with the menu for whoever is known here."""
    if request.url.path.removeprefix(str(request.scope.get("root_path", ""))).startswith("/api/"):
        return no_such(status)
    call = Call(site, request)
    try:
        call = Call(site, request, person_of(site, request))
    except Exception as error:  # noqa: BLE001 - the host's own session may fail in any way: the log has it
        return trouble.page(call, error, name="nowhere")
    return trouble.page(call, Refused(status, N_("The address is wrong, or the page is not there any more.")))
