"""Naming: under whose name what is told is known for ever. Others choose theirs freely; some the house keeps.

Whoever tells events under a name of the house could take the id of something that the house has yet to do.
"""

from __future__ import annotations

from regulars.ground.activity.contract import MAX_ID
from regulars.kit.speaking import worded

#: What staff do at the counter, what members do themselves, points that are taken, and notices that arrived.
COUNTER, PORTAL, FORFEITURE, NOTICES = "counter", "portal", "forfeiture", "regulars"
#: What members bring along from elsewhere is known by this and the id of its run.
OPENING = "opening "


class BadSource(ValueError):
    """No name of a source: `code` is `bad_source`, the `sentence` says what a name is."""

    code = "bad_source"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ReservedSource(BadSource):
    """A name that the house keeps for itself."""

    code = "reserved_source"


def source_named(told: str) -> str:
    """The name under which a source's events are known for ever, wherever they come in. Raises BadSource."""
    if not told.strip() or told != told.strip() or len(told) > MAX_ID or not told.isprintable():
        raise BadSource(
            worded(
                "A source has a name of 1 to {most} characters that can be seen, without spaces before or after it.",
                most=MAX_ID,
            )
        )
    return told


def source_of_others(told: str) -> str:
    """The same for those who are not of the house. Raises BadSource, ReservedSource."""
    if told in (COUNTER, PORTAL, FORFEITURE, NOTICES) or told.startswith(OPENING):
        raise ReservedSource(
            worded("The house itself goes by the name `{name}`: choose another one for a source.", name=told[:80])
        )
    return source_named(told)
