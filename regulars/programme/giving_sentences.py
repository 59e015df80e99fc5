"""What is given beside the points as one plain sentence each: offers, moments, clubs, partners, referrals.

Built from their checked values, like `sentences`: what a keeper reads in the list is what the file promises.
`language` is en, de, es or da; ValueError for another one.
"""

from __future__ import annotations

from regulars.programme.benefits import Benefit
from regulars.programme.clubs import Club
from regulars.programme.giving_phrases import GIVING
from regulars.programme.moments import Gift, Moment
from regulars.programme.offers import Eligible, Offer, PricePath, Use
from regulars.programme.partners import Partner
from regulars.programme.phrases import PHRASES
from regulars.programme.promise import Programme
from regulars.programme.referrals import Referrals
from regulars.programme.rewards import Limit
from regulars.programme.saying import Say
from regulars.programme.sentences import figure, title_in


def offer_sentence(offer: Offer, programme: Programme, language: str) -> str:
    """What `offer` gives, to whom, and what bounds it: "15 % off, for everybody, from a purchase of $30.00." """
    say = _Say(programme, language)
    parts = [say.all_of(say.benefit(one) for one in offer.gives)] if offer.gives else []
    if offer.price:
        parts += say.path(offer.price)
    if offer.product:
        parts.append(say("product", product=offer.product))
    parts += [*say.eligible(offer.eligible), *say.use(offer.use)]
    if offer.lines:
        parts.append(say("lines", condition=offer.lines.sentence(language)))
    if offer.code:
        parts.append(say("own_code") if offer.code == "unique" else say("code", code=offer.code))
    if offer.stacking.kind != "stackable":
        parts.append(say(offer.stacking.kind))
    parts += [say(key, date=say.day(day)) for key, day in (("starts", offer.starts), ("ends", offer.ends)) if day]
    return _sentence(", ".join(parts))


def moment_sentence(moment: Moment, programme: Programme, language: str) -> str:
    """What is given, and on which day."""
    say = _Say(programme, language)
    parts = [say.all_of(say.gift(one) for one in moment.gives), say.occasion(moment)]
    if moment.when:
        parts.append(say("where", condition=moment.when.sentence(language)))
    return _sentence(", ".join([*parts, *say.limit(moment.limit)]))


def club_sentence(club: Club, programme: Programme, language: str) -> str:
    """What `club` costs and gives, whether it goes on by itself, and how one leaves it."""
    say = _Say(programme, language)
    costs = {1: "monthly", 12: "yearly"}.get(club.months, "period")
    price = say(costs, money=say.money(club.price), n=figure(club.months, language))
    parts = [f"{price}: {say.all_of(say.benefit(one) for one in club.gives)}"]
    if club.trial:
        key = "paid_trial" if club.trial.price else "trial"
        parts.append(say(key, club.trial.days, money=say.money(club.trial.price or 0)))
    parts.append(say("renews" if club.renewal else "ends_itself"))
    notice = club.exit.notice_days
    parts.append(say("leave_notice", notice) if notice else say("leave"))
    if club.exit.fee:
        parts.append(say("leave_fee", money=say.money(club.exit.fee)))
    if club.when:
        parts.append(say("where", condition=club.when.sentence(language)))
    return _sentence("; ".join(parts))


def partner_sentence(partner: Partner, programme: Programme, language: str) -> str:
    """What can be done with points at `partner`, and what it gets to know."""
    say = _Say(programme, language)
    title = title_in(programme.currency(partner.currency).title, language)
    name = title_in(partner.title, language)
    parts = []
    if partner.earns:
        points, per = figure(partner.earns.points, language), say.money(partner.earns.per)
        parts.append(say("earns", n=points, title=title, money=per))
    if partner.burns:
        points, worth = figure(partner.burns.points, language), say.money(partner.burns.worth)
        parts.append(say("burns", n=points, title=title, money=worth))
    if partner.exchange:
        points, into = figure(partner.exchange.points, language), title_in(partner.exchange.into, language)
        gives = figure(partner.exchange.gives, language)
        parts.append(say("exchange", n=points, title=title, m=gives, into=into))
    known = list(dict.fromkeys(share.data for share in partner.shares))
    if known:
        parts.append(say("shares", list=say.all_of(say(data) for data in known)))
    else:
        parts.append(say("shares_nothing"))
    return _sentence(f"{name} – {'; '.join(parts)}")


