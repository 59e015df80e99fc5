"""Naming: where a number leads now, and which member of a household told an event."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from regulars.engine.entries import Refusal
from regulars.engine.events import JOIN_IN, LEAVE_OUT
from regulars.engine.standing import Standing
from regulars.ground.activity.contract import Incoming
from regulars.ground.members.enrolling import own_accounts_of
from regulars.kit.speaking import worded


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


def without_members(standing: Standing, event: Incoming) -> Refusal | None:
    """Why nothing can happen in the account of a household that everybody left; None where somebody is in it."""
    if standing.shares or event.type == JOIN_IN:
        return None
    sentence = worded("Everybody has left this household: use the number of the member themselves.")
    return Refusal("household_closed", sentence, {"household": event.member})
