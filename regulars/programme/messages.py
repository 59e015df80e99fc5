"""The section `messages`: what the house says to members, by occasion and channel, in their languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.kit.speaking import worded
from regulars.programme.contact import CHANNELS
from regulars.programme.currencies import check_unique
from regulars.programme.declared import Declared
from regulars.programme.document import Node
from regulars.programme.header import ID, LANGUAGES
from regulars.programme.problems import shown
from regulars.programme.reading import BROKEN, Fields, Reading
from regulars.programme.records import Field, ListOf, Record
from regulars.programme.shapes import Choice, Integer, Prose, Text, Title, Word

#: `service` is what a member must know; `marketing` is everything that wants her to buy.
KINDS = ("service", "marketing", "expiry", "arrears", "apology", "survey", "renewal", "greeting")
#: The parts of a whole apology.
PARTS = ("regret", "explanation", "responsibility", "repentance", "repair", "forgiveness")
#: What a message can hold between braces: `{name}`.
FACTS = (
    "name", "points", "expires_on", "reason", "callback", "person", "debt_advice", "creditor", "principal", "interest",
    "fees", "payments", "total_due", "dispute", "opt_out", "last_price", "this_price", "best_price", "cancel",
    "due_on", "promise", "reward", "usual", "link",
)  # fmt: skip
_FACT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `subject` and `text` by language, with facts of the member in braces.

    `stage` is the number of the step in arrears that it belongs to (0: none). `headers` are those of a mail beyond
    the usual ones, `apology` the parts of an apology that it has.
    """

    id: str
    kind: str
    channel: str
    stage: int
    subject: Mapping[str, str] | None
    text: Mapping[str, str]
    headers: tuple[str, ...]
    apology: tuple[str, ...]

    def facts(self) -> frozenset[str]:
        """The facts that stand in every language of it."""
        said = [frozenset(_FACT.findall(text)) for text in self.text.values()]
        return frozenset.intersection(*said)


HEADER_NAME = Word("[A-Z][A-Za-z0-9-]{1,60}", "not_a_header", "the name of a mail's header, such as List-Unsubscribe")
MESSAGE = Record(
    Field("id", ID, "the word for it in this file"),
    Field("kind", Choice(KINDS), "the occasion"),
    Field("channel", Choice(CHANNELS), "how it is sent"),
    Field("stage", Integer(0, 20), "the step in arrears it belongs to", default=0),
    Field("subject", Title(LANGUAGES, Text(120)), "what stands on top of it", default=None),
    Field("text", Title(LANGUAGES, Prose()), "what it says, with facts in braces"),
    Field("headers", ListOf(HEADER_NAME, least=0, unique=True), "headers of a mail", default=()),
    Field("apology", ListOf(Choice(PARTS), least=0, unique=True), "the parts of an apology it has", default=()),
)
MESSAGES = ListOf(MESSAGE, least=0)


def read_messages(node: Node, declared: Declared, reading: Reading) -> Any:
    """The tuple of Messages in `node`, or BROKEN after a problem was noted."""
    read = MESSAGES.read(node, "messages", reading)
    messages: tuple[Fields, ...] = () if read is BROKEN else read
    check_unique(list(messages), "message")
    declared.add("message", messages)
    for fields in messages:
        texts = reversed((fields.get("text") or {}).items())
        for text, language in {text: language for language, text in texts}.items():  # one for all is looked at once
            _check_facts(fields, language, text, reading)
    return tuple(fields.build(Message) for fields in messages)


def _check_facts(fields: Fields, language: str, text: str, reading: Reading) -> None:
    for fact in dict.fromkeys(_FACT.findall(text)):
        if fact not in FACTS:
            message = worded(
                "The text in {language} asks for {given}, which nobody knows.", language=language, given=shown(fact)
            )
            fields.problem("unknown_fact", "text", message, reading.nearest(fact, FACTS))
