"""Describing: what the OpenAPI document says of an operation beyond its types: its scope, its problems, examples."""

from __future__ import annotations

from typing import Any

from regulars.doors.api.problems import MEANINGS, MEDIA_TYPE

#: What may come of any operation that asks for a key.
COMMON = (
    "bad_request", "no_key", "bad_key", "missing_scope", "bad_parameters", "too_many_requests", "internal_error",
    "database_unavailable",
)  # fmt: skip

LANGUAGE: dict[str, Any] = {
    "in": "header",
    "name": "Accept-Language",
    "schema": {"type": "string"},
    "required": False,
    "description": "The language of titles and sentences, and of why an act is refused: en, de, es or da.",
}
PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "Where the code is explained."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": list(MEANINGS), "description": "Stable; decide by this one."},
        "detail": {"type": "string", "description": "What to do, for a person."},
        "figures": {"type": "object", "additionalProperties": True},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "where": {"type": "string"},
                    "code": {"type": "string"},
                    "sentence": {"type": "string"},
                },
                "required": ["where", "code", "sentence"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail", "figures"],
}


def described(
    scope: str, *codes: str, answer: dict[str, Any], body: dict[str, Any] | None = None, speaks: bool = False
) -> dict[str, Any]:
    """Extras of an operation: the scope its key needs, the problems it may answer beside the COMMON ones, an example
    of its answer, its request body, and whether it speaks the language that is asked for."""
    responses: dict[int, dict[str, Any]] = {}
    for code in (*COMMON, *codes):
        meaning = MEANINGS[code]
        response = responses.setdefault(meaning.status, _problem())
        response["description"] = f"{response['description']} {meaning.title}".strip()
        response["content"][MEDIA_TYPE]["examples"][code] = {"summary": meaning.title, "value": example(code)}
    responses[200] = {"content": {"application/json": {"example": answer}}}
    extra: dict[str, Any] = {"x-scope": scope, "responses": responses}
    if speaks:
        extra["parameters"] = [LANGUAGE]
    if body is not None:
        extra["requestBody"] = body
    return extra


def example(code: str) -> dict[str, Any]:
    """The problem of a code as it is answered when there is nothing more to say."""
    meaning = MEANINGS[code]
    return {
        "type": f"/v1/docs#{code}",
        "title": meaning.title,
        "status": meaning.status,
        "code": code,
        "detail": meaning.remedy,
        "figures": {},
    }


def _problem() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "", "content": {MEDIA_TYPE: {"schema": schema, "examples": {}}}}
