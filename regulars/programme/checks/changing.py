"""CAP, terms: what was promised is not changed behind anybody's back, and nothing is taken without a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from regulars.kit.speaking import counted, phrase, titled, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import case, house, law, regulator
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import words_in, words_of_file
from regulars.programme.checks.words import NEVER, NONE, TIMES, UNLIMITED, VAGUE
from regulars.programme.problems import ERROR, WARNING
from regulars.programme.terms import SUMMARY_PARTS

_NOTICE, _GRACE, _APPEAL = 60, 90, 30


@check(
    "CAP-4b",
    "A change for the worse is told long before",
    house(ERROR, phrase("the notice of Quebec, everywhere"), limit=_NOTICE),
    law("ca", "Quebec, Consumer Protection Act 187.9: a notice 60 to 90 days before", limit=_NOTICE),
    house(ERROR, phrase("the grace of New York, everywhere"), limit=_GRACE),
    law("us", "New York, General Business Law 520-e: 90 days from the notice to redeem at the old value", limit=_GRACE),
    why="Points were earned under a promise. Whoever changes it owes everybody the time to use what they have.",
    decides="`terms.notice_days` below 60, or `terms.grace_days` below 90.",
    fixable=True,
)
def change_is_told(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Terms that change sooner than `limit` days after the notice, or end the old value sooner."""
    terms = subject.programme.terms
    if terms is None or limit is None:
        return
    key, days = ("notice_days", terms.notice_days) if limit == _NOTICE else ("grace_days", terms.grace_days)
    if days < limit:
        said = (
            counted(
                "A change for the worse holds one day after it was told; {limit} leave time to use them.",
                "A change for the worse holds {n} days after it was told; {limit} leave time to use them.",
                days,
                limit=limit,
            )
            if limit == _NOTICE
            else counted(
                "Points keep their old value for one day from the notice; {limit} leave time to use them.",
                "Points keep their old value for {n} days from the notice; {limit} leave time to use them.",
                days,
                limit=limit,
            )
        )
        yield Finding(
            f"terms.{key}",
            said,
            worded("Write `{key}: {limit}`, or remove the key.", key=key, limit=str(limit)),
            edit=subject.replacing(f"terms.{key}", str(limit)),
        )


