"""The ledger proves itself, and finds whatever was changed behind its back."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from regulars.engine.events import CAPTURE, HOLD, RELEASE
from regulars.exchange.earning.housing import found, join, leave
from regulars.exchange.earning.merging import merge
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import (
    Line,
    account,
    fresh,
    notice,
    purchase,
    redemption,
    returned,
    rows,
    tell,
    visit,
)
from regulars.exchange.earning.tests.test_acting import by
from regulars.exchange.ledger import proving
from regulars.exchange.ledger.proving import prove
from regulars.exchange.ledger.tests.test_acts import act, member_with
from regulars.ground.activity.contract import Incoming
from regulars.ground.publishing.versions import publish


def a_life(name: str) -> int:
    """A member who earned, rose, spent, brought things back, owed and paid; answers the account."""
    ada = fresh(name)
    first = purchase(ada, "2024-03-04 15:00", Line(70_000, "National"), Line(30_000, "Private"))
    last = purchase(ada, "2024-03-14 15:00", 60_000)
    tell(
        first, last,
        returned(ada, "2024-03-15 15:00", last, {"1": 1_000}),
        redemption(ada, "2024-04-25 15:00", 990),
        returned(ada, "2024-04-26 15:00", first, {"2": 9_000}),
        purchase(ada, "2024-05-03 15:00", Line(1_500, "Private")),
        purchase(ada, "2024-05-24 15:00", Line(9_900, "National")),
        notice(ada, "2027-04-05 15:00"),
        purchase(ada, "2028-05-25 15:00", Line(2_000, "Private")),
    )  # fmt: skip
    return account(ada)


def test_what_was_posted_proves_clean(harbour: int) -> None:
    ada, bruno = a_life("ada"), a_life("bruno")
    proof = prove([bruno, ada])
    assert proof.differences == ()
    assert (proof.accounts, proof.entries > 30) == (2, True)


def test_chunks_cover_every_account_once(harbour: int, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = [a_life(name) for name in ("ada", "bruno", "carmen", "dagny", "edda")]
    monkeypatch.setattr(proving, "CHUNK", 2)
    heard: list[tuple[int, int]] = []
    whole = prove(report=lambda done, total: heard.append((done, total)))
    assert whole.differences == ()
    assert heard[-1] == (whole.accounts, whole.accounts)
    assert [done for done, _ in heard] == [
        *range(2, whole.accounts, 2),
        whole.accounts,
        *[whole.accounts] * (whole.accounts % 2 == 0),
    ]
    assert prove(accounts).entries == prove(accounts[:2]).entries + prove(accounts[2:]).entries
    assert prove([accounts[0], accounts[2], accounts[4]]).accounts == 3


def test_an_empty_ledger_is_right(db: None) -> None:
    assert prove([]).differences == ()


#: One change of one row each, and what is said of it first. `{a}` is the account, `{b}` and `{c}` others.
CHANGES = {
    "UPDATE entry SET amount = amount + 1 WHERE account_id = {a} AND seq = 1": ": sum of shares",
    "UPDATE entry SET amount = amount - 1 WHERE account_id = {a} AND kind = 'redemption'": ": sum of lots",
    "UPDATE entry SET amount = amount + 1 WHERE account_id = {a} AND source = 'debt' AND rule = 'base'": ": sum of shares",
    "UPDATE entry SET currency = 'miles' WHERE account_id = {a} AND seq = 1": "balance of miles: issued",
    "UPDATE entry SET kind = 'expiry' WHERE account_id = {a} AND kind = 'redemption'": ": kind and pots",
    "UPDATE entry SET source = 'debt' WHERE account_id = {a} AND seq = 1": ": kind and pots",
    "UPDATE entry SET target = 'expired' WHERE account_id = {a} AND kind = 'redemption'": ": kind and pots",
    "UPDATE entry SET target = 'available' WHERE account_id = {a} AND seq = 1": "balance of points: available",
    "UPDATE entry SET version = version + 1 WHERE account_id = {a} AND seq = 1": ": version of its event",
    "UPDATE entry SET version = 7 WHERE account_id = {a} AND seq = (SELECT min(seq) FROM entry WHERE account_id = {a}"
    " AND event_id IS NULL)": ": version",
    "UPDATE entry SET rule = 'tenth-visit' WHERE account_id = {a} AND kind = 'clawback' AND source = 'debt' AND rule = 'base'": ": rule",
    "UPDATE entry SET rule = 'gone' WHERE account_id = {a} AND seq = 1": ": rule",
    "UPDATE entry SET granted = amount - 1 WHERE account_id = {a} AND seq = 1": ": granted",
    "UPDATE entry SET shares = '{{1}}' WHERE account_id = {a} AND seq = 1": ": sum of shares",
    "UPDATE entry SET shares = NULL WHERE account_id = {a} AND seq = 1": ": sum of shares",
    "UPDATE entry SET lots[2] = lots[2] + 1 WHERE account_id = {a} AND kind = 'redemption'": ": sum of lots",
    "UPDATE entry SET lots[1] = lots[1] + 1 WHERE account_id = {a} AND kind = 'redemption'": ": remaining",
    "UPDATE entry SET available_on = available_on + 1 WHERE account_id = {a} AND seq = 1": ": available on",
    "UPDATE entry SET expires_on = '2030-01-01' WHERE account_id = {a} AND seq = 1": ": expires on",
    "UPDATE entry SET available_on = NULL, expires_on = NULL WHERE account_id = {a} AND seq = 1": "entry 1: available on",
    "UPDATE entry SET expires_on = '2030-01-01' WHERE account_id = {a} AND source = 'debt' AND rule = 'base'": ": expires on",
    "UPDATE entry SET reverses = reverses + 1 WHERE account_id = {a} AND source = 'pending' AND kind = 'clawback'": ": takes back",
    "UPDATE entry SET reverses = NULL WHERE account_id = {a} AND kind = 'clawback' AND source = 'debt' AND rule = 'base'": ": takes back",
    "UPDATE entry SET reverses = (SELECT min(seq) FROM entry WHERE account_id = {c} AND rule = 'base')"
    " WHERE account_id = {c} AND kind = 'clawback' AND rule = 'base'": ": taken back in all",
    "UPDATE entry SET lots[1] = lots[1] + 1 WHERE account_id = {d} AND kind = 'hold' AND amount = 40": ": remaining",
    "UPDATE entry SET lots[1] = lots[1] + 1 WHERE account_id = {d} AND kind = 'capture'": ": held",
    "UPDATE entry SET lots[1] = lots[1] + 1 WHERE account_id = {d} AND kind = 'release'": ": remaining",
    "UPDATE standing SET state = jsonb_set(state, '{{purses,points,holds,0,3,0,1}}', '5') WHERE account_id = {d}": ": held",
    "UPDATE standing SET state = jsonb_set(state, '{{purses,points,holds}}', '[]') WHERE account_id = {d}": ": held",
    "UPDATE entry SET event_id = NULL WHERE account_id = {a} AND seq = 1": ": caused by an event",
    "UPDATE entry SET event_id = gen_random_uuid() WHERE account_id = {a} AND seq = 1": ": event",
    "UPDATE entry SET at = at + interval '1 hour' WHERE account_id = {a} AND seq = 1": ": at",
    "UPDATE entry SET seq = 1000 WHERE account_id = {a} AND seq = 1": "numbers without gaps",
    "UPDATE entry SET account_id = {b}, seq = 1000 WHERE account_id = {a} AND seq = 1": "numbers without gaps",
    "DELETE FROM entry WHERE account_id = {a} AND seq = 1": "numbers without gaps",
    "DELETE FROM entry WHERE account_id = {a} AND seq = (SELECT seq FROM standing WHERE account_id = {a})": "standing: seq",
    "INSERT INTO entry (account_id, seq, at, event_id, version, currency, kind, source, target, amount, rule, base, granted,"
    " shares, lots, available_on, expires_on, reverses) SELECT account_id, 1 + (SELECT seq FROM standing WHERE account_id = {a}),"
    " at, event_id, version, currency, kind, source, target, amount, rule, base, granted, shares, lots, available_on,"
    " expires_on, reverses FROM entry WHERE account_id = {a} AND seq = 1": "standing: seq",
    "UPDATE lot SET remaining = remaining + 1 WHERE account_id = {a} AND seq = 1": ": remaining",
    "UPDATE lot SET amount = amount + 1 WHERE account_id = {a} AND seq = 1": ": amount",
    "UPDATE lot SET pending = NOT pending WHERE account_id = {a} AND seq = 1": ": pending",
    "UPDATE lot SET earned_on = earned_on + 1 WHERE account_id = {a} AND seq = 1": ": earned on",
    "UPDATE lot SET available_on = available_on + 1 WHERE account_id = {a} AND seq = 1": ": available on",
    "UPDATE lot SET expires_on = '2030-01-01' WHERE account_id = {a} AND seq = 1": ": expires on",
    "UPDATE lot SET version = 7 WHERE account_id = {a} AND seq = 1": ": version",
    "UPDATE lot SET seq = 1000 WHERE account_id = {a} AND seq = 1": "lot 1 of points",
    "UPDATE lot SET currency = 'miles' WHERE account_id = {a} AND seq = 1": "lot 1 of",
    "UPDATE lot SET account_id = {b}, seq = 1000 WHERE account_id = {a} AND seq = 1": "lot 1 of points",
    "DELETE FROM lot WHERE account_id = {a} AND seq = 1": "lot 1 of points",
    "INSERT INTO lot SELECT account_id, currency, 1000, amount, remaining, pending, earned_on, available_on, expires_on, version"
    " FROM lot WHERE account_id = {a} AND seq = 1": "lot 1000 of points",
    "UPDATE balance SET available = available + 1, issued = issued - 1 WHERE account_id = {a}": "balance of points: issued",
    "UPDATE balance SET pending = pending + 1, issued = issued - 1 WHERE account_id = {a}": "balance of points: pending",
    "UPDATE balance SET debt = debt - 1, issued = issued + 1 WHERE account_id = {a}": "balance of points: debt",
    "UPDATE balance SET redeemed = redeemed + 1, issued = issued - 1 WHERE account_id = {a}": "balance of points: redeemed",
    "UPDATE balance SET held = held + 1, issued = issued - 1 WHERE account_id = {a}": "balance of points: held",
    "UPDATE balance SET forfeited = forfeited + 1, issued = issued - 1 WHERE account_id = {a}": "balance of points: forfeited",
    "UPDATE balance SET transit = transit + 1, issued = issued - 1 WHERE account_id = {a}": "balance of points: transit",
    "UPDATE balance SET expired = expired + 1, issued = issued - 1 WHERE account_id = {a}": "balance of points: expired",
    "UPDATE balance SET currency = 'miles' WHERE account_id = {a}": "balance of miles",
    "DELETE FROM balance WHERE account_id = {a}": "balance of points",
    "INSERT INTO balance VALUES ({a}, 'miles', 0, 0, 0, 0, 0, 0)": "balance of miles",
    "UPDATE standing SET seq = seq + 1 WHERE account_id = {a}": "standing: seq",
    "UPDATE standing SET state = jsonb_set(state, '{{seq}}', '1') WHERE account_id = {a}": "seq in the state",
    "UPDATE standing SET tier = 'captain' WHERE account_id = {a}": "standing: tier",
    "UPDATE standing SET tier = 'admiral' WHERE account_id = {a}": "standing: tier",
    "UPDATE standing SET state = jsonb_set(state, '{{tier,0}}', '2') WHERE account_id = {a}": "standing: tier",
    "UPDATE standing SET tier_until = tier_until + 1 WHERE account_id = {b}": "standing: tier until",
    "UPDATE standing SET state = jsonb_set(state, '{{tier,1}}', '800000') WHERE account_id = {b}": "tier until in the state",
    "UPDATE standing SET progress = progress + 1 WHERE account_id = {a}": "standing: progress",
    "UPDATE standing SET last_on = last_on + 1 WHERE account_id = {a}": "standing: last day",
    "UPDATE standing SET state = jsonb_set(state, '{{purses,points,debt}}', '5') WHERE account_id = {b}": "standing: debt",
    "DELETE FROM standing WHERE account_id = {a}": "standing: seq",
    "UPDATE tier_move SET target = 'captain' WHERE account_id = {b}": "standing: tier",
    "UPDATE tier_move SET source = 'captain' WHERE account_id = {a} AND why = 'reached'": ": from",
    "UPDATE tier_move SET why = 'fell' WHERE account_id = {b}": ": why",
    "UPDATE tier_move SET why = 'whim' WHERE account_id = {b}": ": why",
    "UPDATE tier_move SET until_on = until_on + 1 WHERE account_id = {b}": "standing: tier until",
    "UPDATE tier_move SET at = at + interval '1 hour' WHERE account_id = {b}": ": at",
    "UPDATE tier_move SET event_id = gen_random_uuid() WHERE account_id = {b}": ": event",
    "UPDATE tier_move SET version = version + 1 WHERE account_id = {b}": ": version of its event",
    "DELETE FROM tier_move WHERE account_id = {b}": "numbers without gaps",
}  # fmt: skip


def test_every_change_of_one_row_is_found(committed: None, harbour: int, owner: psycopg.Connection) -> None:
    ada = a_life("ada")
    bruno = fresh("bruno")
    tell(purchase(bruno, "2024-03-04 15:00", 130_000), purchase(bruno, "2024-03-08 15:00", 1_000))
    carmen = fresh("carmen")
    dear = purchase(carmen, "2024-03-08 15:00", 10_000)
    tell(purchase(carmen, "2024-03-04 15:00", 1_000), dear, returned(carmen, "2024-03-09 15:00", dear))
    dagny = member_with(100, "dagny")
    act(dagny, "2024-06-01 15:00", HOLD, points=40, of="points", within_days=14)
    hold = act(dagny, "2024-06-01 16:00", HOLD, points=30, of="points", within_days=14).entries[-1].event
    act(dagny, "2024-06-02 15:00", CAPTURE, points=10, of="points", hold=hold)
    act(dagny, "2024-06-03 15:00", RELEASE, of="points", hold=hold)
    accounts = {"a": ada, "b": account(bruno), "c": account(carmen), "d": account(dagny)}
    assert prove(accounts.values()).differences == ()
    missed = []
    with (
        psycopg.connect(owner.info.dsn, password=owner.info.password) as tampering,
        pytest.MonkeyPatch.context() as patch,
    ):
        # The proof reads within the transaction of the change, which is then rolled back.
        patch.setattr(proving, "connection", Through(tampering))
        patch.setattr(proving, "snapshot", tampering.transaction)
        for change, said in CHANGES.items():
            done = tampering.execute(change.format(**accounts)).rowcount
            differences = prove(accounts.values()).differences
            tampering.rollback()
            if done != 1 or not any(said in difference.what for difference in differences):
                missed.append((change, done, [str(difference) for difference in differences]))
    assert not missed, "\n".join(map(str, missed))


#: Changes of where accounts and their numbers lead: {a} was merged into {b}, {c} is in the household {h}, {d} was in it.
LEADS = {
    "UPDATE account SET leads_to = NULL, leads_why = NULL, leads_since = NULL WHERE account_id = {a}": "account: leads to",
    "UPDATE account SET leads_to = {d} WHERE account_id = {a}": "account: leads to",
    "UPDATE account SET leads_why = 'household' WHERE account_id = {a}": "account: leads why",
    "UPDATE account SET leads_to = {b} WHERE account_id = {c}": "account: leads to",
    "UPDATE account SET leads_to = {h}, leads_why = 'household', leads_since = now() WHERE account_id = {d}": "account: leads to",
    "UPDATE account SET kin = '{{}}' WHERE account_id = {b}": "account: kin",
    "UPDATE account SET kin = array_remove(kin, {c}) WHERE account_id = {h}": "account: kin",
    "UPDATE account SET kin = array_remove(kin, {h}) WHERE account_id = {d}": "account: kin",
    "UPDATE account SET kin = kin || {c} WHERE account_id = {b}": "account: kin of",
    "UPDATE account SET kin = kin || 77::bigint WHERE account_id = {d}": "account: kin of",
    "UPDATE account SET leads_since = leads_since + interval '1 second' WHERE account_id = {a}": "account: leads since",
    "UPDATE account SET leads_since = leads_since - interval '1 second' WHERE account_id = {c}": "account: leads since",
    "UPDATE account SET kind = 'household' WHERE account_id = {b}": "account: kind",
    "UPDATE account SET kind = 'member' WHERE account_id = {h}": "account: kind",
    "UPDATE household SET number = number || 'x' WHERE account_id = {h}": "account: its number leads to",
    "DELETE FROM household WHERE account_id = {h}": "account: kind",
    "UPDATE member SET number = number || 'x' WHERE account_id = {d}": "account: its number leads to",
    "UPDATE member_number SET account_id = {b} WHERE account_id = {d}": "account: its number leads to",
    "DELETE FROM member_number WHERE account_id = {h}": "account: its number leads to",
}  # fmt: skip


def test_every_change_of_where_an_account_leads_is_found(
    committed: None, harbour: int, owner: psycopg.Connection
) -> None:
    ada, bruno, carmen, dagny = (member_with(100, name) for name in ("ada", "bruno", "carmen", "dagny"))
    accounts = {letter: account(one) for letter, one in zip("abcd", (ada, bruno, carmen, dagny), strict=True)}
    merge(ada, bruno, by())
    home = found(carmen, "", by()).household
    join(dagny, home.number, by())
    leave(dagny, 0, "", by())
    accounts["h"] = home.account
    assert prove(accounts.values()).differences == ()
    missed = []
    with (
        psycopg.connect(owner.info.dsn, password=owner.info.password) as tampering,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(proving, "connection", Through(tampering))
        patch.setattr(proving, "snapshot", tampering.transaction)
        for change, said in LEADS.items():
            done = tampering.execute(change.format(**accounts)).rowcount
            differences = prove(accounts.values()).differences
            tampering.rollback()
            if done != 1 or not any(said in difference.what for difference in differences):
                missed.append((change, done, [str(difference) for difference in differences]))
    assert not missed, "\n".join(map(str, missed))


class Through:
    """A stand-in for Django's connection, so that a proof reads what another one has not committed."""

    def __init__(self, real: psycopg.Connection) -> None:
        self.cursor = real.cursor


