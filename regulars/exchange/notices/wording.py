"""A notice in words: short, to one person, what ends when and how it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from regulars.exchange.notices.owed import Ending, Falling
from regulars.ground.messaging.queueing import Text
from regulars.kit.speaking import Tongue
from regulars.programme.currencies import Currency
from regulars.programme.promise import Programme
from regulars.programme.sentences import title_in


def expiry_text(
    endings: Sequence[Ending], name: str, programme: Programme, language: str, address: str, home: str = ""
) -> Text:
    """What points are good until when, and how they are kept. `name` is how to address the member (empty: unknown);
    `home` the number of the household whose points they are (empty: the member's own)."""
    say, shop = Tongue(language), programme.header.name
    currencies = {currency.id: currency for currency in programme.currencies}
    told = sorted(endings, key=lambda one: one.through)
    first = told[0]
    title = _title(currencies, first.currency, language)
    subject = (
        say.words(
            "What household {home} has at {shop} is good until {day}", home=home, shop=shop, day=_day(first)
        )
        if home
        else say.words("Your {points} at {shop} are good until {day}", points=title, shop=shop, day=_day(first))
    )  # fmt: skip
    what: list[str | Sequence[str]]
    if len(told) == 1:
        figures = {"amount": first.points, "points": title, "shop": shop, "day": _day(first)}
        what = [
            say.words(
                "Your household {home} has {amount} {points} at {shop} that are good until {day}. What is left of them "
                "then ends.",
                home=home, **figures,
            )
            if home
            else say.words(
                "You have {amount} {points} at {shop} that are good until {day}. What is left of them then ends.",
                **figures,
            )
        ]  # fmt: skip
    else:
        lines = [
            say.words(
                "{amount} {points}: good until {day}",
                amount=one.points, points=_title(currencies, one.currency, language), day=_day(one),
            )
            for one in told
        ]  # fmt: skip
        some = (
            say.words("Some of what your household {home} has at {shop} ends soon:", home=home, shop=shop)
            if home
            else say.words("Some of what you have at {shop} ends soon:", shop=shop)
        )
        what = [some, lines]
    after = {expiry.after for one in told if (expiry := currencies[one.currency].expiry)}
    keep = []
    if "inactivity" in after:
        keep.append(say.words("One purchase by then, or spending some of them, keeps them all."))
    if "earning" in after:
        keep.append(say.words("Spend them by then, and nothing of them is lost."))
    return Text(language, subject, [_greeting(say, name), *what, *keep, *_closing(say, shop, address)])


def tier_text(fall: Falling, name: str, programme: Programme, language: str, address: str, home: str = "") -> Text:
    """Until when a tier is kept, what comes then, and how it is kept; `name` and `home` as of `expiry_text`."""
    say, shop = Tongue(language), programme.header.name
    levels = (
        {level.id: title_in(level.title, language) or level.id for level in programme.tiers.levels}
        if programme.tiers
        else {}
    )
    tier, below = levels.get(fall.tier, fall.tier), levels.get(fall.to, fall.to)
    figures = {"tier": tier, "shop": shop, "day": date.fromordinal(fall.through)}
    if home:
        subject = say.words("Household {home} is {tier} at {shop} until {day}", home=home, **figures)
        what = say.words(
            "Your household {home} is {tier} at {shop} until {day}. If nothing more comes, it is {below} after that.",
            home=home, below=below, **figures,
        )  # fmt: skip
    else:
        subject = say.words("You are {tier} at {shop} until {day}", **figures)
        what = say.words(
            "You are {tier} at {shop} until {day}. If nothing more comes, it is {below} after that.",
            below=below, **figures,
        )  # fmt: skip
    keep = say.words("What you buy by then counts, and may keep it. Your points stay as they are.")
    return Text(language, subject, [_greeting(say, name), what, keep, *_closing(say, shop, address)])


def _greeting(say: Tongue, name: str) -> str:
    return say.words("Hello {name},", name=name) if name else say.words("Hello,")


def _closing(say: Tongue, shop: str, address: str) -> list[str]:
    where = say.words("You see all you have at {address}", address=address) if address else ""
    asked = say.words("Ask us, and we show you all you have and what it buys.")
    why = say.words("We tell you this so that nothing ends unnoticed.")
    return [where or asked, why, say.words("Kind regards, {shop}", shop=shop)]


def _title(currencies: dict[str, Currency], id: str, language: str) -> str:
    return title_in(currencies[id].title, language) or id if id in currencies else id


def _day(ending: Ending) -> date:
    return date.fromordinal(ending.through)
