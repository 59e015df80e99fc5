"""Trails: in which accounts the past of a member lies. Their own one, those merged into it, and, of the households that
they are or were in, what was told by their number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from regulars.ground.members.households import household_of, households_among
from regulars.ground.members.leading import MERGED, followed, kin_of_each
from regulars.ground.members.models import Member


@dataclass(frozen=True, slots=True)
class Trail:
    """The accounts that are a member's `own`, those of the `homes` they are or were in, and all `kin`, in any of which
    what they bought may have come back; each in order."""

    own: list[int]
    homes: list[int]
    kin: list[int]

    @property
    def everywhere(self) -> list[int]:
        """The accounts in which something of theirs may stand."""
        return [*self.own, *self.homes]


def trail_of(account: int) -> Trail:
    """The trail of the member of one account."""
    return trails_of([account])[account]


def trails_of(accounts: Collection[int]) -> dict[int, Trail]:
    """The trails of members by their accounts, none of which was merged into another one's."""
    kin = kin_of_each(accounts)
    everybody = {one for whose in kin.values() for one in whose}
    ends = followed(everybody, (MERGED,))
    homes = households_among(everybody)
    return {
        account: Trail(
            sorted(one for one in whose if ends[one] == account or one == account),
            sorted(one for one in whose if one in homes and one != account),
            sorted(whose),
        )
        for account, whose in kin.items()
    }


class Numbered(NamedTuple):
    """An account that has a statement of its own, under the number that it was given."""

    account: int
    number: str
    household: bool


def statements_of(account: int) -> list[Numbered]:
    """The accounts whose statements a member may read: first the one in which they have their points (their
    household's, while they are in one), then their own, then those merged into it."""
    home = household_of(account)
    own = trail_of(account).own
    numbers = dict(Member.objects.filter(account_id__in=own).values_list("account_id", "number"))
    found = [Numbered(home.account, home.number, True)] if home else []
    own.sort(key=lambda one: (one != account, one))
    return found + [Numbered(one, numbers[one], False) for one in own if one in numbers]
