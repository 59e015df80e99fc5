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


def test_what_cannot_be_published_yet_is_said_of_a_sound_file() -> None:
    asked = ["check", str(HOUSE / "programmes/energy.yaml"), "--language", "de"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0 and "noch nicht zu veröffentlichen: Nichts führt arrears, clubs, contact" in done.stdout
    assert "publish" not in CliRunner().invoke(app, ["check", str(HOUSE / "programmes/harbour.yaml")]).stdout


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


UNFAIR = (
    resources.files("regulars.programme.checks").joinpath("good.yaml").read_text("utf-8")
    .replace("months: 36", "months: 20").replace("grace_days: 60\n", "grace_days: 10\n")
)  # fmt: skip


def unfair(folder: Path) -> Path:
    file = folder / "unfair.yaml"
    file.write_text(UNFAIR, encoding="utf-8")
    return file


def test_what_is_unfair_is_shown_with_its_place_its_ground_and_a_count(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check", str(unfair(tmp_path))])
    assert done.exit_code == 1
    for part in ("error[CAP-2]", "currencies[0].expiry.months", "^^", "house rule", "1 error, 1 warning."):
        assert part in done.stdout


def test_another_profile_asks_for_other_things_and_an_unknown_one_is_a_wrong_call(tmp_path: Path) -> None:
    file = str(unfair(tmp_path))
    assert CliRunner().invoke(app, ["check", "--profile", "uk", file]).exit_code == 0
    assert CliRunner().invoke(app, ["check", "--profile", "uk,de", file]).exit_code == 1
    wrong = CliRunner().invoke(app, ["check", "--profile", "dignitiy", file])
    assert (wrong.exit_code, "dignity" in wrong.output) == (2, True)
    assert CliRunner().invoke(app, ["check", "--profile", ",", file]).exit_code == 2


def test_warnings_fail_only_where_one_is_strict(tmp_path: Path) -> None:
    file = unfair(tmp_path)
    file.write_text(UNFAIR.replace("months: 20", "months: 36"), encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(file)]).exit_code == 0
    assert CliRunner().invoke(app, ["check", "--strict", str(file)]).exit_code == 1


def test_github_sees_each_finding_beside_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a,b.yaml"
    file.write_text(UNFAIR, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", "--format", "github", str(file)])
    first, second = done.stdout.strip().split("\n")
    line = UNFAIR[: UNFAIR.index("months: 20")].count("\n") + 1
    assert first.startswith("::error file=") and f"a%2Cb.yaml,line={line}," in first
    assert ",title=CAP-2::Points end after 20 months" in first and "%0A" in first
    assert second.startswith("::warning ")


def test_a_check_is_explained_and_an_unknown_one_is_a_wrong_call() -> None:
    told = CliRunner().invoke(app, ["check", "--explain", "cap-2"])
    assert (told.exit_code, told.stdout.startswith("# CAP-2: ")) == (0, True)
    unknown = CliRunner().invoke(app, ["check", "--explain", "CAP-222"])
    assert (unknown.exit_code, "CAP-2" in unknown.output) == (2, True)
    assert CliRunner().invoke(app, ["check"]).exit_code == 2


def test_fix_mends_the_file_in_its_place_and_says_what_is_left(tmp_path: Path) -> None:
    file = unfair(tmp_path)
    file.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    done = CliRunner().invoke(app, ["check", "--fix", str(link)])
    assert (done.exit_code, "mended in 2 places" in done.output, "sound" in done.output) == (0, True, True)
    assert file.read_text("utf-8") == UNFAIR.replace("months: 20", "months: 36").replace(
        "grace_days: 10\n", "grace_days: 60\n"
    )
    assert (link.is_symlink(), file.stat().st_mode & 0o777) == (True, 0o640)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "unfair.yaml"]


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    done = CliRunner().invoke(app, ["check", "/dev/zero"])
    assert (done.exit_code, "file_too_large" in done.output) == (1, True)


def test_every_programme_of_the_house_is_fair() -> None:
    files = [str(path) for folder in ("programmes", "tests/programmes") for path in (HOUSE / folder).glob("*.yaml")]
    assert CliRunner().invoke(app, ["check", "--strict", *files]).exit_code == 0


def test_it_speaks_the_language_that_is_asked_for_findings_refusals_and_all(tmp_path: Path) -> None:
    text = (HOUSE / "programmes/harbour.yaml").read_text(encoding="utf-8")
    broken, unfair = tmp_path / "broken.yaml", tmp_path / "unfair.yaml"
    broken.write_text(text.replace("money: USD", "money: DOLLAR"), encoding="utf-8")
    unfair.write_text(text.replace("grace_days: 60", "grace_days: 0"), encoding="utf-8")
    for language, told in (("de", "Meinten Sie"), ("es", "¿Quería decir"), ("da", "Mente du")):
        done = CliRunner().invoke(app, ["check", str(broken), "--language", language])
        assert (done.exit_code, told in done.stdout) == (1, True), done.stdout
    german = CliRunner().invoke(app, ["check", str(unfair), "--language", "de", "--format", "json"])
    english = CliRunner().invoke(app, ["check", str(unfair), "--format", "json"], env={"LC_ALL": "en_US.UTF-8"})
    environment = CliRunner().invoke(app, ["check", str(unfair), "--format", "json"], env={"LC_ALL": "de_DE.UTF-8"})
    assert german.stdout == environment.stdout != english.stdout
    assert [one["code"] for one in json.loads(german.stdout)] == [one["code"] for one in json.loads(english.stdout)]
