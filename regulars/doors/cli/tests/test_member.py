"""Members at the command line: told one by one, and in a file that may be told again."""

from __future__ import annotations

import csv
from contextlib import nullcontext
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from regulars.doors.cli import member
from regulars.doors.cli.main import app
from regulars.exchange.earning.tests.cast import fresh, purchase, tell
from regulars.ground.members import registering
from regulars.ground.members.enrolling import accounts_of
from regulars.ground.members.models import Member

FILE = """\
member,given_name,family_name,email,language,birth_month,birth_day,joined_on
{ada},Ada,Løvborg,{ada}@harbour.example,da,2,29,2024-03-01
{bruno},Bruno,Keller,no address,fi,,,
{carmen},Carmen,Ruiz,{ada}@harbour.example,es,,,
{dagny},Dagny,,,,,,
{ada},Ada,Byron,,,,,
,Nobody,,,,,,
"""


@pytest.fixture(autouse=True)
def at_home(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The house is open already, and batches are small."""
    monkeypatch.setattr(member, "open_house", lambda *_, **__: nullcontext())
    monkeypatch.setattr(registering, "BATCH", 2)


def run(*words: str, status: int = 0) -> str:
    """What `regulars member ...` says."""
    done = CliRunner().invoke(app, ["member", *words], env={"COLUMNS": "200", "LC_ALL": "C"})
    assert done.exit_code == status, (done.output, done.exception)
    return " ".join(done.output.split())


def known(number: str) -> Member:
    return Member.objects.get(account_id=accounts_of([number])[number])


@pytest.fixture
def people() -> dict[str, str]:
    return {name: fresh(name) for name in ("ada", "bruno", "carmen", "dagny")}


@pytest.fixture
def file(tmp_path: Path, people: dict[str, str]) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(FILE.format(**people), encoding="utf-8")
    return path


def test_a_member_is_enrolled_put_right_and_known_so_already() -> None:
    number = fresh("ada")
    assert run("put", number, "--given-name", "Ada", "--dry-run") == f"{number} would be enrolled."
    assert accounts_of([number]) == {}
    assert run("put", number, "--given-name", "Ada", "--phone", "33 12") == f"{number} is enrolled."
    assert run("put", number, "--phone", "", "--language", "da") == f"{number} is put right: phone, language."
    assert "nothing was changed" in run("put", number, "--phone", "", "--given-name", "Ada")
    assert (known(number).given_name, known(number).phone, known(number).language) == ("Ada", "", "da")


def test_what_cannot_be_is_refused_and_what_is_wrong_in_the_call_before_anything_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    run("put", ada, "--email", f"{ada}@harbour.example")
    assert "email_taken" in run("put", bruno, "--email", f"{ada}@harbour.example", status=1)
    assert "bad_birthday" in run("put", bruno, "--birth-day", "5", status=1)
    assert accounts_of([bruno]) == {}
    monkeypatch.setattr(member, "open_house", None)
    assert "--email: Write an e-mail address" in run("put", bruno, "--email", "x", status=2)


def test_a_file_is_taken_row_by_row_and_told_again_changes_nothing(file: Path, people: dict[str, str]) -> None:
    told = run("import", str(file), status=1)
    assert "enrolled 2 put right 0 known so already 0" in told
    assert (known(people["ada"]).name, known(people["ada"]).birth_day, known(people["dagny"]).name) == (
        "Ada Løvborg", 29, "Dagny",
    )  # fmt: skip
    with file.with_name("people.csv.rejects.csv").open(encoding="utf-8", newline="") as lines:
        wrong = [(row["row"], row["line"], row["member"], row["code"]) for row in csv.DictReader(lines)]
    assert wrong == [
        ("2", "3", people["bruno"], "bad_email"), ("2", "3", people["bruno"], "unknown_language"),
        ("3", "4", people["carmen"], "email_taken"), ("5", "6", people["ada"], "told_twice"),
        ("6", "7", "", "missing_member"),
    ]  # fmt: skip
    assert accounts_of([people["bruno"], people["carmen"]]) == {}
    assert "enrolled 0 put right 0 known so already 2" in run("import", str(file), status=1)


def test_a_dry_run_says_what_the_run_will_say_and_changes_nothing(file: Path, people: dict[str, str]) -> None:
    rehearsed = run("import", str(file), "--dry-run", status=1).partition("enrolled")[2]
    assert rehearsed.endswith("Only looked at: nothing was changed.")
    assert accounts_of(list(people.values())) == {}
    told = run("import", str(file), status=1).partition("enrolled")[2]
    assert told == rehearsed.removesuffix(" Only looked at: nothing was changed.")


def test_an_empty_cell_tells_nothing_unless_it_is_to_forget(tmp_path: Path) -> None:
    number, path = fresh("ada"), tmp_path / "people.parquet"
    run("put", number, "--given-name", "Ada", "--phone", "33 12", "--joined-on", "2024-03-01")
    pl.DataFrame({"member": [number], "given_name": ["Adele"], "phone": [None], "joined_on": [None]}).write_parquet(
        path
    )
    assert "put right 1" in run("import", str(path))
    assert (known(number).given_name, known(number).phone) == ("Adele", "33 12")
    assert "put right 1" in run("import", str(path), "--forget-empty")
    assert (known(number).phone, str(known(number).joined_on)) == ("", "2024-03-01")


@pytest.mark.parametrize(("head", "code"), [("number,given_name", "missing_column"), ("member,name", "unknown_column")])
def test_a_file_of_which_nothing_can_be_read_is_refused(tmp_path: Path, head: str, code: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"{head}\n1001,Ada\n", encoding="utf-8")
    assert code in run("import", str(path), status=1)


@pytest.mark.usefixtures("harbour")
def test_who_is_erased_is_looked_at_first_and_then_unknown(people: dict[str, str]) -> None:
    ada = people["ada"]
    run("put", ada, "--given-name", "Ada")
    tell(purchase(ada, "2026-05-04 15:00", 24_000))
    assert "points_left" in run("erase", ada, status=1)
    said = run("erase", ada, "--leave-points", "--dry-run")
    assert f"{ada} would be erased. Stays in the ledger, as nobody's: 240 points." in said
    assert known(ada).given_name == "Ada"
    assert f"{ada} is erased." in run("erase", ada, "--leave-points")
    assert "unknown_member" in run("erase", ada, status=1)
