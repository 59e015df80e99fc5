"""LP: nobody is worse off for having been a customer longer."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import Said, counted, lasting, phrase, titled, worded
from regulars.programme.checks.as_good import outgrown
from regulars.programme.checks.comparing import FRESH_DAYS, MOST_LOOKED_AT, Worse, than_absent, than_leaving, than_new
from regulars.programme.checks.declaring import overstated, understated
from regulars.programme.checks.lifetime import for_new, untold
from regulars.programme.checks.mixed import MOST_KINDS
from regulars.programme.checks.offer_findings import VALUED, offer_findings, past, undecided
from regulars.programme.checks.offering import AWAY, NEW
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, law, regulator
from regulars.programme.checks.simplex import MOST_FIGURES
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money, words_of_file
from regulars.programme.checks.worth import known, unknown, yardsticks
from regulars.programme.problems import ERROR, WARNING

_LOST = worded("Say what the rewards are worth (`worth`), or bound it for a year or a month and not for ever.")
_PRICES = ("last_price", "this_price", "best_price")
_ENBP = "FCA PS21/11 and ICOBS 6B (home and motor insurance)"


@check(
    "LP-1",
    "Who stayed never fares worse than who is new",
    house(ERROR, phrase("newcomers are never better off than the loyal")),
    regulator("uk", f"{_ENBP}: a renewal costs no more than the equivalent new business price", "2021"),
    why="Welcomes are paid for by those who stayed. Whoever has been loyal longest then does best to leave and come "
    "back as a stranger.",
    decides="The best that offers give a new customer, and one of every tenure, tier and date of joining that an "
    "offer can tell apart, is compared for every combination of everything else they mention (channel, way to pay, "
    "term, region, segments, days), with stacking and groups as the file has them, on goods of every kind (product, "
    "`lines`) and at every size of a purchase at which one offer overtakes another. Where offers are for different "
    "goods, baskets of several kinds are looked at too: what an offer takes off is bounded by what its goods cost, and "
    "the greatest difference over all amounts is worked out exactly. All is counted in money over the longest "
    "`horizon_months` of the offers that only one of the two gets: discounts, credit, points at what they are worth, "
    "free months, goods and services at their worth, introductory prices against the list price. Each offer counts "
    "once. What anniversaries give within that time both get, so that it makes up for nothing; a floor under the "
    "margin is taken as kept. A point is worth at least what its currency declares, or else what the cheapest reward "
    "makes of it, and at most what the cheapest reward, or another that the gift alone can buy, makes of it: whoever "
    "stayed may fare worse by neither. Where nothing says what points are worth, and it matters, nothing is guessed "
    "either. A milestone that comes once, within the first year of an ordinary member (`orders_a_year`, or 12, and "
    "`average_order`), is a welcome too, unless something as good is sure to come later: a birthday, an anniversary, "
    "a milestone that comes again, or a later one, within five years of an ordinary member. So is "
    "whatever is bounded for ever (`per: ever`) and not beyond reach of newcomers (a tenure of a year, a higher tier), "
    "as whoever used it up has it no more: an offer, a moment, what the rules under a cap give, and what a reward is "
    "worth more than its points are without it; also the bringing of friends. What is itself bounded for ever makes up "
    "for nothing, and a code of each member's own only for another. Who bought "
    f"first less than {FRESH_DAYS} days ago is as good as new "
    "to those who have been longer. On no purchase that counts may a friend who is brought get more than the member "
    f"who brought them. Where there are more than {MOST_LOOKED_AT:,} cases, {MOST_KINDS} kinds of goods that matter "
    f"together, or {MOST_FIGURES:,} figures to work out, the check says that it could not decide, as an error.",
)
def stayed_never_worse(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Offers by which a new customer pays less than one who stayed."""
    yield from offer_findings(subject, than_new, _new)
    for path in untold(subject.programme):
        yield undecided(path, phrase("nobody says what is lost by whoever used it up"), _LOST)
    yield from _brought(subject)


