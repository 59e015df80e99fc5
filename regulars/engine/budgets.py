"""Budgets: the most that all members together are given.

An account knows nothing of the others. So the host says with an event how many points of a budget are left for it, and
the kernel answers what it drew of them; what a return takes back of that, it gives back.
"""

from __future__ import annotations

from collections.abc import Sequence

from regulars.engine.entries import Clip, Draw, Outcome
from regulars.engine.events import Event, Grant, Origin
from regulars.engine.gifts import Gift
from regulars.engine.periods import period_key
from regulars.engine.rounding import share_out
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms


def draw(
    terms: Terms, standing: Standing, event: Event, currency: str, day: int, gifts: Sequence[Gift],
    amounts: list[int], out: Outcome,
) -> list[int]:  # fmt: skip
    """What the budgets of a currency let through of `amounts`, which its caps let through: points per gift.

    Budget by budget in the order of the file; each counts what was finally given, and so do the caps.
    """
    left = event.allotted or {}
    final, drawn = amounts, []
    for budget in terms.budgets[currency]:
        covered = [place for place, gift in enumerate(gifts) if gift.rule.id in budget.rules]
        asked = sum([final[place] for place in covered])
        if not asked:
            continue
        allotted = min(asked, max(0, left.get(budget.id, asked)))
        if allotted < asked:
            allotted = 0 if budget.refuse else allotted
            kept = share_out(allotted, [final[place] for place in covered])
            final = list(final)
            for place, points in zip(covered, kept, strict=True):
                if points < final[place]:
                    out.clips.append(Clip(budget.id, gifts[place].rule.id, final[place] - points))
                    final[place] = points
        drawn.append((budget, covered, asked, allotted))
    out.drawn = [
        *out.drawn,
        *(
            Draw(
                budget.id, budget.per, period_key(budget.per, day), asked, allotted,
                sum([final[place] for place in covered]),
                tuple(gifts[place].rule.id for place in covered if final[place]),
            )
            for budget, covered, asked, allotted in drawn
        ),
    ]  # fmt: skip
    if final is not amounts:
        cut = {gift.rule.id: was - now for gift, was, now in zip(gifts, amounts, final, strict=True) if was != now}
        _make_room(terms, standing, currency, day, cut)
    return final


def give_back(origin: Origin, grant: Grant, points: int, out: Outcome) -> None:
    """A return took `points` of a grant back: they are there again for others, in the period they were drawn from."""
    out.drawn = [
        *out.drawn,
        *(
            Draw(budget, per, period, 0, 0, -points, (grant.rule,))
            for budget, per, period, rules in origin.drawn
            if points and grant.rule in rules
        ),
    ]


def _make_room(terms: Terms, standing: Standing, currency: str, day: int, cut: dict[str, int]) -> None:
    """What the budgets held back does not count under the member's own caps."""
    for cap in terms.caps[currency]:
        points = sum([points for rule, points in cut.items() if rule in cap.rules])
        if points and cap.per != "event":
            standing.used[cap.id][period_key(cap.per, day)] -= points
