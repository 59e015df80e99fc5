"""HOUSE: what is promised to many, and may run out: caps and budgets that hold too little."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import phrase, titled, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, regulator
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.earn import Budget, Cap, Earn, Rule
from regulars.programme.problems import WARNING

_ACCC = "ACCC, Customer loyalty schemes: points that are difficult to earn or to redeem"
_GIFT = worded("Let it hold at least one gift, or make the gift smaller.")
#: In how many periods (second) one of the length of the first may lie, at most. For ever lies in no bounded number.
_TOUCHES = {
    ("day", "day"): 1, ("day", "week"): 1, ("day", "month"): 1, ("day", "year"): 1, ("day", "ever"): 1,
    ("week", "day"): 7, ("week", "week"): 1, ("week", "month"): 2, ("week", "year"): 2, ("week", "ever"): 1,
    ("month", "day"): 31, ("month", "week"): 6, ("month", "month"): 1, ("month", "year"): 1, ("month", "ever"): 1,
    ("year", "day"): 366, ("year", "week"): 54, ("year", "month"): 12, ("year", "year"): 1, ("year", "ever"): 1,
    ("ever", "ever"): 1,
}  # fmt: skip


@check(
    "HOUSE-3",
    "What is promised can be had",
    house(WARNING, phrase("a gift that nobody can be given is a decoration, and so is a limit that nobody can reach")),
    regulator("au", _ACCC, "2019"),
    why="Members read what they may have, and count on it. A limit that another one makes smaller tells them of points "
    "that nobody will ever be given.",
    decides="A cap or a budget (`earn.caps`, `earn.budgets`) that holds fewer points than a gift under it gives; and a "
    "cap or a budget that is never reached, as a budget over all its rules, for all members together, holds less in "
    "that time.",
)
def can_be_had(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Bounds below a single gift, and bounds above what a budget lets anybody have."""
    earn = subject.programme.earn
    for path, bound in _bounds(earn):
        points = titled(subject.programme.currency(bound.currency).title)
        for rule in _covered(earn, bound):
            if rule.per_unit == "event" and rule.points > bound.most:
                message = (
                    worded(
                        "`{gift}` gives {whole} {points}, and `{bound}` holds {most}: nobody is ever given any of it.",
                        gift=titled(rule.title), whole=rule.points, points=points, bound=titled(bound.title),
                        most=bound.most,
                    )
                    if bound.at_edge == "refuse"
                    else worded(
                        "`{gift}` gives {whole} {points}, and `{bound}` holds {most}: nobody is ever given all of it.",
                        gift=titled(rule.title), whole=rule.points, points=points, bound=titled(bound.title),
                        most=bound.most,
                    )
                )  # fmt: skip
                yield Finding(
                    f"{path}.most", message, worded("Let it hold at least one gift, or make the gift smaller.")
                )
        smaller = next((one for one in earn.budgets if _holds_less(one, bound)), None)
        if smaller is not None:
            yield Finding(
                f"{path}.most",
                worded(
                    "`{bound}` speaks of {most} {points}, and nobody will ever have so many: `{smaller}` gives fewer "
                    "to all members together.",
                    bound=titled(bound.title), most=bound.most, points=points, smaller=titled(smaller.title),
                ),
                worded("Remove it, lower it to what can be had, or raise `{smaller}`.", smaller=titled(smaller.title)),
            )  # fmt: skip


@check(
    "HOUSE-4",
    "Nobody who qualified is left with nothing",
    house(WARNING, phrase("whoever did what was asked has earned it; progress under way is kept")),
    regulator("au", _ACCC, "2019"),
    why="A budget of all members ends when others have used it up, which nobody can see coming. That is fair for a "
    "surprise on top. It is not for what somebody has worked for over weeks, nor for what every purchase earns.",
    decides="A budget over a gift that takes several events (`every` or `streak`); and a budget over all that an "
    "ordinary event earns of a currency: every rule without a condition, or every rule where all have one.",
)
def nobody_left_with_nothing(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Budgets that may be used up before those come who did what was asked."""
    programme = subject.programme
    for place, budget in enumerate(programme.earn.budgets):
        title, points = titled(budget.title), titled(programme.currency(budget.currency).title)
        for rule in _covered(programme.earn, budget):
            times = rule.every or (rule.streak.length if rule.streak else 0)
            if times:
                yield Finding(
                    f"earn.budgets[{place}].rules",
                    worded(
                        "Whoever completes `{gift}` when `{budget}` is used up has come {times} times for nothing.",
                        gift=titled(rule.title), budget=title, times=times,
                    ),
                    worded("Take the gift out of the `rules` of the budget; `every` and `streak` bound it as it is."),
                    worded(
                        "Carmen has come {before} times. On the day before the last one, others are given the last "
                        "{points}.",
                        before=times - 1, points=points,
                    ),
                )  # fmt: skip
        own = [rule for rule in programme.earn.rules if rule.currency == budget.currency]
        usual = [rule for rule in own if rule.when is None and not rule.every and not rule.streak] or own
        if all(rule.id in budget.rules for rule in usual):
            yield Finding(
                f"earn.budgets[{place}].rules",
                worded(
                    "When `{budget}` is used up, members earn no {points}, whatever they buy.",
                    budget=title, points=points,
                ),
                worded("Name in `rules` what is given on top, and leave out what everybody counts on."),
                worded(
                    "Bruno buys what he bought yesterday and is given nothing: {most} {points} have gone to others.",
                    most=budget.most, points=points,
                ),
            )  # fmt: skip


def _bounds(earn: Earn) -> Iterator[tuple[str, Cap]]:
    """Caps and budgets with their paths."""
    yield from ((f"earn.caps[{place}]", cap) for place, cap in enumerate(earn.caps))
    yield from ((f"earn.budgets[{place}]", budget) for place, budget in enumerate(earn.budgets))


def _covered(earn: Earn, bound: Cap) -> list[Rule]:
    """The rules under a bound."""
    return [rule for rule in earn.rules if rule.id in bound.rules]


def _holds_less(budget: Budget, bound: Cap) -> bool:
    """Whether a budget over all the rules of a bound leaves less than that for one of its periods, for everybody."""
    if budget is bound or not set(bound.rules) <= set(budget.rules):
        return False
    touches = 1 if bound.per == "event" else _TOUCHES.get((bound.per, budget.per))
    return touches is not None and budget.most * touches < bound.most
