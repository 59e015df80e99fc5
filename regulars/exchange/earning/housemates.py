"""Housemates: who is in a household, and what of its points is whose if they leave now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regulars.engine.pooling import claim
from regulars.exchange.ledger.assembling import assemble
from regulars.ground.members.households import members_of
from regulars.ground.members.leading import lead_of
from regulars.ground.publishing.versions import versions
from regulars.kit.zones import microseconds


@dataclass(frozen=True, slots=True)
class Housemate:
    """A member of a household by their own account; `share` are the points that are theirs, by currency."""

    account: int
    since: datetime
    share: dict[str, int]


def housemates(household: int, now: datetime) -> list[Housemate]:
    """The members of a household, those first who joined first, with what is theirs at `now`. Raises PublishRefused."""
    kernel = versions().at(microseconds(now)).kernel
    standing = assemble([household])[household].standing
    kernel.settle(standing, kernel.terms.zone.local(microseconds(now))[0])
    found = []
    for account in members_of(household):
        lead = lead_of(account)
        assert lead is not None
        share = {id: claim(standing, id, account) for id in kernel.terms.currencies if id in standing.purses}
        if len(standing.shares) == 1:  # the last one takes all
            share = {id: standing.purses[id].available + standing.purses[id].pending for id in share}
        found.append(Housemate(account, lead.since, share))
    return found
