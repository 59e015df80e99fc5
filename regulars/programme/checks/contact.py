"""CON, contact and trust: people are spoken to as guests are, and believed as guests are."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from regulars.kit.speaking import counted, phrase, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, law
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import number, words_in, words_of_file
from regulars.programme.checks.words import OFFERING
from regulars.programme.contact import FAIR_LIMITS, Hours, Limit
from regulars.programme.problems import ERROR, WARNING

_ONE_CLICK = ("List-Unsubscribe", "List-Unsubscribe-Post")
_HOUSE_HOURS, _LAW_HOURS = Hours(9, 20), Hours(8, 21)
_CALLS, _SURVEYS = Limit(1, 30), Limit(1, 90)
_SAMPLE = Fraction(1, 20)
_REVIEW_HOURS = 72


@check(
    "CON-2",
    "Every mail with an offer can be stopped with one click",
    house(ERROR, phrase("RFC 8058, and what Gmail, Yahoo and Microsoft ask of senders of 5,000 mails a day")),
    why="Whoever cannot find the way out of a list marks the mail as spam, and is right.",
    decides="A message of the kind `marketing` by `email` whose `headers` lack `List-Unsubscribe` or "
    "`List-Unsubscribe-Post`.",
)
def one_click(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Marketing mails without the headers of a one-click way out."""
    for index, message in enumerate(subject.programme.messages):
        missing = [name for name in _ONE_CLICK if name not in message.headers]
        if message.kind == "marketing" and message.channel == "email" and missing:
            said = worded(
                "The mail `{id}` lacks {headers}: nobody can stop it with one click.",
                id=message.id,
                headers=words_of_file(missing),
            )
            yield Finding(
                f"messages[{index}].headers",
                said,
                worded("Write `headers: [{headers}]`.", headers=", ".join(_ONE_CLICK)),
            )


