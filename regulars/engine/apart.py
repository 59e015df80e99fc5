"""Apart: what caps have let through for each member of a household.

Whoever joins brings what they have used; what is used from then on is in the count of all. The household has used what
is in the highest of these counts, so that joining uses nothing up and gives nothing twice. What comes back frees its
room in those counts that it is in, and so in the household as far as the highest is lower then.

Kept is by how much a count is lower than the highest: most are not, and what is used leaves that as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from regulars.engine.amounts import Amounts
from regulars.engine.events import Grant
from regulars.engine.standing import Share, Standing

#: Points by cap and period.
Used = Mapping[str, Mapping[int, int]]


def begin(standing: Standing, share: Share, before: Used, brought: Used) -> None:
    """Count for a member who is here from now on; the household had used so much `before` what they `brought`."""
    for cap, period, points in _each(standing):
        had, came = (used.get(cap, {}).get(period, 0) for used in (before, brought))
        for one in standing.shares.values():
            if one is not share:
                _lower(one, cap, period, points - had)
        _lower(share, cap, period, points - came)


def end(standing: Standing, share: Share) -> dict[str, Amounts]:
    """What a member who leaves has used; the household has used what is in the highest count of the others."""
    own: dict[str, Amounts] = {}
    for cap, period, points in _each(standing):
        own.setdefault(cap, Amounts()).put(period, points - (share.less or {}).get(cap, {}).get(period, 0))
        standing.used[cap].add(period, -_level(standing, cap, period))
    return own


def freed(standing: Standing, grant: Grant, cap: str, period: int, points: int) -> int:
    """How much less of a cap is used when so many points of a grant come back: of nobody's household, all of it."""
    shares = standing.shares
    if not shares or any(share.less is None for share in shares.values()):
        return points
    for member, share in shares.items():
        if (grant.member == member) if grant.member else (share.since < grant.seq):
            _lower(share, cap, period, points)
    return _level(standing, cap, period)


def forget(standing: Standing) -> None:
    """Keep counts of periods alone that the household knows."""
    for share in standing.shares.values():
        if share.less:
            known = {cap: dict(standing.used.get(cap, ())) for cap in share.less}
            rows = {
                cap: {period: points for period, points in less.items() if points and period in known[cap]}
                for cap, less in share.less.items()
            }
            share.less = {cap: less for cap, less in rows.items() if less}


def _each(standing: Standing) -> list[tuple[str, int, int]]:
    return [(cap, period, points) for cap, rows in standing.used.items() for period, points in rows]


def _lower(share: Share, cap: str, period: int, points: int) -> None:
    if share.less is not None and points:
        rows = share.less.setdefault(cap, {})
        rows[period] = rows.get(period, 0) + points


def _level(standing: Standing, cap: str, period: int) -> int:
    """By how much the highest count is lower than what the household had used; counts are told from there again."""
    rows = [(share.less or {}).get(cap, {}) for share in standing.shares.values()]
    fall = min((row.get(period, 0) for row in rows), default=0)
    for row in rows if fall else ():
        row[period] -= fall
    return fall
