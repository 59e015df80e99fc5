"""Naming: which member of a household told an event, and under which number who has several by a merge."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from regulars.engine.entries import Refusal
from regulars.engine.events import (
    JOIN_IN,
    JOIN_OUT,
    LEAVE_IN,
    LEAVE_OUT,
    MERGE_IN,
    MERGE_OUT,
    UNMERGE_IN,
    UNMERGE_OUT,
)
from regulars.engine.standing import Standing
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import given_accounts_of, own_accounts_of
from regulars.kit.speaking import worded

#: Between two accounts: they say whose they are.
_TWOFOLD = (MERGE_OUT, MERGE_IN, UNMERGE_OUT, UNMERGE_IN, JOIN_OUT, JOIN_IN, LEAVE_OUT, LEAVE_IN)


def name_tellers(events: Sequence[Incoming], accounts: Mapping[str, int], households: Collection[int]) -> None:
    """Write into each event whose number it was told by, where the account (by number) is one of the households.

    The households are locked, and the numbers were seen to lead there since.
    """
    numbers = [number for number, account in accounts.items() if account in households]
    own = own_accounts_of(numbers)
    for event in events:
        if event.type not in (JOIN_IN, LEAVE_OUT):  # they say who joins or leaves
            teller = own.get(event.member, 0)
            event.by = 0 if teller in households else teller


def name_numbers(events: Sequence[Incoming], accounts: Mapping[str, int], numbers: Collection[str]) -> None:
    """Write into each event which of a member's numbers it was told by, where that was given to an account which has
    been merged into theirs. The `numbers` are those of accounts that ever were one with another; tellers are named.
    """
    given = given_accounts_of(list(numbers))
    for event in events:
        if event.type not in _TWOFOLD and event.member in given:
            own, told = event.by or accounts[event.member], given[event.member]
            event.number = told if told != own else 0


def without_members(standing: Standing, event: Incoming) -> Refusal | None:
    """Why nothing can happen in the account of a household that everybody left; None where somebody is in it."""
    if standing.shares or event.type == JOIN_IN:
        return None
    sentence = worded("Everybody has left this household: use the number of the member themselves.")
    return Refusal("household_closed", sentence, {"household": event.member})
