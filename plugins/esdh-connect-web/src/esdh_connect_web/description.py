"""Beskrivelse: the API as OpenAPI 3.1, for hosts whose clients are made of it."""

from __future__ import annotations

from typing import Any

from esdh_connect.dispatch import Standing, Status

__all__ = ["COUNTED", "described"]

#: What is counted: failures by who must act, then letters to approve, letters that were sent back, and proposals.
COUNTED = ("caseworker", "administrator", "provider", "approval", "sent_back", "proposals")
_EITHER = (("key", "case"), ("case", "key"))
_TEXT = {"type": "string"}
_NULL = {"type": "null"}
_SOME = {"not": _NULL}
_ABOUT = """For the backend of a case system: never called from a browser. This description needs the secret, too.

The token of a launch is posted by the browser, in the form field `launch` and from a page of the launch's `origin`: to
`/send` where it was made for a request or a letter, to `/open` where it was made for neither and opens the pages."""


def described(address: str = "") -> dict[str, Any]:
    """Give the description of what is at ``address``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "esdh-connect-web",
            "version": "1",
            "description": _ABOUT,
        },
        "servers": [{"url": address.rstrip("/") or "/"}],
        "security": [{"secret": []}],
        "paths": {
            "/api/launch": {"post": _launch()},
            "/api/letters": {"post": _letters()},
            "/api/logout": {"post": _logout()},
            "/api/counts": {"get": _counts()},
        },
        "components": {
            "securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
            "responses": {
                "Wrong": _answer("What was asked cannot be meant; nothing was sent.", {"$ref": _ref("Error")}),
                "TooLarge": _answer("More than 1 MB was posted.", {"$ref": _ref("Error")}),
                "Unauthorized": _answer("The secret is missing or wrong.", {"$ref": _ref("Error")}),
            },
        },
    }


def _launch() -> dict[str, Any]:
    return {
        "operationId": "launch",
        "summary": "Make a launch token for one press of the button.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _ref("Launch")}}},
        },
        "responses": _posted("Post it in the form field `launch`, to /send or /open.", "Token"),
    }


def _letters() -> dict[str, Any]:
    return {
        "operationId": "letters",
        "summary": "Tell what became of the letters of a wish, by its key, or of a case: the newest first.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _ref("Asked")}}},
        },
        "responses": _posted("Ids and statuses, and nothing of anybody; none where there are none.", "Letters"),
    }


def _logout() -> dict[str, Any]:
    return {
        "operationId": "logout",
        "summary": "End the dialogs and sessions of a person, who is logged out or somebody else now.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _ref("Logout")}}},
        },
        "responses": _posted("How many there were.", "Ended"),
    }


def _counts() -> dict[str, Any]:
    return {
        "operationId": "counts",
        "summary": "Count by department what waits for somebody.",
        "responses": {
            "200": _answer("Numbers, and nothing of anybody.", {"$ref": _ref("Counts")}),
            "401": {"$ref": "#/components/responses/Unauthorized"},
        },
    }


def _schemas() -> dict[str, Any]:
    return {
        "Person": _thing(
            {
                "id": {**_TEXT, "pattern": r"\S", "description": "The host's own id. Never a CPR number."},
                "name": _TEXT,
                "roles": _list(
                    {**_TEXT, "enum": ["caseworker", "contact", "administrator", "consultant"]},
                    "For a request or a letter a caseworker or a contact.",
                    least=1,
                ),
                "departments": _list(_TEXT, 'Those they work for, each with all below it; "*" is all.'),
                "language": {**_TEXT, "enum": ["", "da", "en"]},
            },
            *("id", "roles"),
        ),
        "Document": _thing(dict.fromkeys(("id", "version", "name", "media_type", "kind", "bundle"), _TEXT), "id"),
        "Party": _thing(
            {"id": {**_TEXT, "description": "The host's own id. Never a CPR number."}, "system": _TEXT}, "id"
        ),
        "Case": _thing(
            {
                "id": {**_TEXT, "description": "The host's own id. Never a CPR number."},
                "system": _TEXT,
                "title": _TEXT,
                "kle": {**_TEXT, "pattern": r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$"},
            },
            "id",
        ),
        "Request": _thing(
            {
                "key": {**_TEXT, "minLength": 1, "description": "Names this wish: it never makes a second letter."},
                "case": {"$ref": _ref("Case")},
                "department": _TEXT,
                "title": _TEXT,
                "documents": _list({"$ref": _ref("Document")}, "The first is the letter, the rest its bilag.", least=1),
                "parties": _list({"$ref": _ref("Party")}, "Each once.", least=1) | {"uniqueItems": True},
                "options": {"$ref": _ref("Options")},
            },
            *("key", "case", "department", "title", "documents", "parties"),
        ),
        "Options": _options(),
        "Launch": _thing(
            {
                "person": {"$ref": _ref("Person")},
                "origin": {**_TEXT, "description": "Of the page with the button: https://esdh.example"},
                "request": {"$ref": _ref("Request")},
                "letter": {
                    **_TEXT,
                    "minLength": 1,
                    "description": "The id of a letter there is, instead of a request: never both.",
                },
            },
            *("person", "origin"),
        )
        | {"not": {"required": ["request", "letter"], "properties": {"request": _SOME, "letter": _SOME}}},
        "Asked": _thing(
            {
                "key": {**_TEXT, "minLength": 1, "description": "Of the request, as in the launch."},
                "case": {**_TEXT, "minLength": 1, "description": "The id of a case: its newest 200 letters."},
            }
        )
        | {"oneOf": [{"required": [name], "properties": {name: _SOME, other: _NULL}} for name, other in _EITHER]},
        "Letters": _answered(
            {
                "letters": _list({"$ref": _ref("Letter")}),
                "complete": {"type": "boolean", "description": "False: there are more than are given."},
            }
        ),
        "Letter": _letter(),
        "Token": _answered({"launch": _TEXT, "seconds": {"type": "integer"}}),
        "Logout": _thing({"person": {**_TEXT, "description": "The person's id, as in a launch."}}, "person"),
        "Ended": _answered({"ended": {"type": "integer"}}),
        "Counts": _answered(
            {
                "departments": {"type": "object", "additionalProperties": {"$ref": _ref("Count")}},
                "complete": {"type": "boolean", "description": "False: there are more than are counted."},
            }
        ),
        "Count": _answered({name: {"type": "integer"} for name in COUNTED}),
        "Error": {"type": "object", "required": ["error"], "properties": {"error": _TEXT, "problems": _list(_TEXT)}},
    }


def _options() -> dict[str, Any]:
    """Give the wishes that are written as plain words, days and numbers."""
    yes_or_no = ("reply_allowed", "mandatory", "legal_notification")
    return _thing(
        {name: {"type": "boolean"} for name in yes_or_no}
        | {name: {**_TEXT, "format": "date"} for name in ("not_before", "deadline")}
        | {"reply_by": {**_TEXT, "format": "date-time"}, "notification": _TEXT, "reminder": _TEXT}
    )


def _letter() -> dict[str, Any]:
    """Give what is told of a letter."""
    ids = _answered({"id": _TEXT, "system": _TEXT})
    document = _answered({"id": _TEXT, "version": _TEXT})
    return _answered(
        {
            "dispatch": {**_TEXT, "description": "Our id of the letter, as in /journal and /status of the bridge."},
            "case": ids,
            "department": _TEXT,
            "channel": _TEXT,
            "status": {**_TEXT, "enum": [one.value for one in Status]},
            "standing": _nullable(
                {**_TEXT, "enum": [one.value for one in Standing], "description": "Why, if that is more."}
            ),
            "committed_at": {**_TEXT, "format": "date-time"},
            "party": {"anyOf": [ids, _NULL], "description": "Null once what the letter carried is erased."},
            "documents": _list(document, "As they were chosen; none once they are erased."),
            "reminder_to": _nullable({**_TEXT, "description": "The letter that this is a reminder beside."}),
            "instead_of": _nullable({**_TEXT, "description": "The letter that this was made after."}),
        }
    )


def _thing(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """Give what is posted: nothing but this, and what may be left out may be null instead."""
    told = {name: one if name in required else _nullable(one) for name, one in properties.items()}
    return {"type": "object", "additionalProperties": False, "properties": told, "required": list(required)}


def _answered(properties: dict[str, Any]) -> dict[str, Any]:
    """Give what is answered: all of it, and one day perhaps more."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"anyOf": [schema, _NULL]}
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **more}


def _list(items: dict[str, Any], description: str = "", least: int = 0) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "array", "items": items}
    return made | ({"description": description} if description else {}) | ({"minItems": least} if least else {})


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _posted(well: str, schema: str) -> dict[str, Any]:
    """Give what is answered to something that is posted."""
    words = {"401": "Unauthorized", "413": "TooLarge", "422": "Wrong"}
    others = {status: {"$ref": f"#/components/responses/{word}"} for status, word in words.items()}
    return {"200": _answer(well, {"$ref": _ref(schema)}), **others}


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
