"""From what the rules gave to what the member gets: rounding once, caps, budgets, lots and entries."""

from __future__ import annotations

from regulars.engine.amounts import Amounts
from regulars.engine.budgets import draw
from regulars.engine.entries import ACCRUAL, AVAILABLE, ISSUED, PENDING, Clip, Entry, Outcome, Worth
from regulars.engine.events import PURCHASE, Event
from regulars.engine.expiring import receive
from regulars.engine.gifts import Gift
from regulars.engine.periods import period_key
from regulars.engine.purse import NEVER, Lot, Purse
from regulars.engine.rounding import round_each, share_out
from regulars.engine.standing import Standing
from regulars.engine.terms import CapTerms, CurrencyTerms, Terms

_entry = tuple.__new__


def credit(
    terms: Terms, currency: CurrencyTerms, standing: Standing, event: Event, day: int, gifts: list[Gift], out: Outcome
) -> int:
    """Round, cap and write the gifts of one currency; answers the whole points credited."""
    purse = standing.purses.get(currency.id) or standing.purse(currency.id)
    granted = _rounded(currency, purse, gifts)
    caps = terms.caps[currency.id]
    amounts = _capped(terms, standing, currency.id, day, gifts, granted, out) if caps else granted
    if terms.budgets and currency.id in terms.budgets:
        amounts = draw(terms, standing, event, currency.id, day, gifts, amounts, out)
    if amounts is not granted and currency.rounding == "carry":
        _waits_again(currency, purse, gifts, granted, amounts)
    if currency.carries and event.type == PURCHASE and event.nets and not event.stands:
        found = _worth(terms, currency, event, gifts, granted, amounts)
        out.worth = [*out.worth, *found] if out.worth else found
    available_day = currency.available_day(day) if currency.waits else day
    pending, awaits = available_day > day, currency.awaits
    # The clock of expiry starts when points become available: with the event that they wait for.
    expires_day = NEVER if awaits else currency.expires_day(available_day)
    fixed = 0 if expires_day == NEVER else expires_day
    target = PENDING if pending else AVAILABLE
    keep = purse.hold if pending else purse.admit
    at, id, name, write, seq = event.at, event.id, currency.id, out.entries.append, standing.seq
    credited = 0
    for (rule, _, base, weights, _), amount, whole in zip(gifts, amounts, granted):  # noqa: B905 - the hot path
        if not amount:
            continue
        credited += amount
        seq += 1
        keep(Lot(seq, amount, day, available_day, expires_day))
        if awaits:
            purse.awaits[seq] = awaits
        write(
            _entry(
                Entry,
                (
                    seq, at, day, id, ACCRUAL, name, ISSUED, target, amount, rule, base, whole, weights, (),
                    available_day, fixed, 0,
                ),
            )
        )  # fmt: skip
    if credited:
        standing.seq = seq
        if day > purse.last_day:
            purse.last_day = day
        if pending:
            if available_day < standing.due:
                standing.due = available_day
        else:
            standing.due = 0
            if purse.debt:
                receive(currency, standing, purse, event.id, event.at, day, out)
    return credited


