"""A keeper's first day at the command line, in order: each test goes on where the one before ended."""

from __future__ import annotations

import csv
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from regulars.doors.cli.importing import rejects_of
from regulars.doors.cli.main import app

SALES = """member,event,at,line,quantity,net
Ada,p1,2026-01-05 10:00:00,1,1,12.00
Ada,p1,2026-01-05 10:00:00,2,1,3.50
Bruno,p2,2026-01-06 11:00:00,1,2,70.00
"""
IMPORT = ("--source", "till", "--members", "create")


def rejected(folder: Path, file: str) -> dict[str, set[str]]:
    """Codes by event, as the report of an import tells them."""
    found: dict[str, set[str]] = {}
    with (folder / f"{file}.rejects.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            assert row["sentence"]
            found.setdefault(row["event"], set()).add(row["code"])
    return found


def test_import_before_anything_is_published_says_what_to_do_first(house: Any) -> None:
    (house.folder / "sales.csv").write_text(SALES)
    done = house("import", "sales.csv", *IMPORT)
    assert done.returncode == 1
    assert "no_programme" in done.stderr and "regulars publish" in done.stderr and "Traceback" not in done.stderr


def test_init_takes_no_address_that_can_be_none(house: Any) -> None:
    done = house("init", "--email", "notanemail")
    assert done.returncode == 2 and "notanemail" in done.stderr
    assert not (house.folder / "programme.yaml").exists()


def test_init_writes_a_programme_and_makes_a_sign_in(house: Any) -> None:
    done = house("init", "--email", "dagny@shop.example")
    assert done.returncode == 0, done.stderr
    assert re.search(r"dagny@shop\.example with the password \S{12,}", done.stdout)
    assert house("check", "programme.yaml").returncode == 0


def test_the_next_step_is_printed_on_one_line_as_it_is_typed_here(house: Any) -> None:
    done = house("init", "--email", "dagny@shop.example", COLUMNS="40")
    here = shlex.join([sys.executable, "-m", "regulars"])
    assert f"then: {here} check programme.yaml && {here} publish programme.yaml\n" in done.stdout


def test_init_again_leaves_the_programme_and_the_password_as_they_are(house: Any) -> None:
    own = (house.folder / "programme.yaml").read_text().replace("My Shop", "Dagny's")
    (house.folder / "programme.yaml").write_text(own)
    done = house("init", "--email", "dagny@shop.example")
    assert done.returncode == 0, done.stderr
    assert (house.folder / "programme.yaml").read_text() == own
    assert "the password" not in done.stdout
    assert re.search(r"has an account already, .* user dagny@shop\.example$", done.stdout, re.M)


def test_a_programme_with_a_mistake_is_not_published(house: Any) -> None:
    text = (house.folder / "programme.yaml").read_text()
    (house.folder / "broken.yaml").write_text(text.replace("at_edge: clip ", "at_edge: clipp "))
    done = house("publish", "broken.yaml")
    assert done.returncode == 1
    assert "not_a_choice" in done.stderr and "^" in done.stderr


def test_publish_puts_it_in_force_from_a_day_in_the_past(house: Any) -> None:
    done = house("publish", "programme.yaml", "--effective", "2025-01-01")
    assert done.returncode == 0, done.stderr
    assert "Version 1" in done.stdout and "2025-01-01" in done.stdout


def test_the_same_text_is_not_published_twice(house: Any) -> None:
    done = house("publish", "programme.yaml", "--base", "1")
    assert done.returncode == 1
    assert "nothing_changed" in done.stderr


def test_a_version_is_withdrawn_before_it_begins_and_a_bad_one_replaced_at_once(house: Any) -> None:
    text = (house.folder / "programme.yaml").read_text()
    (house.folder / "better.yaml").write_text(text + "# better\n")
    assert house("publish", "better.yaml", "--base", "1", "--effective", "2199-01-01").returncode == 0
    done = house("publish", "--withdraw", "2", "--because", "a slip")
    assert done.returncode == 0 and "Version 2 is withdrawn" in done.stdout, done.stderr
    done = house("publish", "better.yaml", "--base", "1", "--replace", "--because", "the first forgot a comment")
    assert done.returncode == 0 and "Version 3" in done.stdout and "in place of version 1" in done.stdout, done.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ["--withdraw", "3", __file__],
        [__file__, "--replace"],
        [__file__, "--because", "x"],
        [__file__, "--worse-now"],
        [],
    ],
)
def test_a_wrong_call_of_publish_touches_nothing(wrong: list[str]) -> None:
    assert CliRunner().invoke(app, ["publish", *wrong]).exit_code == 2


