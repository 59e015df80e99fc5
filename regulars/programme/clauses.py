"""Clauses of a promise that are not rules: currencies, what counts, tiers, the house itself, as lists of sentences.

With `sentences` this says every clause of a programme in the member's language.
"""

from __future__ import annotations

from collections.abc import Iterator

from babel.lists import format_list
from babel.numbers import get_currency_name

from regulars.programme.care_words import CARE
from regulars.programme.clause_words import WORDS
from regulars.programme.currencies import Currency
from regulars.programme.earn import Base, Cap, Earn
from regulars.programme.header import Header
from regulars.programme.keeping_words import KEEPING
from regulars.programme.phrases import PHRASES
from regulars.programme.promise import Programme
from regulars.programme.rewards import Reward
from regulars.programme.saying import Say
from regulars.programme.sentences import (
    cap_sentence,
    figure,
    level_sentence,
    money,
    pending_sentence,
    rules_named,
    tiers_sentence,
    title_in,
)
from regulars.programme.terms import Bought, Terms
from regulars.programme.tiers import Level, Tiers


def header(header: Header, programme: Programme, language: str) -> list[str]:
    """Where days begin, in which money amounts are, and in which languages the house writes."""
    words = WORDS[language]
    figures = {
        "zone": header.zone,
        "money": get_currency_name(header.money, count=2, locale=language),
        "languages": _all([words.languages[one] for one in header.languages], language),
    }
    return [said.format(**figures) for said in words.house]


def currency(currency: Currency, programme: Programme, language: str) -> list[str]:
    """What one is worth, when it can be spent, when it ends, where fractions go, and what a return may leave."""
    words = WORDS[language]
    end, grain = _end(currency, language), currency.rounding
    rounding = words.rounding[grain if grain == "carry" else f"{grain} {currency.mode}"]
    waits = pending_sentence(currency.pending, language) if currency.pending else words.at_once
    if currency.kind == "qualifying":
        return [words.qualifying, end, rounding]
    return [_worth(currency, programme, language), waits, end, rounding, words.debt if currency.debt else words.no_debt]


def base(base: Base, programme: Programme, language: str) -> list[str]:
    """Which part of the price counts."""
    words = WORDS[language]
    adding = [said for name, said in words.adding.items() if getattr(base, name)]
    return [_all([words.amount[base.amount], *adding], language) + "."]


def cap(cap: Cap, programme: Programme, language: str) -> list[str]:
    """What it bounds, and in which rules, also where these are all that give such points."""
    said, rules = cap_sentence(cap, programme, language), rules_named(cap.rules, programme, language)
    return [said, Say(CARE, programme, language)("bounds", rules=rules)]


def late(earn: Earn, programme: Programme, language: str) -> list[str]:
    """As of which day something counts that is told late."""
    say = Say(CARE, programme, language)
    return [say("late for", earn.late_days) if earn.late_days else say("late at once")]


def tiers(tiers: Tiers, programme: Programme, language: str) -> list[str]:
    """What counts towards tiers, how long they are kept and how softly they fall."""
    words, phrases = WORDS[language], PHRASES[language]
    kind = tiers.counts if tiers.counts in words.counted else "points"
    title = "" if kind != "points" else title_in(programme.currency(tiers.counts).title, language)
    said = words.counts.format(
        what=words.counted[kind].format(title=title),
        window=phrases.window[tiers.window][tiers.months != 1].format(n=tiers.months),
        where=phrases.where.format(condition=tiers.when.sentence(language)) if tiers.when else "",
    )
    waits = [] if tiers.pending_counts else [words.waiting_counts]
    return [said, *waits, tiers_sentence(tiers, language)]


def level(level: Level, programme: Programme, language: str) -> list[str]:
    """What reaches a tier."""
    assert programme.tiers is not None
    return [level_sentence(level, programme.tiers, programme, language)]


def reward(reward: Reward, programme: Programme, language: str) -> list[str]:
    """What it is paid with, what it is worth, and when and how often one may have it."""
    words, price = WORDS[language], reward.price
    condition = PHRASES[language].where.format(condition=reward.when.sentence(language)) if reward.when else ""
    said = [
        words.price[price.least != price.most].format(
            title=_capital(title_in(programme.currency(reward.currency).title, language)),
            least=figure(price.least, language),
            most=figure(price.most, language),
            where=condition,
        )
    ]
    if reward.worth is not None:
        said.append(words.worth_of.format(money=money(reward.worth, programme, language)))
    if reward.share < 1:
        said.append(words.share.format(share=figure(100 * reward.share, language)))
    said.append(_handed_over(reward.fulfil_hours, language))
    if reward.valid_days is not None:
        said.append(words.usable[reward.valid_days != 1].format(n=figure(reward.valid_days, language)))
    if reward.limit is not None:
        period = PHRASES[language].periods[reward.limit.per]
        said.append(words.limit.format(n=figure(reward.limit.most, language), period=period))
    return said


def _handed_over(hours: int, language: str) -> str:
    """Within how many hours, or days where it is some of them to the hour."""
    words, (days, rest) = WORDS[language], divmod(hours, 24)
    if days > 1 and not rest:
        return words.handed_over_days.format(n=figure(days, language))
    return words.handed_over[hours != 1].format(n=figure(hours, language))


def terms(terms: Terms, programme: Programme, language: str) -> list[str]:
    """What a change owes, what closing leaves, and what having points costs."""
    words, fees = WORDS[language], terms.fees
    counted = (
        (words.told, terms.notice_days),
        (words.grace, terms.grace_days),
        (words.run_off, terms.run_off_days),
        (words.withdraw, terms.withdraw_days),
    )
    costs = {name: money(getattr(fees, name), programme, language) for name in ("hold", "redeem", "transfer")}
    said = [pair[days != 1].format(n=figure(days, language)) for pair, days in counted]
    said += [words.cards[terms.cards], words.fees.format(**costs)]
    return [*said, *_bought(terms.bought, programme, language)]


def _bought(bought: Bought | None, programme: Programme, language: str) -> Iterator[str]:
    """What becomes of what members paid for."""
    say = Say(KEEPING, programme, language)
    if bought is None:
        return
    yield say("bought", bought.months) if bought.months else say("not bought")
    fee = bought.dormancy_fee
    yield say("dormancy", bought.dormant_months, money=say.money(fee)) if fee else say("not dormancy")
    yield say.whether("paid_out", bought.paid_out)
    yield say.whether("unclaimed", bought.unclaimed)


def _worth(currency: Currency, programme: Programme, language: str) -> str:
    """What a hundred points are worth, or a thousand ... where a hundred are no whole number of the smallest coin."""
    words, value = WORDS[language], currency.value
    if value is None:
        return words.no_worth
    number = next((one for one in (100, 1_000, 10_000, 100_000, 1_000_000) if one % value.denominator == 0), 0)
    number = number or value.denominator
    worth = money(int(value * number), programme, language)
    return words.worth.format(n=figure(number, language), money=worth)


def _end(currency: Currency, language: str) -> str:
    words, expiry = WORDS[language], currency.expiry
    if expiry is None:
        return words.never
    said = words.ends[expiry.after][expiry.months != 1].format(n=expiry.months)
    notice = expiry.notice
    if notice is None:
        return said + words.unwarned
    return said + words.warned.format(latest=notice.latest, earliest=notice.earliest)


def _all(words: list[str], language: str) -> str:
    return format_list(words, style="standard", locale=language)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
