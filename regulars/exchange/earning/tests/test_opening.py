"""Openings: a file from another system is taken whole or not at all, once, and undone as a whole."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.exchange.earning import opening
from regulars.exchange.earning.acting import ActRefused
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.opening import Run, check_file, take_openings
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import account, fresh, purchase, rows
from regulars.exchange.earning.withdrawing import Undone, undo_openings
from regulars.exchange.ledger.assembling import POTS
from regulars.exchange.ledger.proving import prove
from regulars.exchange.ledger.statement import statement
from regulars.ground.activity.contract import FileRefused
from regulars.ground.activity.openings import COLUMNS, Totals, read_totals
from regulars.ground.members.enrolling import accounts_of

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)
Row = dict[str, Any]


def written(folder: Path, told: Iterable[Row], name: str = "old.csv") -> Path:
    """A file of openings."""
    path = folder / name
    with path.open("w", newline="") as file:
        out = csv.DictWriter(file, list(COLUMNS))
        out.writeheader()
        out.writerows(told)
    return path


def quietly(done: int, total: int) -> None:
    """Nobody looks on."""


def taken(path: Path, run: str, told: Totals | None = None, now: datetime = NOW) -> Run:
    """Take a file under an id; without totals, as it says itself."""
    checked = check_file(path, run, now, path.with_suffix(".rejects.csv"))
    return take_openings(checked, checked.totals if told is None else told, run, "keeper", now, quietly)


def refusal(path: Path, run: str, told: Totals | None = None) -> tuple[str, Any]:
    with pytest.raises(ActRefused) as refused:
        taken(path, run, told)
    return refused.value.refusal.code, refused.value.refusal.figures


def faults(path: Path) -> list[tuple[str, str]]:
    """(row, code) of all that is wrong with a file."""
    rejects = path.with_suffix(".rejects.csv")
    check_file(path, "", NOW, rejects)
    with rejects.open(newline="") as file:
        told = list(csv.DictReader(file))
    assert all(int(row["line"]) > int(row["row"]) for row in told if row["row"])  # below the header
    return [(row["row"], row["code"]) for row in told]


def sentences(path: Path, language: str) -> list[str]:
    """What is said of all that is wrong with a file."""
    check_file(path, "", NOW, path.with_suffix(".rejects.csv"), language)
    with path.with_suffix(".rejects.csv").open(newline="") as file:
        return [row["sentence"] for row in csv.DictReader(file)]


def pots(member: str) -> dict[str, int]:
    """What is not empty, in all currencies."""
    return {pot: row[pot] for row in rows("balance", account(member)) for pot in POTS if row[pot]}


def proved(accounts: Iterable[int]) -> Any:
    """What is not as it must be, also when every history is folded again."""
    return prove(accounts, also=refolder(NOW + timedelta(days=500))).differences


def three() -> list[Row]:
    """Ada has two lots and progress, Bruno owes, Carmen has a tier and nothing else."""
    ada, bruno, carmen = (fresh(name) for name in ("ada", "bruno", "carmen"))
    return [
        {"member": ada, "points": 700, "earned_on": "2026-02-03", "joined_on": "2019-05-04", "tier": "mate",
         "tier_until": "2027-03-31", "last_active_on": "2026-11-20"},
        {"member": ada, "points": 30, "earned_on": "2026-11-20", "available_on": "2026-12-05", "tier": "mate"},
        {"member": ada, "progress": "400.50", "progress_on": "2026-02-03"},
        {"member": bruno, "debt": 25},
        {"member": carmen, "tier": "captain"},
    ]  # fmt: skip


@pytest.fixture
def old(tmp_path: Path, harbour: int) -> tuple[Path, list[str]]:
    """A good file, and its members."""
    told = three()
    return written(tmp_path, told), list(dict.fromkeys(row["member"] for row in told))


def test_members_begin_with_what_they_bring_along(old: tuple[Path, list[str]]) -> None:
    path, (ada, bruno, carmen) = old
    assert taken(path, "spring") == Run(3, False)
    assert pots(ada) == {"issued": -730, "available": 700, "pending": 30}
    assert pots(bruno) == {"issued": 25, "debt": -25}
    assert [(str(row["earned_on"]), row["remaining"], row["pending"]) for row in rows("lot", account(ada), "seq")] == [
        ("2026-02-03", 700, False), ("2026-11-20", 30, True),
    ]  # fmt: skip
    (standing,) = rows("standing", account(ada))
    assert (standing["tier"], str(standing["tier_until"]), standing["progress"]) == ("mate", "2027-03-31", 40_050)
    assert rows("standing", account(carmen))[0]["tier"] == "captain"
    with connection.cursor() as cursor:
        cursor.execute("SELECT joined_on::text FROM member WHERE account_id = %s", [account(ada)])
        assert cursor.fetchone() == ("2019-05-04",)
    assert proved(accounts_of([ada, bruno, carmen]).values()) == ()
    line = statement(account(ada))[-1]
    assert (line.title("en"), line.why("de").split(".")[0]) == (
        "Brought along", "Diese Punkte hast du aus dem Programm vor diesem mitgebracht",
    )  # fmt: skip


def test_life_goes_on_from_there(old: tuple[Path, list[str]]) -> None:
    path, (ada, bruno, _) = old
    taken(path, "spring")
    later = NOW + timedelta(days=20)
    settle_due(later)
    assert pots(ada)["available"] == 730
    take([purchase(bruno, "2026-11-27T10:00", 4_000)], "till", NOW + timedelta(days=1), False)
    settle_due(NOW + timedelta(days=30))
    assert (pots(bruno).get("debt"), pots(bruno)["available"]) == (None, 15)
    assert proved(accounts_of([ada, bruno]).values()) == ()


def test_the_same_file_again_changes_nothing_and_another_one_needs_an_id_of_its_own(
    old: tuple[Path, list[str]],
) -> None:
    path, members = old
    taken(path, "spring")
    before = [rows("entry", account(one)) for one in members]
    assert taken(path, "spring", now=NOW + timedelta(days=3)) == Run(3, True)
    assert [rows("entry", account(one)) for one in members] == before
    other = written(path.parent, three(), "other.csv")
    assert refusal(other, "spring") == ("other_file", {"run": "spring"})
    assert refusal(path, "autumn") == ("file_at_fault", {"faults": {"not_first": 3}})


def test_totals_that_differ_are_shown_side_by_side_and_nothing_is_taken(
    old: tuple[Path, list[str]], tmp_path: Path
) -> None:
    path, members = old
    control = tmp_path / "totals.csv"
    control.write_text(
        "total,of,value\nmembers,,3\nlots,,2\npoints,points,731\ndebt,points,25\ntier,mate,1\ntier,captain,1\n"
    )
    code, figures = refusal(path, "spring", read_totals(control))
    assert code == "control_totals_differ"
    assert figures["differences"] == [
        {"total": "points", "of": "points", "control": 731, "file": 730},
        {"total": "tier", "of": "deckhand", "control": 0, "file": 1},
    ]
    assert accounts_of(members) == {}


@pytest.mark.parametrize("text", ["what,of,value\n", "total,of,value\nlots,,1.5\n", "total,of,value\nmoney,,1\n",
                                  "total,of,value\nlots,,1\nlots,,1\n"])  # fmt: skip
def test_control_totals_that_cannot_be_read_are_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_text(text)
    with pytest.raises(FileRefused, match="bad_totals"):
        read_totals(tmp_path / "totals.csv")


def test_of_a_day_that_there_is_not_it_is_said_that_there_is_none(tmp_path: Path, harbour: int) -> None:
    path = written(tmp_path, [{"member": fresh("ada"), "points": 5, "earned_on": "2026-02-30"}])
    assert faults(path) == [("1", "bad_date")]
    assert sentences(path, "en")[0].startswith('`earned_on` is "2026-02-30", and there is no such day')


def test_every_row_that_is_wrong_is_told_and_nothing_is_taken(tmp_path: Path, harbour: int) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    lot = {"member": ada, "points": 5, "earned_on": "2026-01-02"}
    wrong = [
        (lot, ""), (lot, "told_twice"), ({"member": ada, "points": -5}, "bad_points"),
        ({"member": ada, "points": "12.5"}, "bad_points"), ({"points": 5}, "missing_member"),
        ({"member": ada, "points": 5, "earned_on": "3.1.2026"}, "bad_date"),
        ({"member": ada, "tier": "mate", "points": 1}, ""), ({"member": ada, "tier": "captain"}, "told_differently"),
        ({"member": ada, "points": 5, "debt": 5}, "points_and_debt"), ({"member": ada, "expires_on": "2027-01-01"}, "days_without_points"),
        ({"member": ada, "progress": "1.005"}, "bad_amount"), ({"member": bruno, "debt": 3}, ""), ({"member": bruno, "debt": 3}, "told_twice"),
        ({"member": bruno, "progress": "1.00"}, ""), ({"member": bruno, "progress": "1.00"}, "told_twice"),
        ({"member": fresh("x"), "points": 5, "currency": "doubloons"}, "unknown_currency"),
        ({"member": fresh("x"), "tier": "admiral"}, "unknown_tier"),
        ({"member": fresh("x"), "points": 5, "expires_on": "2027-01-01"}, "expiry_not_kept"),
        ({"member": fresh("x"), "points": 5, "earned_on": "2026-11-28"}, "bad_days"),
        ({"member": fresh("x"), "joined_on": "2026-11-28"}, "bad_days"),
        ({"member": fresh("x"), "tier": "mate", "tier_until": "2026-11-25"}, "bad_term"),
        ({"member": fresh("x"), "progress": "5.00", "progress_on": "2026-11-28"}, "bad_progress"),
    ]  # fmt: skip
    path = written(tmp_path, [row for row, _ in wrong])
    assert faults(path) == [(str(number), code) for number, (_, code) in enumerate(wrong, start=1) if code]
    assert refusal(path, "spring")[0] == "file_at_fault"
    assert accounts_of([ada, bruno]) == {}
    told = {language: sentences(path, language) for language in ("en", "de", "es", "da")}
    assert not (set(told["de"]) | set(told["es"]) | set(told["da"])) & set(told["en"])
    assert "Kein Posten dieser Währung hat im Programm einen eigenen letzten Tag: weglassen." in told["de"]


def test_what_the_programme_cannot_keep_is_told(tmp_path: Path, corner: int) -> None:
    told = [
        ({"points": 5, "earned_on": "2026-01-02", "expires_on": "2026-11-25"}, "already_expired"),
        ({"points": 5, "earned_on": "2026-01-02", "expires_on": "2026-11-26"}, ""),
        ({"currency": "points", "debt": 5}, "no_debt_known"),
        ({"progress": "12", "progress_on": "2026-01-02"}, ""),
        ({"progress": "12.5", "progress_on": "2026-01-02"}, "bad_progress"),
    ]
    path = written(tmp_path, [{"member": fresh("ada"), **row} for row, _ in told])
    assert faults(path) == [(str(number), code) for number, (_, code) in enumerate(told, start=1) if code]


def test_a_file_with_other_columns_is_refused(tmp_path: Path, harbour: int) -> None:
    path = tmp_path / "old.csv"
    for text, code in (("number,points\n1,2\n", "missing_column"), ("member,ponits\n1,2\n", "unknown_column")):
        path.write_text(text)
        with pytest.raises(FileRefused, match=code):
            check_file(path, "", NOW, tmp_path / "rejects.csv")


def test_what_was_taken_is_undone_as_a_whole_and_can_be_taken_anew(old: tuple[Path, list[str]]) -> None:
    path, members = old
    taken(path, "spring")
    settle_due(NOW + timedelta(days=15))
    later = NOW + timedelta(days=16)
    assert undo_openings("spring", "keeper", later, quietly).members == 3
    assert [pots(one) for one in members] == [{}, {}, {}]
    assert [rows("standing", account(one))[0]["tier"] for one in members] == ["deckhand"] * 3
    assert undo_openings("spring", "keeper", later, quietly) == Undone(again=True)
    assert refusal(path, "spring") == ("run_undone", {"run": "spring"})
    assert taken(path, "second", now=later) == Run(3, False)
    assert pots(members[0])["available"] + pots(members[0]).get("pending", 0) == 730
    assert proved(accounts_of(members).values()) == ()


def test_what_expired_meanwhile_is_undone_as_well(tmp_path: Path, corner: int) -> None:
    ada = fresh("ada")
    lots = [{"points": points, "earned_on": "2026-09-01", "expires_on": last} for points, last in (
        (40, "2026-11-26"), (9, "2026-11-28"), (1, "")
    )]  # fmt: skip
    taken(written(tmp_path, [{"member": ada, **lot} for lot in lots]), "spring")
    settle_due(NOW + timedelta(days=1))
    assert pots(ada) == {"issued": -50, "expired": 40, "available": 10}
    # The second lot expires in the night before this, which the undoing itself looks after.
    undo_openings("spring", "keeper", NOW + timedelta(days=5), quietly)
    assert pots(ada) == {}
    assert proved([account(ada)]) == ()


def test_unless_it_is_said_nothing_is_undone_where_somebody_has_bought_since(old: tuple[Path, list[str]]) -> None:
    path, (ada, bruno, carmen) = old
    taken(path, "spring")
    take([purchase(bruno, "2026-11-27T10:00", 4_000)], "till", NOW + timedelta(days=1), False)
    before = {one: pots(one) for one in (ada, bruno, carmen)}
    with pytest.raises(ActRefused) as refused:
        undo_openings("spring", "keeper", NOW + timedelta(days=2), quietly)
    assert refused.value.refusal.code == "later_events"
    assert refused.value.refusal.figures == {"members": 1, "first": [bruno]}
    assert {one: pots(one) for one in (ada, bruno, carmen)} == before
    with pytest.raises(ActRefused) as refused:
        undo_openings("winter", "keeper", NOW, quietly)
    assert refused.value.refusal.code == "unknown_run"


@pytest.mark.usefixtures("committed", "corner")
def test_a_connection_that_is_cut_in_the_middle_leaves_nothing_and_the_same_again_does_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BATCH", 2)
    members = [fresh("ada") for _ in range(6)]
    path = written(tmp_path, [{"member": one, "currency": "points", "points": 10} for one in members])
    checked = check_file(path, "spring", NOW, tmp_path / "rejects.csv")

    def cut(done: int, total: int) -> None:
        if done == 4:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def counted() -> list[Any]:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM opening_run), (SELECT count(*) FROM member), (SELECT count(*) FROM event),"
                " (SELECT coalesce(sum(available), 0) FROM balance), (SELECT count(undone_at) FROM opening_run)"
            )
            return list(cursor.fetchone())

    with pytest.raises(OperationalError):
        take_openings(checked, checked.totals, "spring", "keeper", NOW, cut)
    assert counted() == [0, 0, 0, 0, 0]
    assert take_openings(checked, checked.totals, "spring", "keeper", NOW, quietly) == Run(6, False)
    assert counted() == [1, 6, 6, 60, 0]
    with pytest.raises(OperationalError):
        undo_openings("spring", "keeper", NOW, cut)
    assert counted() == [1, 6, 6, 60, 0]
    assert undo_openings("spring", "keeper", NOW, quietly).members == 6
    assert counted() == [1, 6, 12, 0, 1]


DAYS = st.integers(1, 900).map(lambda ago: (NOW - timedelta(days=ago)).date().isoformat())
LOTS = st.builds(
    lambda points, earned, wait: {
        "points": points, "earned_on": earned,
        "available_on": (NOW + timedelta(days=wait)).date().isoformat() if wait else earned,
    },
    st.integers(1, 10**9), DAYS, st.sampled_from((0, 0, 1, 9)),
)  # fmt: skip
PROGRESS = st.builds(lambda on, net: {"progress": f"{net}.05", "progress_on": on}, DAYS, st.integers(0, 10**6))
SAID = st.fixed_dictionaries({"tier": st.sampled_from(("", "mate", "captain")), "joined_on": DAYS})
MEMBERS = st.builds(
    lambda said, more: [said, *more],
    SAID,
    st.lists(LOTS | PROGRESS, max_size=4, unique_by=lambda row: row.get("earned_on") or row["progress_on"])
    | st.just([{"debt": 7}]),
)


@pytest.mark.usefixtures("harbour")
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=st.lists(MEMBERS, min_size=1, max_size=5), nights=st.sampled_from((0, 1, 10, 400)))
def test_the_ledger_comes_to_the_totals_of_any_file_and_to_nothing_when_it_is_undone(
    told: list[list[Row]], nights: int, tmp_path: Path
) -> None:
    names = [fresh("ada") for _ in told]
    path = written(
        tmp_path, [{"member": name, **row} for name, lines in zip(names, told, strict=True) for row in lines]
    )
    later = NOW + timedelta(days=nights)
    with transaction.atomic():
        checked = check_file(path, "spring", NOW, tmp_path / "rejects.csv")
        assert checked.faults == {}
        take_openings(checked, checked.totals, "spring", "keeper", NOW, quietly)
        accounts = accounts_of(names)
        here = Totals({("members", ""): len(accounts), ("lots", ""): 0})
        for one in accounts.values():
            here["lots", ""] += len(rows("lot", one))
            here["tier", rows("standing", one)[0]["tier"]] += 1
            for row in rows("balance", one):
                here["points", "points"] += row["available"] + row["pending"]
                here["debt", "points"] -= row["debt"]
        assert +here == +checked.totals
        assert proved(accounts.values()) == ()
        if nights:
            settle_due(later)
        undo_openings("spring", "keeper", later, quietly)
        assert [pots(name) for name in names] == [{}] * len(names)
        assert proved(accounts.values()) == ()
        transaction.set_rollback(True)