def test_differences_come_in_order_and_stop_at_most(committed: None, harbour: int, owner: psycopg.Connection) -> None:
    people = [a_life(name) for name in ("ada", "bruno", "carmen")]
    for person in people:
        owner.execute("UPDATE standing SET seq = seq + 1 WHERE account_id = %s", [person])
    found = prove(people).differences
    assert [difference.account for difference in found] == [person for person in people for _ in range(2)]
    assert str(found[0]).startswith(f"account {people[0]}: standing: seq: expected ")
    assert prove(people, most=3).differences == found[:3]
    for person in people:
        owner.execute("UPDATE standing SET seq = seq - 1 WHERE account_id = %s", [person])
    assert prove(people).differences == ()


SHORT = """\
regulars: 1
programme: {id: short, name: Short, zone: UTC, money: USD, languages: [en]}
currencies: [{id: points, title: points}]
earn: {rules: [{id: base, title: a point a dollar, points: 1, per: 1.00}]}
tiers:
  counts: spend
  window: {rolling_months: 2}
  keep_months: 2
  grace_days: 20
  levels: [{id: guest, title: Guest, at: 0}, {id: gold, title: Gold, at: 100.00}]
"""


def test_a_renewal_that_a_return_undoes_leaves_the_tier_and_proves_clean(db: None) -> None:
    publish(SHORT, datetime(2016, 1, 1, tzinfo=UTC), "keeper", datetime(2016, 1, 1, tzinfo=UTC))
    ada = fresh("ada")
    second = purchase(ada, "2026-03-01 10:00", 10_000)
    tell(
        purchase(ada, "2026-01-10 10:00", 10_000), second, visit(ada, "2026-03-20 10:00"),
        returned(ada, "2026-03-25 10:00", second, {"1": 10_000}),
    )  # fmt: skip
    moves = [(row["source"], row["target"], row["why"]) for row in rows("tier_move", account(ada), "seq")]
    assert moves[-1] == ("gold", "gold", "undone")
    assert prove([account(ada)]).differences == ()


