"""Is the process alive, and is the house ready? Asked by machines that act on the answer."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from regulars.doors.api import probes


def ready() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()


def test_the_process_is_alive_whatever_the_database_does() -> None:
    response = Client().get("/healthz")  # this test may not touch the database: pytest-django would fail it
    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a machine takes is no test."""
    monkeypatch.setattr(probes, "PATIENCE_S", 300)


@pytest.mark.usefixtures("committed")
def test_a_house_with_everything_is_ready(harbour: int) -> None:
    checks = {"database": {"ok": True}, "migrations": {"ok": True}, "programme": {"ok": True}}
    assert ready() == (200, {"ready": True, "checks": checks})


@pytest.mark.usefixtures("committed")
def test_without_a_programme_the_house_is_not_ready_and_says_what_to_do() -> None:
    status, told = ready()
    assert (status, told["ready"]) == (503, False)
    assert told["checks"]["database"] == told["checks"]["migrations"] == {"ok": True}
    assert "regulars publish" in told["checks"]["programme"]["remedy"]


@pytest.mark.usefixtures("committed")
def test_tables_that_this_version_needs_and_are_not_there_are_noticed(
    harbour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "_newest", lambda: frozenset({("ledger", "0099_of_tomorrow")}))
    status, told = ready()
    assert status == 503
    assert [name for name, check in told["checks"].items() if not check["ok"]] == ["migrations"]


def test_a_database_that_is_gone_is_asked_once_and_told_without_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def gone() -> bool:
        asked.append(None)
        raise OperationalError("connection to 10.0.0.7 refused")

    monkeypatch.setattr(probes, "CHECKS", {name: (gone, remedy) for name, (_, remedy) in probes.CHECKS.items()})
    status, told = ready()
    assert (status, told["ready"]) == (503, False)
    assert not any(check["ok"] for check in told["checks"].values())
    assert "10.0.0.7" not in str(told) and len(asked) == 1
    not_looked = [told["checks"][name]["remedy"] for name in ("migrations", "programme")]
    assert all(remedy.startswith("Not looked at") for remedy in not_looked)


def test_a_database_that_says_nothing_is_not_waited_for_and_is_asked_anew_when_it_speaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speaks, asked = Event(), []

    def silent() -> bool:
        asked.append(None)
        return speaks.wait(300)

    monkeypatch.setattr(probes, "CHECKS", {name: (silent, remedy) for name, (_, remedy) in probes.CHECKS.items()})
    monkeypatch.setattr(probes, "PATIENCE_S", 0)
    for _ in range(3):
        status, told = ready()
        assert (status, told["checks"]["database"]["ok"]) == (503, False)
        assert told["checks"]["programme"]["remedy"].startswith("Not looked at")
    assert len(asked) == 1  # one thread waits, however often one asks
    monkeypatch.setattr(probes, "PATIENCE_S", 300)
    speaks.set()
    assert probes._QUESTION._asked is not None and probes._QUESTION._asked.result(300)
    assert ready()[0] == 200
