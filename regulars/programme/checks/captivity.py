"""CAP: points, tiers and memberships that hold nobody captive, as far as currencies and tiers say it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from regulars.kit.speaking import counted, phrase, titled, worded
from regulars.programme.checks.arriving import over_on_arrival
from regulars.programme.checks.giving import given_to_all
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import case, house, law, regulator
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money, number, words_in, words_of_file
from regulars.programme.checks.waiting import DELIVERY, LONGEST, waiting
from regulars.programme.checks.words import OFFERING
from regulars.programme.currencies import FAIR_NOTICE, Currency, Expiry
from regulars.programme.problems import ERROR, WARNING

_ONTARIO = "Ontario, Protecting Rewards Points Act; Quebec, Consumer Protection Act 187.8"
_ONTARIO_DATE = "in force 2018-01-01, back to 2016-10-01; Bill 46 of 2025 revisits the Ontario rule"


def _ending(subject: Subject) -> Iterator[tuple[str, Currency, Expiry]]:
    """The currencies that end, with the path of their expiry."""
    for index, currency in enumerate(subject.programme.currencies):
        if currency.expiry is not None:
            yield f"currencies[{index}].expiry", currency, currency.expiry


@check(
    "CAP-1",
    "Points do not end by the clock alone",
    house(ERROR, phrase("points that were earned are a claim; only long absence may end them")),
    law("ca", _ONTARIO, _ONTARIO_DATE),
    why="Points that end at a fixed age punish those who save for something larger, and those who come as often as "
    "ever.",
    decides="A currency whose `expiry.after` is `earning`; points that lapse when what they wait for does not come "
    f"(`pending.until`), unless it is a delivery, with at least {DELIVERY} days for it; points that wait for a day "
    f"more than {LONGEST} days after `terms.effective`. Rewards of at most 50 dollars and stamp cards for a single "
    "item are exempt in Canada: allow them with that reason.",
    fixable=True,
)
def no_end_by_the_clock(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Currencies whose points end though their owner is active."""
    for path, currency, expiry in _ending(subject):
        if expiry.after == "earning":
            points = titled(currency.title)
            yield Finding(
                f"{path}.after",
                counted(
                    "{points} end one month after they were earned, however often their owner comes.",
                    "{points} end {n} months after they were earned, however often their owner comes.",
                    expiry.months,
                    points=points,
                ),
                worded("Count from the last activity: `after: inactivity`."),
                counted(
                    "Carmen shops every week and saves for a year's present: her first {points} end after one month "
                    "all the same.",
                    "Carmen shops every week and saves for a year's present: her first {points} end after {n} months "
                    "all the same.",
                    expiry.months,
                    points=points,
                ),
                subject.replacing(f"{path}.after", "inactivity"),
            )
    yield from waiting(subject)


