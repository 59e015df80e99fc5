"""CAP, memberships and prices: what goes on by itself is agreed to, reminded of, and let go."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import counted, phrase, titled, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, law, regulator
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money
from regulars.programme.clubs import Club, Renewal
from regulars.programme.problems import ERROR, WARNING

_CALIFORNIA = "California, BPC 17602 as amended by AB 2863"
_SINCE = "in force 2025-07-01"
_LONG_TERM, _LONG_LEAST, _LONG_MOST = 12, 15, 45
_MOST_UNUSED = 6


def _renewing(subject: Subject) -> Iterator[tuple[str, Club, Renewal]]:
    """The clubs that go on by themselves, with the path of their renewal."""
    for index, club in enumerate(subject.programme.clubs):
        if club.renewal is not None:
            yield f"clubs[{index}].renewal", club, club.renewal


@check(
    "CAP-18",
    "A renewal is announced",
    house(WARNING, phrase("the reminders of California, everywhere")),
    law(
        "us",
        f"{_CALIFORNIA}: a reminder once a year; 15 to 45 days before the renewal of a term of a year or more",
        _SINCE,
    ),
    house(
        WARNING,
        phrase("California, BPC 17602 as amended by AB 2863: a new price is told 7 to 30 days before"),
        limit=7,
        unread=True,
    ),
    why="What renews itself earns most from those who have forgotten it.",
    decides="A club that renews itself without a reminder before each renewal, or once a year; whose term is a year "
    "or more and whose reminder comes less than 15 or more than 45 days before; or that tells a new price less than 7 "
    "days before, or not at all.",
    fixable=True,
)
def renewal_is_announced(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Clubs that renew in silence; with a limit, those whose new price is told fewer days before."""
    for path, club, renewal in _renewing(subject):
        title = titled(club.title)
        if limit is not None:
            days = renewal.price_change_days
            if days is None or days < limit:
                said = (
                    worded("A new price of {title} holds without a word.", title=title)
                    if days is None
                    else counted(
                        "A new price of {title} holds one day after it was told.",
                        "A new price of {title} holds {n} days after it was told.",
                        days,
                        title=title,
                    )
                )
                key = f"{path}.price_change_days"
                remedy = worded("Write `price_change_days: 30`.")
                yield Finding(
                    key,
                    said,
                    remedy,
                    edit=subject.replacing(key, "30"),
                )
            continue
        key, days = f"{path}.reminder_days", renewal.reminder_days
        if days is None:
            message = worded(
                "{title} takes {amount} again and again, and never says so before.",
                title=title,
                amount=money(club.price, subject.programme),
            )
            yield Finding(key, message, worded("Write `reminder_days: 30`."), edit=subject.replacing(key, "30"))
        elif club.months >= _LONG_TERM and not _LONG_LEAST <= days <= _LONG_MOST:
            message = counted(
                "{title} renews for {months} months, and is announced one day before.",
                "{title} renews for {months} months, and is announced {n} days before.",
                days,
                title=title,
                months=club.months,
            )
            remedy = worded(
                "Write `reminder_days: 30`; {least} to {most} days leave time to decide.",
                least=_LONG_LEAST,
                most=_LONG_MOST,
            )
            yield Finding(key, message, remedy, edit=subject.replacing(key, "30"))
        if not renewal.yearly_reminder:
            key = f"{path}.yearly_reminder"
            message = worded(
                "Nobody reminds members once a year that {title} goes on, what it costs, and how to leave.", title=title
            )
            yield Finding(key, message, worded("Write `yearly_reminder: yes`."), edit=subject.replacing(key, "yes"))


@check(
    "CAP-19",
    "A yes to a renewal is kept",
    house(ERROR, phrase("a renewal stands on a yes that can be shown")),
    law("us", f"{_CALIFORNIA}: proof of consent, kept three years, or one after the end if that is longer", _SINCE),
    why="Where nobody can show when and to what somebody said yes, the house decides for them.",
    decides="A club that renews itself with `consent_recorded: no`.",
    fixable=True,
)
def consent_is_recorded(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Renewals without a record of the yes."""
    for path, club, renewal in _renewing(subject):
        if not renewal.consent_recorded:
            key = f"{path}.consent_recorded"
            message = worded("{title} renews, and no yes to it is kept.", title=titled(club.title))
            yield Finding(key, message, worded("Write `consent_recorded: yes`."), edit=subject.replacing(key, "yes"))


@check(
    "CAP-20",
    "Whoever pays and does not use is asked whether to stop",
    house(WARNING, phrase("nobody should pay for what they forgot"), limit=_MOST_UNUSED),
    regulator("uk", "CMA, principles for anti-virus renewals: engage customers who plainly do not use it",
              limit=_MOST_UNUSED),
    why="A club that lives on sleepers has no reason to be good.",
    decides="A club that renews itself and asks nobody (`unused_months: never`), or only after more than 6 months.",
    fixable=True,
)  # fmt: skip
def sleepers_are_woken(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Clubs that let members pay for longer than `limit` months without any use."""
    most = limit or 0
    for index, club in enumerate(subject.programme.clubs):
        if club.renewal is None or (club.unused_months is not None and club.unused_months <= most):
            continue
        key, months = f"clubs[{index}].unused_months", club.unused_months
        title = titled(club.title)
        if months is None:
            message = worded("Nobody asks members who pay for {title} and never use it.", title=title)
        else:
            lost = money(club.price * -(-months // club.months), subject.programme)
            message = worded(
                "Members who never use {title} are asked after {months} months, when they have paid {lost}.",
                title=title,
                months=months,
                lost=lost,
            )
        yield Finding(
            key,
            message,
            worded("Write `unused_months: {most}`.", most=str(most)),
            edit=subject.replacing(key, str(most)),
        )


@check(
    "CAP-21",
    "A reduction is counted from the lowest price of 30 days",
    house(ERROR, phrase("a reduction from a price that nobody paid is none")),
    law("eu", "Price Indication Directive 98/6/EC, Article 6a; CJEU C-330/23 Aldi Süd", "2024-09-26"),
    why="Prices that are raised in order to be lowered fool those who trust them.",
    decides="An offer that takes something off the price and counts it from anything but the lowest price of the last "
    "30 days (`reduced_from`). Truly personal offers fall outside the directive: allow them with that reason.",
    fixable=True,
)
def reduction_is_honest(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Reductions that are counted from another price than the lowest of 30 days."""
    for index, offer in enumerate(subject.programme.offers):
        if offer.reduced_from != "lowest_30_days" and any(one.kind in ("percent", "amount") for one in offer.gives):
            key = f"offers[{index}].reduced_from"
            yield Finding(
                key,
                worded(
                    "`{title}` is counted from `{reduced_from}`, which may be higher than what the goods cost last "
                    "week.",
                    title=titled(offer.title),
                    reduced_from=offer.reduced_from,
                ),
                worded("Write `reduced_from: lowest_30_days`, or remove the key."),
                edit=subject.replacing(key, "lowest_30_days"),
            )
