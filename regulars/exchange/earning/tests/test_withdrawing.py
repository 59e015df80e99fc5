"""An opening that is found wrong in a living shop: undone as a whole, and the right one in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from regulars.engine.standing import dump
from regulars.exchange.counter.erasing import erase
from regulars.exchange.earning.acting import ActRefused, By, hold, redeem
from regulars.exchange.earning.housing import found, leave
from regulars.exchange.earning.merging import merge, unmerge
from regulars.exchange.earning.nights import settle_due
from regulars.exchange.earning.opening import Run, check_file
from regulars.exchange.earning.recording import take
from regulars.exchange.earning.tests.cast import account, fresh, purchase, returned
from regulars.exchange.earning.tests.test_opening import NOW, pots, proved, quietly, taken, written
from regulars.exchange.earning.withdrawing import Undone, preview_undoing, undo_openings
from regulars.exchange.ledger.assembling import assemble
from regulars.exchange.ledger.statement import statement

FRIDAY = NOW + timedelta(days=1)


def by(now: datetime, id: str) -> By:
    return By("dagny", "desk", id, now)


def undone(run: str, now: datetime = FRIDAY) -> Undone:
    """What undoing comes to, which a dry run had said."""
    before = counts()
    said = preview_undoing(run, now, quietly)
    assert counts() == before
    done = undo_openings(run, "keeper", now, quietly, despite=True)
    assert done == said
    return done


def counts() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM entry), (SELECT sum(available) FROM balance),"
            " (SELECT count(undone_at) FROM opening_run), (SELECT count(*) FROM audit)"
        )
        return cursor.fetchone()


def lives(who: Sequence[str], moment: datetime) -> None:
    """An hour later: Ada buys and spends, Bruno buys; Carmen does nothing. Some of it comes back the next day."""
    ada, bruno, _ = who
    lamp = purchase(ada, moment.strftime("%Y-%m-%dT%H:%M"), 90_000, 4_000)
    take([lamp, purchase(bruno, moment.strftime("%Y-%m-%dT%H:%M"), 3_000)], "till", moment, False)
    redeem(ada, 200, "points", by(moment, f"{ada} spends"))
    later = moment + timedelta(hours=2)
    take([returned(ada, later.strftime("%Y-%m-%dT%H:%M"), lamp, {"2": 4_000})], "till", later, False)


def brings(who: Sequence[str], points: int, tier: str, owed: int) -> list[dict[str, Any]]:
    ada, bruno, carmen = who
    return [
        {"member": ada, "points": points, "earned_on": "2026-02-03", "tier": tier, "last_active_on": "2026-11-20"},
        {"member": ada, "points": 30, "available_on": "2026-12-05", "joined_on": "2019-05-04"},
        {"member": ada, "progress": "400.50", "progress_on": "2026-02-03"},
        {"member": bruno, "debt": owed} if owed else {"member": bruno, "points": 60},
        *([{"member": bruno, "points": 30, "available_on": "2026-11-27"}] if owed else []),
        {"member": carmen, "points": 50, "tier": "captain"},
    ]


def state(member: str) -> dict[str, Any]:
    """All that an account has and will know, but for the numbers of its rows."""
    number = account(member)
    told = dump(assemble([number])[number].standing)
    for name in ("seq", "ranks", "withdrawn", "day", "rises", "opened"):
        told.pop(name, None)
    for purse in told["purses"].values():
        purse["open"] = sorted(lot[1:] for lot in purse["open"])
        purse["waiting"] = sorted(lot[1:] for lot in purse["waiting"])
        purse["holds"] = [[days, sorted(lot[1:] for lot in lots)] for _, *days, lots in purse.get("holds", ())]
    return {**told, "pots": pots(member)}


@pytest.mark.usefixtures("harbour")
def test_undone_and_taken_again_every_account_is_where_the_right_file_would_have_brought_it(tmp_path: Path) -> None:
    who, twins = ([fresh(name) for name in ("ada", "bruno", "carmen")] for _ in range(2))
    taken(written(tmp_path, brings(who, 900, "mate", 25)), "monday")
    taken(written(tmp_path, brings(twins, 350, "deckhand", 0), "twins.csv"), "twins")
    for one in (who, twins):
        lives(one, NOW + timedelta(hours=1))
    done = undone("monday")
    points = done.points["points"]
    assert (done.members, done.later, done.again, done.left) == (3, 2, False, [])
    assert (points.left, points.expired, points.made_up, points.owed, points.short) == (
        700 + 30 + 5 + 50,
        0,
        0,
        200,
        0,
    )
    # What waited became available with the withdrawal itself, and paid what was owed: of Bruno's 30 there are 5.
    assert points.members == Counter(left=3, owed=1)
    assert done.tiers == {("mate", "deckhand"): 1, ("captain", "deckhand"): 1}
    assert pots(who[0])["debt"] == -200 and proved(map(account, who)) == ()
    assert undo_openings("monday", "keeper", FRIDAY, quietly).again

    right = written(tmp_path, brings(who, 350, "deckhand", 0), "right.csv")
    assert taken(right, "friday", now=FRIDAY + timedelta(hours=3)) == Run(3, False)
    assert taken(right, "friday", now=FRIDAY + timedelta(hours=3)) == Run(3, True)
    assert proved(map(account, who)) == ()
    settle_due(FRIDAY + timedelta(days=30))
    assert [state(one) for one in who[:2]] == [state(one) for one in twins[:2]]
    assert pots(who[0])["available"] == 350 + 30 - 200 + 479  # of what was bought, after the daily cap and the return
    assert "Brought along" in [line.title("en") for line in statement(account(who[0]))]
    assert proved(map(account, who)) == ()
    # And once more: what is wrong is found wrong again.
    again = undone("friday", FRIDAY + timedelta(days=31))
    assert again.points["points"].made_up == 200 and proved(map(account, who)) == ()


@pytest.mark.usefixtures("corner")
def test_where_nothing_can_be_owed_the_next_opening_has_so_much_less(tmp_path: Path) -> None:
    ada = fresh("ada")
    lot = {"member": ada, "currency": "points", "earned_on": "2026-09-01"}
    taken(written(tmp_path, [{**lot, "points": 100}]), "monday")
    redeem(ada, 60, "points", by(NOW, f"{ada} spends"))
    take([purchase(ada, "2026-11-26T15:30", 4_000, currency="DKK")], "till", NOW + timedelta(hours=1), False)
    assert pots(ada)["available"] == 100 - 60 + 4
    assert undone("monday").points["points"].short == 56
    with pytest.raises(ActRefused, match="Nothing was taken: mend"):
        taken(written(tmp_path, [{**lot, "points": 70, "earned_on": "2026-11-28"}], "bad.csv"), "bad", now=FRIDAY)
    taken(written(tmp_path, [{**lot, "points": 70}], "right.csv"), "friday", now=FRIDAY)
    assert pots(ada)["available"] == 70 - 60 + 4
    assert proved([account(ada)]) == ()


@pytest.mark.usefixtures("corner")
def test_what_was_spent_of_others_and_set_aside_for_longer_is_of_the_right_opening(tmp_path: Path) -> None:
    """Ada's wrong points end last, and Bruno's right ones first: all that was done since was done with those."""
    ada, bruno = fresh("ada"), fresh("bruno")
    lot = {"currency": "points", "earned_on": "2026-06-08", "points": 50}
    wrong, right = {"expires_on": "2027-06-30"}, {"expires_on": "2026-12-08"}
    taken(written(tmp_path, [{**lot, **wrong, "member": ada}]), f"{ada} monday")
    taken(written(tmp_path, [{**lot, **right, "member": bruno}], "bruno.csv"), f"{bruno} monday")
    for one in (ada, bruno):
        take([purchase(one, "2026-11-26T15:30", 30_000, currency="DKK")], "till", NOW + timedelta(hours=1), False)
        redeem(one, 20, "points", by(NOW + timedelta(hours=2), f"{one} spends"))
        hold(one, 10, "points", 2, by(NOW + timedelta(hours=3), f"{one} holds"))
        hold(one, 15, "points", 60, by(NOW + timedelta(hours=4), f"{one} holds on"))
    later = NOW + timedelta(days=5)
    settle_due(later)
    assert undone(f"{ada} monday", later).points["points"].left == 50
    assert proved(map(account, (ada, bruno))) == ()
    taken(written(tmp_path, [{**lot, **right, "member": ada}], "right.csv"), f"{ada} friday", now=later)
    for days in (0, 9, 13, 80):  # two days after the right ones, what was set aside for three days ends
        settle_due(later + timedelta(days=days))
        assert state(ada) == state(bruno) and proved(map(account, (ada, bruno))) == ()
    assert pots(ada)["expired"] == 50 - 20
    assert undone(f"{ada} friday", later + timedelta(days=90)).members == 1
    assert proved(map(account, (ada, bruno))) == ()


@pytest.mark.usefixtures("harbour")
def test_what_was_opened_for_somebody_who_was_erased_stays_and_is_told_of(tmp_path: Path) -> None:
    ada, bruno = fresh("ada"), fresh("bruno")
    taken(written(tmp_path, [{"member": one, "points": 90} for one in (ada, bruno)]), "monday")
    gone = account(ada)
    erase(ada, "dagny", NOW, leave_points=True)
    done = undone("monday")
    assert (done.members, [(one.code, one.member) for one in done.left]) == (1, [("erased", f"account {gone}")])


@pytest.mark.usefixtures("harbour")
def test_only_who_was_merged_or_is_in_a_household_is_left_and_told_what_to_do(tmp_path: Path) -> None:
    ada, bruno, carmen, dagny = (fresh(name) for name in ("ada", "bruno", "carmen", "dagny"))
    told = [{"member": one, "points": 90} for one in (ada, carmen, dagny)]
    taken(written(tmp_path, [*told, {"member": bruno, "debt": 25}]), "monday")
    merge(ada, bruno, by(NOW, f"{ada} merged"))
    found(carmen, fresh("home"), by(NOW, f"{carmen} opens"))
    held = hold(dagny, 40, "points", 3, by(NOW, f"{dagny} holds"))
    done = undone("monday")
    assert done.members == 1 and done.points["points"].owed == 40
    assert [(one.code, one.member, one.other) for one in done.left] == [
        ("has_merged", bruno, ada), ("in_household", carmen, ""), ("merged_since", ada, bruno),
    ]  # fmt: skip
    assert proved(map(account, (ada, bruno, carmen, dagny))) == () and held.event
    unmerge(ada, by(FRIDAY, f"{ada} unmerged"))
    again = undone("monday", FRIDAY + timedelta(hours=1))
    assert (again.members, [one.member for one in again.left]) == (2, [carmen])
    assert pots(ada) == pots(bruno) == {}
    settle_due(FRIDAY + timedelta(days=5))  # what was held is back, and pays
    assert pots(dagny).get("debt") is None and proved(map(account, (ada, bruno, carmen, dagny))) == ()
    found(dagny, fresh("home"), by(FRIDAY + timedelta(days=5), f"{dagny} opens"))
    leave(dagny, 0, "", by(FRIDAY + timedelta(days=5), f"{dagny} leaves"))  # and her place is kept
    merge(ada, bruno, by(FRIDAY + timedelta(days=5), f"{ada} merged again"))
    path = written(tmp_path, [{"member": one, "points": 1} for one in (ada, bruno, carmen, dagny)])
    assert check_file(path, "", FRIDAY, tmp_path / "rejects.csv").faults == {"not_first": 2}
