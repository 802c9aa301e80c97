"""Sagskabet: a small case system in Flask. Its pages, and nothing of what it takes to send."""

from collections.abc import Sequence
from uuid import uuid4

import attrs
from flask import Flask, abort, redirect, render_template_string, request

from esdh_connect import Case, Connect, wording
from esdh_connect.dispatch import Override
from esdh_connect.errors import PlanError
from tests.third_system import embedding
from tests.third_system.casebook import Casebook

CASE = """<!doctype html><html lang="da"><title>{{ case.title }}</title>
<h1>{{ case.id }} {{ case.title }} ({{ case.state }})</h1>
{% for why in refused %}<p role="alert">Sagen kan ikke lukkes. {{ why }}</p>{% endfor %}
<h2>Dokumenter</h2>
{% for document, action in documents %}<p>{{ document.name }} ({{ document.state }})
  {% if action and action.enabled %}BUTTON
  {% elif action %}<button disabled title="{{ action.reason }}">{{ action.label }}</button>{% endif %}</p>
{% endfor %}
<h2>Breve</h2>{% for status, meaning in letters %}<p><b>{{ status }}</b> {{ meaning }}</p>{% endfor %}
{% for reminder in reminders %}<p role="alert">{{ reminder.text }}</p>{% endfor %}
<h2>Journal</h2>{% for note in journal %}<p>{{ note.text }}</p>{% endfor %}
<form method="post" action="/sag/{{ case.id }}/luk"><button>Luk sagen</button></form>
"""
LINK = '<a href="/dokument/{{ document.id }}/send">{{ action.label }}</a>'
CONFIRM = """<!doctype html><html lang="da"><title>Send digitalt</title>
<h1>Send {{ wish.title }}</h1>
{% if problem %}<p role="alert">{{ problem }}</p>{% endif %}
{% for line in lines %}<p>{{ line }}</p>{% endfor %}
<form method="post">
<input type="hidden" name="key" value="{{ wish.key }}">
{% for party in wish.parties %}<input type="hidden" name="to" value="{{ party.id }}">{% endfor %}
{% for concern, why in concerns %}
<p>{{ concern.text }}. {{ concern.advice }}</p>
{% if concern.overridable %}<label>Send alligevel, fordi
<input name="why-{{ loop.index0 }}" value="{{ why }}" required></label>{% endif %}
{% endfor %}
{% if can %}<button name="expect" value="{{ plan.fingerprint }}">Send</button>{% endif %}
</form>
"""


@attrs.frozen(eq=False)
class Pages:
    """What a caseworker sees. Who is logged in is always the same, for this is about letters."""

    book: Casebook
    post: Connect
    button: str
    user: str = "bo"

    def case(self, number: str, refused: Sequence[str] = ()) -> str:
        """A case: its documents with the button, its letters with their statuses, its journal."""
        case = self.book.case(number) or abort(404)
        entries = self.post.entries(case=number)
        return render_template_string(
            CASE.replace("BUTTON", self.button),
            case=case,
            refused=refused,
            documents=[(row, self.action(row)) for row in self.book.documents(number)],
            letters=[(wording.status(entry.status), wording.explain(entry)) for entry in entries],
            reminders=self.book.reminders(number),
            journal=self.book.journal(number),
        )

    def action(self, row):
        offered = self.post.actions(embedding.document_of(row), actor=self.user, department=embedding.DEPARTMENT)
        return offered[0] if offered else None

    def close(self, number: str):
        if letters := self.post.open_letters(Case(number, embedding.SYSTEM)):
            return self.case(number, [letter.why for letter in letters]), 409
        self.book.set_case(number, "closed")
        return redirect(f"/sag/{number}")

    def finalize(self, document: str):
        row = self.book.document(document) or abort(404)
        self.book.finalize(document)
        return redirect(f"/sag/{row.case}")

    def dialog(self, document: str):
        """The confirm page: what would happen, what speaks against it, and *Send*."""
        row = self.book.document(document) or abort(404)
        key = request.form.get("key") or str(uuid4())  # one for each opened dialog
        wish = embedding.request(key, row, request.values.getlist("to") or self.book.parties(row.case))
        plan, problem = self.post.plan(wish), ""
        concerns = [concern for one in plan.rows for concern in one.concerns]
        reasons = [request.form.get(f"why-{at}", "") for at in range(len(concerns))]
        if expect := request.form.get("expect"):
            try:
                overrides = [Override.of(one, why) for one, why in zip(concerns, reasons, strict=True) if why]
                embedding.send(self.post, self.book, wish, expect, self.user, overrides)
            except PlanError as error:
                problem = wording.of(error)
            except ValueError:
                problem = "Der er ikke sendt noget: skriv en begrundelse, som andre kan læse."
            else:
                return redirect(f"/sag/{row.case}")
        can = all(not one.error or (one.open and all(concern.overridable for concern in one.open)) for one in plan.rows)
        shown = {"lines": embedding.lines(plan), "concerns": zip(concerns, reasons, strict=True), "can": can}
        return render_template_string(CONFIRM, wish=wish, plan=plan, problem=problem, **shown), 409 if problem else 200


def create_app(book: Casebook, post: Connect, button: str = LINK) -> Flask:
    """The whole system."""
    app, pages = Flask(__name__), Pages(book, post, button)
    app.add_url_rule("/sag/<number>", view_func=pages.case)
    app.add_url_rule("/sag/<number>/luk", view_func=pages.close, methods=["POST"])
    app.add_url_rule("/dokument/<document>/faerdig", view_func=pages.finalize, methods=["POST"])
    app.add_url_rule("/dokument/<document>/send", view_func=pages.dialog, methods=["GET", "POST"])
    return app
