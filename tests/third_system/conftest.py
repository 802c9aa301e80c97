"""Sagskabet, running: with an offline Serviceplatformen, and receipts pushed to it over a real socket."""

from threading import Thread

import pytest
from sqlalchemy import create_engine
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from esdh_connect_sandbox import Sandbox
from esdh_connect_serviceplatformen.endpoint import poststatus_app
from tests.third_system import embedding
from tests.third_system.app import create_app
from tests.third_system.casebook import Casebook
from tests.third_system.caseworker import Town


@pytest.fixture(scope="module")
def settings_more():
    """What the settings say besides, for a file of tests that has its own."""
    return ""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory, settings_more):
    """An offline Serviceplatformen, and settings with Sagskabet's one department."""
    with Sandbox(tmp_path_factory.mktemp("sandbox"), delay=0.05) as sandbox:
        with sandbox.settings.open("a", encoding="utf-8") as file:
            file.write('[departments.teknik]\nplugins = ["serviceplatformen"]\nchannels = ["digital_post"]\n')
            file.write(settings_more)
        yield sandbox


@pytest.fixture
def town(sandbox, tmp_path):
    """Sagskabet with receipts pushed to it over a real socket."""
    book = Casebook(create_engine(f"sqlite:///{tmp_path / 'sagskab.db'}"))
    with embedding.connect(sandbox.settings, book) as post:
        app = create_app(book, post)
        app.testing = True
        whole = DispatcherMiddleware(app, {"/poststatus": poststatus_app(post.receive)})
        server = make_server("127.0.0.1", 0, whole, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        sandbox.push_to(f"http://127.0.0.1:{server.server_port}/poststatus")
        yield Town(book, post, app.test_client())
        server.shutdown()
        thread.join()
        server.server_close()
    book.engine.dispose()


@pytest.fixture
def finalized(town):
    """A case with a letter that is finalized, and told of."""
    case, document = town.written()
    town.browser.post(f"/dokument/{document}/faerdig")
    town.post.deliver()
    return case, document
