"""Lines of the log say what happened and never to whom."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.log import log_response

from regulars.doors.watch.lines import Json, Plain, logging_config

PRIVATE = ("Lovelace", "ada@example.org", "4711", "secret")


class Heard:
    """A log that is written to a text."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter)

    @property
    def text(self) -> str:
        """Everything so far."""
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of a JSON log."""
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture(params=[Json, Plain])
def heard(request: pytest.FixtureRequest) -> Iterator[Heard]:
    """Everything that is logged from INFO on, in either style."""
    log, root = Heard(request.param()), logging.getLogger()
    before = {name: logging.getLogger(name).level for name in ("", "regulars", "django", "elsewhere")}
    for name in before:
        logging.getLogger(name).setLevel(logging.INFO)
    root.addHandler(log.handler)
    yield log
    root.removeHandler(log.handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def silent_of_people(text: str) -> bool:
    """Whether nothing private stands in a text."""
    return not any(word in text for word in PRIVATE)


def test_a_request_is_a_line_without_anything_it_carried(heard: Heard, harbour: int) -> None:
    client = Client(headers={"user-agent": "Lovelace/1", "x-request-id": "4711"})
    client.get("/v1/members/4711/balance?secret=ada@example.org")
    client.post("/v1/events?source=Lovelace", {"member": "4711"}, "application/json")
    client.post("/accounts/login/", {"login": "ada@example.org", "password": "secret"})
    client.get("/Lovelace/4711")
    assert "v1/members/" in heard.text and "accounts/login/" in heard.text and silent_of_people(heard.text)


def test_a_host_that_is_none_of_ours_is_one_line_that_says_what_to_look_at(heard: Heard, db: None) -> None:
    for path in ("/", "/v1/budgets", "/console/"):
        before = heard.text
        assert Client(headers={"host": "lovelace.example"}).get(path).status_code == 400
        told = [line for line in heard.text.removeprefix(before).splitlines() if "DisallowedHost" in line]
        assert len(told) == 1 and "none of REGULARS_HOSTS" in told[0] and "handlers" not in heard.text, heard.text
    assert "lovelace" not in heard.text and not any(line.startswith(" ") for line in heard.text.splitlines())


def test_an_error_is_told_by_its_kind_and_places_without_the_row_it_quotes(heard: Heard, db: None) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO member_email VALUES ('ada@example.org', 4711), ('ada@example.org', 4711)")
    except IntegrityError as error:
        assert "ada@example.org" in str(error)
        logging.getLogger("elsewhere").error("%s failed", "Lovelace", exc_info=error)
    assert "IntegrityError" in heard.text and "23505" in heard.text and "member_email_pkey" in heard.text
    assert "test_lines.py" in heard.text and "%s failed" in heard.text and silent_of_people(heard.text)


def test_what_django_says_of_a_request_that_failed_is_how_it_was_answered(heard: Heard) -> None:
    request = RequestFactory().get("/console/members/4711/", {"name": "Lovelace"})
    response = HttpResponse(status=500)
    log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
    assert "Internal Server Error" in heard.text and "500" in heard.text and "%s" not in heard.text
    assert silent_of_people(heard.text)


def test_a_text_that_another_library_filled_in_itself_is_told_by_its_place(heard: Heard) -> None:
    who = "ada@example.org"
    logging.getLogger("elsewhere").error(f"Cannot write to {who}")
    assert "test_lines.py:" in heard.text and silent_of_people(heard.text)


def test_a_json_line_is_one_object_with_what_was_told_by_name() -> None:
    log = Heard(Json())
    record = logging.LogRecord("regulars.x", logging.WARNING, __file__, 1, "The %s\nis", ("night",), None)
    record.told = {"accounts": 7}
    log.handler.emit(record)
    (line,) = log.lines
    assert {name: line[name] for name in ("level", "logger", "said", "accounts")} == {
        "level": "warning", "logger": "regulars.x", "said": "The night\nis", "accounts": 7,
    }  # fmt: skip
    assert line["at"].endswith("+00:00")


def test_there_are_two_styles() -> None:
    assert logging_config("json")["formatters"]["line"]["()"] is Json
    assert logging_config("text")["formatters"]["line"]["()"] is Plain


def test_requests_are_told_in_json_alone() -> None:
    assert logging_config("json")["loggers"]["regulars"]["level"] == "INFO"
    assert logging_config("text")["loggers"]["regulars"]["level"] == "WARNING"
