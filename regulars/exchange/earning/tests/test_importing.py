"""Importing: it goes on where it was interrupted, and two writers never have the same member at the same time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from regulars.exchange.earning import importing
from regulars.exchange.earning.housing import found, join
from regulars.exchange.earning.importing import Imported, Taken, each_in_turn, import_file
from regulars.exchange.earning.tests.cast import NOW, fresh, pots
from regulars.exchange.earning.tests.test_acting import by
from regulars.ground.activity.arranging import slot_of
from regulars.ground.activity.building import Gathered
from regulars.ground.activity.contract import Terms
from regulars.ground.activity.files import Reading, Sheaf
from regulars.ground.activity.rejects import ALONG
from regulars.ground.members.enrolling import Person, enrol


class Power(Exception):
    """It is cut."""


def test_an_import_that_was_interrupted_goes_on_with_the_batch_that_was_not_done(
    harbour: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "Reading", partial(Reading, batch_events=2))
    source = fresh("till")
    sales = tmp_path / "sales.csv"
    rows = [
        f"{name}-{source},{name}-{day},2024-03-0{day} 10:00:00,1,1,10.00"
        for name in ("ada", "bruno", "carmen", "dagny")
        for day in (1, 2)
    ]
    sales.write_text("\n".join(["member,event,at,line,quantity,net", *rows]) + "\n")
    heard: list[int] = []

    def run(cut: bool) -> Imported:
        def tell(read: int, total: int, done: Imported) -> None:
            heard.append(read)
            if cut and done.batches == 2:
                raise Power

        return import_file(sales, source, None, True, NOW, tmp_path / "rejects.csv", tell)

    with pytest.raises(Power):
        run(cut=True)
    assert heard == [2, 4]
    done = run(cut=False)
    assert (done.resumed_at, done.batches, heard) == (2, 2, [2, 4, 6, 8])
    assert done.events == {"recorded": 4}
    again = run(cut=False)
    assert (again.resumed_at, again.events) == (0, {"duplicate": 8})


@pytest.mark.parametrize("resident", [1_000, 1])
def test_what_the_ledger_refuses_is_told_with_its_lines_and_what_stood_there(
    harbour: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resident: int
) -> None:
    monkeypatch.setattr(importing, "Reading", partial(Reading, resident_rows=resident))
    nobody = fresh("nobody")
    sales, rejects = tmp_path / "sales.csv", tmp_path / "rejects.jsonl"
    rows = [
        f'{nobody}-2,r2,2024-03-01 10:00:00,1,1,10.00,"two\nlines"', f"{nobody}-1,r1,2024-03-01 10:00:00,1,1,10.00,",
        f"{nobody}-2,r2,2024-03-01 10:00:00,2,1,2.50,rye", f"{nobody}-3,r3,2024-03-01 10:00:00,1,1,x,",
    ]  # fmt: skip
    sales.write_text("\n".join(["member,event,at,line,quantity,net,sku", *rows]) + "\n")
    for _again in range(2):
        import_file(sales, nobody, None, False, NOW, rejects, lambda *_: None)
        told = [json.loads(line) for line in rejects.read_text().splitlines()]
        assert [(one["row"], one["line"], one["event"], one["code"]) for one in told] == [
            (1, 2, "r2", "unknown_member"), (2, 4, "r1", "unknown_member"), (3, 5, "r2", ALONG), (4, 6, "r3", "bad_amount"),
        ]  # fmt: skip
        assert [(one["raw"]["net"], one["raw"]["sku"]) for one in told] == [
            ("10.00", "two\nlines"), ("10.00", ""), ("2.50", "rye"), ("x", ""),
        ]  # fmt: skip


def sheaf(number: int, *members: str) -> Sheaf:
    """One event of each member, as far as it is looked at here."""
    nothing = pl.DataFrame()
    told = Gathered(pl.DataFrame({"member": members}), nothing, nothing, (), "USD")
    return Sheaf(number, told, {}, [], 0, 0, members[0], members[-1])


def in_order(monkeypatch: pytest.MonkeyPatch, *sheaves: Sheaf) -> list[str]:
    """What happens when two writers share these sheaves, where each begins to work when somebody waits for it."""
    story: list[str] = []

    class Lazy(Future[Taken]):
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

        def result(self, timeout: float | None = None) -> Taken:
            story.append(f"done {self.number}")
            return Counter(), []

    class Pool:
        def submit(self, work: object, sheaf: Sheaf) -> Lazy:
            story.append(f"given {sheaf.number}")
            return Lazy(sheaf.number)

    @contextmanager
    def companions(count: int) -> Iterator[Pool]:
        yield Pool()

    monkeypatch.setattr(importing, "companions", companions)
    for _ in each_in_turn(lambda sheaf: (Counter(), []), sheaves, writers=2):
        pass
    return story


@pytest.mark.parametrize("resident", [1_000, 1])
@pytest.mark.parametrize("turn", [1, -1])
def test_in_one_file_those_who_share_an_account_spend_what_the_other_one_had_earned_before(
    turn: int, resident: int, harbour: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "Reading", partial(Reading, batch_events=2, resident_rows=resident))
    # Whichever of them comes first in the order of numbers, and other people between them.
    ada, bruno, *others = sorted(map(fresh, ("ada", "bruno", *("carmen",) * 20)), key=slot_of)[::turn]
    source, sales = fresh("till"), tmp_path / "sales.csv"
    enrol([Person(ada), Person(bruno)], NOW)
    home = found(ada, "", by()).household.number
    join(bruno, home, by())
    rows = [f"{other},{other},purchase,2024-03-04 12:00,,1,5.00" for other in others]
    rows[10:10] = [f"{bruno},S,redemption,2024-05-04 17:00,50,,", f"{ada},P,purchase,2024-03-04 10:00,,1,100.00"]
    sales.write_text("\n".join(["member,event,type,at,points,line,net", *rows]) + "\n")
    done = import_file(sales, source, None, True, NOW, tmp_path / "rejects.csv", lambda *_: None)
    assert (done.events, done.codes) == ({"recorded": 22}, {})
    assert pots(home)["redeemed"] == 50


def test_an_import_begins_again_where_somebody_joined_a_household_before_it_went_on(
    harbour: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "Reading", partial(Reading, batch_events=1))
    source, sales = fresh("till"), tmp_path / "sales.csv"
    people = [fresh(name) for name in ("ada", "bruno", "carmen")]
    enrol([Person(number) for number in people], NOW)
    rows = [f"{who},{who}-{day},2024-03-0{day} 10:00,1,10.00" for who in people for day in (1, 2, 3)]
    sales.write_text("\n".join(["member,event,at,line,net", *rows]) + "\n")

    def tell(read: int, total: int, done: Imported) -> None:
        raise Power

    with pytest.raises(Power):
        import_file(sales, source, None, True, NOW, tmp_path / "rejects.csv", tell)
    home = found(people[0], "", by()).household.number
    join(people[2], home, by())
    done = import_file(sales, source, None, True, NOW, tmp_path / "rejects.csv", lambda *_: None)
    assert done.resumed_at == 0 and done.events.total() == 9
    assert set(done.events) == {"recorded", "duplicate"}


def test_a_sheaf_that_goes_on_with_a_member_waits_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    story = in_order(monkeypatch, sheaf(0, "ada", "bruno"), sheaf(1, "bruno", "carmen"))
    assert story[:3] == ["given 0", "done 0", "given 1"]


def test_a_sheaf_that_goes_on_with_a_household_waits_for_the_one_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = "".join(f"{who},{who}-{day},2024-03-0{day} 10:00,1,10.00\n" for who in ("ada", "bruno") for day in (1, 2, 3))
    (sales := tmp_path / "sales.csv").write_text(f"member,event,at,line,net\n{rows}")
    together = {"ada": "account 7", "bruno": "account 7"}
    with Reading(sales, Terms("UTC", "USD", 2, 10**17), batch_events=2, together=together) as reading:
        sheaves = list(reading.sheaves())
    assert [event.id for one in sheaves for event in one.events()] == [
        "ada-1", "bruno-1", "ada-2", "bruno-2", "ada-3", "bruno-3",
    ]  # fmt: skip
    assert in_order(monkeypatch, *sheaves)[:3] == ["given 0", "done 0", "given 1"]


def test_sheaves_of_different_members_are_given_out_together(monkeypatch: pytest.MonkeyPatch) -> None:
    story = in_order(monkeypatch, sheaf(0, "ada", "bruno"), sheaf(1, "carmen"))
    assert story[:2] == ["given 0", "given 1"]
