"""The pages and files that tell how to set it up: each command is one, each setting is known, each unit is sound."""

from __future__ import annotations

import configparser
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from regulars.doors.cli.main import app
from tests.reading_code import HOUSE

PAGES = ("docs/deployment.md", "docs/operations.md")
UNITS = sorted(path for path in (HOUSE / "deploy").iterdir() if path.suffix)


def calls() -> Iterator[tuple[str, list[str]]]:
    """(place, arguments) of every call of `regulars` in the pages, the units and the container file."""
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", (HOUSE / page).read_text(), re.S):
            for line in block.splitlines():
                words = shlex.split(line.removeprefix("$ "))
                while words and re.fullmatch(r"[A-Z_]+=.*|sudo", words[0]):
                    words.pop(0)
                if words[:1] == ["regulars"] or words[:3] == ["podman", "exec", "regulars"]:
                    yield page, words[len(words) - words[::-1].index("regulars") :]
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=\S+/regulars (.*)$", unit.read_text(), re.M):
            yield unit.name, shlex.split(line)
    yield "Containerfile", re.findall(r'"([^"]+)"', (HOUSE / "Containerfile").read_text().split("\nCMD ")[1])


def taken(arguments: list[str]) -> None:
    """Let the command line read a call without carrying it out. Raises TyperException for one that is none."""
    command, rest = typer.main.get_command(app), arguments
    while isinstance(command, TyperGroup):
        name, *rest = rest or [""]
        if name not in command.commands:
            raise TyperException(f"There is no command {name}")
        command = command.commands[name]
    command.make_context(command.name, rest)


def test_every_command_of_the_pages_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "backups").mkdir()
    told = list(calls())
    assert len(told) > 12
    for place, arguments in told:
        for word in arguments:
            if word.endswith((".zip", ".yaml")):  # what a command wants to be there
                (tmp_path / word).touch()
        try:
            taken(arguments)
        except TyperException as error:
            pytest.fail(f"{place}: regulars {shlex.join(arguments)}: {error!r}")


@pytest.mark.parametrize(
    "arguments", [["serve", "--no-such"], ["backups"], ["backup"], ["key", "--scope"], ["key", "make"], ["key"]]
)
def test_a_command_that_is_none_would_be_noticed(arguments: list[str]) -> None:
    with pytest.raises(TyperException):
        taken(arguments)


def test_every_setting_in_them_is_one() -> None:
    known = (HOUSE / "docs" / "settings.md").read_text()
    texts = [(HOUSE / name).read_text() for name in (*PAGES, "Containerfile")]
    named = {name for text in texts for name in re.findall(r"\b(?:REGULARS|DATABASE)_[A-Z_]+\b", text)}
    assert len(named) > 5 and [name for name in sorted(named) if f"`{name}`" not in known] == []


def test_the_units_can_be_read_and_run_as_an_ordinary_user_in_a_private_folder() -> None:
    for unit in UNITS:
        read = configparser.ConfigParser(strict=False, interpolation=None)
        read.optionxform = str  # type: ignore[assignment]
        read.read_string(unit.read_text())
        if unit.suffix == ".service":
            assert read["Service"]["User"] == "regulars" and read["Service"]["UMask"] == "0077"
            assert read["Service"]["StateDirectoryMode"] == "0700" and read["Service"]["NoNewPrivileges"] == "yes"
            # systemd must not kill the embedded database that one of them began and others use.
            assert read["Service"]["KillMode"] == "process"
            # A command that SIGTERM ended in order says so by its status.
            assert read["Service"]["Type" if "backup" in unit.name else "SuccessExitStatus"] in ("oneshot", "143")
    assert {unit.suffix for unit in UNITS} == {".service", ".timer"}


def test_the_container_holds_what_running_needs_and_no_more() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==(\S+)", (HOUSE / name).read_text(), re.M))

    run, everything = pins("requirements-run.lock"), pins("requirements.lock")
    assert run.items() <= everything.items()
    assert "django" in run and not {"pytest", "playwright", "sqlglot"} & run.keys()
    installs = re.findall(r"pip install (.+)", (HOUSE / "Containerfile").read_text())
    # What compiles is what `make check` checks with, and stays behind: the last stage takes what runs, and the wheel.
    build = pins("requirements-build.lock")
    assert {"setuptools", "mypy"} <= build.keys() and build.items() - {
        ("setuptools", build["setuptools"])
    } <= everything.items()
    assert [re.findall(r"--require-hashes -r requirements-(\w+)\.lock", one) for one in installs] == [
        ["run"],
        ["build"],
        ["run"],
        [],
    ]
    assert "--no-deps --no-index wheel/*.whl" in installs[3]
    assert re.search(r"^USER regulars$", (HOUSE / "Containerfile").read_text(), re.M)
