"""The import contracts of `pyproject.toml`, tried on imports that must not be: a contract that forbids nothing is none."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

import grimp
import pytest
from importlinter.application.use_cases import read_user_options
from importlinter.configuration import configure
from importlinter.contracts.forbidden import ForbiddenContract

from tests.reading_code import HOUSE

POSTING = "regulars.exchange.ledger.posting"


@cache
def house() -> grimp.ImportGraph:
    """Who imports whom, as it is."""
    return grimp.build_graph("regulars", include_external_packages=True)


def contract() -> ForbiddenContract:
    """The one about posting."""
    configure()
    told = read_user_options(config_filename=str(HOUSE / "pyproject.toml"))
    (mine,) = [one for one in told.contracts_options if POSTING in one.get("forbidden_modules", [])]
    return ForbiddenContract(mine["name"], told.session_options, mine)


def kept(importer: str) -> bool:
    """Whether the contract would still be kept if this module imported posting."""
    graph = deepcopy(house())  # a check takes what it ignores out of the graph
    for dots in range(1, importer.count(".") + 1):  # of rooms still to be built, the packages as well
        graph.add_module(".".join(importer.split(".")[: dots + 1]))
    graph.add_import(importer=importer, imported=POSTING)
    return bool(contract().check(graph, verbose=False).kept)


@pytest.mark.parametrize(
    "importer",
    [
        "regulars.insight.shop.points", "regulars.ground.publishing.versions", "regulars.doors.api.events",
        "regulars.kit.ids", "regulars.care.cases", "regulars.belonging.advocacy", "regulars.exchange.rewards.redeeming",
        "regulars.settings",
    ],
)  # fmt: skip
def test_no_floor_and_no_room_but_earning_posts_to_the_ledger(importer: str) -> None:
    assert not kept(importer)


def test_earning_and_the_ledger_itself_do() -> None:
    assert kept("regulars.exchange.earning.matching")
    assert kept("regulars.exchange.ledger.proving")
