"""Every request that is refused says why, in one form, and gives nothing away."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import OperationalError
from django.test import Client

from regulars.doors.api import events, gate
from regulars.doors.api.bodies import MAX_BYTES, read_body
from regulars.doors.api.limits import Buckets
from regulars.doors.api.problems import ACTS, MEANINGS, MEDIA_TYPE, PROBLEMS, Problem
from regulars.doors.api.tests.conftest import Caller, fresh, purchase
from regulars.ground.access.keys import make_key, revoke

URL = "/v1/events"
HERE = Path(__file__).parents[3]


def problem(response: Any, code: str) -> dict[str, Any]:
    """The problem of a response, after checking that it is one, in the form of all."""
    told: dict[str, Any] = response.json()
    assert response.headers["Content-Type"] == MEDIA_TYPE
    assert response.headers["Cache-Control"] == "no-store"
    assert (told["code"], told["status"]) == (code, response.status_code) == (code, PROBLEMS[code].status)
    assert told["type"] == f"/v1/docs#{code}"
    assert told["title"] == PROBLEMS[code].title
    assert told["detail"]
    assert isinstance(told["figures"], dict)
    return told


def test_no_act_is_refused_with_a_sentence_that_only_says_its_title_again() -> None:
    titles = {str(meaning.title) for meaning in ACTS.values()}
    again = []
    for path in sorted(part for room in ("engine", "exchange") for part in (HERE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "worded":
                said = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
                again += [f"{path.relative_to(HERE)}: {said}"] if said in titles else []
    assert again == []


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "rk_secret"])
def test_without_a_key_nothing_is_answered(header: str | None) -> None:
    client = Client(headers={"Authorization": header} if header is not None else {})
    response = client.post(URL, "[]", content_type="application/json")
    problem(response, "no_key")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_host_that_is_not_ours_is_told_as_a_problem_to_programs_and_as_a_page_to_people(till: Caller) -> None:
    problem(till.client.get("/v1/budgets", headers={"Host": "elsewhere.example"}), "unknown_host")
    assert "text/html" in Client().get("/console/", headers={"Host": "elsewhere.example"}).headers["Content-Type"]


@pytest.mark.parametrize("secret", ["rk_unknown", "", "x" * 5000, "\xff", "rk_a b"])
def test_a_key_that_was_not_made_here_opens_nothing(till: Caller, secret: str) -> None:
    response = Client(headers={"Authorization": f"Bearer {secret}"}).post(URL, "[]", content_type="application/json")
    problem(response, "bad_key")
    assert "invalid_token" in response.headers["WWW-Authenticate"]


def test_a_revoked_key_opens_nothing_any_more(till: Caller) -> None:
    assert till.post(URL, []).status_code == 200
    revoke(till.key.id, "keeper@harbour.example", datetime.now(UTC))
    problem(till.post(URL, []), "bad_key")


def test_a_key_opens_only_what_its_scopes_name(caller: Callable[..., Caller]) -> None:
    told = problem(caller("app", "members:read").post(URL, []), "missing_scope")
    assert told["figures"] == {"needed": "events:write", "has": ["members:read"]}


def test_who_asks_too_often_is_told_when_to_ask_again(till: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BUCKETS", Buckets(per_second=1, burst=3))
    responses = [till.post(URL, []) for _ in range(4)]
    assert [one.status_code for one in responses] == [200, 200, 200, 429]
    problem(responses[-1], "too_many_requests")
    assert responses[-1].headers["Retry-After"] == "1"


def test_a_bucket_fills_again_and_never_above_its_brim() -> None:
    ada, bruno = Buckets(10, 5), Buckets(10, 5)
    key: Any = "key"
    assert [ada.take(key, 100.0) for _ in range(5)] == [0] * 5
    assert ada.take(key, 100.0) == pytest.approx(0.1)
    assert ada.take(key, 100.15) == 0
    assert ada.take(key, 100.15) > 0
    bruno.take(key, 0.0)
    assert [bruno.take(key, 1_000_000.0) > 0 for _ in range(6)] == [False] * 5 + [True]


@pytest.mark.parametrize("path", ["/v1/", "/v1/nowhere", "/v1/events/", "/v1/members", "/v1/%00", "/v1/docs/x"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_is_none_is_a_problem_too(till: Caller, path: str, method: str) -> None:
    problem(getattr(till.client, method)(path), "no_such_operation")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "head"])
def test_a_method_that_is_not_taken_is_told_which_are(till: Caller, method: str) -> None:
    response = getattr(till.client, method)(URL)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    if method != "head":
        problem(response, "method_not_allowed")


def test_parameters_that_do_not_fit_are_named(till: Caller) -> None:
    told = problem(till.post(URL + "?members=some&dry_run=perhaps", []), "bad_parameters")
    assert {error["where"] for error in told["errors"]} == {"query.members", "query.dry_run"}
    assert all(error["code"] and error["sentence"] for error in told["errors"])


def test_a_query_of_a_thousand_parameters_is_not_read(till: Caller) -> None:
    problem(till.post(URL + "?" + "&".join(f"a{n}=1" for n in range(2000)), []), "bad_request")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Encoding": "br"}, "unsupported_encoding"),
        ({"Content-Encoding": "gzip"}, "bad_gzip"),
        ({"Transfer-Encoding": "chunked"}, "length_required"),
        ({"Content-Length": str(MAX_BYTES + 1)}, "body_too_large"),
        ({"Content-Type": "text/csv"}, "unsupported_type"),
    ],
)
def test_a_body_that_is_not_read_says_what_would_be(till: Caller, headers: dict[str, str], code: str) -> None:
    problem(till.client.post(URL, b"[]", content_type="application/json", headers=headers), code)


def test_a_body_that_ends_too_soon_is_noticed() -> None:
    request = WSGIRequest({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "20", "wsgi.input": BytesIO(b"[]")})
    with pytest.raises(Problem) as caught:
        read_body(request)
    assert caught.value.code == "incomplete_body"
    assert caught.value.figures == {"stated": 20, "received": 2}


def test_what_breaks_inside_is_told_as_an_incident_and_no_more(
    till: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(events, "take_told", broken)
    response = till.post(URL, [purchase(fresh("ada"), "1")])
    told = problem(response, "internal_error")
    assert b"secret" not in response.content and b"Traceback" not in response.content
    assert told["figures"]["incident"] in caplog.text
    assert "secret of the house" in caplog.text


def test_a_database_that_does_not_answer_is_told_as_such(till: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object) -> None:
        raise OperationalError("server closed the connection at 10.0.0.7")

    monkeypatch.setattr(events, "take_told", gone)
    response = till.post(URL, [])
    problem(response, "database_unavailable")
    assert response.headers["Retry-After"] and b"10.0.0.7" not in response.content


@pytest.mark.django_db
def test_without_a_programme_nothing_can_be_taken() -> None:
    key, secret = make_key("till", ["events:write"], "keeper@harbour.example", datetime.now(UTC))
    told = problem(Caller(key, secret).post(URL, []), "no_programme")
    assert "regulars publish" in told["detail"]


def test_the_form_of_problems_is_that_of_the_document() -> None:
    from regulars.doors.api.describing import PROBLEM, example

    assert set(PROBLEM["properties"]["code"]["enum"]) == set(MEANINGS)
    assert set(PROBLEM["required"]) == set(example("no_key")) and json.dumps(example("no_key"))