@check(
    "CAP-13",
    "Points survive the end",
    house(ERROR, phrase("three years, as for an absence"), limit=1_095),
    case("de", "BGH Xa ZR 37/09: points of five years cut to six months, void; X ZR 42/16: three years", "2010-01-28",
         1_095),
    case("dk", "Forbrugerombudsmanden: a wind-down of five months is not for one side to decide", limit=1_095),
    law("us", "New York, General Business Law 520-e", limit=90),
    why="The end of an account, or of a programme, is when the house has least to lose by taking what is left.",
    decides="`terms.run_off_days` below 1,095 days (90 in New York).",
    fixable=True,
)  # fmt: skip
def points_survive(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Terms that let points end sooner than `limit` days after closing."""
    terms, floor = subject.programme.terms, limit or 0
    if terms is not None and terms.run_off_days < floor:
        yield Finding(
            "terms.run_off_days",
            counted(
                "After closing, points can be spent for one day only; {floor} are fair.",
                "After closing, points can be spent for {n} days only; {floor} are fair.",
                terms.run_off_days,
                floor=floor,
            ),
            worded("Write `run_off_days: {floor}`.", floor=str(floor)),
            edit=subject.replacing("terms.run_off_days", str(floor)),
        )


@check(
    "CAP-23",
    "What matters stands in the summary",
    house(WARNING, phrase("nobody reads the long text")),
    regulator("au", "ACCC, Customer loyalty schemes: material restrictions are prominent", "2019"),
    why="A limit on page eleven is a limit that was hidden.",
    decides="`terms.summary` without a text on one of: earning, spending, expiry, caps, exclusions, changes, fees, "
    "leaving; one that says that nothing ever ends, where points of a currency do; one that says that there are no "
    "caps, where `earn` has some, or a budget.",
)
def nothing_is_hidden(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Summaries that leave something out."""
    terms = subject.programme.terms
    if terms is None:
        return
    missing = [part for part in SUMMARY_PARTS if not terms.summary.get(part)]
    if missing:
        message = worded("The summary says nothing of {parts}.", parts=words_of_file(missing))
        yield Finding("terms.summary", message, worded("Add a sentence on each, also where there is nothing to fear."))
    ending = next((one for one in subject.programme.currencies if one.expiry is not None), None)
    if ending is not None and ending.expiry is not None and _says_never(terms.summary.get("expiry")):
        yield Finding(
            "terms.summary.expiry",
            counted(
                "The summary says that nothing ends, and {points} end after one month.",
                "The summary says that nothing ends, and {points} end after {n} months.",
                ending.expiry.months, points=titled(ending.title),
            ),
            worded("Say when they end, or write `expiry: never` for the currency."),
        )  # fmt: skip
    bound = next(iter(subject.programme.earn.bounds), None)
    if bound is not None and _says_none(terms.summary.get("caps")):
        yield Finding(
            "terms.summary.caps",
            worded(
                "The summary says that nothing is bounded, and `{bound}` holds {most} {points}.",
                bound=titled(bound.title),
                most=bound.most,
                points=titled(subject.programme.currency(bound.currency).title),
            ),
            worded("Say how many points there are, for each member or for all together, and what comes after that."),
        )


def _says_never(texts: Mapping[str, str] | None) -> bool:
    """Whether a text says, in any language, that nothing ends, with no word of a time all the same."""
    some = (texts or {}).values()
    return any(words_in(text, NEVER) and not words_in(text, TIMES) and not re.search("[0-9]", text) for text in some)


def _says_none(texts: Mapping[str, str] | None) -> bool:
    """Whether a text says, in any language, that there is no limit, and names no figure."""
    some = [text for text in (texts or {}).values() if not re.search("[0-9]", text)]
    return any(text.strip(" .!").lower() in NONE or words_in(text, UNLIMITED) for text in some)


@check(
    "CAP-24",
    "No card is linked in silence",
    house(ERROR, phrase("a card that pays is no consent to be followed")),
    regulator("au", "ACCC, Customer loyalty schemes: recommendation on linked payment cards", "2019"),
    why="Whoever pays with a card has agreed to pay, and to nothing else.",
    decides="`terms.cards: silent`, or a partner with `card_linking: automatic`.",
    fixable=True,
)
def no_silent_linking(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Payment cards that are recognised without being asked for."""
    programme = subject.programme
    silent = [("terms.cards", "ask")] if programme.terms and programme.terms.cards == "silent" else []
    silent += [
        (f"partners[{index}].card_linking", "opt_in")
        for index, partner in enumerate(programme.partners)
        if partner.card_linking == "automatic"
    ]
    for path, fair in silent:
        key = path.rsplit(".", 1)[-1]
        message = worded("A payment card is recognised as the member's without anybody having asked.")
        yield Finding(
            path, message, worded("Write `{key}: {fair}`.", key=key, fair=fair), edit=subject.replacing(path, fair)
        )


@check(
    "CAP-10",
    "Nothing is taken for a vague reason",
    house(ERROR, phrase("each reason can be tested, and is written")),
    case("at", "OGH 4 Ob 102/23p: denying any legal claim while members pay with their data is void", "2024-06-25"),
    regulator("us", "CFPB Circular 2024-07(2); whether it was withdrawn on 2025-05-12 is not known to us", "2024"),
    why="'Abuse', 'at our discretion', 'no legal claim': with such words whatever was promised can be taken back.",
    decides="Words of that kind, in four languages, in the texts of `terms` and `forfeiture`.",
)
def no_vague_reason(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Texts that keep the right to take without a reason that can be tested."""
    for section in ("terms", "forfeiture"):
        for path, scalar in subject.texts(section):
            found = words_in(scalar.text, VAGUE)
            if found and not path.endswith((".when", ".id", ".version")):
                word = found[0].strip("*")
                message = worded(
                    "With `{word}` the house may take what members have earned, and decides alone when.", word=word
                )
                remedy = worded("Say what exactly must have happened, as a reason in `forfeiture` with a condition.")
                yield Finding(path, message, remedy)


@check(
    "CAP-11",
    "Whoever loses points is heard first",
    house(ERROR, phrase("follows CFPB Circular 2024-07 and OGH 4 Ob 102/23p"), limit=_APPEAL),
    why="An accusation is not a proof. Points that are gone before anybody was asked seldom come back.",
    decides="A reason in `forfeiture` with fewer than 30 `notice_days` or `appeal_days`, decided by a `machine`, or "
    "without `evidence` that is shown. At run time each forfeiture goes this way, or is refused.",
    fixable=True,
)
def heard_first(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Reasons for which points are taken without notice, evidence, a person or an appeal."""
    floor = limit or 0
    for index, reason in enumerate(subject.programme.forfeiture):
        path, title = f"forfeiture[{index}]", titled(reason.title)
        for key, days in (("notice_days", reason.notice_days), ("appeal_days", reason.appeal_days)):
            if days < floor:
                edit = subject.replacing(f"{path}.{key}", str(floor))
                message = (
                    counted(
                        "For `{title}` points are taken with one day to hear of it.",
                        "For `{title}` points are taken with {n} days to hear of it.",
                        days,
                        title=title,
                    )
                    if key == "notice_days"
                    else counted(
                        "For `{title}` points are taken with one day to object.",
                        "For `{title}` points are taken with {n} days to object.",
                        days,
                        title=title,
                    )
                )
                yield Finding(
                    f"{path}.{key}", message, worded("Write `{key}: {floor}`.", key=key, floor=str(floor)), edit=edit
                )
        if reason.decided_by == "machine":
            edit = subject.replacing(f"{path}.decided_by", "person")
            message = worded("Nobody looks at it when points are taken for `{title}`.", title=title)
            yield Finding(f"{path}.decided_by", message, worded("Write `decided_by: person`."), edit=edit)
        if reason.evidence is None:
            message = worded("Whoever loses points for `{title}` is not shown why.", title=title)
            yield Finding(path, message, worded("Add `evidence:` with what is shown."))