def referrals_sentence(referrals: Referrals, programme: Programme, language: str) -> str:
    """What both sides get, and for what."""
    say = _Say(programme, language)
    occasion = say("friend_joins" if referrals.earned_by == "join" else "friend_buys")
    advocate, friend = (
        say.all_of(say.benefit(one) for one in side) if side else say("nothing")
        for side in (referrals.advocate, referrals.friend)
    )
    parts = [f"{occasion}: {say('both', advocate=advocate, friend=friend)}"]
    if referrals.minimum_spend:
        parts.append(say("minimum", money=say.money(referrals.minimum_spend)))
    if referrals.when:
        parts.append(say("where", condition=referrals.when.sentence(language)))
    return _sentence(", ".join([*parts, *say.limit(referrals.limit)]))


class _Say(Say):
    """What is given, in the words of one language."""

    def __init__(self, programme: Programme, language: str) -> None:
        super().__init__(GIVING, programme, language)

    def points(self, points: int, currency: str | None) -> str:
        title = self.titled(self.programme.currency(currency or "").title)
        return self("points", n=figure(points, self.language), title=title)

    def benefit(self, benefit: Benefit) -> str:
        if benefit.kind == "percent":
            percent = figure(benefit.share * 100, self.language)
            most = self.money(benefit.most or 0)
            return self("percent_most" if benefit.most else "percent", n=percent, money=most)
        if benefit.kind == "points":
            return self.points(benefit.points, benefit.currency)
        if benefit.kind == "free_months":
            return self("free_months", benefit.months)
        key = benefit.kind if benefit.kind in ("amount", "credit") else "thing"
        return self(key, money=self.money(benefit.money or 0), title=self.titled(benefit.title))

    def gift(self, gift: Gift) -> str:
        if gift.kind == "points":
            return self.points(gift.points, gift.currency)
        if gift.kind == "credit":
            return self("credit", money=self.money(gift.money or 0))
        reward = next((one.title for one in self.programme.rewards if one.id == gift.reward), gift.title)
        return self.titled(reward)

    def path(self, price: PricePath) -> list[str]:
        steps = [self("step", step.months, money=self.money(step.pays)) for step in price.steps]
        return [*steps, self("then", money=self.money(price.list_price))]

    def eligible(self, eligible: Eligible) -> list[str]:
        parts = [self("cancel")] if eligible.cancel_intent else []
        if eligible.customers != "all" or not parts:
            parts.append(self(eligible.customers))
        if eligible.tenure_days and eligible.tenure_days.least:
            parts.append(self("least_days", eligible.tenure_days.least))
        if eligible.tenure_days and eligible.tenure_days.most is not None:
            parts.append(self("most_days", eligible.tenure_days.most))
        if eligible.away_days:
            parts.append(self("away", eligible.away_days))
        levels = self.programme.tiers.levels if self.programme.tiers else ()
        told = {
            "channels": eligible.channels,
            "payments": eligible.payments,
            "terms": [figure(months, self.language) for months in eligible.terms],
            "regions": eligible.regions,
            "segments": eligible.segments,
            "tiers": [self.titled(level.title) for level in levels if level.id in eligible.tiers],
        }
        parts += [self(key, list=self.one_of(several)) for key, several in told.items() if several]
        if eligible.when:
            parts.append(self("where", condition=eligible.when.sentence(self.language)))
        return parts

    def use(self, use: Use) -> list[str]:
        parts = [self("minimum", money=self.money(use.minimum_spend))] if use.minimum_spend else []
        if use.regular_price_only:
            parts.append(self("regular"))
        if use.valid_days:
            parts.append(self("valid", use.valid_days))
        return parts + self.limit(use.limit)

    def limit(self, limit: Limit | None) -> list[str]:
        return [self("limit", limit.most, period=PHRASES[self.language].periods[limit.per])] if limit else []

    def occasion(self, moment: Moment) -> str:
        years = [figure(year, self.language) for year in moment.years]
        if moment.kind == "anniversary" and years:
            return self("years", moment.years[0] if len(years) == 1 else None, list=self.one_of(years))
        if moment.milestone is None:
            return self(moment.kind)
        reached = moment.milestone
        key = f"{reached.counts}_each" if reached.repeats else reached.counts
        return self(key, reached.at, list=figure(reached.at, self.language), money=self.money(reached.at))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
