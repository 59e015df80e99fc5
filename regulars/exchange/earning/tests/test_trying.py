"""A try-out says what a backtest of the same sales says, and survives whatever happens to its worker."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from regulars.exchange.earning import trying
from regulars.exchange.earning.acting import By, adjust, capture, hold
from regulars.exchange.earning.tests.cast import SOURCE, fresh, purchase, redemption, returned, tell
from regulars.exchange.earning.tests.cast import Line as Bought
from regulars.exchange.earning.trying import try_waiting
from regulars.ground.publishing import tryouts
from regulars.ground.publishing.models import ProgrammeVersion, Tryout
from regulars.kit.database import home
from regulars.programme.problems import ProgrammeError

NOW = datetime(2026, 6, 15, 22, tzinfo=UTC)
TEXT = (Path(__file__).parents[4] / "programmes" / "harbour.yaml").read_text("utf-8")
TRIPLE = TEXT.replace("points: 1\n      per: 1.00", "points: 3\n      per: 1.00")


def clock() -> datetime:
    return NOW


def never() -> bool:
    return False


def report(programme: Any, result: Any, source: str, language: str) -> str:
    return f"{programme.header.name}: {result.events} events of {source}"


def run(text: str, against: str = "") -> Tryout:
    id = tryouts.ask(text, "carmen", NOW, against)
    assert try_waiting(report, clock, never) == 1
    return Tryout.objects.get(id=id)


@pytest.fixture
def year(harbour: int) -> str:
    """Ada's year: purchases of own brand and fuel, a return, a redemption, a visit; and one purchase long before."""
    ada = fresh("ada")
    wine = purchase(
        ada, "2026-02-03 15:00", Bought(2_000, "Private", "GROCERY"), Bought(5_000, None, "FUEL"), store="Quay"
    )
    tell(
        purchase(ada, "2024-02-03 15:00", 90_000),
        wine,
        purchase(ada, "2026-02-05 15:00", 30_000, channel="app"),
        returned(ada, "2026-02-09 12:00", wine, {"1": 500}),
        redemption(ada, "2026-04-06 12:00", 100),
    )
    return ada


def test_the_text_in_force_gives_what_it_gave(year: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(amount) FROM entry WHERE kind = 'accrual' AND at >= %s AND currency = 'points'",
            [NOW - timedelta(days=365)],
        )
        (given,) = cursor.fetchone()
    done = run(ProgrammeVersion.objects.get(number=1).text)
    assert (done.state, done.failure, done.finished_at) == ("done", "", NOW)
    assert done.summary["points"]["points"]["issued"] == given > 300
    # Fuel earns nothing and the own brand double: attributes went along.
    assert done.summary["rules"]["points"]["base"]["points"] == 320
    assert done.summary["rules"]["points"]["own-brand"]["points"] == 20
    assert (done.summary["members"], done.summary["events"], done.summary["lines"]) == (1, 4, 4)
    assert done.summary["spend"] == 36_500 and done.summary["rejected"] == done.summary["refusals"] == {}
    assert done.report == "Harbour: 4 events of Harbour, June 15, 2025 – June 15, 2026"
    assert list((home() / "tryouts").iterdir()) == []


def test_what_is_read_lies_where_nobody_else_looks(year: str) -> None:
    place = home() / "tryouts"
    place.mkdir(exist_ok=True)
    place.chmod(0o755)  # as an earlier one left it
    run(TRIPLE)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_what_was_held_and_then_spent_is_told_as_spent_and_comes_back_with_its_purchase(year: str) -> None:
    def by(on: str) -> By:
        return By("dagny", SOURCE, fresh("act"), datetime.fromisoformat(f"{on} 12:00+00:00"))

    tea = purchase(year, "2026-05-01 15:00", 4_000)
    held = hold(year, 50, "", 14, by("2026-04-30"))
    adjust(year, 5, "", "sorry", by("2026-04-30"))
    tell(tea)
    capture(year, held.event, 30, by("2026-05-01"), tea.id)
    tell(returned(year, "2026-05-02 15:00", tea, {"1": 1_000}))
    done = run(TEXT)
    kinds = done.summary["points"]["points"]["by_kind"]
    assert (kinds["redemption"], kinds["reversal"]) == (-130, 7)
    assert done.summary["refusals"] == done.summary["rejected"] == {}
    assert done.summary["events"] == 7


def test_a_draft_gives_what_it_would_have_given(year: str) -> None:
    done = run(TRIPLE)
    # Three for every dollar, of which the cap of 500 a day holds back 400.
    assert done.summary["rules"]["points"]["base"]["points"] == 3 * 320 - 400
    assert done.summary["caps"]["daily"]["points"] == 400


def test_it_is_compared_member_by_member_with_the_text_in_force(year: str) -> None:
    done = run(TRIPLE, TEXT)
    told = done.comparison["currencies"]["points"]
    assert told["gain"] == {"members": 1, "points": told["difference"]} and told["losers"] == []
    # 20 and 300 less the 5 that came back; thrice as much, of which the cap holds back 400.
    assert (told["rules"]["base"]["old"], told["rules"]["base"]["new"]) == (315, 3 * 315 - 400)
    assert done.comparison["caps"]["daily"] == {"old": 0, "new": 400}
    assert (done.comparison["members"], done.comparison["spend"]) == (1, 36_500)
    assert done.comparison["owed"]["notice"] == done.comparison["owed"]["effective"] == "2026-06-15"
    alone = run(TRIPLE)
    assert alone.comparison == {} and alone.summary == done.summary