def test_import_takes_every_event_and_prove_agrees(house: Any) -> None:
    done = house("import", "sales.csv", *IMPORT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"recorded\s+2", done.stdout)
    proved = house("prove")
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert "2 accounts" in proved.stdout


def test_import_again_changes_nothing(house: Any) -> None:
    done = house("import", "sales.csv", *IMPORT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"duplicate\s+2", done.stdout) and "recorded" not in done.stdout


def test_each_bad_event_is_set_aside_with_its_reason_and_the_good_one_is_kept(house: Any) -> None:
    (house.folder / "bad.csv").write_text(
        "member,event,at,line,quantity,net,currency\n"
        "Ada,good,2026-02-01 10:00:00,1,1,5.00,EUR\n"
        "Ada,minus,2026-02-01 10:00:00,1,1,-5.00,EUR\n"
        "Ada,later,2199-02-01 10:00:00,1,1,5.00,EUR\n"
        "Ada,kroner,2026-02-01 10:00:00,1,1,5.00,DKK\n"
        "Bruno,p2,2026-01-06 11:00:00,1,2,71.00,EUR\n"
        "Bruno,p1,2026-01-05 10:00:00,1,1,12.00,EUR\n"
        "Carmen,new,2026-02-01 10:00:00,1,1,5.00,EUR\n"
    )
    done = house("import", "bad.csv", "--source", "till")
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"recorded\s+1\b", done.stdout) and re.search(r"quarantined\s+6\b", done.stdout)
    for code in (
        "negative_amount",
        "future_date",
        "currency_mismatch",
        "other_content",
        "other_member",
        "unknown_member",
    ):
        assert code in done.stdout, done.stdout
    told = rejected(house.folder, "bad.csv")
    assert {event: told.get(event) for event in ("minus", "later", "kroner")} == {
        "minus": {"negative_amount"}, "later": {"future_date"}, "kroner": {"currency_mismatch"},
    }  # fmt: skip


def test_the_file_of_what_was_set_aside_is_private(house: Any) -> None:
    assert (house.folder / "bad.csv.rejects.csv").stat().st_mode & 0o777 == 0o600


def test_the_file_of_what_was_set_aside_also_tells_what_recording_refused(house: Any) -> None:
    told = rejected(house.folder, "bad.csv")
    assert (told["p1"], told["p2"], told["new"]) == ({"other_member"}, {"other_content"}, {"unknown_member"})


def test_files_of_the_same_name_are_told_of_beside_each_of_them(house: Any) -> None:
    for shop in ("north", "south"):
        (house.folder / shop).mkdir()
        (house.folder / shop / "sales.csv").write_text(SALES.replace("12.00", "-12.00").replace("p1", f"{shop}-1"))
        done = house("import", f"{shop}/sales.csv", *IMPORT)
        assert done.returncode == 1 and f"{shop}/sales.csv.rejects.csv" in done.stdout
    assert set(rejected(house.folder, "north/sales.csv")) == {"north-1"}
    assert set(rejected(house.folder, "south/sales.csv")) == {"south-1"}
    assert not (house.folder / "sales.csv.rejects.csv").exists()


def test_beside_a_file_in_a_folder_that_cannot_be_written_to_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert rejects_of(Path("/archive/sales.csv")) == Path("sales.csv.rejects.csv")


