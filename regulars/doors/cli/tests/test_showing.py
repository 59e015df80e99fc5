"""What is printed can be typed, and a port is asked for only where one is opened."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from django.db import connection

from regulars.doors.cli import serve, showing
from regulars.doors.cli.saying import next_step, progress
from regulars.doors.cli.user import make_user
from regulars.ground.access.models import Staff


@contextmanager
def open_door(*_: object, **__: object) -> Iterator[None]:
    """A house that needs no opening."""
    yield


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo shop is there already, and so is whatever it needs."""
    monkeypatch.setattr(showing, "open_house", open_door)
    monkeypatch.setattr(showing, "load_demo", lambda: "2400")


def test_loading_alone_needs_no_port_and_names_no_address(
    loaded: None, busy: int, capsys: pytest.CaptureFixture[str]
) -> None:
    showing.demo(port=busy, load_only=True, remove=False)
    said = capsys.readouterr().out
    assert "http://" not in said and "demo" in said


def test_a_busy_port_is_refused_with_what_to_type(busy: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        serve.free_port("127.0.0.1", busy)
    assert "--port 0" in (said := capsys.readouterr().err) and "make run PORT=0" in said


@pytest.mark.parametrize(
    ("called", "found", "expected"),
    [
        (".venv/bin/regulars", None, ".venv/bin/regulars check my.yaml"),
        ("/opt/shop/bin/regulars", "/opt/shop/bin/regulars", "regulars check my.yaml"),
        ("/opt/my shop/regulars", "/usr/bin/regulars", "'/opt/my shop/regulars' check my.yaml"),
        ("/lib/regulars/__main__.py", None, f"{sys.executable} -m regulars check my.yaml"),
    ],
)
def test_the_next_step_is_called_as_this_one_was(
    monkeypatch: pytest.MonkeyPatch, called: str, found: str | None, expected: str
) -> None:
    monkeypatch.setattr(sys, "argv", [called, "init"])
    monkeypatch.setattr("shutil.which", lambda name: found)
    assert next_step("check", "my.yaml") == expected


def test_what_is_refused_before_it_begins_draws_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Importing sales.csv", "rows"):
        pass
    assert capsys.readouterr().err == ""  # no empty line either, in front of what is said of it
    with progress("Importing sales.csv", "rows") as told:
        told(1, 2)
    assert capsys.readouterr().err.startswith("Importing sales.csv ")


def test_a_new_password_leaves_name_and_role_as_they_are_and_stands_in_the_audit(db: None) -> None:
    make_user("bruno@shop.example", "Bruno", "staff")
    make_user("Bruno@shop.example", "", "")
    bruno = Staff.objects.get(email="bruno@shop.example")
    assert (bruno.name, bruno.role) == ("Bruno", "staff")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor, act, detail FROM audit WHERE detail ->> 'staff' = %s ORDER BY id", [str(bruno.pk)]
        )
        noted = [(actor, act, json.loads(detail)) for actor, act, detail in cursor.fetchall()]
    assert noted == [
        ("command line", act, {"staff": bruno.pk, "role": "staff"}) for act in ("account made", "password made anew")
    ]


def test_make_run_hands_its_port_on() -> None:
    recipe = (Path(__file__).parents[4] / "Makefile").read_text(encoding="utf-8")
    assert "$(if $(PORT),--port $(PORT))" in recipe
