"""A promise in the member's language: rules, caps and tiers as sentences, built from their checked values.

What stands on the members' pages is thus what the kernel counts, whatever a title may claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision

from regulars.kit.conditions import Condition
from regulars.programme.currencies import Pending
from regulars.programme.earn import Budget, Cap, Group, Rule
from regulars.programme.phrases import PHRASES, Pair, Phrases
from regulars.programme.promise import Programme
from regulars.programme.tiers import Level, Tiers


def rule_sentence(rule: Rule, programme: Programme, language: str) -> str:
    """What `rule` gives, and when: "Points: 1 for every $1.00 spent, where the brand is Own."

    `language` is en, de, es or da; ValueError for another one (as everywhere in this module).
    """
    words = _words(language)
    where = _where(rule.when, words, language)
    if rule.times is not None:
        times = figure(rule.times, language)
        said = words.times.format(times=times, rules=rules_named(rule.of, programme, language))
        return _sentence(f"{said}{where}.")
    template = {"money": words.money, "item": words.item, "event": words.gift}[rule.per_unit]
    if rule.every is not None:
        template = words.nth_day if rule.count == "days" else words.nth_event
    if rule.streak is not None:
        template = words.streak[rule.streak.per]
    said = template.format(
        title=title_in(programme.currency(rule.currency).title, language),
        points=figure(rule.points, language),
        money=money(rule.per, programme, language),
        n=figure(rule.every or (rule.streak.length if rule.streak else 1), language),
        what=_either([words.events[event][0] for event in rule.on], language),
        many=_either([words.events[event][1] for event in rule.on], language),
    )
    reconsidered = words.reconsidered if rule.on_return == "reconsider" else ""
    return _sentence(f"{said}{where}.{reconsidered}")


def group_sentence(group: Group, programme: Programme, language: str) -> str:
    """Of which rules only the best counts."""
    words = _words(language)
    return _sentence(words.best_of.format(rules=rules_named(group.best_of, programme, language)))


def cap_sentence(cap: Cap, programme: Programme, language: str) -> str:
    """What a cap or a budget bounds, in which period, and what happens at the edge."""
    words = _words(language)
    all_rules = {rule.id for rule in programme.earn.rules if rule.currency == cap.currency}
    named = "" if set(cap.rules) == all_rules else rules_named(cap.rules, programme, language)
    template = words.budget if isinstance(cap, Budget) else words.cap
    said = template.format(
        title=title_in(programme.currency(cap.currency).title, language),
        most=figure(cap.most, language),
        period=words.periods[cap.per],
        rules=words.cap_rules.format(rules=named) if named else "",
        edge=words.edges[cap.at_edge],
    )
    return _sentence(said)


def level_sentence(level: Level, tiers: Tiers, programme: Programme, language: str) -> str:
    """What reaches `level`: "Mate: from $1,200.00 spent within the last 12 months."."""
    words = _words(language)
    title = title_in(level.title, language)
    if level.at == 0:
        return _sentence(words.start.format(level=title))
    if tiers.counts == "spend":
        progress = words.levels["spend"][1].format(n=money(level.at, programme, language))
    else:
        counted = "visits" if tiers.counts == "visits" else "points"
        currency = {} if counted == "visits" else programme.currency(tiers.counts).title
        one_or_many = _of(words.levels[counted], level.at)
        progress = one_or_many.format(n=figure(level.at, language), title=title_in(currency, language))
    said = words.level.format(
        level=title,
        progress=progress,
        window=_of(words.window[tiers.window], tiers.months).format(n=tiers.months),
        where=_where(tiers.when, words, language),
    )
    return _sentence(said)


def tiers_sentence(tiers: Tiers, language: str) -> str:
    """How long a tier is kept, and how softly it falls."""
    words = _words(language)
    if tiers.fall == "never":
        return words.never_falls
    kept = _of(words.kept[tiers.window], tiers.keep_months).format(n=tiers.keep_months)
    grace = _of(words.grace, tiers.grace_days) if tiers.grace_days else words.no_grace
    said = f"{kept} {grace.format(n=tiers.grace_days, falls=words.falls[tiers.fall])}"
    if tiers.notice is None:
        return said
    return f"{said} {words.forewarned.format(latest=tiers.notice.latest, earliest=tiers.notice.earliest)}"


def pending_sentence(pending: Pending, language: str) -> str:
    """Until when points wait, and for what."""
    words = _words(language)
    if pending.until:
        return words.waits_day.format(day=format_date(pending.until, "long", locale=language))
    if pending.event:
        template = _of(words.waits_event, pending.within_days)
        return template.format(n=pending.within_days, what=words.events[pending.event][0])
    return _of(words.waits_days, pending.days).format(n=pending.days)


def _words(language: str) -> Phrases:
    if language not in PHRASES:
        raise ValueError(f"no sentences in {language!r}: use one of {', '.join(PHRASES)}")
    return PHRASES[language]


def title_in(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, or the programme's own when it does not speak that."""
    return texts.get(language) or next(iter(texts.values()), "")


def _where(condition: Condition | None, words: Phrases, language: str) -> str:
    return words.where.format(condition=condition.sentence(language)) if condition else ""


def rules_named(ids: Iterable[str], programme: Programme, language: str) -> str:
    """The titles of rules, each in quotes, joined."""
    titles = {rule.id: title_in(rule.title, language) for rule in programme.earn.rules}
    before, after = _words(language).quotes
    return format_list([f"{before}{titles[id]}{after}" for id in ids], style="standard", locale=language)


def _either(words: list[str], language: str) -> str:
    return format_list(words, style="or", locale=language)


def _of(pair: Pair, number: int) -> str:
    return pair[0] if number == 1 else pair[1]


def money(minor: int, programme: Programme, language: str) -> str:
    """An amount of the programme's money, in minor units, as people write it."""
    iso = programme.header.money
    amount = Decimal(minor).scaleb(-get_currency_precision(iso))
    text = format_currency(amount, iso, locale=language)
    # Babel leaves out the space that belongs between a code of letters and the amount.
    return re.sub("([A-Z])([0-9])", "\\1\xa0\\2", text)


def figure(number: Fraction | int, language: str) -> str:
    """A number as people write it, with all its decimals, or as a fraction where they never end."""
    exact = Fraction(number)
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{exact.numerator}/{exact.denominator}"
    decimal = Decimal(exact.numerator) / Decimal(exact.denominator)
    return format_decimal(decimal, locale=language, decimal_quantization=False)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
