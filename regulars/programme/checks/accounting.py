"""ACC: what members paid for is theirs, and what they lose enriches nobody."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import counted, phrase, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, law
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money
from regulars.programme.problems import ERROR, WARNING

_FIVE_YEARS, _DORMANT, _ONE_YEAR = 60, 12, 12


@check(
    "ACC-6",
    "What members lose pays nobody a bonus",
    house(ERROR, phrase("whoever gains by forfeiture will find reasons for it")),
    why="A target on forfeited points turns every clerk into an adversary.",
    decides="A target in `service.targets` that measures `points_forfeited`.",
)
def no_bonus_on_forfeiture(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Targets on forfeited points."""
    for index, target in enumerate(subject.programme.service.targets):
        if target.measure == "points_forfeited":
            message = worded("Somebody's work is measured by the points that members lose.")
            yield Finding(f"service.targets[{index}].measure", message, worded("Remove the target."))


@check(
    "ACC-7",
    "What was paid for lasts five years",
    house(ERROR, phrase("the five years of the CARD Act, everywhere"), limit=_FIVE_YEARS),
    law("us", "Regulation E, 12 CFR 1005.20 (CARD Act): gift cards last at least five years", limit=_FIVE_YEARS),
    house(
        WARNING,
        phrase("the same regulation: no dormancy fee before 12 months without use"),
        limit=_DORMANT,
        unread=True,
    ),
    why="A gift card is money that was handed over. Points may be a favour; this is a debt.",
    decides="`terms.bought.months` below 60; a `dormancy_fee` after fewer than 12 `dormant_months`.",
    fixable=True,
)
def bought_lasts(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Gift cards and bought points that end early, or shrink before a year has passed."""
    bought = subject.programme.terms.bought if subject.programme.terms else None
    if bought is None:
        return
    if limit == _FIVE_YEARS and bought.months is not None and bought.months < _FIVE_YEARS:
        path = "terms.bought.months"
        message = counted(
            "What members paid for ends after one month; {least} are the least.",
            "What members paid for ends after {n} months; {least} are the least.",
            bought.months,
            least=_FIVE_YEARS,
        )
        yield Finding(path, message, worded("Write `months: never`, or 60."), edit=subject.replacing(path, "never"))
    if limit == _DORMANT and bought.dormancy_fee and bought.dormant_months < _DORMANT:
        path, fee = "terms.bought.dormant_months", money(bought.dormancy_fee, subject.programme)
        message = counted(
            "After one month without use, {fee} a month are taken away.",
            "After {n} months without use, {fee} a month are taken away.",
            bought.dormant_months,
            fee=fee,
        )
        yield Finding(path, message, worded("Write `dormancy_fee: none`."), edit=subject.replacing(path, str(_DORMANT)))


@check(
    "ACC-8",
    "What was paid for is paid out",
    house(WARNING, phrase("money that was given can be taken back")),
    law("dk", "Betalingsloven, section 96, and Forbrugerombudsmanden 19/11377: at par until a year after it ended; "
        "never valid for less than a year"),
    why="Whoever has no use for a gift card holds money that the house will not give back.",
    decides="`terms.bought.paid_out: no`, or `months` below 12.",
    fixable=True,
)  # fmt: skip
def bought_is_paid_out(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Gift cards that cannot be turned into money, or end within a year."""
    bought = subject.programme.terms.bought if subject.programme.terms else None
    if bought is None:
        return
    if not bought.paid_out:
        path = "terms.bought.paid_out"
        message = worded("Who has no use for what they paid for cannot have the money back.")
        yield Finding(path, message, worded("Write `paid_out: yes`."), edit=subject.replacing(path, "yes"))
    if bought.months is not None and bought.months < _ONE_YEAR:
        path = "terms.bought.months"
        message = counted(
            "What was paid for ends after one month, before a year has passed.",
            "What was paid for ends after {n} months, before a year has passed.",
            bought.months,
        )
        yield Finding(path, message, worded("Write `months: never`."), edit=subject.replacing(path, "never"))


@check(
    "ACC-9",
    "Unclaimed money is watched",
    law("us", "Unclaimed property laws of the states, such as 12 Del. C. 1133(6): customer credits, 5 years"),
    house(WARNING, phrase("what nobody claims still belongs to somebody")),
    why="Money that was forgotten belongs to its owner, then to the state, and never to the house.",
    decides="`terms.bought.unclaimed: no`. The dormancy clock itself runs on the data.",
    fixable=True,
)
def unclaimed_is_watched(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Bought value without a watch on the law of unclaimed property."""
    bought = subject.programme.terms.bought if subject.programme.terms else None
    if bought is not None and not bought.unclaimed:
        path = "terms.bought.unclaimed"
        message = worded(
            "Nobody watches when what was paid for and forgotten falls under the law on unclaimed property."
        )
        yield Finding(path, message, worded("Write `unclaimed: yes`."), edit=subject.replacing(path, "yes"))