def _rounded(currency: CurrencyTerms, purse: Purse, gifts: list[Gift]) -> list[int]:
    """Whole points per gift: the total is rounded once, and each gift down or up to sum to it."""
    parts = currency.denominator
    if currency.rounding == "carry":
        if purse.denominator != parts:
            # Another version counted in other parts: what was kept is kept, rounded up for the member.
            purse.carry = -(-purse.carry * parts // purse.denominator)
            purse.denominator = parts
        if len(gifts) == 1:
            whole, purse.carry = divmod(purse.carry + gifts[0].exact, parts)
            if whole < 0:
                return _made_up_for(purse, whole, [gifts[0].exact])
            return [whole]
        exact, waited = [gift.exact for gift in gifts], purse.carry
        whole, purse.carry = divmod(waited + sum(exact), parts)
        if waited < 0 and whole < sum([one // parts for one in exact]):
            return _made_up_for(purse, whole, exact)
        return round_each(whole, exact, parts)
    exact = [gift.exact for gift in gifts]
    if currency.rounding == "order":
        return round_each(_whole(sum(exact), parts, currency.mode), exact, parts)
    # A gift of the whole event is like a line of its own.
    granted = [0 if gift.unit else _whole(gift.exact, parts, currency.mode) for gift in gifts]
    by_line = [i for i, gift in enumerate(gifts) if gift.unit]
    for line in zip(*(gifts[i].weights for i in by_line), strict=True):
        exact = [weight * gifts[i].unit for i, weight in zip(by_line, line, strict=True)]
        shares = round_each(_whole(sum(exact), parts, currency.mode), exact, parts)
        for i, share in zip(by_line, shares, strict=True):
            granted[i] += share
    return granted


def _made_up_for(purse: Purse, whole: int, exact: list[int]) -> list[int]:
    """The fraction was below zero, and took whole points of what was given: what it still lacks it keeps."""
    if whole < 0:
        purse.carry += whole * purse.denominator
    return share_out(max(0, whole), exact)


def _waits_again(
    currency: CurrencyTerms, purse: Purse, gifts: list[Gift], granted: list[int], amounts: list[int]
) -> None:
    """A cap cuts only what its rules gave: what the fraction that had waited added to a point it cut waits again."""
    parts = currency.denominator
    for gift, whole, amount in zip(gifts, granted, amounts, strict=True):
        purse.carry += max(0, whole * parts - max(gift.exact, amount * parts))


def _worth(
    terms: Terms, currency: CurrencyTerms, event: Event, gifts: list[Gift], granted: list[int], amounts: list[int]
) -> list[Worth]:
    """What each gift was worth exactly by line, less what caps and budgets cut: what came on top of the points of it,
    or was missing to them, is what it left in the fraction, or took from there.

    A gift that its day or period keeps is left out: it is there as long as something else stands for it.
    """
    parts, name, nets, counted = currency.denominator, currency.id, event.nets, terms.counted_by
    found: list[Worth] = []
    for (rule, exact, _, weights, unit), amount, whole in zip(gifts, amounts, granted):  # noqa: B905 - the hot path
        if rule.id in counted:
            continue
        worth: int | list[int]
        if amount == whole and unit:
            worth = unit if weights == nets else [weight * unit for weight in weights]
        else:
            lost = min(max(0, exact - amount * parts), (whole - amount) * parts)
            worth = share_out(exact - lost, weights)
        found.append(_entry(Worth, (name, rule.id, parts, worth)))
    return found


def _whole(exact: int, parts: int, mode: str) -> int:
    if mode == "up":
        return -(-exact // parts)
    if mode == "half_up":
        return (2 * exact + parts) // (2 * parts)
    return exact // parts


def _capped(
    terms: Terms, standing: Standing, currency: str, day: int, gifts: list[Gift], granted: list[int], out: Outcome
) -> list[int]:
    """What the caps let through, cap by cap in the order of the file; each counts what was finally given."""
    caps = terms.caps[currency]
    if len(caps) == 1 and caps[0].everything and caps[0].per != "event":  # the usual case: one cap, not reached
        cap, asked = caps[0], sum(granted)
        key = period_key(cap.per, day)
        used = standing.used.get(cap.id)
        if used is None:
            used = standing.used[cap.id] = Amounts()
        if not asked:
            return granted
        if used.add_within(key, asked, cap.most):
            _forget(cap, used)
            return granted
    amounts = granted
    keys = [period_key(cap.per, day) if cap.per != "event" else 0 for cap in caps]
    for cap, key in zip(caps, keys, strict=True):
        covered = [i for i, gift in enumerate(gifts) if gift.rule.id in cap.rules]
        asked = sum([amounts[i] for i in covered])
        used = standing.used.get(cap.id)
        left = cap.most - (used.get(key) if used else 0)
        if asked <= left:
            continue
        kept = share_out(0 if cap.refuse else max(0, left), [amounts[i] for i in covered])
        amounts = list(amounts)
        for i, points in zip(covered, kept, strict=True):
            if points < amounts[i]:
                out.clips.append(Clip(cap.id, gifts[i].rule.id, amounts[i] - points))
                amounts[i] = points
    for cap, key in zip(caps, keys, strict=True):
        if cap.per == "event":
            continue
        given = sum([amount for gift, amount in zip(gifts, amounts, strict=True) if gift.rule.id in cap.rules])
        if given:
            used = standing.used.setdefault(cap.id, Amounts())
            used.add(key, given)
            _forget(cap, used)
    return amounts


def _forget(cap: CapTerms, used: Amounts) -> None:
    """Periods past the window of late events are forgotten, oldest first."""
    if len(used) > cap.memory + 40:
        last = sorted(used)[39]
        used.flat = Amounts.of(row for row in used if row > last).flat