def test_who_loses_is_known_by_account_and_told_by_which_rule(year: str) -> None:
    done = run(TEXT.replace("times: 2\n", "times: 1\n"), TEXT)
    (ada,) = done.comparison["currencies"]["points"]["losers"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM member_number WHERE number = %s", [year])
        assert ada["member"] == str(cursor.fetchone()[0])
    # Of 20 for the own brand the return took 5 back.
    assert [(row["rule"], row["difference"]) for row in ada["rules"]] == [("own-brand", -15)]
    assert done.comparison["owed"]["effective"] == "2026-08-14"


def test_what_only_the_text_in_force_looks_at_goes_along(year: str) -> None:
    without = "".join(line for line in TEXT.splitlines(keepends=True) if "department" not in line)
    done = run(without.replace("  attributes:\n", ""), TEXT)
    base = done.comparison["currencies"]["points"]["rules"]["base"]
    # Only the draft gives 50 for fuel.
    assert (base["old"], base["new"]) == (315, 365)


def test_another_money_or_the_same_text_is_nothing_to_compare_with(year: str) -> None:
    assert run(TRIPLE, TEXT.replace("money: USD", "money: EUR")).comparison == {}
    assert run(TRIPLE, TRIPLE).comparison == {}
    first = tryouts.ask(TRIPLE, "carmen", NOW)
    assert tryouts.ask(TRIPLE, "carmen", NOW, TRIPLE) == first
    assert tryouts.ask(TRIPLE, "carmen", NOW, TEXT) != first


def test_a_text_with_errors_is_not_tried_and_the_same_text_not_twice_at_once(year: str) -> None:
    with pytest.raises(ProgrammeError):
        tryouts.ask(TEXT.replace("points: 1", "points: -1"), "carmen", NOW)
    first = tryouts.ask(TRIPLE, "carmen", NOW)
    assert tryouts.ask(TRIPLE, "bruno", NOW) == first
    assert try_waiting(report, clock, never) == 1
    assert try_waiting(report, clock, never) == 0
    assert tryouts.ask(TRIPLE, "carmen", NOW) != first


@pytest.mark.parametrize(("text", "failure"), [
    (TEXT, "no_events"),
    (TEXT.replace("money: USD", "money: EUR"), "other_money"),
])  # fmt: skip
def test_what_cannot_be_tried_says_why(harbour: int, text: str, failure: str) -> None:
    done = run(text)
    assert (done.state, done.failure) == ("failed", failure)


def test_what_breaks_is_noted_and_not_tried_for_ever(year: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(trying, "backtest", broken)
    assert (run(TRIPLE).state, run(TEXT).failure) == ("failed", "broken")


def test_one_that_is_cancelled_ends_at_the_next_step(year: str) -> None:
    id = tryouts.ask(TRIPLE, "carmen", NOW)
    asked = iter([False, False])

    def cancelled() -> bool:
        if next(asked, True):
            tryouts.cancel(id, "carmen", NOW)
        return False

    assert try_waiting(report, clock, cancelled) == 1
    done = Tryout.objects.get(id=id)
    assert (done.state, done.summary, done.report) == ("cancelled", {}, "")
    assert not tryouts.cancel(id, "carmen", NOW)


def test_a_worker_that_is_asked_to_end_puts_it_back(year: str) -> None:
    id = tryouts.ask(TRIPLE, "carmen", NOW)
    asked = iter([False, False, True])
    assert try_waiting(report, clock, lambda: next(asked, True)) == 0
    assert (Tryout.objects.get(id=id).state, Tryout.objects.get(id=id).taken) == ("waiting", 0)
    assert try_waiting(report, clock, never) == 1
    assert Tryout.objects.get(id=id).state == "done"


def test_only_one_worker_carries_it_out_and_a_dead_ones_is_taken_up_again(
    committed: None, harbour: int, urls: Any
) -> None:
    tell(purchase(fresh("ada"), "2026-02-05 15:00", 30_000))
    id = tryouts.ask(TRIPLE, "carmen", NOW)
    with psycopg.connect(urls.app) as other:
        # Another worker has it, and dies.
        other.execute("SELECT pg_advisory_lock(%s)", [tryouts._key(id)])
        Tryout.objects.filter(id=id).update(state="running", taken=1, phase="folding")
        left = home() / "tryouts" / str(id) / "000000.parquet"
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half a file")
        assert try_waiting(report, clock, never) == 0
    while not tryouts._locked(id):
        pass  # until the server has noticed
    tryouts.let_go(id)
    assert try_waiting(report, clock, never) == 1
    assert Tryout.objects.get(id=id).state == "done" and not left.parent.exists()


def test_what_was_begun_too_often_is_given_up(year: str) -> None:
    id = tryouts.ask(TRIPLE, "carmen", NOW)
    Tryout.objects.filter(id=id).update(state="running", taken=tryouts.MOST_TAKEN)
    assert try_waiting(report, clock, never) == 0
    done = Tryout.objects.get(id=id)
    assert (done.state, done.failure) == ("failed", "never_ended")


def test_they_are_forgotten_when_nobody_looks_any_more(year: str) -> None:
    run(TRIPLE)
    waiting = tryouts.ask(TEXT, "carmen", NOW)
    assert tryouts.forget_tryouts(NOW + tryouts.RETENTION) == 0
    assert tryouts.forget_tryouts(NOW + tryouts.RETENTION + timedelta(seconds=1)) == 1
    assert [one.id for one in Tryout.objects.all()] == [waiting]