@pytest.mark.parametrize("waiting", ["yes", "no"])
def test_where_tiers_follow_a_balance_progress_is_proved_by_that(
    waiting: str, committed: None, owner: psycopg.Connection
) -> None:
    followed = SHORT[: SHORT.index("tiers:")] + (
        f"tiers: {{counts: points, window: balance, pending_counts: {waiting}, levels: [{{id: guest, title: g, at: 0}}, {{id: gold, title: g, at: 90}}]}}\n"
    )
    publish(followed, datetime(2016, 1, 1, tzinfo=UTC), "keeper", datetime(2016, 1, 1, tzinfo=UTC))
    ada = fresh("ada")
    tell(purchase(ada, "2026-01-10 10:00", 10_000))
    assert prove([account(ada)]).differences == ()
    assert [row["target"] for row in rows("tier_move", account(ada), "seq")] == ["gold"]
    with (
        psycopg.connect(owner.info.dsn, password=owner.info.password) as tampering,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(proving, "connection", Through(tampering))
        patch.setattr(proving, "snapshot", tampering.transaction)
        tampering.execute("UPDATE standing SET progress = 0")
        (found,) = prove([account(ada)]).differences
        tampering.rollback()
    assert (found.what, found.expected, found.found) == ("standing: progress", "100", "0")


def test_when_tiers_no_longer_follow_a_balance_progress_is_counted_anew(db: None) -> None:
    followed = SHORT[: SHORT.index("tiers:")] + (
        "tiers: {counts: points, window: balance, levels: [{id: guest, title: Guest, at: 0}, {id: gold, title: Gold, at: 90}]}\n"
    )
    publish(followed, datetime(2016, 1, 1, tzinfo=UTC), "keeper", datetime(2016, 1, 1, tzinfo=UTC))
    after = datetime(2026, 2, 1, tzinfo=UTC)
    publish(SHORT, after, "keeper", datetime(2016, 1, 2, tzinfo=UTC), base=1, allow_devaluation=True)
    ada, bruno = fresh("ada"), fresh("bruno")

    def life(member: str) -> list[Incoming]:
        return [purchase(member, "2026-01-10 10:00", 10_000), purchase(member, "2026-02-10 10:00", 1_000)]

    tell(*life(ada))
    for event in life(bruno):
        tell(event)
    found = [rows("standing", account(member))[0] for member in (ada, bruno)]
    assert [one["progress"] for one in found] == [1_000, 1_000]
    assert prove([account(ada), account(bruno)], also=refolder(datetime(2026, 2, 11, tzinfo=UTC))).differences == ()
