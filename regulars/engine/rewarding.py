"""Rewarding: what points are spent on: who may have it, how often, at which price, and how much of a bill it pays.

A reward is had as a whole, at a price in points that its version of the programme states, or that lies between the
floor and the ceiling it states. What it takes off a bill is worked out on what is payable: more than its share of
that, or than all of it, is refused rather than cut, as nobody pays points for nothing. docs/rules/rewards.md has
worked numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from babel.numbers import get_currency_precision

from regulars.engine.entries import Outcome, Refusal, RuleRef
from regulars.engine.events import HOLD, Event
from regulars.engine.periods import next_period, period_key
from regulars.engine.purse import NO_REWARD, Promised
from regulars.engine.standing import Standing
from regulars.engine.terms import Terms
from regulars.kit.conditions import Condition, Scope
from regulars.kit.speaking import Said, amount, listed, worded
from regulars.programme.rewards import Reward


def ask(terms: Terms, standing: Standing, event: Event, day: int, out: Outcome) -> tuple[Event, Promised] | None:
    """What a redemption or a hold asks for, with the price and the currency of its reward, and what is promised with
    it; None after a refusal. An event without a reward asks for points as such.

    Refusals: `unknown_reward`, `not_eligible`, `limit_reached`, `price_missing`, `price_out_of_range`, and those of
    `pay`.
    """
    if not event.reward:
        return event, NO_REWARD
    reward = terms.rewards.get(event.reward)
    if reward is None:
        sentence = worded("The programme has no such reward: choose one that the member can have.")
        out.refusal = Refusal("unknown_reward", sentence, {"reward": event.reward, "rewards": list(terms.rewards)})
        return None
    out.refusal = _closed(reward, terms, standing, event, day) or _had(reward, standing, day) or _price(reward, event)
    if out.refusal is not None:
        return None
    event = replace(event, of=reward.currency, points=event.points or reward.price.least)
    promised = Promised(reward.id, event.points, _pays(reward, terms, event.points), reward.share)
    if event.type == HOLD:
        event.within_days = reward.held_days
    elif not pay(terms, promised, event, out):
        return None
    return event, promised


def pay(terms: Terms, promised: Promised, event: Event, out: Outcome) -> bool:
    """Whether what is spent may pay so much of `event.payable`, the bill in minor units; notes it as `out.pays`.

    Points that are no reward pay what their currency says they are worth. Refusals: `payable_missing`,
    `share_exceeded`, `not_payable`, `bad_points`.
    """
    pays, share = promised.pays, promised.share
    if not promised.reward:
        if not event.payable:
            return True
        value = terms.programme.currency(event.of).value if event.of in terms.currencies else None
        pays = int(event.points * value) if value is not None and event.points > 0 else 0
    if not pays:
        if event.payable:
            sentence = worded("This takes nothing off a bill: leave `payable` out.")
            out.refusal = Refusal("not_payable", sentence, {"payable": event.payable})
        return out.refusal is None
    if event.payable < 1:
        sentence = worded("This takes something off a bill: say what is payable.")
        out.refusal = Refusal("payable_missing", sentence, {"pays": pays})
        return False
    most = int(event.payable * share)
    if pays > most:
        sentence = worded("Points may pay at most {most} of this bill: ask for fewer.", most=_said(most, terms))
        out.refusal = Refusal("share_exceeded", sentence, {"payable": event.payable, "most": most, "pays": pays})
        return False
    out.pays = pays
    return True


def _said(minor: int, terms: Terms) -> Said:
    """Money in minor units, as people read it."""
    money = terms.money
    return amount(minor, money, get_currency_precision(money))


def count(terms: Terms, standing: Standing, promised: Promised, day: int) -> None:
    """Remember that a reward was had on a day, where a limit will ask for it."""
    reward = terms.rewards.get(promised.reward)
    if reward is not None and reward.limit is not None:
        standing.have(reward.id, day, ever=reward.limit.per == "ever")


def reason(reward: str) -> RuleRef | None:
    """Why points were spent: the reward's id, where they were spent on one."""
    return RuleRef(reward, "", 0, "", "", 0) if reward else None


def missing(reward: Reward, known: Mapping[str, Any]) -> list[Condition]:
    """The parts of who may have it that do not hold for a member of whom this is `known`."""
    parts = reward.when.conjuncts() if reward.when else []
    return [part for part in parts if not _test(part)(known)]


def known(terms: Terms, standing: Standing, attributes: Mapping[str, Any], day: int) -> dict[str, Any]:
    """What conditions may ask of a member: what was told, and what the standing says."""
    return {
        **attributes,
        "segments": attributes.get("segments") or (),
        "tier": terms.level_ids[standing.tier if day >= standing.day else standing.tier_at(day)] or None,
        "member_since": date.fromordinal(standing.joined_day) if standing.joined_day else None,
    }


def _test(condition: Condition) -> Callable[[Mapping[str, Any]], bool]:
    assert condition.scope is not Scope.LINE
    return condition.function()


def _closed(reward: Reward, terms: Terms, standing: Standing, event: Event, day: int) -> Refusal | None:
    if reward.when is None:
        return None
    lacking = missing(reward, known(terms, standing, event.attributes, day))
    if not lacking:
        return None
    said = [part.sentence("en") for part in lacking]
    conditions = listed([Said.by(part.sentence) for part in lacking], "standard")
    sentence = worded("This is for members only where {conditions}.", conditions=conditions)
    return Refusal("not_eligible", sentence, {"reward": reward.id, "missing": said})


def _had(reward: Reward, standing: Standing, day: int) -> Refusal | None:
    limit = reward.limit
    if limit is None:
        return None
    period = period_key(limit.per, day)
    days = standing.had.get(reward.id, {})
    times = sum(number for on, number in days.items() if period_key(limit.per, on) == period)
    if times < limit.most:
        return None
    again = next_period(limit.per, day)
    figures = {"most": limit.most, "per": limit.per, "had": times}
    figures["again_on"] = date.fromordinal(again).isoformat() if again else None
    return Refusal("limit_reached", worded("As many as one member may have were had already."), figures)


def _price(reward: Reward, event: Event) -> Refusal | None:
    least, most = reward.price.least, reward.price.most
    if not event.points and least != most:
        sentence = worded("The price of this moves: say how many points, between its floor and its ceiling.")
        return Refusal("price_missing", sentence, {"least": least, "most": most})
    if event.points and not least <= event.points <= most:
        figures = {"price": event.points, "least": least, "most": most}
        sentence = worded("The price of this lies between {least} and {most} points.", least=least, most=most)
        if least == most:
            sentence = worded("The price of this is {least} points: leave `points` out.", least=least)
        return Refusal("price_out_of_range", sentence, figures)
    return None


def _pays(reward: Reward, terms: Terms, points: int) -> int:
    """What a reward takes off a bill, in minor units: its stated worth, or what the points are worth."""
    if not reward.off_a_bill:
        return 0
    value = terms.programme.currency(reward.currency).value
    return reward.worth if reward.worth is not None else int(points * (value or Fraction(0)))
