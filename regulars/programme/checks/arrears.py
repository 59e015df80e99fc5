"""ARR: whoever falls behind is helped first, and never pressed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from regulars.kit.speaking import Said, counted, phrase, titled, worded
from regulars.programme.arrears import PRESSING as PRESSING_ACTIONS
from regulars.programme.checks.contact import beyond_hours, most_in
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import DIGNITY, Force, Ruling, house, law, regulator
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import money, number, words_in, words_of_file
from regulars.programme.checks.words import PRESSING, THREATENING
from regulars.programme.contact import Hours
from regulars.programme.messages import Message
from regulars.programme.problems import ERROR, WARNING

_CONC = "FCA CONC 7.3 (consumer credit)"
_REG_F = "Regulation F, 12 CFR 1006"
_OPTIONS, _INSTALMENTS = 3, 3
_CONTINGENCY = Fraction(1, 10)
_EARLY = 2
_HOUSE_HOURS, _LAW_HOURS = Hours(9, 19), Hours(8, 21)
_ELECTRONIC = ("email", "sms", "push", "app")
_ITEMISED = ("creditor", "principal", "interest", "fees", "payments", "total_due", "dispute")


def _letters(subject: Subject) -> Iterator[tuple[str, Message]]:
    """The messages about arrears, with their paths."""
    for index, message in enumerate(subject.programme.messages):
        if message.kind == "arrears":
            yield f"messages[{index}]", message


_REST = phrase("rest for whoever asks")
_NOTICED = phrase("notice before anything presses")


@check(
    "ARR-1",
    "Help before pressure",
    house(ERROR, phrase("three ways out, before anything presses"), limit=_OPTIONS),
    regulator("uk", f"{_CONC}: forbearance is considered first", limit=_OPTIONS),
    why="Most people who fall behind want to pay. What they lack is a way.",
    decides="`arrears.options` with fewer than 3 ways out. That they were considered is recorded in each case.",
)
def help_first(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Fewer ways out than `limit`."""
    arrears = subject.programme.arrears
    if arrears is not None and limit is not None and len(arrears.options) < limit:
        message = worded(
            "Whoever falls behind is offered {count} way out; {limit} should be on the table.",
            count=len(arrears.options),
            limit=limit,
        )
        yield Finding("arrears.options", message, worded("Add `pause`, `longer`, `token` or `plan`."))


