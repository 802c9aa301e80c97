"""Sagskabet with the finished dialog in place of its own confirm page: all that it takes more."""

from flask import Flask, Response, abort, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from esdh_connect import Connect
from esdh_connect_web import Person, Role, launch_token, make_wsgi_app
from tests.third_system import embedding
from tests.third_system.casebook import Casebook

ORIGIN = "https://sagskab.kommune.dk"
SETTINGS = f'[plugins.web]\naddress = "{ORIGIN}/post"\norigins = ["{ORIGIN}"]\n'
BUTTON = f"""<esdh-send launch-url="/dokument/{{{{ document.id }}}}/launch">
<form method="post" action="{ORIGIN}/post/send" target="_blank"><input type="hidden" name="launch">
<button>{{{{ action.label }}}}</button></form></esdh-send>
<script src="{ORIGIN}/post/static/esdh-send.js" defer></script>"""


def with_dialog(app: Flask, book: Casebook, post: Connect) -> DispatcherMiddleware:
    """Mount the pages, and answer `<esdh-send launch-url="/dokument/…/launch">`."""

    @app.post("/dokument/<document>/launch")
    def launch(document: str) -> Response:
        row = book.document(document) or abort(404)
        wish = embedding.request(f"{row.id}/{row.version}", row, request.args.getlist("to") or book.parties(row.case))
        bo = Person("bo", "Bo Sagsbehandler", roles={Role.CASEWORKER}, departments={embedding.DEPARTMENT})
        return Response(launch_token(post, wish, person=bo, origin=ORIGIN), mimetype="text/plain")

    return DispatcherMiddleware(app, {"/post": make_wsgi_app(post)})