@pytest.mark.parametrize("source", ["", " ", " till", "x" * 201, "a\tb"])
def test_what_is_no_name_of_a_source_is_a_wrong_call(source: str, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    done = CliRunner().invoke(app, ["import", str(tmp_path / "sales.csv"), "--source", source])
    assert done.exit_code == 2
    assert "bad_source" in done.output


def test_a_folder_is_no_map(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    for words in (["import", str(tmp_path / "sales.csv"), "--source", "till"],
                  ["backtest", "programmes/harbour.yaml", "--events", str(tmp_path / "sales.csv"), "--out", "out"]):  # fmt: skip
        done = CliRunner().invoke(app, [*words, "--map", str(tmp_path)])
        assert done.exit_code == 2
        assert "is a folder" in done.output


def test_an_unknown_column_refuses_the_whole_file(house: Any) -> None:
    (house.folder / "odd.csv").write_text(SALES.replace("quantity", "qantity"))
    done = house("import", "odd.csv", *IMPORT)
    assert done.returncode == 1
    assert "unknown_column" in done.stderr and "qantity" in done.stderr and "Traceback" not in done.stderr


def test_a_broken_map_is_shown_with_its_place(house: Any) -> None:
    (house.folder / "map.yaml").write_text("map: 1\ncolumns:\n  colour: brand\n")
    done = house("import", "sales.csv", *IMPORT, "--map", "map.yaml")
    assert done.returncode == 1
    assert "unknown_column" in done.stderr and "map.yaml" in done.stderr


def test_a_file_that_ends_in_the_middle_is_taken_as_far_as_it_is_whole(house: Any) -> None:
    (house.folder / "cut.csv").write_text(
        SALES.replace("p1", "c1").replace("p2", "c2") + 'Ada,c3,2026-01-07 10:00:00,1,1,"4'
    )
    done = house("import", "cut.csv", *IMPORT)
    assert done.returncode == 1, done.stdout + done.stderr
    # The last whole row may not be the last of its event: that event waits for the whole file.
    assert "file_truncated" in done.stdout and re.search(r"recorded\s+1\b", done.stdout)
    assert "c2" in rejected(house.folder, "cut.csv") and "c1" not in rejected(house.folder, "cut.csv")
    assert "Traceback" not in done.stderr


def test_prove_still_agrees_after_all_that(house: Any) -> None:
    assert house("prove").returncode == 0


def test_a_proof_that_was_interrupted_goes_on_after_an_account(house: Any) -> None:
    with psycopg.connect(house.environment["DATABASE_OWNER_URL"], autocommit=True) as owner:
        accounts = [id for (id,) in owner.execute("SELECT account_id FROM account WHERE account_id > 0 ORDER BY 1")]
        off = [accounts[0], accounts[-1]]
        owner.execute("UPDATE entry SET base = base + 1 WHERE account_id = ANY(%s)", [off])
        whole = house("prove", "--replay")
        assert whole.returncode == 1 and [f"account {id}: entry" in whole.stdout for id in off] == [True, True]
        rest = house("prove", "--replay", "--after", str(off[0]))
        assert rest.returncode == 1 and [f"account {id}: entry" in rest.stdout for id in off] == [False, True]
        last = house("prove", "--replay", "--after", str(off[1]))
        assert last.returncode == 0 and "0 accounts" in last.stdout and "folded again" in last.stdout
        owner.execute("UPDATE entry SET base = base - 1 WHERE account_id = ANY(%s)", [off])
        # Keys are no account's: they are looked up in any case.
        owner.execute(
            "INSERT INTO event_key SELECT 'nobody', external_id, type, account_id, event_id, digest FROM event_key LIMIT 1"
        )
        assert house("prove", "--replay", "--after", str(off[1])).returncode == 1
        owner.execute("DELETE FROM event_key WHERE source = 'nobody'")
    assert house("prove", "--replay").returncode == 0


def test_user_makes_a_sign_in_and_refuses_a_role_it_does_not_know(house: Any) -> None:
    done = house("user", "bruno@shop.example", "--name", "Bruno", "--role", "staff")
    assert done.returncode == 0 and "password" in done.stdout
    again = house("user", "bruno@shop.example", "--role", "staff")
    assert again.returncode == 0 and again.stdout != done.stdout
    assert house("user", "bruno@shop.example", "--role", "boss").returncode == 2
    assert house("user", "bruno").returncode == 2


def test_keys_are_made_listed_and_revoked_by_those_very_words(house: Any) -> None:
    assert "There is no key yet" in house("key").stdout
    made = house("key", "make", "the till at the quay")
    assert re.match(r"rk_\S{40,}\n", made.stdout), made.stderr
    # Nothing of it breaks in a terminal, however narrow.
    listed = house("key", "list", COLUMNS="60").stdout
    assert listed.splitlines()[0].endswith("  the till at the quay") and "  made 2" in listed
    assert listed.splitlines()[2:] == ["  events:write members:read quotes:read"]
    (id,) = re.findall(r"^\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s", listed, re.M)
    assert "opens nothing any more" in house("key", "revoke", id).stdout


@pytest.mark.parametrize("words", [("revoke", "till 3"), ("revoke",), ("make",), ("till 3",)])
def test_what_is_said_of_a_key_and_makes_no_sense_is_a_wrong_call(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, ["key", *words]).exit_code == 2


def test_the_clock_moves_forward_only(house: Any) -> None:
    before, after = house("clock"), house("clock", "--ahead", "2")
    assert before.returncode == after.returncode == 0, after.stderr
    assert before.stdout < after.stdout
    assert "is done by the worker" in after.stderr and "is done by the worker" not in before.stderr
    assert house("clock", "--ahead", "-1").returncode == 2
