"""Without a database a page says calmly that it is closed for a moment, and asks nothing of the database to say so."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import InterfaceError, OperationalError
from django.test import Client

SAYS = {"en": "Closed for a moment", "de": "Kurz geschlossen", "es": "Cerrado un momento", "da": "Lukket et øjeblik"}


def away(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let no connection be had."""

    def connect(self: Any) -> NoReturn:
        raise error

    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "connection", None)
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", connect)


@pytest.mark.parametrize("error", [OperationalError("no route to db.internal"), InterfaceError("closed")])
@pytest.mark.parametrize("path", ["/console/", "/", "/accounts/login/", "/in/a-link/"])
def test_without_a_database_every_page_is_closed_for_a_moment(
    path: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(monkeypatch, error)
    for language, says in SAYS.items():
        client = Client(raise_request_exception=False)
        # Who has signed in is not looked up either.
        client.cookies["sessionid"] = client.cookies["regulars_member"] = "a" * 32
        answer = client.get(path, headers={"Accept-Language": language})
        said = answer.content.decode()
        assert (answer.status_code, answer["Retry-After"]) == (503, "5"), path
        assert answer["Cache-Control"] == "no-store" and "Content-Security-Policy" in answer.headers
        assert says in said and f'<html lang="{language}">' in said and f'href="{path}"' in said
        assert "db.internal" not in said


def test_what_broke_for_another_reason_is_our_fault_and_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    away(monkeypatch, ZeroDivisionError())
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500 and b"our fault" in answer.content


@pytest.mark.parametrize("path", ["/console/", "/", "/accounts/login/", "/in/a-link/"])
def test_a_nul_in_a_cookie_is_refused_before_anything_is_looked_up(db: None, path: str) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = client.cookies["regulars_member"] = "\0" + "a" * 31
    answer = client.get(path)
    assert answer.status_code == 400 and "Content-Security-Policy" in answer.headers


def test_a_host_that_nobody_answers_to_is_refused_under_the_same_policy(db: None) -> None:
    answer = Client(raise_request_exception=False).get("/console/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers and answer["X-Frame-Options"] == "DENY"


def test_a_part_of_a_page_asked_for_from_an_impossible_address_goes_to_sign_in(db: None) -> None:
    told = {"HX-Request": "true", "HX-Current-URL": "http://[bad/"}
    answer = Client(raise_request_exception=False).get("/console/members/", headers=told)
    assert answer.status_code == 204 and "next=/console/members/" in answer["HX-Redirect"]
