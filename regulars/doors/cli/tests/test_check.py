"""`regulars check`: what it says of a file, for people and for tools."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from typer.testing import CliRunner

from regulars.doors.cli.main import app

HOUSE = Path(__file__).parents[4]


def test_a_sound_programme_is_said_to_be_sound() -> None:
    done = CliRunner().invoke(app, ["check", str(HOUSE / "programmes/harbour.yaml")])
    assert (done.exit_code, "sound" in done.stdout) == (0, True)


def test_the_first_programme_is_sound_as_it_is_and_with_all_of_its_promises_switched_on(tmp_path: Path) -> None:
    text = resources.files("regulars.doors.cli").joinpath("first-programme.yaml").read_text(encoding="utf-8")
    more = text.replace("    # - id", "    - id").replace("    #   ", "      ")
    assert more.count("\n    - id:") == text.count("\n    - id:") + 2
    for name, content in (("first.yaml", text), ("more.yaml", more)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = CliRunner().invoke(
        app, ["check", "--format", "json", str(tmp_path / "first.yaml"), str(tmp_path / "more.yaml")]
    )
    assert (done.exit_code, json.loads(done.stdout)) == (0, [])


def test_a_mistake_is_shown_with_its_line_a_caret_and_what_to_do(tmp_path: Path) -> None:
    text = (HOUSE / "programmes/harbour.yaml").read_text(encoding="utf-8").replace("at_edge: clip", "at_edge: clipp")
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    line = text[: text.index("clipp")].count("\n") + 1
    shown = CliRunner().invoke(app, ["check", str(file)])
    assert shown.exit_code == 1
    assert "not_a_choice" in shown.stdout and f"{line}" in shown.stdout and "^" in shown.stdout
    told = CliRunner().invoke(app, ["check", "--format", "json", str(file)])
    assert told.exit_code == 1
    (problem,) = json.loads(told.stdout)
    assert (problem["file"], problem["code"], problem["line"], problem["severity"]) == (
        str(file), "not_a_choice", line, "error",
    )  # fmt: skip


def test_a_file_that_is_no_yaml_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_bytes(b"regulars: 1\nprogramme: {id: [\n\xff")
    done = CliRunner().invoke(app, ["check", str(file)])
    assert done.exit_code == 1
    assert "Traceback" not in done.output and isinstance(done.exception, SystemExit)


def test_an_unknown_format_and_a_missing_file_are_wrong_calls(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["check", "--format", "xml", str(HOUSE / "programmes/harbour.yaml")]).exit_code == 2
    assert CliRunner().invoke(app, ["check", str(tmp_path / "nowhere.yaml")]).exit_code == 2
