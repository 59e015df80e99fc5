"""Budgets: the most that all members together are given.

An account knows nothing of the others. So the host says with an event how many points of a budget are left for it, and
the kernel answers what it drew of them. What nobody has any longer is given back: what a return takes, or finds ended,
and what lapsed while it waited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from regulars.engine.entries import ACCRUAL, LAPSE, PENDING, Clip, Draw, Outcome
from regulars.engine.events import Event, Origin
from regulars.engine.gifts import Gift
from regulars.engine.periods import period_key
from regulars.engine.rounding import share_out
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms

#: What points were drawn from: (budget, per, period).
Source = tuple[str, str, int]


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


def drawn_for(origin: Origin, rule: str) -> list[Source]:
    """What a purchase drew from for the points that a rule gave."""
    return [(budget, per, period) for budget, per, period, rules in origin.drawn if rule in rules]


def give_back(drawn: Iterable[Source], rule: str, points: int, out: Outcome) -> None:
    """A return took so many `points` back, or they had ended before: they are there again for others, in the period
    they were drawn from."""
    if points:
        out.drawn = [*out.drawn, *(Draw(*source, 0, 0, -points, (rule,)) for source in drawn)]


def drawn_by_lot(outcome: Outcome) -> Iterator[tuple[int, list[Source]]]:
    """The lots (by seq) that an event gave out of budgets and that wait, each with what they were drawn from."""
    for entry in outcome.entries if outcome.drawn else ():
        if entry.kind == ACCRUAL and entry.target == PENDING and entry.rule:
            draws = [(one.budget, one.per, one.period) for one in outcome.drawn if entry.rule.id in one.rules]
            if draws:
                yield entry.seq, draws


def lapsed(outcome: Outcome, drawn: Mapping[int, Sequence[Source]]) -> Iterator[tuple[int, Draw]]:
    """What waited in vain was never had: it is there again for others, from the instant at which it lapsed.

    `drawn` says by lot what it was drawn from.
    """
    for entry in outcome.entries:
        if entry.kind == LAPSE:
            for seq, points in entry.lots:
                for source in drawn.get(seq, ()):
                    yield entry.at, Draw(*source, 0, 0, -points, ())


def _make_room(terms: Terms, standing: Standing, currency: str, day: int, cut: dict[str, int]) -> None:
    """What the budgets held back does not count under the member's own caps."""
    for cap in terms.caps[currency]:
        points = sum([points for rule, points in cut.items() if rule in cap.rules])
        if points and cap.per != "event":
            standing.used[cap.id].add(period_key(cap.per, day), -points)
