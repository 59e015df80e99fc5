"""Worked examples of households: members by their names, the account that they keep together, and what comes of it.

Beside the words of `worked.py`, each after a name: `Ada joins`, `Ada leaves`, `Ada leaves with 5`, and `Ada's share`,
what she could take. Whoever has joined does everything else in the household's account, and has brought along what they
had bought. What there is afterwards is
told of the account of whom the row is about: the household's, for whoever is in it.
"""

from __future__ import annotations

from typing import Any

from regulars.engine.entries import Outcome
from regulars.engine.events import JOIN_IN, JOIN_OUT, LEAVE_IN, LEAVE_OUT, Event
from regulars.engine.kernel import Kernel
from regulars.engine.meanwhile import union_of
from regulars.engine.pooling import claim
from regulars.engine.standing import Standing
from regulars.engine.tests.lives_together import brought
from regulars.engine.tests.random_lives import note_spent
from regulars.engine.tests.worked import Member


class Told:
    """A kernel to which every event is told by one member of a household."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.by = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kernel, name)

    def step(self, standing: Standing, event: Event) -> Outcome:
        event.by = self.by
        return self.kernel.step(standing, event)


class Home:
    """Members under one programme, and a household; `here` is the account that the last row was about."""

    def __init__(self, fragment: str) -> None:
        self.fragment = fragment
        self.home = Member(fragment)
        self.told = Told(self.home.kernel)
        self.home.kernel = self.told  # type: ignore[assignment]
        self.own: dict[str, Member] = {}
        self.inside: set[str] = set()
        self.here = self.home

    def does(self, day: str, what: str) -> str:
        """What came of it, in words, as `Member.does`; of joining at the household, of leaving at one's own account."""
        name, _, act = what.partition(" ")
        name = name.removesuffix("'s")
        own = self.own.setdefault(name, Member(self.fragment))
        self.here = self.home if name in self.inside else own
        number = list(self.own).index(name) + 1
        if act == "share":
            return f"{claim(self.home.standing, self.home.first, number)} points"
        at = own._instant(day)
        verb, _, rest = act.partition(" with ")
        if verb == "joins":
            self._joins(name, number, Event(JOIN_OUT, f"{name} joins", at))
        elif verb == "leaves":
            event = Event(LEAVE_OUT, f"{name} leaves", at, points=int(rest or 0), of=own.first if rest else "")
            self._leaves(name, number, event)
        else:
            self.told.by = number if name in self.inside else 0
            return self.here.does(day, act)
        return ", ".join(self.here._words(own.kernel.terms.zone.local(at)[0])) or "nothing"

    def has(self) -> str:
        """What there is in the account that the last row was about, as `Member.has`."""
        return self.here.has()

    def _joins(self, name: str, number: int, event: Event) -> None:
        own = self.own[name]
        out = self._tell(own, event, 0)
        if out.refusal is None and out.carried is not None:
            arrived = self._tell(self.home, Event(JOIN_IN, event.id, event.at, carried=out.carried), number)
            self.inside.add(name)
            self.here = self.home
            days = {seq: days for (_, seq), days in self.home.lots.items()}
            came = union_of(out.carried, {}, [entry for entry in arrived.entries if entry.event], (), days).came
            known = brought(list(own.origins.values()), self.home.ended, own.ended, came, number, 0)
            self.home.origins |= dict(zip(own.origins, known, strict=True))
            own.origins = {}

    def _leaves(self, name: str, number: int, event: Event) -> None:
        out = self._tell(self.home, event, number)
        if out.refusal is None:
            self._tell(self.own[name], Event(LEAVE_IN, event.id, event.at, carried=out.carried), 0)
            self.inside.discard(name)
            self.here = self.own[name]

    def _tell(self, member: Member, event: Event, by: int) -> Outcome:
        self.told.by = by
        member.outcome = member.kernel.step(member.standing, event)
        member.entries += member.outcome.entries
        note_spent(member.lots, (), None, member.outcome)
        return member.outcome
