"""The programmes to learn from are fair, speak all languages, and lead a regular to a first reward within a year."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from regulars.engine.events import PURCHASE, Event
from regulars.engine.kernel import compile as compile_programme
from regulars.programme.checks.linting import lint
from regulars.programme.header import LANGUAGES
from regulars.programme.loading import load
from regulars.programme.promise import Programme
from regulars.programme.sentences import cap_sentence, group_sentence, level_sentence, rule_sentence

HOUSE = Path(__file__).parents[1]
FILES = sorted((HOUSE / "programmes").glob("*.yaml"))
DOCS = (HOUSE / "docs" / "programmes.md").read_text("utf-8")
#: What an ordinary line of each shop holds, where its rules look at it.
LINES = {"cafe": {"category": "Coffee"}, "hotel": {"category": "Room"}, "airline": {"cabin": "economy"}}
#: What an ordinary year of each shop holds: purchases, and what one costs in minor units, where the file does not say.
YEARS = {"harbour": (60, 4_000)}


@pytest.fixture(params=FILES, ids=[file.stem for file in FILES])
def file(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_it_is_fair_by_dignity(file: Path) -> None:
    linted = lint(file.read_bytes(), file.name)
    assert linted.problems == ()
    assert linted.programme is not None


def test_it_says_every_clause_in_every_language(file: Path) -> None:
    programme = load(file.read_bytes())
    for language in LANGUAGES:
        said = [rule_sentence(rule, programme, language) for rule in programme.earn.rules]
        said += [group_sentence(group, programme, language) for group in programme.earn.groups]
        said += [cap_sentence(cap, programme, language) for cap in programme.earn.caps]
        if programme.tiers:
            said += [level_sentence(level, programme.tiers, programme, language) for level in programme.tiers.levels]
        assert all(len(sentence) > 8 and "{" not in sentence for sentence in said)


def test_a_year_of_ordinary_custom_reaches_a_first_reward(file: Path) -> None:
    programme = load(file.read_bytes())
    gained = _a_year(programme, file.stem)
    prices: dict[str, int] = {}
    for reward in programme.rewards:
        prices[reward.currency] = min(reward.price.most, prices.get(reward.currency, reward.price.most))
    if not programme.rewards:  # points are spent at the till: five of its money are a first reward
        prices = {one.id: int(500 / one.value) for one in programme.currencies if one.value}
    assert any(gained[currency] >= price for currency, price in prices.items()), (gained, prices)


def test_it_has_its_place_in_the_documentation(file: Path) -> None:
    assert f"(../programmes/{file.name})" in DOCS
    assert len(re.findall(r"\.\./programmes/", DOCS)) == len(FILES) >= 6


def _a_year(programme: Programme, shop: str) -> dict[str, int]:
    """Points by currency after a year of average purchases, evenly spread, one line each."""
    header = programme.header
    times, amount = YEARS.get(shop) or (header.orders_a_year or 0, header.average_order or 0)
    assert times and amount
    kernel = compile_programme(programme)
    standing = kernel.open()
    for number in range(times):
        day = date(2026, 1, 1) + timedelta(days=number * 365 // times)
        columns = {name: [value] for name, value in LINES.get(shop, {}).items()} | {"quantity": [1]}
        at = kernel.terms.zone.midnight(day.toordinal()) + 12 * 3_600_000_000
        outcome = kernel.step(standing, Event(PURCHASE, f"e{number}", at, header.money, [amount], columns))
        assert outcome.refusal is None
    kernel.settle(standing, date(2027, 1, 31).toordinal())
    return {one.id: standing.purse(one.id).available for one in programme.currencies}