@check(
    "CON-3",
    "A no is obeyed at once",
    house(ERROR, phrase("what large mailbox providers ask: two days at most"), limit=48),
    why="Each message after a no says that it was not heard.",
    decides="`contact.opt_out_hours` above 48. United States law allows ten business days, which no file can exceed.",
    fixable=True,
)
def no_is_obeyed(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """An opt-out that takes longer than `limit` hours."""
    contact = subject.programme.contact
    if contact is not None and limit is not None and contact.opt_out_hours > limit:
        path = "contact.opt_out_hours"
        message = counted(
            "A wish to hear no more is obeyed after one hour; {limit} are the most.",
            "A wish to hear no more is obeyed after {n} hours; {limit} are the most.",
            contact.opt_out_hours,
            limit=limit,
        )
        yield Finding(
            path,
            message,
            worded("Write `opt_out_hours: {limit}`, or 0.", limit=str(limit)),
            edit=subject.replacing(path, str(limit)),
        )


@check(
    "CON-4",
    "Nobody is disturbed early or late",
    house(WARNING, phrase("from 9 to 20 o'clock, not on Sundays"), limit=_HOUSE_HOURS.start),
    law("us", "47 CFR 64.1200 and 16 CFR 310.4: from 8 to 21 o'clock of the recipient's day", limit=_LAW_HOURS.start),
    why="A phone that rings at dinner is a door that was not knocked at.",
    decides="`contact.hours` that begin before 9 or end after 20 o'clock (8 and 21 in the United States), or "
    "`sundays`.",
    fixable=True,
)
def quiet_hours(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Hours of contact beyond those of the house, or of the law."""
    contact = subject.programme.contact
    if contact is None:
        return
    fair = _HOUSE_HOURS if limit == _HOUSE_HOURS.start else _LAW_HOURS
    yield from beyond_hours(subject, "contact.hours", contact.hours, fair)
    if contact.sundays and fair is _HOUSE_HOURS:
        path = "contact.sundays"
        yield Finding(path, worded("Offers go out on Sundays and holidays."), worded("Write `sundays: no`."),
                      edit=subject.replacing(path, "no"))  # fmt: skip


@check(
    "CON-5",
    "Nobody hears from the house too often",
    house(WARNING, phrase("our own figures: 1 a day, 3 in 7 days, 8 in 30; a call in 30 days")),
    why="What comes too often is not read, and then not wanted.",
    decides="`contact.limits` that, taken together, let more than 1 message a day, 3 in 7 days or 8 in 30 days "
    "through; `contact.calls` of more than 1 in 30 days.",
)
def not_too_often(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Limits on contact that let too much through."""
    contact = subject.programme.contact
    if contact is None:
        return
    for fair in FAIR_LIMITS:
        most = min(most_in(one, fair.days) for one in contact.limits)
        if most > fair.most:
            message = (
                counted(
                    "A member can get {most} messages with offers a day; one is enough.",
                    "A member can get {most} messages with offers a day; {n} are enough.",
                    fair.most,
                    most=most,
                )
                if fair.days == 1
                else worded(
                    "A member can get {most} messages with offers in {days} days; {fair} are enough.",
                    most=most,
                    days=fair.days,
                    fair=fair.most,
                )
            )
            yield Finding(
                "contact.limits",
                message,
                worded("Add `{{most: {most}, days: {days}}}` to `limits`.", most=str(fair.most), days=str(fair.days)),
            )
            break
    calls = most_in(contact.calls, _CALLS.days)
    if calls > _CALLS.most:
        message = worded(
            "A member can be called {calls} times in {days} days; {most} is enough.",
            calls=calls,
            days=_CALLS.days,
            most=_CALLS.most,
        )
        yield Finding("contact.calls", message, worded("Write `calls: {most: 1, days: 30}`."))


@check(
    "MEA-4",
    "Nobody is asked for an opinion again and again",
    house(WARNING, phrase("our own figure: once in 90 days"), limit=_SURVEYS.days),
    why="A survey after every purchase asks for a gift each time, and gives none.",
    decides="`contact.surveys` of more than 1 in 90 days. Length and moment of a survey are kept at run time.",
)
def few_surveys(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """More questions than one in `limit` days."""
    contact = subject.programme.contact
    if contact is not None and limit is not None:
        asked = most_in(contact.surveys, limit)
        if asked > _SURVEYS.most:
            message = worded(
                "A member can be asked for an opinion {asked} times in {limit} days.", asked=asked, limit=limit
            )
            yield Finding(
                "contact.surveys", message, worded("Write `surveys: {{most: 1, days: {limit}}}`.", limit=str(limit))
            )


@check(
    "CON-8",
    "News of one's own affairs sells nothing",
    house(ERROR, phrase("a service message with an offer in it is marketing without consent")),
    law("uk", "PECR, regulation 22: what counts as direct marketing"),
    why="Whoever said no to offers still has to hear that the parcel is late. An offer inside abuses that.",
    decides="A message of the kind `service`, `arrears` or `apology` whose text has words of offering, in four "
    "languages.",
)
def service_stays_service(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Service messages that hold offers."""
    for index, message in enumerate(subject.programme.messages):
        if message.kind in ("service", "arrears", "apology"):
            for language, text in message.text.items():
                found = words_in(text, OFFERING)
                if found:
                    said = worded(
                        "`{id}` is no marketing by its kind, and offers something: `{word}`.",
                        id=message.id,
                        word=found[0].strip("*"),
                    )
                    yield Finding(
                        f"messages[{index}].text.{language}", said, worded("Take it out, or make it `marketing`.")
                    )
                    break


@check(
    "CON-13",
    "Small claims are believed",
    house(WARNING, phrase("once a year without proof, and one in twenty looked at afterwards")),
    why="A house that asks its best customers for a proof tells them what it thinks of them.",
    decides="`trust` that believes less than one claim in 12 months, or looks at more than one in twenty afterwards.",
    fixable=True,
)
def small_claims_are_believed(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Trust that is rarer than once a year, or checked too much."""
    trust = subject.programme.trust
    if trust is None:
        return
    if trust.most * 12 < trust.months:
        path = "trust.months"
        message = counted(
            "A member is believed once in {months} months, less than once a year.",
            "A member is believed {n} times in {months} months, less than once a year.",
            trust.most,
            months=trust.months,
        )
        yield Finding(path, message, worded("Write `months: 12`."), edit=subject.replacing(path, "12"))
    if trust.sample > _SAMPLE:
        path, share = "trust.sample", number(trust.sample * 100)
        message = worded(
            "{share} per cent of small claims are looked at afterwards: that is no trust but a delay.", share=share
        )
        yield Finding(path, message, worded("Write `sample: 0.05`."), edit=subject.replacing(path, "0.05"))


@check(
    "CON-14",
    "Whoever is held up hears why, and from a person",
    house(ERROR, phrase("our own figure of three days; GDPR Article 22 asks for a person"), limit=_REVIEW_HOURS),
    why="A block without a reason is an accusation without a charge.",
    decides="`trust.reasons_told: no`, or `trust.review_hours` above 72.",
    fixable=True,
)
def blocks_are_explained(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Claims that are held up in silence, or for too long."""
    trust = subject.programme.trust
    if trust is None or limit is None:
        return
    if not trust.reasons_told:
        path = "trust.reasons_told"
        message = worded("A member whose claim is held up does not hear why.")
        yield Finding(path, message, worded("Write `reasons_told: yes`."), edit=subject.replacing(path, "yes"))
    if trust.review_hours > limit:
        path = "trust.review_hours"
        message = worded(
            "A person looks at what was held up after {review_hours} hours; {limit} are the most.",
            review_hours=trust.review_hours,
            limit=limit,
        )
        yield Finding(
            path,
            message,
            worded("Write `review_hours: {limit}`.", limit=str(limit)),
            edit=subject.replacing(path, str(limit)),
        )


def most_in(one: Limit, days: int) -> int:
    """The most that `one` lets through in any `days` days in a row."""
    return one.most * -(-days // one.days)


def beyond_hours(subject: Subject, path: str, hours: Hours, fair: Hours) -> Iterator[Finding]:
    """Hours at `path` that begin before, or end after, those that are `fair`."""
    for key, at, bound, bad in (
        ("start", hours.start, fair.start, hours.start < fair.start),
        ("end", hours.end, fair.end, hours.end > fair.end),
    ):
        if bad:
            message = (
                worded("Members can be disturbed from {hour} o'clock on.", hour=at)
                if key == "start"
                else worded("Members can be disturbed until {hour} o'clock.", hour=at)
            )
            remedy = worded("Write `{key}: {bound}`.", key=key, bound=str(bound))
            yield Finding(f"{path}.{key}", message, remedy, edit=subject.replacing(f"{path}.{key}", str(bound)))