@check(
    "CAP-2",
    "Points outlive a long absence",
    house(ERROR, phrase("the safe reading of German, Austrian and Danish decisions, everywhere"), limit=36),
    case(
        "de", "BGH X ZR 42/16: 20 months of validity, and of inactivity, void; limitation is 3 years", "2017-11-28", 36
    ),
    case("at", "OGH 6 Ob 139/16h: ending after 20 months of inactivity void; 36 months is the safe reading", limit=36),
    case("dk", "Forbrugerombudsmanden: bonus points are a claim that can be used for 3 years", limit=36),
    law("ca", "Quebec, regulation under the Consumer Protection Act, 79.6.3(b): at least a year", limit=12),
    why="A long illness, a child, a year abroad: people come back, and find that what they had earned is gone.",
    decides="A currency whose `expiry.months` is below the limit: 36 months (12 in Quebec).",
    fixable=True,
)
def outlive_absence(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Currencies that end earlier than the limit, in months."""
    floor = limit or 0
    for path, currency, expiry in _ending(subject):
        if expiry.months < floor:
            points = titled(currency.title)
            yield Finding(
                f"{path}.months",
                counted(
                    "{points} end after one month; {floor} is the least that is fair.",
                    "{points} end after {n} months; {floor} is the least that is fair.",
                    expiry.months,
                    points=points,
                    floor=floor,
                ),
                worded("Write `months: {floor}`, or `expiry: never`.", floor=str(floor)),
                worded(
                    "Dagny is abroad for {months} months. When she is back, all her {points} are gone.",
                    months=expiry.months + 1,
                    points=points,
                ),
                subject.replacing(f"{path}.months", str(floor)),
            )


@check(
    "CAP-3",
    "Nothing ends without a notice in time",
    house(ERROR, phrase("the window of Quebec, everywhere")),
    law("ca", "Quebec, regulation under the Consumer Protection Act, 79.6.3(c) and (d): a notice 30 to 60 days before"),
    regulator("au", "ACCC, Customer loyalty schemes: alert members prominently before points expire", "2019"),
    why="Most points that end are not given up; they are forgotten.",
    decides="A currency that ends with `notice: none`, or whose notice may come more than 60 or less than 30 days "
    "before the last day; a message of the kind `expiry` without `{points}` or `{expires_on}`, or that offers "
    "something. At run time nothing ends unless that notice was delivered.",
    fixable=True,
)
def notice_in_time(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Currencies that end in silence, or whose notice comes too early or too late."""
    for path, currency, expiry in _ending(subject):
        points = titled(currency.title)
        fair = f"{{earliest: {FAIR_NOTICE.earliest}, latest: {FAIR_NOTICE.latest}}}"
        if expiry.notice is None:
            yield Finding(
                f"{path}.notice",
                worded("{points} end without a word to their owner.", points=points),
                worded("Write `notice: {fair}`, or remove the key.", fair=fair),
                edit=subject.replacing(f"{path}.notice", fair),
            )
            continue
        for key, days, kept, bound in (
            ("earliest", expiry.notice.earliest, expiry.notice.earliest <= FAIR_NOTICE.earliest, FAIR_NOTICE.earliest),
            ("latest", expiry.notice.latest, expiry.notice.latest >= FAIR_NOTICE.latest, FAIR_NOTICE.latest),
        ):
            if not kept:
                said = (
                    worded(
                        "The notice that {points} end may come {days} days before: so early that it is forgotten "
                        "again.",
                        points=points,
                        days=days,
                    )
                    if key == "earliest"
                    else counted(
                        "The notice that {points} end may come one day before: too late to plan a visit.",
                        "The notice that {points} end may come {n} days before: too late to plan a visit.",
                        days,
                        points=points,
                    )
                )
                yield Finding(
                    f"{path}.notice.{key}",
                    said,
                    worded("Write `{key}: {bound}`.", key=key, bound=str(bound)),
                    edit=subject.replacing(f"{path}.notice.{key}", str(bound)),
                )

    yield from _other_matter(subject)


def _other_matter(subject: Subject) -> Iterator[Finding]:
    """Notices of expiry that do not say what ends and when, or are about something else as well."""
    for index, letter in enumerate(subject.programme.messages):
        if letter.kind != "expiry":
            continue
        missing = [fact for fact in ("points", "expires_on") if fact not in letter.facts()]
        sells = [word for text in letter.text.values() for word in words_in(text, OFFERING)]
        if missing:
            facts = words_of_file(f"{{{fact}}}" for fact in missing)
            message = worded("The notice `{id}` does not say {facts}.", id=letter.id, facts=words_of_file(missing))
            yield Finding(f"messages[{index}].text", message, worded("Add {facts}, in every language.", facts=facts))
        elif sells:
            message = worded(
                "The notice `{id}` is to be about points that end, and sells: `{word}`.",
                id=letter.id,
                word=sells[0].strip("*"),
            )
            yield Finding(f"messages[{index}].text", message, worded("Take it out: a notice speaks of nothing else."))


@check(
    "CAP-5",
    "A point has a declared value, and rewards keep it",
    house(WARNING, phrase("what members collect must be worth something that they can hold the house to")),
    regulator("us", "Department of Transportation, inquiry into airline rewards: the value of a point", "2024-09"),
    why="Without a least value, points can be thinned out by raising the price of rewards, and nobody can say when it "
    "happened.",
    decides="A spendable currency without `value`; and a reward whose `worth`, divided by the most points it may "
    "cost, is below the value that its currency declares.",
)
def declared_value(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Spendable currencies without a value, and rewards that pay less than it."""
    programme = subject.programme
    for index, currency in enumerate(programme.currencies):
        if currency.kind != "qualifying" and currency.value is None:
            points = titled(currency.title)
            yield Finding(
                f"currencies[{index}]",
                worded(
                    "Nobody promises what {points} are worth: a thousand of them can be worth less every year.",
                    points=points,
                ),
                worded("Add `value:` with the least that one is worth, such as {amount}.", amount=money(1, programme)),
            )
    for index, reward in enumerate(programme.rewards):
        value = programme.currency(reward.currency).value
        if value and reward.worth is not None and reward.worth < value * reward.price.most:
            promised = value * reward.price.most
            yield Finding(
                f"rewards[{index}].points",
                counted(
                    "One point is promised to be worth {amount}, and buys {bought} here.",
                    "{n} points are promised to be worth {amount}, and buy {bought} here.",
                    reward.price.most,
                    amount=money(promised, programme),
                    bought=money(reward.worth, programme),
                ),
                counted(
                    "Ask for at most one point.", "Ask for at most {n} points.", int(reward.worth / Fraction(value))
                ),
                counted(
                    "Bruno has saved one point and loses {amount}.",
                    "Bruno has saved {n} points and loses {amount}.",
                    reward.price.most,
                    amount=money(promised - reward.worth, programme),
                ),
            )


#: A reward that can be used for so many days is over before most people can.
_USABLE_DAYS = 1


@check(
    "CAP-7",
    "Every currency buys something, and it can be reached",
    house(WARNING, phrase("a reward that nobody can reach is a decoration; the first one takes three months at most")),
    regulator("au", "ACCC, Customer loyalty schemes: points that are difficult to earn or to redeem", "2019"),
    house(ERROR, phrase("what points bought can be used when it is there"), limit=_USABLE_DAYS),
    why="Points that buy nothing are a receipt. Points whose cheapest reward lies beyond every limit are worse.",
    decides="Where `rewards` is written: a spendable currency that no reward takes; one whose cheapest reward costs "
    "more than a cap or a budget lets anybody earn before the points end; and, where the header says what an average "
    "member buys, one whose cheapest reward takes more than three months by the rules without a condition. Whether "
    "members reach it in practice is said by the backtest. And a reward that can be used for no more days "
    "(`valid_days`) than it may take to be handed over (`fulfil_hours`), or for one day only; a donation is given at "
    "once.",
)
def rewards_can_be_reached(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Currencies that buy nothing, or nothing that can be reached; with a limit, rewards of no more days than it, or
    than they take to arrive.
    """
    programme = subject.programme
    if limit is not None:
        yield from over_on_arrival(subject, limit)
        return
    if not programme.rewards:
        return
    for index, currency in enumerate(programme.currencies):
        if currency.kind == "qualifying":
            continue
        points = titled(currency.title)
        prices = {
            place: reward.price.least
            for place, reward in enumerate(programme.rewards)
            if reward.currency == currency.id
        }
        if not prices:
            message = worded("{points} buy nothing: no reward takes them.", points=points)
            yield Finding(f"currencies[{index}]", message, worded("Add a reward."))
        else:
            place = min(prices, key=prices.__getitem__)
            yield from _out_of_reach(subject, currency, f"rewards[{place}].points", prices[place])


_ENTRY_MONTHS = 3
#: How many months a period has, and how many of it at most begin in a month.
_PERIODS = {"week": (1, 5), "month": (1, 1), "year": (12, 1)}


def _out_of_reach(subject: Subject, currency: Currency, path: str, price: int) -> Iterator[Finding]:
    """The cheapest reward of a currency, where a cap, or an average member's custom, does not reach it in time."""
    points, most = titled(currency.title), _most_collected(subject, currency)
    if most is not None and price > most:
        yield Finding(
            path,
            worded(
                "The cheapest reward costs {price} {points}, and nobody can have more than {most} at once.",
                price=price,
                points=points,
                most=most,
            ),
            worded("Lower its price, raise the cap, or let points live longer."),
        )
        return
    monthly = _monthly(subject, currency)
    if monthly and price > _ENTRY_MONTHS * monthly:
        yield Finding(
            path,
            worded(
                "An average member needs {number} months for the cheapest reward ({price} {points}); "
                "{enough} are enough for a first one.",
                number=number(price / Fraction(monthly)),
                price=price,
                points=points,
                enough=_ENTRY_MONTHS,
            ),
            worded("Add a reward of at most {number} {points}.", number=int(_ENTRY_MONTHS * monthly), points=points),
        )


def _monthly(subject: Subject, currency: Currency) -> Fraction | None:
    """The points that an average member gets in a month, where the header says what that is; None or 0: unknown."""
    header = subject.programme.header
    if header.average_order is None or header.orders_a_year is None:
        return None
    return given_to_all(subject.programme, currency.id) * Fraction(header.orders_a_year, 12)


def _most_collected(subject: Subject, currency: Currency) -> int | None:
    """The most points that caps and budgets over all rules let a member hold before the first of them end, if any."""
    rules = {rule.id for rule in subject.programme.earn.rules if rule.currency == currency.id}
    expiry = currency.expiry
    bounds = []
    for cap in subject.programme.earn.bounds:
        if cap.currency != currency.id or not rules <= set(cap.rules):
            continue
        if cap.per == "ever":
            bounds.append(cap.most)
        elif cap.per in _PERIODS and expiry is not None and expiry.after == "earning":
            months, times = _PERIODS[cap.per]
            bounds.append(cap.most * (expiry.months // months + 1) * times)
    return min(bounds, default=None)


@check(
    "CAP-26",
    "Tiers fall softly",
    house(WARNING, phrase("our own figures: one step at a time, after 60 days of grace or of notice"), limit=60),
    why="A lean year has reasons: illness, a lost job, a child. Whoever then falls from the top to the bottom "
    "overnight has been told what the years before were worth.",
    decides="Tiers with `fall: to_level`; tiers with `grace_days` below 60 and no `notice` that must come as many days "
    "before (its `latest`). A single level cannot fall.",
    fixable=True,
)
def tiers_fall_softly(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Tiers that fall further than a step, or less than `limit` days after progress no longer carries them or after a
    notice without which they do not fall."""
    tiers, days = subject.programme.tiers, limit or 0
    if tiers is None or len(tiers.levels) < 2 or tiers.fall == "never":
        return
    top, bottom = (titled(tiers.levels[at].title) for at in (-1, 0))
    if tiers.fall == "to_level" and len(tiers.levels) > 2:
        yield Finding(
            "tiers.fall",
            worded(
                "Whoever has a lean year can fall from {top} to {bottom} in one day, over this many levels: {between}.",
                top=top,
                bottom=bottom,
                between=len(tiers.levels) - 2,
            ),
            worded("Write `fall: one`."),
            edit=subject.replacing("tiers.fall", "one"),
        )
    told = tiers.notice.latest if tiers.notice else 0
    if max(tiers.grace_days, told) < days:
        said = (
            counted(
                "{top} ends one day after progress no longer carries it, and is told of only {time}; {days} leave time "
                "to act.",
                "{top} ends {n} days after progress no longer carries it, and is told of only {time}; {days} leave "
                "time to act.",
                tiers.grace_days,
                top=top,
                time=counted("one day before", "{n} days before", told),
                days=days,
            )
            if tiers.notice
            else counted(
                "{top} ends one day after progress no longer carries it, and nobody is told; {days} leave time to act.",
                "{top} ends {n} days after progress no longer carries it, and nobody is told; {days} leave time to "
                "act.",
                tiers.grace_days,
                top=top,
                days=days,
            )
        )
        yield Finding(
            "tiers.grace_days",
            said,
            worded(
                "Write `grace_days: {days}`, or remove the key; or `notice: {{earliest: {earliest}, latest: {days}}}`.",
                days=str(days),
                earliest=str(days + 30),
            ),
            edit=subject.replacing("tiers.grace_days", str(days)),
        )
