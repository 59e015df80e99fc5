"""Whatever can be asked or answered is written down: in the document, on its page, and in docs/api.md."""

from __future__ import annotations

import ast
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from regulars.doors.api.problems import ACTS, MEANINGS, MEDIA_TYPE, PROBLEMS
from regulars.doors.api.refusals import REFUSALS
from regulars.doors.api.tests.conftest import Caller, purchase
from regulars.ground.access.keys import SCOPES

PACKAGE = Path(__file__).parents[3]
PROSE = (PACKAGE.parent / "docs" / "api.md").read_text(encoding="utf-8")
#: Where acts on points are refused; nobody tells those as events.
ACTING = {
    "holding",
    "rewarding",
    "reversing",
    "adjusting",
    "transferring",
    "merging",
    "unmerging",
    "homecoming",
    "pooling",
    "tiering",
}
DECLINERS = [
    *(PACKAGE / "engine" / f"{name}.py" for name in (*ACTING, "refusing", "returning", "spending")),
    PACKAGE / "exchange/earning/acting.py",
    PACKAGE / "exchange/earning/correcting.py",
    PACKAGE / "exchange/earning/merging.py",
    PACKAGE / "exchange/earning/housing.py",
    PACKAGE / "exchange/earning/naming.py",
    PACKAGE / "exchange/rewards/knowing.py",
    PACKAGE / "exchange/forfeitures/announcing.py",
    PACKAGE / "exchange/forfeitures/hearing.py",
    PACKAGE / "exchange/earning/recording.py",
    PACKAGE / "exchange/earning/stepping.py",
]
#: What no request can come to: its body has a reason, its key is the actor, and a transfer brings what was sent.
#: A return is an event; what a body may say is in its shape; a person decides of forfeitures, on the console.
NEVER = {
    "bad_reason",
    "reason_missing",
    "actor_missing",
    "nothing_moved",
    "nothing_carried",
    "unknown_merge",
    "bad_evidence",
    "unknown_objection",
    "same_person",
    "no_person",
    "too_early",
}
#: Where the reasons for setting an event of a request aside are found; members come along from elsewhere by a command alone.
REFUSERS = [
    *(path for path in (PACKAGE / "engine").glob("*.py") if path.stem not in {*ACTING, "opening", "withdrawing"}),
    PACKAGE / "ground/activity/cells.py",
    PACKAGE / "ground/activity/judging.py",
    PACKAGE / "exchange/earning/recording.py",
    PACKAGE / "exchange/earning/refusing.py",
    PACKAGE / "exchange/earning/naming.py",
    PACKAGE / "exchange/earning/stepping.py",
    PACKAGE / "doors/api/unfolding.py",
]
SAYS_A_CODE = {"Refusal", "Unreadable", "Fault", "_fault"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document, as it goes over the wire."""
    told: dict[str, Any] = Client().get("/v1/openapi.json").json()
    return told


@pytest.fixture(scope="module")
def page() -> str:
    return Client().get("/v1/docs").content.decode()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, told) for path, methods in document["paths"].items() for method, told in methods.items()]


def codes_in(paths: list[Path]) -> set[str]:
    """The codes that these files give: first words of the calls that say one."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYS_A_CODE:
                found.add(node.args[0].value)
    return found


def test_every_operation_is_documented(document: dict[str, Any], page: str) -> None:
    assert {told["operationId"] for _, _, told in operations(document)} == {
        "post_events", "get_member", "get_balance", "get_statement", "post_quote", "post_redemption", "post_reversal",
        "post_return", "get_holds", "post_hold", "post_capture", "post_release", "post_adjustment", "post_transfer", "post_tier", "get_lots",
        "post_merge", "post_unmerge", "post_household", "post_housemate", "delete_housemate", "get_household",
        "get_rewards", "put_member", "get_forfeitures", "post_forfeiture", "post_objection", "get_budgets",
    }  # fmt: skip
    for path, method, told in operations(document):
        assert f"## `{method.upper()} {path}`" in PROSE
        assert f'id="{told["operationId"]}"' in page
        assert told["summary"] and told["description"] and f"`{told['x-scope']}`" in PROSE
        for parameter in told["parameters"]:
            assert parameter["description"], parameter
            assert f"`{parameter['name']}`" in PROSE or parameter["in"] == "path"
            assert f"<code>{parameter['name']}</code>" in page


def test_every_operation_names_a_scope_that_there_is(document: dict[str, Any]) -> None:
    # `/metrics` speaks to a Prometheus, in its own format, and is no operation of the API.
    assert {told["x-scope"] for _, _, told in operations(document)} == SCOPES.keys() - {"metrics:read"}
    assert all(told["security"] == [{"BearerKey": []}] for _, _, told in operations(document))


def test_every_problem_is_documented_with_its_status(page: str) -> None:
    told = dict(re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", PROSE, re.M))
    assert told == {code: str(meaning.status) for code, meaning in MEANINGS.items()}
    assert all(f'id="{code}"' in page for code in MEANINGS)


def test_every_problem_is_raised_somewhere_and_no_other() -> None:
    """A code that nothing answers any more would be a promise about nothing."""
    doors = (PACKAGE / "doors").glob("*/*.py")
    text = "".join(path.read_text(encoding="utf-8") for path in doors if path.parent.name in ("api", "intake"))
    assert set(re.findall(r'Problem\(\s*"([a-z_]+)"', text)) == set(PROBLEMS)


def test_every_problem_of_an_operation_stands_in_the_document(document: dict[str, Any]) -> None:
    told = set()
    for _, _, operation in operations(document):
        for status, response in operation["responses"].items():
            for code, one in response["content"].get(MEDIA_TYPE, {}).get("examples", {}).items():
                assert str(MEANINGS[code].status) == status == str(one["value"]["status"])
                told.add(code)
    assert set(MEANINGS) - told == {"no_such_operation", "method_not_allowed", "unknown_host"}  # of addresses


def test_every_refusal_of_an_event_is_documented_and_no_other(page: str) -> None:
    found = codes_in(REFUSERS) - {"unknown_tier"}  # which no event names
    assert found == set(REFUSALS)
    section = PROSE.split("## Refusals of events")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", section, re.M)) == set(REFUSALS)
    assert all(f'id="refusal-{code}"' in page for code in REFUSALS)


def test_every_refusal_of_an_act_is_documented_and_no_other() -> None:
    assert codes_in(DECLINERS) - NEVER == set(ACTS)
    section = PROSE.split("## Refusals of acts")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", section, re.M)) == set(ACTS)


def test_every_reason_of_a_rule_that_gives_nothing_is_documented() -> None:
    tree = ast.parse((PACKAGE / "engine" / "quotes.py").read_text(encoding="utf-8"))
    told = [node.value for node in tree.body if isinstance(node, ast.AnnAssign)]
    codes = {value.value for value in told if isinstance(value, ast.Constant)}
    section = PROSE.split("## `POST /v1/quote`")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", section, re.M)) == codes


def test_the_document_is_valid_openapi_whose_references_lead_somewhere(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    named = document["components"]["schemas"]
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)):
        assert reference.removeprefix("#/components/schemas/") in named
    for schema in named.values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_every_example_keeps_its_schema(document: dict[str, Any]) -> None:
    shown = 0
    for _, _, told in operations(document):
        bodies = [told.get("requestBody", {}), *told["responses"].values()]
        for content in (content for body in bodies for content in body.get("content", {}).values()):
            examples = [one["value"] for one in content.get("examples", {}).values()]
            examples += [content["example"]] if "example" in content else []
            schema = {**content["schema"], "components": document["components"]}
            for example in examples:
                jsonschema_rs.validate(schema, example)
                shown += 1
        assert "example" in told["responses"]["200"]["content"]["application/json"]
    assert shown > 20


def test_the_examples_of_the_document_and_the_prose_work(document: dict[str, Any], till: Caller) -> None:
    def example(path: str) -> Any:
        return document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]

    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PROSE, re.S)]
    events = [example("/v1/events"), *(block for block in blocks if {"event", "lines", "member"} <= set(block))]
    assert len(events) == 2
    for result in till.tell(*events):
        assert result["status"] in ("recorded", "duplicate"), result
    baskets = [example("/v1/quote"), *(block for block in blocks if "lines" in block and "event" not in block)]
    assert len(baskets) == 2
    for basket in baskets:
        assert till.post("/v1/quote", basket).json()["earned"]


