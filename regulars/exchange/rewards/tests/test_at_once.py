"""A hundred at once have a reward as often as they may, and no change of what was had stays hidden."""

from __future__ import annotations

from collections import Counter

import psycopg
import pytest

from regulars.exchange.earning import refolding
from regulars.exchange.earning.acting import cancel, release
from regulars.exchange.earning.refolding import refolder
from regulars.exchange.earning.tests.cast import account
from regulars.exchange.earning.tests.test_acting_at_once import MOST, Work, at_once
from regulars.exchange.earning.tests.test_refolding import Through
from regulars.exchange.ledger import proving
from regulars.exchange.ledger.holdings import balances, holds
from regulars.exchange.ledger.proving import prove
from regulars.exchange.rewards.redeeming import redeem, set_aside
from regulars.exchange.rewards.tests.cast import TODAY, by, member_with, sound
from regulars.kit import reading

pytestmark = pytest.mark.usefixtures("committed", "bakery")


def test_of_a_hundred_who_want_what_one_may_have_once_one_gets_it() -> None:
    ada = member_with(5_000)
    at_the_counter: list[Work] = [lambda: redeem(ada, "coffee", by()) for _ in range(50)]
    at_home: list[Work] = [lambda: set_aside(ada, "coffee", by()) for _ in range(50)]
    codes = Counter(at_once([work for pair in zip(at_the_counter, at_home, strict=True) for work in pair], MOST))
    assert codes == {"done": 1, "limit_reached": 99}
    assert balances(account(ada), TODAY)[0].available == 4_970
    for one in holds(account(ada), TODAY):
        release(ada, one.id, 0, by())
    sound(ada)


#: One change each, and what is said of it by the proof; by the history folded again where the proof cannot know.
CHANGES = {
    "UPDATE entry SET rule = 'tea' WHERE kind = 'redemption' AND rule = 'coffee'": ("rule", "rule"),
    "UPDATE entry SET rule = 'tea' WHERE kind = 'hold'": ("rule", "rule"),
    "UPDATE entry SET rule = 'coffee' WHERE kind = 'release'": ("", "rule"),
    "UPDATE entry SET rule = NULL WHERE kind = 'reversal'": ("rule", "rule"),
    "UPDATE entry SET rule = 'cake' WHERE kind = 'redemption' AND rule = 'coffee'": ("", "rule"),
    "UPDATE entry SET base = base + 1 WHERE kind = 'redemption' AND rule = 'coffee'": ("", "base"),
    "UPDATE event SET outcome = '{}' WHERE outcome ? 'pays'": ("", "outcome"),
    "UPDATE standing SET state = state - 'had'": ("", "standing"),
    "UPDATE standing SET state = jsonb_set(state, '{purses,points,holds,0,4,1}', '1')": ("", "standing"),
}


def test_every_change_of_what_was_had_is_found(owner: psycopg.Connection) -> None:
    ada = member_with(1_000)
    redeem(ada, "coffee", by())
    cancel(ada, redeem(ada, "five", by(), payable=1_000).event, by())
    release(ada, set_aside(ada, "cake", by()).event, 0, by())
    set_aside(ada, "five", by())
    sound(ada)
    missed = []
    with (
        psycopg.connect(owner.info.dsn, password=owner.info.password) as tampering,
        pytest.MonkeyPatch.context() as patch,
    ):
        for module in (proving, reading):
            patch.setattr(module, "connection", Through(tampering))
        for module in (proving, refolding):
            patch.setattr(module, "snapshot", tampering.transaction)
        for change, (alone, folded) in CHANGES.items():
            done = tampering.execute(
                f"{change}{' AND' if ' WHERE ' in change else ' WHERE'} account_id = {account(ada)}"
            ).rowcount
            by_itself = [difference.what for difference in prove([account(ada)]).differences]
            whole = [difference.what for difference in prove([account(ada)], also=refolder(TODAY)).differences]
            tampering.rollback()
            if (
                not done
                or (alone and not any(alone in what for what in by_itself))
                or not any(folded in what for what in whole)
            ):
                missed.append((change, done, by_itself, whole))
    assert not missed, "\n".join(map(str, missed))
