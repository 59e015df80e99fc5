"""What the sections read so far have declared, for later ones to name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from regulars.kit.conditions import Vocabulary
from regulars.kit.speaking import worded
from regulars.programme.problems import shown
from regulars.programme.reading import BROKEN, KINDS, Fields, Placed, Reading


class Declared:
    """`currencies` maps ids to kinds, `levels` ids to titles; `words` are those that conditions may use, `valued` the
    currencies that are worth something in money."""

    def __init__(
        self,
        currencies: Mapping[str, str],
        levels: Mapping[str, Mapping[str, str]],
        words: Vocabulary,
        valued: Collection[str] = (),
    ) -> None:
        self.currencies = currencies
        self.valued = valued
        self.levels = levels
        self.words = words
        self._ids: dict[str, set[str]] = {"currency": set(currencies), "tier": set(levels)}

    def add(self, kind: str, records: Iterable[Fields]) -> None:
        """Let later sections name `records` by their ids, as a `kind` ("reward")."""
        self._ids.setdefault(kind, set()).update(id for fields in records if (id := fields.get("id")))

    def ids(self, kind: str) -> Collection[str]:
        """The ids of everything of a kind that was declared so far."""
        return self._ids.get(kind, set())

    def find(self, written: Placed | None, kind: str, reading: Reading) -> Any:
        """The id that is `written`; None when nothing is; BROKEN after noting that there is no such `kind`."""
        return find(written, self.ids(kind), kind, reading)

    def find_all(self, written: Iterable[Placed], kind: str, reading: Reading) -> tuple[str, ...]:
        """The ids of all that is `written` and there; what is not there was noted."""
        return find_all(written, self.ids(kind), kind, reading)

    def spendable(self, fields: Fields, reading: Reading) -> Any:
        """The currency that the key `currency` names; without it the only one that can be spent; else BROKEN."""
        if fields.given("currency"):
            named = self.find(fields.get("currency"), "currency", reading) or BROKEN
            if self.currencies.get(named) != "qualifying":
                return named
            message = worded("Points of {given} cannot be spent: they only count towards tiers.", given=shown(named))
            fields.problem("not_spendable", "currency", message, worded("Name a currency that can be spent."))
            return BROKEN
        ids = [id for id, kind in self.currencies.items() if kind not in (None, "qualifying")]
        if len(ids) == 1:
            return ids[0]
        if ids or all_known(self.currencies, reading):
            message = worded("It is not clear which currency this is about.")
            remedy = worded("Add `currency:`; only with a single spendable currency it may be left out.")
            fields.problem("missing_key", "currency", message, remedy)
        return BROKEN


def all_known(currencies: Mapping[str, str], reading: Reading) -> bool:
    """Whether every currency of the file could be read, and its kind: `currencies` maps ids to kinds."""
    return None not in currencies.values() and not reading.lost("currency")


def find(written: Placed | None, ids: Collection[str], kind: str, reading: Reading) -> Any:
    """The one of `ids` that is `written`; None when nothing is; BROKEN after noting that there is no such `kind`.

    What may stand for one whose own reading failed is BROKEN without a word: one mistake is one problem.
    """
    if written is None or written.text in ids:
        return written and written.text
    if reading.meant(written.text, kind, ids):
        return BROKEN
    message = worded("There is no {kind} {given}.", kind=KINDS[kind], given=shown(written.text))
    remedy = reading.nearest(written.text, sorted(ids))
    reading.problem("unknown_reference", written.path, written.node.place, message, remedy)
    return BROKEN


def find_all(written: Iterable[Placed], ids: Collection[str], kind: str, reading: Reading) -> tuple[str, ...]:
    """Those of `ids` that are `written`; what is not there was noted."""
    found = [find(one, ids, kind, reading) for one in written]
    return tuple(id for id in found if id is not BROKEN)