@check(
    "LP-2",
    "Whatever newcomers get is counted",
    house(ERROR, phrase("what is not counted is not compared")),
    regulator("uk", f"{_ENBP} 6B.2.12R: cash and cash-equivalent incentives count", "2021"),
    why="A welcome in free months or points is as good as money, and is left out of the comparison when nobody says "
    "what it is worth.",
    decides="An offer for new customers, or of which a member may use so many in life, or for a friend who is brought, "
    "that gives points of a currency without `value` of which no reward says what they buy, or free months without "
    "`worth` where no offer says what the product costs a month. And goods, services or free months for others than "
    "those who stayed that are said to be worth less than they cost the house, than the same thing (by its title) is "
    "worth elsewhere in the file, or than a month costs; and such for those who stayed, or bring a friend, that are "
    "said to be worth more than elsewhere.",
)
def everything_is_counted(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Benefits for newcomers whose worth nobody says."""
    programme = subject.programme
    given = [
        (f"offers[{index}].gives", one, offer.product)
        for index, offer in enumerate(for_new(programme).offers)
        if offer.eligible.customers == "new"
        for one in offer.gives
    ]
    given += [("referrals.friend", one, None) for one in (programme.referrals.friend if programme.referrals else ())]
    priced = {offer.product for offer in programme.offers if offer.price is not None}
    for path, one, product in given:
        if one.kind == "points" and one.currency and known(one.currency, programme) is None:
            message = counted(
                "Newcomers get one point, and nobody says what it is worth.",
                "Newcomers get {n} points, and nobody says what one is worth.",
                one.points,
            )
            yield Finding(path, message, VALUED)
        if one.kind == "free_months" and one.money is None and product not in priced:
            message = counted(
                "Newcomers get one month for nothing, and nobody says what a month costs.",
                "Newcomers get {n} months for nothing, and nobody says what a month costs.",
                one.months,
            )
            yield Finding(path, message, worded("Add `worth:` with the price of one month."))
    for wrong in (*understated(programme), *overstated(programme)):
        figures = {"said": money(wrong.said, programme), "worth": money(wrong.worth, programme)}
        yield Finding(
            wrong.path,
            worded(
                "{what} is said to be worth {said}, and comes to {worth} by what stands elsewhere.",
                what=phrase("`{title}`", title=titled(wrong.benefit.title))
                if wrong.benefit.title
                else phrase("a month for nothing"),
                **figures,
            ),
            worded("Write `worth:` with what a member would pay for it, the same everywhere."),
        )


@check(
    "LP-3",
    "Whom the house moved is not new",
    house(ERROR, phrase("a renewal stays a renewal whatever it is called")),
    regulator("uk", "FCA PS21/11: what is offered to a customer whom the firm moved is a renewal", "2021"),
    why="Moving people to another brand or channel and calling them new takes away what their years had earned.",
    decides="An offer for new customers with `moved_is_new: yes`.",
    fixable=True,
)
def moved_is_not_new(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Offers that count customers as new whom the house itself moved."""
    for index, offer in enumerate(subject.programme.offers):
        if offer.eligible.moved_is_new:
            path = f"offers[{index}].eligible.moved_is_new"
            yield Finding(
                path,
                worded("Customers whom the house moves to another channel, brand or product count as new here."),
                worded("Write `moved_is_new: no`, or remove the key."),
                worded("Carmen has been a customer for nine years. Her tariff is closed, she is moved: all gone."),
                subject.replacing(path, "no"),
            )


@check(
    "LP-5",
    "Nobody has to leave, or to threaten it",
    house(ERROR, phrase("mirror of LP-1: who says nothing pays for who complains")),
    why="A discount for those who ask to leave teaches everybody to ask, and charges those who trust. In five British "
    "markets such penalties were put at 4 billion pounds a year (CMA, 2018).",
    decides="For every past and everything else as in LP-1: a customer who asks to leave (`cancel_intent`) gets more "
    "than one who does not. And one who stayed away (`away_days`) is won back with more than one of the same past "
    "gets who keeps coming: what offers give to those who stayed and not to new customers, anniversaries that are "
    "celebrated every year, and milestones that come again within a year, count for the one who keeps coming alone, so "
    "that a modest gift to come back with is fair wherever those who stay are thanked as well.",
)
def no_reward_for_threats(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Offers that only those get who say that they want to leave, or stay away."""
    told = set()
    for finding in offer_findings(subject, than_leaving, _leaving):
        told.add(finding.path)
        yield finding
    if any(offer.eligible.away_days for offer in subject.programme.offers):
        found = offer_findings(subject, than_absent, _absent, lambda one: one.offering_with_thanks)
        yield from (finding for finding in found if finding.path not in told)


@check(
    "LP-7",
    "Before a renewal the best price is told",
    house(WARNING, phrase("UK ICOBS 6.5 and the CMA's principles of automatic renewal"), unread=True),
    why="Renewals live on what people do not look up.",
    decides="A club that renews itself and whose `renewal.tells` leaves out `last_price`, `this_price` or "
    "`best_price`; a message of the kind `renewal` that does.",
)
def best_price_is_told(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Renewals that keep last year's price, this year's, or the best one to themselves."""
    for index, club in enumerate(subject.programme.clubs):
        renewal = club.renewal
        if renewal is not None and renewal.reminder_days is not None and not set(_PRICES) <= set(renewal.tells):
            missing = words_of_file(word for word in _PRICES if word not in renewal.tells)
            title = titled(club.title)
            message = worded("{title} renews without telling {missing}.", title=title, missing=missing)
            yield Finding(f"clubs[{index}].renewal.tells", message, worded("Add {missing}.", missing=missing))
    for index, letter in enumerate(subject.programme.messages):
        left_out = [word for word in _PRICES if word not in letter.facts()]
        if letter.kind == "renewal" and left_out:
            facts = words_of_file(f"{{{word}}}" for word in left_out)
            message = worded("`{id}` announces a renewal without {facts}.", id=letter.id, facts=words_of_file(left_out))
            yield Finding(f"messages[{index}].text", message, worded("Add {facts}, in every language.", facts=facts))


_STEP_LEAST, _STEP_MOST = 3, 21


@check(
    "LP-8",
    "The end of an introductory price is seen coming",
    house(ERROR, phrase("the window of California, everywhere")),
    law("us", "California, BPC 17602: a notice 3 to 21 days before a trial of more than 31 days ends", "2025-07-01"),
    why="A low price at first is only fair to those who know when it ends.",
    decides="An introductory price or a trial whose `notice_days` are missing, below 3 or above 21.",
    fixable=True,
)
def price_step_is_announced(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Price steps and ends of trials of which nobody is told in time."""
    programme = subject.programme
    steps = [
        (f"offers[{index}].price", offer.price.notice_days, offer.price.list_price)
        for index, offer in enumerate(programme.offers)
        if offer.price is not None
    ]
    steps += [
        (f"clubs[{index}].trial", club.trial.notice_days, club.price)
        for index, club in enumerate(programme.clubs)
        if club.trial is not None
    ]
    for path, days, price in steps:
        if days is not None and _STEP_LEAST <= days <= _STEP_MOST:
            continue
        rise = money(price, programme)
        said = (
            worded("Nobody is told that the price rises to {price}.", price=rise)
            if days is None
            else counted(
                "One day before, members are told that the price rises to {price}.",
                "{n} days before, members are told that the price rises to {price}.",
                days,
                price=rise,
            )
        )
        written = subject.node(f"{path}.notice_days")
        yield Finding(
            f"{path}.notice_days" if written else path,
            said,
            worded(
                "Write `notice_days: 14`; from {least} to {most} days are fair.", least=_STEP_LEAST, most=_STEP_MOST
            ),
            edit=subject.replacing(f"{path}.notice_days", "14")
            if written
            else subject.adding(path, "notice_days", "14"),
        )


def _brought(subject: Subject) -> Iterator[Finding]:
    """A friend who gets more than the member who brought them."""
    programme, referrals = subject.programme, subject.programme.referrals
    if referrals is None:
        return
    if referrals.friend and referrals.limit is not None and referrals.limit.per == "ever":
        yield Finding(
            "referrals.limit",
            counted(
                "After one friend, the next one gets something, and the member who brings them nothing, for ever.",
                "After {n} friends, the next one gets something, and the member who brings them nothing, for ever.",
                referrals.limit.most,
            ),
            worded("Let the limit be for a year, a month or a shorter time, or remove it."),
        )
    every = yardsticks(programme, (*referrals.friend, *referrals.advocate))
    start = referrals.minimum_spend or 1
    each = [outgrown(referrals.friend, referrals.advocate, programme, points=points, start=start) for points in every]
    found = next((one for one in each if one is not None), None)
    if found is not None and None in each and any(map(unknown, every)):
        yield undecided("referrals.friend", phrase("nobody says what the points are worth"), VALUED)
    elif found is not None:
        basket, friend, member = (money(one, programme) for one in found)
        yield Finding(
            "referrals.friend",
            worded(
                "On a purchase of {amount} the friend gets {friend}, the member who brought them {member}.",
                amount=basket,
                friend=friend,
                member=member,
            ),
            worded("Give the member at least as much on every purchase; `most` bounds what a percentage gives."),
            worded("Ada has been a customer for years and brings Bruno: he gets more on his first day than she does."),
        )


def _new(worse: Worse) -> tuple[Said, Said]:
    new = worse.favoured[NEW.name]
    return phrase("a new customer") if new else past(worse.favoured), past(worse.other)


def _absent(worse: Worse) -> tuple[Said, Said]:
    away = phrase(
        "{customer} who stayed away {time}", customer=past(worse.favoured), time=lasting(worse.favoured[AWAY.name])
    )
    return away, phrase("{customer} who kept coming", customer=past(worse.other))


def _leaving(worse: Worse) -> tuple[Said, Said]:
    staying = phrase("{customer} who does not", customer=past(worse.other))
    return phrase("a customer who asks to leave"), staying
