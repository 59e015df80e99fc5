"""The whole programme file as one value: what `loading.load` returns and `engine.compile` takes."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.programme.currencies import Currency
from regulars.programme.earn import Earn
from regulars.programme.header import Header
from regulars.programme.rewards import Reward
from regulars.programme.tiers import Tiers


@dataclass(frozen=True, slots=True)
class Programme:
    """A checked programme. `text` is the file as it was read; `digest` is the SHA-256 of it, in hex.

    `written` names the sections that stand in the file. One that was left out has the value below.
    """

    header: Header
    currencies: tuple[Currency, ...]
    earn: Earn
    tiers: Tiers | None
    text: str
    digest: str
    written: frozenset[str]
    rewards: tuple[Reward, ...] = ()

    def currency(self, id: str) -> Currency:
        """The currency of that id. Raises KeyError."""
        for currency in self.currencies:
            if currency.id == id:
                return currency
        raise KeyError(id)
