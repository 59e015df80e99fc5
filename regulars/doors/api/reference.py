"""The reference: the OpenAPI document as a page to read, made of HTML alone; nothing comes from elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Template
from django.utils import translation
from django.utils.safestring import SafeString
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from regulars.doors.api.problems import MEANINGS, MEDIA_TYPE
from regulars.doors.api.refusals import REFUSALS
from regulars.doors.look.templatetags.look import code_marked
from regulars.kit.json import encode

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one field of a body or an answer; `place` is `query`, `header`, `path`, or empty."""

    name: str
    place: str
    type: str
    required: bool
    said: SafeString


@dataclass(frozen=True, slots=True)
class Shape:
    """A named object of the document."""

    name: str
    said: SafeString
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Shown:
    """One operation, ready to be laid out. Examples are JSON, indented; empty when there is none."""

    id: str
    method: str
    path: str
    summary: str
    said: list[SafeString]
    scope: str
    parameters: list[Field]
    request: str
    answer: str
    problems: list[str]
    shapes: list[str]


class ReferencePage(DocsBase):
    """What ninja shows at /v1/docs."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page. It speaks English, whatever the browser asks, as the document does."""
        with translation.override("en"):
            return HttpResponse(_page(api))


@lru_cache(maxsize=1)
def _page(api: NinjaAPI) -> str:
    document = json.loads(encode(api.get_openapi_schema()))
    text = (Path(__file__).parent / "templates" / "api" / "reference.html").read_text(encoding="utf-8")
    context = {
        "title": document["info"]["title"],
        "version": document["info"]["version"],
        "intro": _paragraphs(document["info"]["description"]),
        "operations": operations(document),
        "shapes": shapes(document),
        "problems": [
            {"code": code, "status": one.status, "title": one.title, "remedy": code_marked(one.remedy)}
            for code, one in MEANINGS.items()
        ],
        "refusals": [{"code": code, "meaning": code_marked(meaning)} for code, meaning in REFUSALS.items()],
    }
    return Template(text, engine=Engine.get_default()).render(Context(context))


def operations(document: Node) -> list[Shown]:
    """Every operation of an OpenAPI document, in its order."""
    return [
        _operation(method, path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    ]


def shapes(document: Node) -> list[Shape]:
    """Every named object, by name, with its fields."""
    named = sorted(document["components"]["schemas"].items())
    return [
        Shape(
            name,
            code_marked(schema.get("description", "")),
            [
                Field(
                    field,
                    "",
                    _type(told),
                    field in schema.get("required", ()),
                    code_marked(told.get("description", "")),
                )
                for field, told in schema.get("properties", {}).items()
            ],
        )
        for name, schema in named
    ]


def _operation(method: str, path: str, told: Node) -> Shown:
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    answer = told["responses"]["200"]["content"]["application/json"]
    codes = [
        code
        for response in told["responses"].values()
        for code in response["content"].get(MEDIA_TYPE, {}).get("examples", {})
    ]
    return Shown(
        id=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        said=_paragraphs(told["description"]),
        scope=told["x-scope"],
        parameters=[_parameter(one) for one in told.get("parameters", ())],
        request=_indented(content.get("example")),
        answer=_indented(answer.get("example")),
        problems=codes,
        shapes=sorted(_named(content.get("schema")) | _named(answer.get("schema"))),
    )


def _parameter(told: Node) -> Field:
    return Field(
        told["name"],
        told["in"],
        _type(told["schema"]),
        told.get("required", False),
        code_marked(told.get("description", "")),
    )


def _type(schema: Node) -> str:
    """A type in a few words: `one of "known", "create"`, `array of Line`, `string or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return "one of " + ", ".join(f'"{one}"' for one in schema["enum"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    kinds = schema.get("type", "anything")
    if kinds == "array":
        return f"array of {_type(schema.get('items', {}))}"
    said = kinds if isinstance(kinds, str) else " or ".join(kinds)
    return f"{said} ({schema['format']})" if "format" in schema else said


def _named(schema: Any) -> set[str]:
    """The names of the objects that a schema refers to."""
    if isinstance(schema, dict):
        here = {schema["$ref"].rsplit("/", 1)[-1]} if "$ref" in schema else set()
        return here.union(*(_named(part) for part in schema.values()))
    if isinstance(schema, list):
        return set[str]().union(*(_named(part) for part in schema))
    return set()


def _paragraphs(text: str) -> list[SafeString]:
    return [code_marked(paragraph) for paragraph in text.strip().split("\n\n")]


def _indented(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False) if example is not None else ""
