"""Requests that nobody would write, made from the OpenAPI document: each is answered as the document says."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import schemathesis
from django.db import connections
from hypothesis import HealthCheck, given
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from regulars.doors.api import gate
from regulars.doors.api.limits import Buckets
from regulars.doors.api.tests.conftest import Caller, purchase
from regulars.doors.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
NAMES = [
    "post_events", "get_member", "put_member", "get_rewards", "get_balance", "get_statement", "post_quote",
    "post_redemption", "post_transfer", "post_tier", "post_merge", "post_forfeiture", "get_forfeitures",
    "post_objection", "post_household", "post_housemate", "delete_housemate", "get_household",
]  # fmt: skip
#: Together about half a minute; the profile `deep` tries more.
TRIES = 10 if hypothesis.settings().max_examples <= 100 else 500


@pytest.fixture
def tireless(till: Caller, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """A till that never asks too often; whatever it asks happens in the transaction of the test."""
    monkeypatch.setattr(gate, "BUCKETS", Buckets(1_000_000, 1_000_000))
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    return till


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as stated", "otherwise"])
@pytest.mark.parametrize("name", NAMES)
def test_any_request_is_answered_as_the_document_says(tireless: Caller, name: str, mode: GenerationMode) -> None:
    tireless.tell(*(purchase(who, "10.00") for who in ("ada", "bruno")))
    opened = tireless.post("/v1/households", {"event": "home", "member": "bruno", "number": "home"})
    assert opened.status_code == 200
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", application)
    operation = schema.find_operation_by_id(name)

    @hypothesis.settings(
        max_examples=TRIES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            known = {"ref": "home" if "households" in case.path else "ada", "member": "bruno"}
            case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
            if isinstance(case.body, dict) and "member" in case.body:
                case.body["member"] = "ada"
        case.call_and_validate(headers={"Authorization": f"Bearer {tireless.secret}"}, checks=CHECKS)

    ask()