@check(
    "ARR-2",
    "Nobody is pressed to find money that is not there",
    house(ERROR, phrase("a plan that cannot be kept is a trap"), limit=_INSTALMENTS),
    regulator("uk", f"{_CONC}: no single or very few payments, no borrowing, no sale of the home", limit=_INSTALMENTS),
    why="Debts that are paid with new debts come back larger.",
    decides="`arrears.plan.least_instalments` below 3; and messages about arrears that ask for everything at once, to "
    "borrow, or to sell, in four languages.",
    fixable=True,
)
def nobody_is_pressed(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Plans of too few payments, and letters that press."""
    arrears = subject.programme.arrears
    if arrears is not None and limit is not None and arrears.plan.least_instalments < limit:
        path = "arrears.plan.least_instalments"
        message = counted(
            "A plan may ask for everything in one payment.",
            "A plan may ask for everything in {n} payments.",
            arrears.plan.least_instalments,
        )
        yield Finding(
            path,
            message,
            worded("Write `least_instalments: {limit}`.", limit=str(limit)),
            edit=subject.replacing(path, str(limit)),
        )
    yield from _saying(subject, PRESSING, 100, phrase("presses for money that may not be there"))


@check(
    "ARR-3",
    "A plan leaves something to live on",
    house(ERROR, phrase("a tenth of what is left stays")),
    regulator("uk", "Scotland, Common Financial Tool, section 11: a tenth of the surplus stays as contingency"),
    why="Plans that take the last coin break at the first broken shoe.",
    decides="`arrears.plan.contingency` below one tenth.",
    fixable=True,
)
def something_to_live_on(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Plans that take more than nine tenths of what is left."""
    arrears = subject.programme.arrears
    if arrears is not None and arrears.plan.contingency < _CONTINGENCY:
        path, share = "arrears.plan.contingency", number(arrears.plan.contingency * 100)
        yield Finding(
            path,
            worded(
                "A plan leaves {share} per cent of what is left after the needs of a month; a tenth should stay.",
                share=share,
            ),
            worded("Write `contingency: 0.1`."),
            worded(
                "Carmen has 100.00 left at the end of a month. The plan takes so much that a broken shoe "
                "breaks the plan."
            ),
            subject.replacing(path, "0.1"),
        )


@check(
    "ARR-4",
    "Whoever asks is left in peace for a while",
    house(ERROR, phrase("sixty days, everywhere"), limit=60),
    law("uk", "Debt Respite Regulations 2020 (England and Wales): 60 days of breathing space", limit=60),
    why="Nobody makes a plan while the phone rings.",
    decides="`arrears.breathing_days` below 60.",
    fixable=True,
)
def breathing_space(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Less rest than `limit` days."""
    yield from _too_few_days(subject, "breathing_days", limit, _REST)


@check(
    "ARR-7",
    "Nothing presses before its notice has run",
    house(ERROR, phrase("thirty days, everywhere"), limit=30),
    law("au", "National Credit Code, section 88: a default notice of 30 days", limit=30),
    why="A service that is cut off before the letter was opened has taught nobody anything.",
    decides="`arrears.notice_days` below 30; a stage that pauses or stops the service, hands over or goes to court "
    "sooner after the due date than that.",
    fixable=True,
)
def notice_runs_first(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Less notice than `limit` days, and stages that press before it can have run."""
    arrears = subject.programme.arrears
    yield from _too_few_days(subject, "notice_days", limit, _NOTICED)
    for index, stage in enumerate(arrears.stages if arrears else ()):
        if stage.action in PRESSING_ACTIONS and limit is not None and stage.after_days < limit:
            path, title = f"arrears.stages[{index}].after_days", titled(stage.title)
            message = counted(
                "`{title}` comes one day after the due date; a notice takes {limit}.",
                "`{title}` comes {n} days after the due date; a notice takes {limit}.",
                stage.after_days,
                title=title,
                limit=limit,
            )
            yield Finding(
                path,
                message,
                worded("Write `after_days: {limit}` or more, and keep the stages in order.", limit=str(limit)),
            )


@check(
    "ARR-8",
    "Nobody is called again and again",
    house(ERROR, phrase("two calls, and three contacts of any kind, in seven days"), limit=2),
    law("us", f"{_REG_F}.14(b)(2): at most 7 calls in 7 days", limit=7),
    why="The seventh call of a week is no reminder.",
    decides="`arrears.calls` that let more than 2 calls (7 in the United States) through in 7 days, or "
    "`arrears.contacts` more than 3 contacts of any kind.",
)
def few_calls(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """More calls than `limit` in seven days."""
    arrears = subject.programme.arrears
    if arrears is None or limit is None:
        return
    calls, contacts = most_in(arrears.calls, 7), most_in(arrears.contacts, 7)
    if calls > limit:
        message = worded(
            "A member in arrears can be called {calls} times in 7 days; {limit} are the most.", calls=calls, limit=limit
        )
        yield Finding("arrears.calls", message, worded("Write `calls: {{most: {limit}, days: 7}}`.", limit=str(limit)))
    if limit == 2 and contacts > limit + 1:
        message = worded(
            "A member in arrears can be written to or called {contacts} times in 7 days; 3 are enough.",
            contacts=contacts,
        )
        yield Finding("arrears.contacts", message, worded("Write `contacts: {most: 3, days: 7}`."))


@check(
    "ARR-9",
    "Nobody is reminded of a debt early or late",
    house(WARNING, phrase("from 9 to 19 o'clock"), limit=_HOUSE_HOURS.start),
    law("us", f"{_REG_F}.6(b)(1)(i): from 8 to 21 o'clock of the debtor's day", limit=_LAW_HOURS.start),
    why="Worry does not need an alarm clock.",
    decides="`arrears.hours` that begin before 9 or end after 19 o'clock (8 and 21 in the United States).",
    fixable=True,
)
def quiet_about_debts(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Hours beyond those of the house, or of the law."""
    arrears = subject.programme.arrears
    if arrears is not None:
        fair = _HOUSE_HOURS if limit == _HOUSE_HOURS.start else _LAW_HOURS
        yield from beyond_hours(subject, "arrears.hours", arrears.hours, fair)


@check(
    "ARR-10",
    "Every electronic reminder can be stopped",
    house(ERROR, phrase("each address can be closed")),
    law("us", f"{_REG_F}.6(e): a way to opt out, for that address, in each electronic message"),
    why="A reminder on the wrong screen shames somebody before others.",
    decides="A message of the kind `arrears` by mail, text message or app without `{opt_out}`.",
)
def reminders_can_be_stopped(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Electronic reminders without a way to stop them."""
    for path, message in _letters(subject):
        if message.channel in _ELECTRONIC and "opt_out" not in message.facts():
            said = worded(
                "`{id}` comes by {channel}, and cannot be stopped there.", id=message.id, channel=message.channel
            )
            yield Finding(f"{path}.text", said, worded("Add a sentence with `{opt_out}`, in every language."))


@check(
    "ARR-12",
    "The first demand says what is owed, to whom, and how to object",
    house(ERROR, phrase("nobody pays what they cannot check")),
    law("us", f"{_REG_F}.34 and .38: creditor, itemised amount, way to dispute"),
    why="A sum without its parts cannot be checked, and one that cannot be checked is not believed.",
    decides="A message of the kind `arrears` and `stage: 1`, but for calls, in which one of `{creditor}`, "
    "`{principal}`, `{interest}`, `{fees}`, `{payments}`, `{total_due}`, `{dispute}` is missing in some language.",
)
def first_demand_is_itemised(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """First letters that leave out what is owed."""
    for path, message in _letters(subject):
        missing = [fact for fact in _ITEMISED if fact not in message.facts()]
        if message.stage == 1 and message.channel != "call" and missing:
            said = worded(
                "The first letter, `{id}`, does not say {facts}.", id=message.id, facts=words_of_file(missing)
            )
            facts = words_of_file(f"{{{fact}}}" for fact in missing)
            yield Finding(f"{path}.text", said, worded("Add {facts}, in every language.", facts=facts))


@check(
    "ARR-13",
    "No early threat",
    Ruling(
        DIGNITY,
        ERROR,
        Force.EVIDENCE,
        phrase(
            "Laudenbach, Pirschel and Siegel, Journal of Finance: a person on the phone "
            "raises payment by 34 points; threats in letters have mixed effects, and less contact"
        ),
    ),
    why="Talking to a person helps more than any letter. A threat ends the talk before it began.",
    decides="Words of the law (court, lawyer, collection, credit record) in messages of the kind `arrears` of stages "
    "1 and 2, in four languages; or an action that presses among the first two stages.",
)
def no_early_threat(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """First letters that threaten, and first stages that press."""
    yield from _saying(subject, THREATENING, _EARLY, phrase("threatens at once"))
    arrears = subject.programme.arrears
    for index, stage in enumerate(arrears.stages[:_EARLY] if arrears else ()):
        if stage.action in PRESSING_ACTIONS:
            message = worded(
                "Stage {number}, `{title}`, presses before anybody has talked.",
                number=index + 1,
                title=titled(stage.title),
            )
            yield Finding(
                f"arrears.stages[{index}].action", message, worded("Write `greet`, `remind`, `call` or `offer_help`.")
            )


@check(
    "ARR-14",
    "A person and free advice are within reach",
    house(ERROR, phrase("every letter names somebody to call")),
    regulator("uk", f"{_CONC}: signpost to free and independent debt advice"),
    why="A letter that only names a sum leaves somebody alone with it.",
    decides="A message of the kind `arrears` without `{callback}` or without `{debt_advice}` in some language.",
)
def person_within_reach(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Letters without a person to call, or without free advice."""
    for path, message in _letters(subject):
        missing = [fact for fact in ("callback", "debt_advice") if fact not in message.facts()]
        if missing:
            facts = words_of_file(f"{{{fact}}}" for fact in missing)
            said = worded("`{id}` does not name {facts}.", id=message.id, facts=words_of_file(missing))
            yield Finding(f"{path}.text", said, worded("Add {facts}, in every language.", facts=facts))


@check(
    "ARR-17",
    "Loyalty survives hardship",
    house(ERROR, phrase("points stay, the tier stays, and nobody is sold anything")),
    why="A bad month does not undo ten good years. Taking points then takes them from those who need them most.",
    decides="`arrears.points_kept: no`, `tier_kept: no` or `marketing: yes`.",
    fixable=True,
)
def loyalty_survives(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Points or tiers that are lost in arrears, and offers that go on."""
    arrears = subject.programme.arrears
    if arrears is None:
        return
    for key, kept, fair, said in (
        ("points_kept", arrears.points_kept, "yes", worded("Whoever falls behind loses the points of better years.")),
        ("tier_kept", arrears.tier_kept, "yes", worded("Whoever falls behind loses the tier.")),
        ("marketing", not arrears.marketing, "no", worded("Whoever falls behind is still sent offers to buy more.")),
    ):
        if not kept:
            path = f"arrears.{key}"
            yield Finding(
                path, said, worded("Write `{key}: {fair}`.", key=key, fair=fair), edit=subject.replacing(path, fair)
            )


@check(
    "ARR-18",
    "A plan that is kept costs nothing",
    house(ERROR, phrase("who keeps a promise is not fined for it")),
    regulator("uk", f"{_CONC}: suspend or waive interest and charges"),
    why="Interest on a plan makes the debt outlive the plan.",
    decides="`arrears.plan.fee` other than `none`, or `arrears.plan.interest: yes`.",
    fixable=True,
)
def kept_plan_is_free(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Plans with a fee, or on which interest runs."""
    arrears = subject.programme.arrears
    if arrears is not None and arrears.plan.fee:
        path, fee = "arrears.plan.fee", money(arrears.plan.fee, subject.programme)
        yield Finding(
            path,
            worded("A plan to pay costs {fee}.", fee=fee),
            worded("Write `fee: none`."),
            edit=subject.replacing(path, "none"),
        )
    if arrears is not None and arrears.plan.interest:
        path = "arrears.plan.interest"
        message = worded("Interest runs on while a plan is kept.")
        yield Finding(path, message, worded("Write `interest: no`."), edit=subject.replacing(path, "no"))


def _too_few_days(subject: Subject, key: str, least: int | None, what: Said) -> Iterator[Finding]:
    arrears = subject.programme.arrears
    days = 0 if arrears is None else arrears.breathing_days if key == "breathing_days" else arrears.notice_days
    if arrears is not None and least is not None and days < least:
        path = f"arrears.{key}"
        message = counted(
            "There is one day of {what}; {least} are fair.",
            "There are {n} days of {what}; {least} are fair.",
            days,
            what=what,
            least=least,
        )
        yield Finding(
            path,
            message,
            worded("Write `{key}: {least}`.", key=key, least=str(least)),
            edit=subject.replacing(path, str(least)),
        )


def _saying(subject: Subject, words: tuple[str, ...], last_stage: int, what: Said) -> Iterator[Finding]:
    """Letters up to a stage whose text has one of `words`."""
    for path, message in _letters(subject):
        if message.stage > last_stage:
            continue
        for language, text in message.text.items():
            found = words_in(text, words)
            if found:
                said = worded("`{id}` {what}: `{word}`.", id=message.id, what=what, word=found[0].strip("*"))
                remedy = worded("Say what can be done, whom to call, and where free advice is.")
                yield Finding(f"{path}.text.{language}", said, remedy)
                break
