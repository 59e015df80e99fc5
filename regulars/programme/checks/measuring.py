"""MEA: loyalty is measured rung by rung, each from evidence of its own."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import phrase, titled, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import DIGNITY, Force, Ruling, house
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.problems import ERROR, WARNING

#: What shows no more than that somebody buys.
_BUYING = frozenset({"spend", "visits", "recency", "tenure"})


@check(
    "MEA-2",
    "Never one score for all of loyalty",
    Ruling(
        DIGNITY,
        WARNING,
        Force.EVIDENCE,
        phrase(
            "East et al.: recommendation follows attitude, retention past behaviour; combined measures predict poorly"
        ),
    ),
    why="A single score hides who is only held, and who would only like to come.",
    decides="A measure in `data.measures` on the rung `blended`.",
)
def rungs_apart(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Measures that mix the rungs."""
    data = subject.programme.data
    for index, measure in enumerate(data.measures if data else ()):
        if measure.rung == "blended":
            message = worded(
                "`{title}` mixes what people do, feel and are into one figure.",
                title=titled(measure.title),
            )
            yield Finding(f"data.measures[{index}].rung", message, worded("Measure each rung by itself."))


@check(
    "MEA-3",
    "Affection is not read off a receipt",
    house(ERROR, phrase("the upper rungs need a word, or an act that nobody paid for")),
    why="Somebody who spends much may simply have no other shop. Calling that love hides why they will go.",
    decides="A measure in `data.measures` on the rung `emotional` or `identity` made of spend, visits, recency or "
    "tenure alone.",
)
def own_evidence(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Upper rungs made of purchases alone."""
    data = subject.programme.data
    for index, measure in enumerate(data.measures if data else ()):
        if measure.rung in ("emotional", "identity") and set(measure.evidence) <= _BUYING:
            message = worded("`{title}` says how people feel, from what they buy alone.", title=titled(measure.title))
            remedy = worded(
                "Add a `survey`, an `unpaid_act`, a `recommendation` or `forgiveness`; or call it transactional."
            )
            yield Finding(f"data.measures[{index}].evidence", message, remedy)
