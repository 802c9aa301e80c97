"""
Django: the app as a view, so that Django's session and login run before it.

.. code-block:: python

    # urls.py
    pages = make_django_view(post, identify=lambda request: person_of(request.user))
    urlpatterns = [re_path(r"^post(?P<path>/.*)$", pages)]

Django is imported when the view is made. Its own protection against forged forms is off for this view: every form here
has a token of its own, and a launch is posted from another page than ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from esdh_connect.connect import Connect
from esdh_connect.log import Log
from esdh_connect_web.app import make_wsgi_app
from esdh_connect_web.identity import Person

__all__ = ["make_django_view"]

_ASKED = "esdh_connect_web.request"


def make_django_view(
    post: Connect, *, identify: Callable[[Any], Person | None] | None = None, log: Log | None = None
) -> Callable[..., Any]:
    """
    Make a view of the app. ``identify`` is given Django's own request; without it people come with a launch token.

    The view's argument ``path`` is the part of the address that is ours; it begins with a slash.
    """
    from django.http import HttpResponse
    from django.views.decorators.csrf import csrf_exempt

    def person(request: Request) -> Person | None:
        return identify(request.scope["wsgi_environ"][_ASKED]) if identify else None

    app = make_wsgi_app(post, identify=person if identify else None, log=log)

    def view(request: Any, path: str) -> Any:  # noqa: ANN401 - Django's own
        started: list[tuple[str, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], _: object = None, /) -> Callable[[bytes], None]:
            started.append((status, headers))
            return written.append

        written += app(_environ(request, path), start)
        status, headers = started[-1]
        response = HttpResponse(b"".join(written), status=int(status.split()[0]))
        for name, value in headers:
            response[name] = value
        return response

    exempt: Callable[..., Any] = csrf_exempt(view)
    return exempt


def _environ(request: Any, path: str) -> Any:  # noqa: ANN401 - a dict, as WSGI has it
    """Give the request as WSGI has it: what is before our part of the address is the mount."""
    mount = request.path.removesuffix(path)
    here = {"SCRIPT_NAME": _as_wsgi(mount), "PATH_INFO": _as_wsgi(path), "wsgi.input": request, _ASKED: request}
    return {"wsgi.url_scheme": request.scheme, **request.META, **here}


def _as_wsgi(text: str) -> str:
    return text.encode().decode("latin-1")
