"""CMP: a complaint is a gift, and costs nobody anything."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import counted, phrase, titled, worded
from regulars.programme.checks.conditions import segments_in
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import DIGNITY, Force, Ruling, house
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import words_in, words_of_file
from regulars.programme.checks.words import HALF_SORRY
from regulars.programme.problems import ERROR

_COMPLAINT = (
    "complain*", "grievance*", "troublemaker*", "difficult", "beschwer*", "reklam*", "queja*", "reclam*", "klage*",
    "klager*",
)  # fmt: skip
_LEAST_PARTS = 4


@check(
    "CMP-8",
    "A complaint never costs anything",
    house(ERROR, phrase("whoever complains still hopes; nothing may make them pay for it")),
    why="A house that scores its complainers teaches its customers to leave in silence.",
    decides="Conditions that mention an attribute or a segment about complaints, wherever they stand; a measure in "
    "`data.measures` whose evidence is a complaint. A rule `on: complaint` that thanks for one is not meant.",
)
def complaint_costs_nothing(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Conditions that use complaints as a fact about somebody."""
    own = {attribute.name for attribute in subject.programme.header.attributes}
    for path, condition in subject.conditions:
        names = [name.name for name in condition.names if name.name in own]
        for word in (*names, *segments_in(condition.root)):
            if words_in(word.replace("_", " ").replace("-", " "), _COMPLAINT):
                yield Finding(
                    path,
                    worded(
                        "This asks for `{word}`: what members get here depends on whether they have complained.",
                        word=word,
                    ),
                    worded("Remove it from the condition; look at the complaints themselves, and at what caused them."),
                    worded(
                        "Ada and Bruno buy the same. Ada once said that her bread was stale, and is treated "
                        "differently."
                    ),
                )
                break
    data = subject.programme.data
    for index, measure in enumerate(data.measures if data else ()):
        if "complaint" in measure.evidence:
            message = worded("`{title}` changes when somebody complains.", title=titled(measure.title))
            remedy = worded("Take complaints out of it; `forgiveness` counts those who came back after one.")
            yield Finding(f"data.measures[{index}].evidence", message, remedy)


@check(
    "CMP-5",
    "An apology is a whole one",
    Ruling(
        DIGNITY,
        ERROR,
        Force.EVIDENCE,
        phrase(
            "Lewicki, Polin and Lount: of six parts, responsibility counts most, then "
            "repair; asking for forgiveness least (n = 755)"
        ),
        "2016",
    ),
    why="'We regret any inconvenience' is how a house says that it is not sorry.",
    decides="A message of the kind `apology` whose `apology` lacks `responsibility` or `repair`, or has fewer than "
    "four of the six parts; or whose text has words that put it on the other side (`if you felt`), in four languages.",
)
def whole_apology(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Apologies without responsibility and repair, or that take themselves back."""
    for index, message in enumerate(subject.programme.messages):
        if message.kind != "apology":
            continue
        missing = [part for part in ("responsibility", "repair") if part not in message.apology]
        if missing or len(message.apology) < _LEAST_PARTS:
            lacks = (
                worded("The apology `{id}` lacks {parts}.", id=message.id, parts=words_of_file(missing))
                if missing
                else counted(
                    "The apology `{id}` has one part of six.",
                    "The apology `{id}` has {n} parts of six.",
                    len(message.apology),
                    id=message.id,
                )
            )
            yield Finding(
                f"messages[{index}].apology",
                lacks,
                worded(
                    "Say that it was our fault, what happened, what we do about it, and that it will not happen again."
                ),
            )
        for language, text in message.text.items():
            found = words_in(text, HALF_SORRY)
            if found:
                said = worded(
                    "With `{word}` the apology `{id}` puts the fault on the other side.",
                    word=found[0],
                    id=message.id,
                )
                yield Finding(
                    f"messages[{index}].text.{language}", said, worded("Say what happened, and that it was our fault.")
                )
                break
