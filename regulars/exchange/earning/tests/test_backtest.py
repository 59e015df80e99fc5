"""The backtest: what it writes fits together, and nothing but the file and the programme decides it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from regulars.exchange.earning import backtest as backtesting
from regulars.exchange.earning.backtest import UNDER_WAY, Backtested, Trial, backtest, write_summary
from regulars.exchange.earning.behaving import ways
from regulars.exchange.earning.bunching import Kept, whole_members
from regulars.exchange.earning.replaying import BeyondBounds
from regulars.exchange.earning.sharing import COLUMNS
from regulars.exchange.earning.tests.cast import us
from regulars.ground.activity.contract import Terms
from regulars.ground.activity.files import Reading
from regulars.ground.activity.mapping import read_map
from regulars.programme.loading import load
from regulars.programme.promise import Programme

HOUSE = Path(__file__).parents[4]
HEADER = (
    "member", "event", "at", "type", "line", "quantity", "net", "category", "brand", "department", "original",
    "original_line", "points", "points_currency", "tendered_points",
)  # fmt: skip
MAP = b"map: 1\nattributes:\n  department: {from: department, type: text}\n"


def programme(name: str = "programmes/harbour.yaml") -> Programme:
    return load((HOUSE / name).read_bytes(), name)


def csv_file(path: Path, *rows: dict[str, Any]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def basket(member: str, event: str, at: str, *nets: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"member": member, "event": event, "at": at, "line": line, "quantity": 1, "net": net, **more}
        for line, net in enumerate(nets, 1)
    ]


def a_year(path: Path, members: int = 30) -> Path:
    """Purchases, returns and redemptions of a year, the same at every call."""
    chance = Random(20_260_117)
    people = ["Ada", "Bruno", "Carmen", "Dagny", *(f"member-{number}" for number in range(members - 4))]
    rows: list[dict[str, Any]] = []
    for number in range(members * 20):
        who = chance.choice(people)
        at = f"2025-{chance.randint(1, 9):02}-{chance.randint(1, 28):02} 1{chance.randint(0, 9)}:30:00"
        nets = [f"{chance.randint(0, 30_000) / 100:.2f}" for _ in range(chance.randint(1, 6))]
        bought = basket(who, f"e{number}", at, *nets, brand=chance.choice(("Private", "")), category="rye")
        rows += bought
        if chance.random() < 0.1:
            rows.append({
                "member": who, "event": f"r{number}", "at": at.replace("2025-", "2026-"), "type": "return", "line": 1,
                "quantity": 1, "net": bought[-1]["net"], "original": f"e{number}", "original_line": bought[-1]["line"],
            })  # fmt: skip
        if chance.random() < 0.1:
            at = f"2025-{chance.randint(10, 12)}-05 12:00:00"
            rows.append({
                "member": who, "event": f"s{number}", "at": at, "type": "redemption", "points": chance.randint(1, 900),
                "points_currency": "points",
            })  # fmt: skip
    chance.shuffle(rows)
    return csv_file(path, *rows)


def trial(
    made: Programme, spend: str = "observed", margin: str | None = None, first_reward: int | None = None
) -> Trial:
    return Trial(ways(made, spend, first_reward, 2), None if margin is None else Fraction(margin))


def reading_of(file: Path, made: Programme, batch_events: int = 2_000, resident_rows: int = 2_000_000) -> Reading:
    terms = Terms(made.header.zone, made.header.money, 2, us("2027-01-01"))
    return Reading(file, terms, read_map(MAP, "map.yaml"), batch_events=batch_events, resident_rows=resident_rows)


def run(
    file: Path, out: Path, made: Programme, processes: int = 1, batch_events: int = 2_000,
    resident_rows: int = 2_000_000, **tried: Any,
) -> Backtested:  # fmt: skip
    with reading_of(file, made, batch_events, resident_rows) as reading:
        result = backtest(made, reading, out, lambda done, total: None, trial(made, **tried), processes)
    write_summary(result, out)
    return result


@pytest.mark.parametrize("name", ["programmes/harbour.yaml", "tests/programmes/corner.yaml"])
def test_the_entries_sum_to_the_summary_and_to_the_members(tmp_path: Path, name: str) -> None:
    made = programme(name)
    result = run(a_year(tmp_path / "year.csv"), tmp_path, made)
    entries, members = pl.read_parquet(tmp_path / "entries.parquet"), pl.read_parquet(tmp_path / "members.parquet")
    assert tuple(entries.columns) == COLUMNS
    own = [one.id for one in made.currencies]
    assert members.columns == ["member", *own, "tier", "joined", "purchases", "spend", "first_reward"]
    assert entries["amount"].min() > 0
    issued = entries.filter(kind="accrual").group_by("currency", "rule").agg(pl.col("amount").sum())
    assert {(currency, rule): points for currency, rule, points in issued.iter_rows()} == {
        (currency, rule): told["points"]
        for currency, rules in result.rules.items()
        for rule, told in rules.items()
        if told["points"]
    }
    # Activations and repayments move points within what a member has.
    sign = {"accrual": 1, "clawback": -1, "redemption": -1, "expiry": -1, "activation": 0, "repayment": 0}
    held: Counter[tuple[str, str]] = Counter()
    for member, currency, kind, amount in entries.select("member", "currency", "kind", "amount").iter_rows():
        held[member, currency] += sign[kind] * amount
    for row in members.iter_rows(named=True):
        for one in made.currencies:
            assert row[one.id] == held[row["member"], one.id]
    assert result.members == members.height == sum(told["members"] for told in result.tiers.values())
    assert dict(Counter(members["tier"])) == {
        tier: told["members"] for tier, told in result.tiers.items() if told["members"]
    }
    kinds = entries.group_by("currency", "kind").agg(pl.col("amount").sum())
    for currency, kind, amount in kinds.iter_rows():
        assert sum(moved.get(kind, 0) for moved in result.months[currency].values()) == amount
    assert {"accrual", "clawback", "redemption"} <= set(entries["kind"])
    # What was given and not taken back has one of three fates, or is owed: the parts of what it costs.
    for told in result.points.values():
        fates = told["spent"] + told["expired"] + told["outstanding"] - told["owed"]
        assert fates == told["issued"] - told["taken_back"]


def test_the_parts_of_the_members_sum_to_the_whole(tmp_path: Path) -> None:
    result = run(a_year(tmp_path / "year.csv"), tmp_path, programme())
    moved = result.months["points"].values()
    assert [part["members"] for part in result.deciles] == [3] * 10
    assert sum(part["spend"] for part in result.deciles) == result.spend
    assert sum(part["points"]["points"] for part in result.deciles) == sum(
        kinds.get("accrual", 0) - kinds.get("clawback", 0) for kinds in moved
    )
    for above, below in zip(result.deciles, result.deciles[1:], strict=False):
        assert above["most"] >= above["least"] >= below["most"]


def test_processes_and_batches_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = a_year(tmp_path / "year.csv")
    monkeypatch.setattr(backtesting, "WORTH_SHARING", 10)
    plain = run(file, tmp_path / "one", programme())
    # A member's events reach over several batches of 7.
    shared = run(file, tmp_path / "two", programme(), processes=2, batch_events=7)
    # Larger than memory: spread over a scratch folder, and taken part by part.
    spread = run(file, tmp_path / "three", programme(), resident_rows=300)
    assert plain.events == shared.events == spread.events > 600
    for other in ("two", "three"):
        for name in ("entries.parquet", "members.parquet"):
            one, two = (pl.read_parquet(tmp_path / folder / name) for folder in ("one", other))
            assert one.equals(two)
        assert (tmp_path / "one/summary.json").read_bytes() == (tmp_path / other / "summary.json").read_bytes()


def test_the_same_file_gives_the_same_bytes_from_any_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backtesting, "WORTH_SHARING", 10)
    file = a_year(tmp_path / "year.csv")
    for processes in (1, 2):
        run(file, tmp_path / str(processes), programme(), processes, batch_events=100)
    for name in ("entries.parquet", "members.parquet", "summary.json"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_clawback_names_the_line_of_the_purchase(tmp_path: Path) -> None:
    """Also when the return has as many lines as the purchase, under other ids."""
    back = {"type": "return", "original": "p1"}
    rows = [
        *basket("Ada", "p1", "2026-01-05 10:00:00", "10.00", "20.00"),
        *basket("Ada", "r1", "2026-01-06 10:00:00", "20.00", original_line=2, **back),
        {**basket("Ada", "r1", "2026-01-06 10:00:00", "4.00", original_line=1, **back)[0], "line": 7},
    ]
    run(csv_file(tmp_path / "sales.csv", *rows), tmp_path, programme())
    taken = pl.read_parquet(tmp_path / "entries.parquet").filter(kind="clawback")
    assert dict(taken.select("line", "amount").iter_rows()) == {"1": 4, "2": 20}


def test_a_cap_that_bites_is_told_with_its_points(tmp_path: Path) -> None:
    # A Monday; 700 dollars give 700 points, of which the daily cap lets 500 through.
    result = run(
        csv_file(tmp_path / "s.csv", *basket("Bruno", "p1", "2026-01-05 10:00:00", "700.00")), tmp_path, programme()
    )
    assert result.caps == {"daily": {"points": 200, "times": 1, "members": 1}}
    reason = json.loads(pl.read_parquet(tmp_path / "entries.parquet")["reason"][0])
    assert reason == {"base": 70_000, "points": "1", "per": 100, "unit": "money", "clip": 200}


def test_days_are_told_in_the_zone_of_the_programme(tmp_path: Path) -> None:
    # 03:00 in UTC is still the evening before in New York.
    rows = [
        *basket("Carmen", "p1", "2026-01-05T03:00:00Z", "10.00"),
        *basket("Carmen", "p2", "2026-02-01T03:00:00Z", "10.00"),
    ]
    result = run(csv_file(tmp_path / "s.csv", *rows), tmp_path, programme())
    assert (result.first, result.last) == ("2026-01-04", "2026-01-31")
    assert result.months["points"] == {"2026-01": {"accrual": 20, "activation": 10}}


def test_what_is_not_an_event_is_set_aside_and_the_rest_is_folded(tmp_path: Path) -> None:
    rows = [
        *basket("Ada", "p1", "2026-01-05 10:00:00", "10.00"),
        *basket("Ada", "p2", "2026-01-05 10:00:00", "-3.00"),
        *basket("Dagny", "r1", "2026-01-06 10:00:00", "1.00", type="return", original="p1", original_line=1),
    ]
    result = run(csv_file(tmp_path / "s.csv", *rows), tmp_path, programme())
    assert (result.events, result.purchases, sum(result.rejected.values())) == (2, 1, 1)
    assert result.refusals == {"unknown_original": 1}
    told = (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert "p2" in told and "p1" not in told
    run(csv_file(tmp_path / "s.csv", rows[0]), tmp_path, programme())
    assert not (tmp_path / "rejects.csv").exists()


GENEROUS = """
regulars: 1
programme: {id: stall, name: Stall, zone: UTC, money: USD, languages: [en]}
currencies: [{id: points, title: {en: points}, value: 0.01}]
earn: {rules: [{id: all, title: {en: a million for a cent}, points: 1000000, per: 0.01}]}
"""


def test_an_event_whose_figures_no_table_holds_is_set_aside_and_leaves_no_trace(tmp_path: Path) -> None:
    """Ada's second purchase would give her more points than there are whole numbers for; Bruno's are as they were."""
    made = load(GENEROUS.encode(), "stall.yaml")
    small = [*basket("Ada", "a1", "2026-01-05 10:00:00", "1.00"), *basket("Ada", "a3", "2026-01-07 10:00:00", "2.00")]
    small += basket("Bruno", "b1", "2026-01-05 10:00:00", "3.00")
    absurd = basket("Ada", "a2", "2026-01-06 10:00:00", "9999999999999.99")
    result = run(csv_file(tmp_path / "s.csv", *small, *absurd), tmp_path / "out", made)
    assert result.refusals == {"cannot_be_kept": 1}
    assert (result.points["points"]["issued"], result.spend, result.purchases) == (600_000_000, 600, 3)
    expected = run(csv_file(tmp_path / "small.csv", *small), tmp_path / "small", made)
    assert expected.points == result.points and expected.deciles == result.deciles
    tables = [pl.read_parquet(tmp_path / name / "entries.parquet") for name in ("out", "small")]
    assert tables[0].equals(tables[1])


def test_members_who_together_have_more_than_any_table_holds_end_the_run(tmp_path: Path) -> None:
    made = load(GENEROUS.encode(), "stall.yaml")
    rows = [row for who in ("Ada", "Bruno") for row in basket(who, who, "2026-01-05 10:00:00", "49999999999.99")]
    with pytest.raises(BeyondBounds):
        run(csv_file(tmp_path / "s.csv", *rows), tmp_path / "out", made)
    with pytest.raises(BeyondBounds):  # each in a bunch of their own
        run(csv_file(tmp_path / "s.csv", *rows), tmp_path / "out", made, batch_events=1)
    assert run(csv_file(tmp_path / "s.csv", rows[0]), tmp_path / "out", made).refusals == {}


def test_a_file_without_events_gives_empty_tables(tmp_path: Path) -> None:
    result = run(csv_file(tmp_path / "s.csv"), tmp_path, programme())
    assert (result.members, result.first, result.last, result.deciles) == (0, "", "", [])
    assert tuple(pl.read_parquet(tmp_path / "entries.parquet").columns) == COLUMNS
    assert pl.read_parquet(tmp_path / "members.parquet").columns[:3] == ["member", "points", "tier"]


@pytest.mark.parametrize("processes", [1, 2])
def test_who_interrupts_finds_what_was_there_before_and_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr(backtesting, "WORTH_SHARING", 10)
    file = a_year(tmp_path / "year.csv")
    out = tmp_path / "out"
    run(csv_file(tmp_path / "s.csv", *basket("Ada", "p1", "2026-01-05 10:00:00", "10.00")), out, programme())
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    interrupted(file, out, processes)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    folded = folds_of(monkeypatch)
    run(file, out, programme(), batch_events=60)
    assert 0 < len(folded) < bunches(file) and min(folded) > 1
    assert not (out / UNDER_WAY).exists()
    run(file, tmp_path / "whole", programme(), batch_events=60)
    for name in ("entries.parquet", "members.parquet", "summary.json"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize("changed", ["programme", "source", "spend", "first_reward", "file"])
def test_another_trial_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    file, out = a_year(tmp_path / "year.csv"), tmp_path / "out"
    interrupted(file, out)
    folded = folds_of(monkeypatch)
    made = programme("tests/programmes/corner.yaml") if changed == "programme" else programme()
    other: dict[str, dict[str, Any]] = {"spend": {"spend": "none"}, "first_reward": {"first_reward": 70}}
    tried = trial(made, **other.get(changed, {}))
    if changed == "source":
        tried = replace(tried, source="another file")
    if changed == "file":
        last = {"member": "Ada", "event": "last", "at": "2026-12-01 10:00:00", "line": 1, "quantity": 1, "net": "1.00"}
        file.write_text(file.read_text() + ",".join(str(last.get(name, "")) for name in HEADER) + "\n")
    told: list[str] = []
    with reading_of(file, made, 60) as reading:
        backtest(made, reading, out, lambda done, total: None, tried, anew=lambda: told.append("anew"))
    assert (folded[0], told) == (1, ["anew"])


@pytest.mark.parametrize("older", ["0" * 40, ""])
def test_what_another_version_of_this_program_left_behind_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, older: str
) -> None:
    file, out = a_year(tmp_path / "year.csv"), tmp_path / "out"
    interrupted(file, out)
    for left in (out / UNDER_WAY).glob("*.figures"):
        left.write_bytes(b"what was once kept of a bunch")
    (out / UNDER_WAY / "stamp").write_text(older)
    told: list[str] = []
    made = programme()
    with reading_of(file, made, 60) as reading:
        result = backtest(made, reading, out, lambda done, total: None, trial(made), anew=lambda: told.append("anew"))
    assert result.members == 30 and told == ["anew"]


def interrupted(file: Path, out: Path, processes: int = 1) -> None:
    """A run that is interrupted when half is done."""

    def interrupt(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    made = programme()
    with reading_of(file, made, 60) as reading, pytest.raises(KeyboardInterrupt):
        backtest(made, reading, out, interrupt, trial(made), processes)
    assert (out / UNDER_WAY).is_dir()


def folds_of(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the bunches that are folded from now on."""
    numbers: list[int] = []
    keep = Kept.keep

    def noted(kept: Kept, number: int, bunch: Any, entries: pl.DataFrame) -> None:
        numbers.append(number)
        keep(kept, number, bunch, entries)

    monkeypatch.setattr(Kept, "keep", noted)
    return numbers


def bunches(file: Path) -> int:
    with reading_of(file, programme(), 60) as reading:
        return len(list(whole_members(reading.sheaves())))
