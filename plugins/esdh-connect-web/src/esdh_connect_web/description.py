"""Beskrivelse: the API as OpenAPI 3.1, for hosts whose clients are made of it."""

from __future__ import annotations

from typing import Any

__all__ = ["COUNTED", "described"]

#: What is counted: failures by who must act, then letters to approve, letters that were sent back, and proposals.
COUNTED = ("caseworker", "administrator", "provider", "approval", "sent_back", "proposals")
_TEXT = {"type": "string"}
_NULL = {"type": "null"}
_SOME = {"not": _NULL}


def described() -> dict[str, Any]:
    """Give the description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "esdh-connect-web",
            "version": "1",
            "description": "For the backend of a case system: never called from a browser.",
        },
        "security": [{"secret": []}],
        "paths": {
            "/api/launch": {"post": _launch()},
            "/api/logout": {"post": _logout()},
            "/api/counts": {"get": _counts()},
        },
        "components": {
            "securitySchemes": {"secret": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
            "responses": {
                "Wrong": _answer("What was asked cannot be meant; nothing was sent.", {"$ref": _ref("Error")}),
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
        "responses": {
            "200": _answer("Post it in the form field `launch`.", {"$ref": _ref("Token")}),
            "401": {"$ref": "#/components/responses/Unauthorized"},
            "422": {"$ref": "#/components/responses/Wrong"},
        },
    }


def _logout() -> dict[str, Any]:
    return {
        "operationId": "logout",
        "summary": "End the dialogs and sessions of a person, who is logged out or somebody else now.",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": _ref("Logout")}}},
        },
        "responses": {
            "200": _answer("How many there were.", {"$ref": _ref("Ended")}),
            "401": {"$ref": "#/components/responses/Unauthorized"},
            "422": {"$ref": "#/components/responses/Wrong"},
        },
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
                "roles": _list({"enum": ["caseworker", "contact", "administrator", "consultant"]}),
                "departments": _list(_TEXT, 'Those they work for, each with all below it; "*" is all.'),
                "language": {"enum": ["", "da", "en"]},
            },
            "id",
        ),
        "Document": _thing(dict.fromkeys(("id", "version", "name", "media_type", "kind", "bundle"), _TEXT), "id"),
        "Party": _thing(
            {"id": {**_TEXT, "description": "The host's own id. Never a CPR number."}, "system": _TEXT}, "id"
        ),
        "Case": _thing({"id": _TEXT, "system": _TEXT, "title": _TEXT}, "id"),
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
                "request": {"anyOf": [{"$ref": _ref("Request")}, _NULL]},
                "letter": {
                    "type": ["string", "null"],
                    "minLength": 1,
                    "description": "The id of a letter there is, instead of a request: never both.",
                },
            },
            *("person", "origin"),
        )
        | {"not": {"required": ["request", "letter"], "properties": {"request": _SOME, "letter": _SOME}}},
        "Token": _thing({"launch": _TEXT, "seconds": {"type": "integer"}}, "launch", "seconds"),
        "Logout": _thing({"person": {**_TEXT, "description": "The person's id, as in a launch."}}, "person"),
        "Ended": _thing({"ended": {"type": "integer"}}, "ended"),
        "Counts": _thing(
            {
                "departments": {"type": "object", "additionalProperties": {"$ref": _ref("Count")}},
                "complete": {"type": "boolean", "description": "False: there are more than are counted."},
            },
            *("departments", "complete"),
        ),
        "Count": _thing({name: {"type": "integer"} for name in COUNTED}),
        "Error": {"type": "object", "required": ["error"], "properties": {"error": _TEXT, "problems": _list(_TEXT)}},
    }


def _options() -> dict[str, Any]:
    """Give the wishes that are written as plain words, days and numbers."""
    yes_or_no = ("reply_allowed", "mandatory", "legal_notification")
    return _thing(
        {name: {"type": "boolean"} for name in yes_or_no}
        | {name: {"type": ["string", "null"], "format": "date"} for name in ("not_before", "deadline")}
        | {"reply_by": {"type": ["string", "null"], "format": "date-time"}, "notification": _TEXT, "reminder": _TEXT}
    )


def _thing(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required)}


def _list(items: dict[str, Any], description: str = "", least: int = 0) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "array", "items": items}
    return made | ({"description": description} if description else {}) | ({"minItems": least} if least else {})


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
