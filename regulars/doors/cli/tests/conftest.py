"""A house of its own for each module of these tests: commands are run as people run them, as processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def _for(url: str, database: str) -> str:
    """The same address with another database."""
    before, _, query = url.partition("?")
    return f"{before.rsplit('/', 1)[0]}/{database}" + (f"?{query}" if query else "")


def _drop(owner: psycopg.Connection[Any], name: str) -> None:
    """Drop a database; one that the server's own housekeeping is looking at just now, a moment later."""
    for _ in range(100):
        with suppress(InsufficientPrivilege):
            owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            return
        time.sleep(0.2)
    raise AssertionError(f"{name} cannot be dropped")


@pytest.fixture(scope="module")
def house(urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Runs `regulars` with the given arguments in an empty folder, on an empty database; answers what it said."""
    with _a_house(urls, tmp_path_factory) as run:
        yield run


@pytest.fixture(scope="module")
def other_house(urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A second one."""
    with _a_house(urls, tmp_path_factory) as run:
        yield run


@pytest.fixture(scope="module")
def third_house(urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A third one."""
    with _a_house(urls, tmp_path_factory) as run:
        yield run


@contextmanager
def _a_house(urls: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    name = f"cli_{uuid4().hex[:12]}"
    folder = tmp_path_factory.mktemp("house")
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"')
        assert conninfo_to_dict(_for(urls.owner, name))["dbname"] == name
        environment = {
            **os.environ, "DATABASE_URL": _for(urls.app, name), "DATABASE_OWNER_URL": _for(urls.owner, name),
            "REGULARS_HOME": str(folder / ".regulars"), "COLUMNS": "200",
            "PYTHONPATH": str(Path(__file__).parents[4]),
        }  # fmt: skip

        def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "regulars", *arguments],
                cwd=folder, env={**environment, **settings}, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip

        run.folder, run.environment = folder, environment  # type: ignore[attr-defined]
        yield run
        _drop(owner, name)