def test_the_examples_of_acts_work(document: dict[str, Any], till: Caller) -> None:
    for day in ("02", "09", "16", "23"):  # no more than 500 points come of one day
        till.tell(*(purchase(who, "900.00", at=f"2025-10-{day}T12:00:00Z") for who in ("1001", "1002")))
    sections = re.findall(r"^## `POST (/v1/members/\{ref\}/[a-z]+)`\n(.*?)(?=^## )", PROSE, re.S | re.M)
    prose = {path: re.findall(r"```json\n(.*?)```", text, re.S) for path, text in sections}
    # The demo shop names no reason for which points may be taken: `test_forfeitures` tries those examples.
    prose.pop("/v1/members/{ref}/forfeitures")
    shown = {
        path: one["requestBody"]["content"]["application/json"]["example"]
        for path, method, one in operations(document)
        if method == "post"
        and path.startswith("/v1/members/{ref}")
        and "{id}" not in path
        and not path.endswith("forfeitures")
    }
    assert set(prose) == set(shown) and len(shown) == 8 and all(prose.values())
    bought = purchase("1001", "20.00", "5.00", at="2025-11-03T12:00:00Z", event="order-77")
    till.tell(bought)
    asks = [(path, [ask, *map(json.loads, prose[path])]) for path, ask in shown.items()]
    # A merge is undone before it is done again.
    asks.sort(key=lambda one: "merge" in one[0])
    plain, merges = asks[:-2], asks[-2:]
    turns = [(path, body) for path, bodies in plain for body in bodies]
    turns += [(path, bodies[number]) for number in (0, 1) for path, bodies in merges]
    till.tell(purchase("1003", "90.00", at="2025-10-02T12:00:00Z"))
    for number, (path, body) in enumerate(turns):
        url = path.replace("{ref}", "1003" if "merge" in path else "1001")
        response = till.post(url, {**body, "event": f"{body['event']}-{number}"})
        assert response.status_code == 200, response.content


class Loaded(HTMLParser):
    """What a page loads or runs."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.inline: list[str] = []
        self.targets: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.inline += [name for name in told if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in told):
            self.inline.append(tag)
        self.sources += [
            told[name] or "" for name in ("src", "href") if name in told and tag in ("script", "link", "img")
        ]
        if "id" in told:
            self.targets.add(told["id"] or "")
        if tag == "a":
            self.links.append(told.get("href") or "")


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(page: str) -> None:
    loaded = Loaded()
    loaded.feed(page)
    assert loaded.sources and all(source.startswith("/static/") for source in loaded.sources)
    assert loaded.inline == []
    policy = Client().get("/v1/docs").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy


def test_every_link_of_the_page_leads_to_a_place_on_it(page: str) -> None:
    loaded = Loaded()
    loaded.feed(page)
    inner = {link[1:] for link in loaded.links if link.startswith("#")}
    assert inner <= loaded.targets
    assert {f"/v1/docs#{code}" for code in PROBLEMS} <= {f"/v1/docs#{target}" for target in loaded.targets}


def test_the_page_speaks_english_whatever_is_asked() -> None:
    assert b'<html lang="en">' in Client(headers={"Accept-Language": "de"}).get("/v1/docs").content
