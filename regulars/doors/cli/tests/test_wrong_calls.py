"""What the call itself shows to be wrong ends every command in status 2, before anything is opened or written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from regulars.doors.cli.main import app
from regulars.exchange.earning.behaving import BEHAVIOURS

HOUSE = str(Path(__file__).parents[4])
HARBOUR = f"{HOUSE}/programmes/harbour.yaml"
HOLD = str(UUID(int=7))


@pytest.mark.parametrize(
    "call",
    [
        ("check", HARBOUR, "--language", "fr"),
        ("check", HARBOUR, "--format", "xml"),
        ("check", HARBOUR, "--profile", "mars"),
        ("check", "--explain", "NO-1"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--language", "fr"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--margin", "25"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--spend", "sometimes"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--first-reward", "0"),
        ("backtest", HARBOUR, "--events", __file__, "--out", "x", "--processes", "0"),
        ("compare", HARBOUR, HARBOUR, "--events", __file__, "--out", "x", "--language", "fr"),
        ("compare", HARBOUR, HARBOUR, "--events", __file__, "--out", "x", "--notice", "tomorrow"),
        ("publish",),
        ("publish", HARBOUR, "--base", "0"),
        ("publish", HARBOUR, "--base", "1", "--replace"),
        ("publish", "--withdraw", "2"),
        ("publish", HARBOUR, "--effective", "soon"),
        ("init", "--email", "nobody"),
        ("import", __file__, "--source", " till"),
        ("import", __file__, "--source", "counter"),
        ("import", __file__, "--source", "opening spring"),
        ("import", __file__, "--source", "till", "--members", "guess"),
        ("import", __file__, "--source", "till", "--rejects", HOUSE),
        ("opening", __file__, "--rejects", "/nowhere/rejects.csv"),
        ("member", "import", __file__, "--rejects", "/nowhere/rejects.csv"),
        ("opening", HARBOUR, "--as", "one"),
        ("opening", HARBOUR, "--dry-run"),
        ("backup", "nowhere/shop.zip"),
        ("export", "diary", "--month", "2026-01"),
        ("export", "journal", "--month", "2026-13"),
        ("export", "entries", "--month", "0001-01"),
        ("export", "entries", "--month", "9999-12"),
        ("user", "ada@shop.example", "--role", "boss"),
        ("second-factor", "ada"),
        ("key", "make", " "),
        ("key", "make", "till 3", "--scope", "everything"),
        ("key", "revoke", "the-first"),
        ("points", "redeem", "1", "many"),
        ("points", "redeem", "1"),
        ("points", "redeem", "1", "5", "--fact", "x"),
        ("points", "redeem", "1", "--pionts", "5"),
        ("points", "hold", "1", "5"),
        ("points", "capture", "1", "the-first"),
        ("points", "adjust", "1", "5", "--because", "She was rude"),
        ("prove", "--backtest", "nowhere"),
        ("clock", "--ahead", "-1"),
        ("serve", "--port", "70000"),
        ("serve", "--workers", "0"),
        ("demo", "--port", "-1"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_in_2(call: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGULARS_HOME", str(tmp_path / "house"))
    done = CliRunner().invoke(app, list(call))
    assert (done.exit_code, "Usage:" in done.stderr) == (2, True), done.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("call", ["key make K-\udcff", "points redeem 1 5 --id K-\udcff", "foo\udcff"])
def test_a_call_that_is_no_text_is_a_wrong_one(call: str) -> None:
    done = CliRunner().invoke(app, call.split())
    assert (done.exit_code, "wrong_call: Write the call in UTF-8" in done.stderr) == (2, True), done.output


@pytest.mark.parametrize("command", ["serve", "worker", "demo"])
@pytest.mark.parametrize("name", ["REGULARS_SMTP_URL", "REGULARS_URL"])
def test_a_setting_that_cannot_be_meant_ends_those_who_send_before_anything_is_opened(
    command: str, name: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "regulars", command], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, name: "mail.example.com", "REGULARS_HOME": str(tmp_path / "house"), "PYTHONPATH": HOUSE},
    )  # fmt: skip
    assert (done.returncode, "bad_setting" in done.stderr, done.stdout) == (2, True, "")
    assert not (tmp_path / "house").exists()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("points redeem 2400 -5", "points: Schreiben Sie eine Zahl, die mindestens 1 ist, nicht -5."),
        ("points redeem 2400 many", "points: Schreiben Sie eine ganze Zahl in Ziffern, etwa 30, nicht many."),
        ("points hold 2400 -5 --days 3", "mindestens 1 ist, nicht -5."),
        ("points hold 2400 5 --days -1", "--days: Schreiben Sie eine Zahl, die mindestens 0 ist, nicht -1."),
        ("points hold 2400 5 --days 3661", "--days: Schreiben Sie eine Zahl, die höchstens 3.660 ist, nicht 3.661."),
        (f"points capture 2400 {HOLD} --points -1", "mindestens 0 ist, nicht -1."),
        (f"points release 2400 {HOLD} --points 1.5", "--points: Schreiben Sie eine ganze Zahl"),
        ("points adjust 2400 -5x --because sorry", "points: Schreiben Sie eine ganze Zahl"),
        ("points adjust 2400 5 --because sorry --corrects -1", "--corrects: Schreiben Sie eine Zahl"),
        ("points transfer 2400 2500 -7", "mindestens 1 ist, nicht -7."),
        ("points transfer 2400 2500 0", "mindestens 1 ist, nicht 0."),
        ("household leave 2400 --points 0", "mindestens 1 ist, nicht 0."),
        ("forfeitures announce 2400 -5 --because x --evidence y --by z", "mindestens 0 ist, nicht -5."),
    ],
)
def test_what_is_wrong_with_a_number_is_said_in_the_readers_language(
    call: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, call.split(), env={"LC_ALL": "de_AT.UTF-8", "COLUMNS": "200"})
    assert (done.exit_code, said in done.stderr) == (2, True), done.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("foo", "Einen Befehl `foo` gibt es nicht."), ("points foo", "Einen Befehl `foo` gibt es nicht."),
        ("check --strct", "Eine Option `--strct` gibt es nicht: --strict?"), ("check --strict=1", "`--strict` nimmt keinen Wert"),
        ("check --format", "Nach `--format` einen Wert schreiben."), ("points show", "`MEMBER` fehlt."),
        ("points show 1 2", "Das ist zu viel: 2"), ("check nowhere.yaml", "files: `nowhere.yaml` gibt es nicht."),
        ("check .", "files: `.` ist ein Ordner"), ("clock --ahead x", "--ahead: Hier eine ganze Zahl"),
        ("serve --port 70000", "--port: Eine Zahl bis 65535"), ("export diary --month 2026-01", "what: Möglich: journal oder entries."),
        ("check --explain NO-1", "--explain: Eine Prüfung `NO-1` gibt es nicht."), ("check x.yaml --profile mars", "files:"),
        ("publish --withdraw 2", "--because: Sagen Sie, warum"), ("init --email nobody", "`nobody` ist keine E-Mail-Adresse"),
        ("key make x --scope all", "Ein Recht `all` gibt es nicht. Es gibt: "), ("opening --dry-run", "Eine Datei nennen"),
        ("export journal --month 2026-13", "Einen Monat wie 2026-05"), ("points tier 1 gold --because x --until soon", "Einen Tag wie"),
        ("points statement 1 --since 2026-02-30", "Einen Tag 2026-02-30 gibt es nicht"),
    ],
)  # fmt: skip
def test_nothing_around_a_wrong_call_is_the_librarys_english(
    call: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, call.split(), env={"LC_ALL": "de_AT.UTF-8", "COLUMNS": "200"})
    told = done.stderr.splitlines()
    assert (done.exit_code, told[-1].startswith("wrong_call: ")) == (2, True), done.output
    assert said in told[-1] and all(line.startswith(("Aufruf: regulars", "Mehr sagt `regulars")) for line in told[:-1])
    english = CliRunner().invoke(app, call.split(), env={"LC_ALL": "C", "COLUMNS": "200"}).stderr.splitlines()
    assert len(english) == len(told) and not set(english) & set(told)


def test_a_reason_is_read_before_the_house_is_open(tmp_path: Path) -> None:
    # In a process of its own: here the settings are read already, there only `open_house` reads them.
    call = ["points", "adjust", "1", "5", "--because", "She was rude"]
    run = [sys.executable, "-c", "from regulars.doors.cli.main import main; main()", *call]
    done = subprocess.run(run, cwd=tmp_path, env={"PYTHONPATH": HOUSE}, capture_output=True, text=True)
    assert (done.returncode, "late-delivery" in done.stderr) == (2, True), done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", BEHAVIOURS)
def test_every_way_of_spending_can_be_named(way: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["backtest", HARBOUR, "--events", __file__, "--out", str(tmp_path), "--spend", way])
    assert done.exit_code == 1, done.output  # no file of events, which only reading it shows
