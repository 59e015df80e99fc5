"""What an event from outside looks like: its columns, the value it becomes, and the words for what is wrong with it.

docs/events.md is the same contract in prose. Nothing here touches a file, a frame or the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from typing import Any, Final

import msgspec

from regulars.engine.entries import Moved
from regulars.engine.events import Opening

MAX_LINES: Final = 1_000
MAX_ID: Final = 200
MAX_TEXT: Final = 500
MAX_WHOLE_DIGITS: Final = 13
MAX_QUANTITY: Final = 1_000_000_000
MAX_POINTS: Final = 1_000_000_000_000
#: So many bytes stand for what an event says.
DIGEST: Final = 16
#: What a reason is for which people decide about points: a code, never a text about a person.
REASON: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
#: Clocks of tills run ahead a little; more than this is a mistake.
AHEAD_US: Final = 5 * 60 * 1_000_000


class Kind(Enum):
    """How a cell of a column is read."""

    ID = "identifier"
    TEXT = "text"
    TIME = "time"
    TYPE = "type"
    CURRENCY = "currency"
    MONEY = "money"
    QUANTITY = "quantity"
    POINTS = "points"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"


#: Columns that say one thing about the whole event: each of its rows repeats it, or leaves it empty.
EVENT_COLUMNS: Final = {
    "member": Kind.ID,
    "event": Kind.ID,
    "at": Kind.TIME,
    "type": Kind.TYPE,
    "currency": Kind.CURRENCY,
    "tendered_points": Kind.MONEY,
    "store": Kind.TEXT,
    "channel": Kind.TEXT,
    "original": Kind.ID,
    "points": Kind.POINTS,
    "points_currency": Kind.TEXT,
}
#: Columns of a line.
LINE_COLUMNS: Final = {
    "line": Kind.ID,
    "sku": Kind.TEXT,
    "quantity": Kind.QUANTITY,
    "net": Kind.MONEY,
    "gross": Kind.MONEY,
    "tax": Kind.MONEY,
    "shipping": Kind.MONEY,
    "regular_price": Kind.MONEY,
    "category": Kind.TEXT,
    "brand": Kind.TEXT,
    "original_line": Kind.ID,
}
COLUMNS: Final = EVENT_COLUMNS | LINE_COLUMNS
REQUIRED: Final = ("member", "event", "at")

LINE: Final = "line"
ORDER: Final = "order"
#: What an attribute may be declared as (the words of the programme file).
ATTRIBUTE_KINDS: Final = {
    "text": Kind.TEXT,
    "integer": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "money": Kind.MONEY,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
}


@dataclass(frozen=True, slots=True)
class Declared:
    """An attribute a map declares: a column of its own, of the line (`line`) or of the whole event (`order`)."""

    name: str
    kind: Kind
    on: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What the reader must know of the programme and the moment.

    `zone` (an IANA name) is where times without a zone were taken, `money` the ISO 4217 code that amounts
    are in, `digits` its decimals, `now` microseconds since 1970-01-01T00:00Z.
    """

    zone: str
    money: str
    digits: int
    now: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a stable `code`, a `sentence` that says what to do, the `column` and which of the
    event's rows (`row`, from 0) it concerns. Without a row it concerns the event, or the file."""

    code: str
    sentence: str
    column: str = ""
    row: int | None = None


class FileRefused(ValueError):
    """A file of which nothing can be read: `faults` says why. Nothing of it was taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join(f"{fault.code}: {fault.sentence}" for fault in self.faults)


_encode = msgspec.msgpack.Encoder(decimal_format="string").encode


@dataclass(frozen=True, slots=True)
class Act:
    """What an event says beyond the contract when the house itself brings it about (see `engine.events.Event`).

    `hold` is the id of the event that a capture or a release answers, `reverses` the seq of an entry; `moved` what
    a transfer carries, from (or to) the account `counterpart`, `carried` what a merge or a household does; `opening`
    what an account begins with. `reason` and `actor` are codes. `reward` is the id of what points are spent on,
    `payable` the bill in minor units that they take something off. `theirs` is what came back in a household for others
    who were merged into the member who leaves it (see `engine.theirs`).
    """

    within_days: int = 0
    hold: str = ""
    reason: str = ""
    actor: str = ""
    reverses: int = 0
    until_day: int = 0
    counterpart: int = 0
    moved: Sequence[Moved] = ()
    opening: Opening | None = None
    reward: str = ""
    payable: int = 0
    carried: Mapping[str, Any] | None = None
    theirs: Sequence[Mapping[str, Any]] = ()


@dataclass(slots=True)
class Incoming:
    """One event as its source tells it, checked against the contract; the house knows it by (source, `id`).

    `at` is microseconds since 1970-01-01T00:00Z; all money is in minor units of `currency`. `lines` (the ids)
    and `nets` run in parallel, in the order of the ids (shorter first, then by character), as does each list of
    `columns`: `quantity` always; `sku`, `gross`, `tax`, `shipping`, `regular_price`, `category`, `brand`,
    `original_line` and line attributes only when some line has a value. A line without `gross` has its net
    there, without `tax` or `shipping` 0; other gaps are None. `attributes` holds the attributes of the whole event.
    `tendered` is the part of the bill paid with points, as money; `points` and `of` what a redemption asks;
    `original` the event that a return (or a complaint, a delivery ...) refers to; of a reversal it is the id that the
    house gave. A text that is not given is empty. `rows` are the data rows of the file, from 1, that it came from.
    `act` is what only an act of the house has; `at` is then the house's own. `by` is the account of the member of a
    household whose number was used, as the host finds it (0: the account is the member's own); `number` the account
    that was given the number used, where that is one of a member who has several by a merge (0: it is their own).
    """

    member: str
    id: str
    type: str
    at: int
    currency: str
    lines: list[str]
    nets: list[int]
    columns: dict[str, list[Any]]
    attributes: dict[str, Any]
    store: str = ""
    channel: str = ""
    tendered: int = 0
    points: int = 0
    of: str = ""
    original: str = ""
    rows: Sequence[int] = ()
    act: Act | None = None
    by: int = 0
    number: int = 0

    def digest(self) -> bytes:
        """16 bytes that stand for what the event says: the same for the same event in another file, format, order
        of rows or order of columns. Who the member is stays out, as the host compares accounts, not spellings; of an
        act, so do the moment, who did it, and what it moved; where points are spent on a reward, what was known of the
        member."""
        act = self.act
        if act is not None:
            asked = (
                2, self.id, self.type, self.store, self.channel, self.points, self.of, self.original, act.within_days,
                act.hold, act.reason, act.reverses, act.until_day, act.counterpart,
                [] if act.reward else sorted(self.attributes.items()),
                self.lines, self.nets, sorted(self.columns.items()), *([act.opening] if act.opening else []),
                *([act.reward, act.payable] if act.reward or act.payable else []),
            )  # fmt: skip
            return blake2b(_encode(asked), digest_size=DIGEST).digest()
        told = (
            1, self.id, self.type, self.at, self.currency, self.store, self.channel, self.tendered, self.points,
            self.of, self.original, self.lines, self.nets, sorted(self.columns.items()),
            sorted(self.attributes.items()),
        )  # fmt: skip
        return blake2b(_encode(told), digest_size=DIGEST).digest()
