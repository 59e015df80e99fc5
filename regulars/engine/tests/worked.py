"""Worked examples: what a member does, in a few words, and what the kernel makes of it, in a few words.

    ada = Member("earn: {rules: [{id: base, points: 1, per: 1.00}]}")
    ada.does("2026-03-02", "buys 10.40 brand Own + 2.00 as receipt")    answers "base 12"
    ada.does("2026-03-03", "returns 2.00 of receipt")                   answers "base -2"
    ada.has()                                                           answers "10 points"

The words are those of docs/rules, whose examples are run through here. A programme is written as in a file, without
the header and the titles.

| word | what it says |
|---|---|
| `buys 10.40 brand Own quantity 2 + 5.00; store Quay; paid 2.00 with points as receipt` | lines with their columns; the order's values; a name for returns |
| `returns 2.00 + 0.00 of receipt`, `returns receipt` | amounts line by line; all that is left |
| `buys 10.40 on 2026-03-01` | told today, happened then (anything may be told late) |
| `order delivered of receipt` | an event that belongs to a purchase |
| `holds 30 for 5 days as parcel`, `captures parcel`, `releases 10 of parcel` | a hold and its answers |
| `takes tea as treat`, `takes 300 of ticket`, `takes voucher off 20.00 for receipt` | a reward, at a price that moves, off a bill and for a purchase |
| `orders tasting as evening`, `captures voucher off 20.00`, `spends 30 credit off 5.00` | a reward that is set aside; what it, or points as such, take off a bill |
| `takes tea; segments vip` | what is known of the member |
| `spends 30 for receipt`, `reverses receipt` | points that pay a part of a purchase; they come back |
| `gains 30 because sorry`, `loses 30 because error`, `forfeits because fraud` | what somebody decides |
| `gains 30 because error correcting 7` | ... and which movement it puts right, by its number |
| `becomes gold until 2026-12-31 because staff`, `becomes ordinary because gone` | a tier set by hand, and no longer |
| `sends 30`, `sends all`, `receives` | a transfer to another account; the arrival of what was sent last |
| `spends 30`, `spends 30 miles`, `visits`, `sleeps` | a redemption, a visit, a night |
| `opens 100 earned 2025-06-01 until 2026-12-31 + 30 from 2026-04-01; tier gold until 2026-12-31; owes 20; progress 400.00 at 2026-02-01; joined 2020-05-04; active 2026-01-31` | what is brought along from another system |
| `withdraws` | that is taken back |
| `is told`, `is told of the tier` | an expiry notice, a notice that the tier may fall |
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import yaml

from regulars.engine.budgets import Source, drawn_by_lot, lapsed
from regulars.engine.ended import Ended
from regulars.engine.entries import (
    ACCRUAL,
    ACTIVATION,
    AVAILABLE,
    CLAWBACK,
    DEBT,
    EXPIRED,
    EXPIRY,
    HELD,
    ISSUED,
    LAPSE,
    MERGE,
    PENDING,
    POOLING,
    REDEMPTION,
    TRANSFER,
    TRANSIT,
    UNMERGE,
    Entry,
    Moved,
    Outcome,
    TierMove,
)
from regulars.engine.entries import ADJUSTMENT as ADJUSTMENT_ENTRY
from regulars.engine.entries import FORFEITURE as FORFEITED_ENTRY
from regulars.engine.entries import OPENING as OPENED
from regulars.engine.entries import WITHDRAWAL as WITHDRAWN
from regulars.engine.events import (
    ADJUSTMENT,
    CAPTURE,
    FORFEITURE,
    HOLD,
    NOTICE,
    OPENING,
    PURCHASE,
    RELEASE,
    RETURN,
    REVERSAL,
    TIER,
    TIER_NOTICE,
    TRANSFER_IN,
    TRANSFER_OUT,
    VISIT,
    WITHDRAWAL,
    Event,
    Opened,
    OpenedLot,
    Opening,
    Origin,
)
from regulars.engine.kernel import Kernel
from regulars.engine.tests.random_lives import Lots, note_spent, numbered, origin_of
from regulars.programme.loading import load

HEADER: dict[str, Any] = {
    "id": "corner-shop", "name": "The Corner Shop", "zone": "Europe/Copenhagen", "money": "DKK", "languages": ["en"],
}  # fmt: skip
MONEY = ("gross", "tax", "shipping")
#: What comes from another account is called, and what goes there.
GOING = {
    TRANSFER: ("received", "sent"), MERGE: ("came", "went"), POOLING: ("came", "went"),
    UNMERGE: ("got back", "gave back"),
}  # fmt: skip
NAMED = {
    ACTIVATION: "available", EXPIRY: "expired", LAPSE: "lapsed", REDEMPTION: "spent", "hold": "held",
    "capture": "captured", "release": "released", "reversal": "back", "forfeiture": "forfeited", "repayment": "repaid",
    "opening": "opened", "withdrawal": "withdrawn",
}  # fmt: skip


def programme_text(fragment: str) -> str:
    """A whole programme file out of its interesting part: header, a currency and titles are put in."""
    told = yaml.load(fragment, Loader=yaml.BaseLoader) or {}
    header = {**HEADER, **told.pop("programme", {})}
    sections = {"programme": header, "currencies": told.pop("currencies", [{"id": "points"}]), **told}
    _entitle(sections)
    return "regulars: 1\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in sections.items())


def _entitle(node: Any) -> None:
    """A title for everything that has an id or a name, but for the programme and groups."""
    if isinstance(node, list):
        for inner in node:
            _entitle(inner)
    elif isinstance(node, dict):
        for inner in node.values():
            _entitle(inner)
        if ("id" in node and "zone" not in node and "best_of" not in node) or "type" in node:
            node.setdefault("title", node.get("id") or node["name"])


class Member:
    """One member of a programme, from the first day on."""

    def __init__(self, fragment: str) -> None:
        self.programme = load(programme_text(fragment))
        self.kernel = Kernel(self.programme)
        self.standing = self.kernel.open()
        self.origins: dict[str, Origin] = {}
        self.outcome = Outcome()
        self.entries: list[Entry] = []
        self.first = self.programme.currencies[0].id
        self.lots: Lots = {}
        self.ended = Ended()
        self.drawn: dict[int, list[Source]] = {}
        self._sent: Sequence[Moved] = ()
        self._opening: tuple[Event | None, int] = None, 0
        self._told, self.answers = 0, dict[str, str]()

    def does(self, day: str, what: str) -> str:
        """What came of it, in words: entries and tier moves in their order, then caps and refusals; or `nothing`."""
        at = self._instant(day)
        here, _, _ = self.kernel.terms.zone.local(at)
        if what == "sleeps":
            self.outcome = self.kernel.settle(self.standing, here)
            note_spent(self.lots, (), None, self.outcome)
        else:
            self.outcome = self._tell(at, what)
        self.entries += self.outcome.entries
        self.ended = self.ended.after(self.outcome)
        return ", ".join(self._words(here)) or "nothing"

    def has(self) -> str:
        """What there is, in words: `10 points, 5 waiting, 2 owed, tier silver until 2026-12-31`; or `nothing`."""
        words = []
        for currency in self.programme.currencies:
            purse = self.standing.purses.get(currency.id)
            if purse:
                unit = "" if currency.id == self.first else f" {currency.id}"
                words += [f"{purse.available} {currency.id}"] if purse.available else []
                words += [f"{purse.pending}{unit} waiting"] if purse.pending else []
                words += [f"{purse.held}{unit} held"] if purse.held else []
                words += [f"{purse.debt}{unit} owed"] if purse.debt else []
        tier = self.kernel.terms.level_ids[self.standing.tier]
        if self.standing.tier:
            last = self.standing.grace_until or self.standing.tier_until
            words.append(f"{tier} until {date.fromordinal(last)}" if last else f"{tier} without end")
        return ", ".join(words) or "nothing"

    def _opened_with(self) -> Opened | None:
        """The last opening, with all that came since: what a host looks up for its withdrawal."""
        event, seq = self._opening
        bought = [origin.at for origin in self.origins.values() if origin.nets]
        return Opened(event.at, event.opening, seq, self.entries, bought, self.answers) if event else None

    # From words to events

    def _instant(self, day: str) -> int:
        moment = datetime.fromisoformat(day if " " in day else f"{day} 12:00")
        local = moment.replace(tzinfo=self.kernel.terms.zone.zone)
        return int((local.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))

    def _tell(self, at: int, what: str) -> Outcome:
        self._told += 1
        what, _, name = what.partition(" as ")
        what, _, then = what.partition(" on ")
        verb, _, rest = what.partition(" ")
        of = ""
        event = Event(VISIT, name or f"event {self._told}", self._instant(then) if then else at, recorded_at=at)
        match verb:
            case "buys":
                self._buy(event, rest)
            case "returns":
                self._return(event, rest)
            case "takes" | "orders":
                rest, _, of = rest.partition(" for ")
                rest, *known = rest.split("; ")
                event.type = HOLD if verb == "orders" else "redemption"
                event.attributes = _attributes(known)
                points, _, event.reward = self._off(event, rest).rpartition(" of ")
                event.points = int(points or 0)
            case "spends":
                rest, _, of = rest.partition(" for ")
                rest = self._off(event, rest)
                points, _, currency = rest.partition(" ")
                event.type, event.points, event.of = "redemption", int(points), currency or self.first
            case "holds":
                points, _, days = rest.removesuffix(" days").partition(" for ")
                event.type, event.points, event.of, event.within_days = HOLD, int(points), self.first, int(days)
            case "captures" | "releases":
                points, _, event.hold = self._off(event, rest).rpartition(" of ")
                event.type, event.of = (CAPTURE if verb == "captures" else RELEASE), self.first
                event.points = int(points or 0)
            case "reverses":
                event.type, event.origin = REVERSAL, replace(self.origins[rest])
            case "sends":
                event.type = TRANSFER_OUT
                event.of, event.points = ("", 0) if rest == "all" else (self.first, int(rest))
            case "receives":
                event.type, event.moved = TRANSFER_IN, self._sent
            case "gains" | "loses" | "forfeits":
                rest, _, corrected = rest.partition(" correcting ")
                points, _, event.reason = rest.partition("because")
                event.reverses = int(corrected or 0)
                event.type, event.of, event.actor = FORFEITURE, self.first, "dagny"
                event.points, event.reason = int(points or 0), event.reason.strip()
                if verb != "forfeits":
                    event.type, event.points = ADJUSTMENT, event.points * (1 if verb == "gains" else -1)
            case "becomes":
                rest, _, event.reason = rest.partition(" because ")
                event.of, _, until = rest.partition(" until ")
                event.type, event.actor, event.of = TIER, "dagny", event.of.replace("ordinary", "")
                event.until_day = date.fromisoformat(until).toordinal() if until else 0
            case "opens":
                self._open(event, at, rest)
                event.opened = self._opened_with()
            case "withdraws":
                event.type, event.opened = WITHDRAWAL, self._opened_with()
            case "visits" | "is":
                event.type = VISIT if verb == "visits" else NOTICE if what == "is told" else TIER_NOTICE
            case _:
                event.type, _, of = what.partition(" of ")
                event.origin = replace(self.origins[of]) if of else None
        return self._step(event, of, name)

    def _step(self, event: Event, of: str, name: str) -> Outcome:
        """Tell the kernel, and keep what later events refer to: `of` is the purchase that points pay for, or else `name`
        what they are called."""
        if event.origin:
            event.origin.ended, righted = self.ended, self.ended.righted
            event.origin.spent = [replace(one, righted=max(0, righted.get(one.seq, 0))) for one in event.origin.spent]
        outcome = self.kernel.step(self.standing, event)
        if event.hold:
            self.answers[event.id] = event.hold
        if event.type == OPENING and outcome.refusal is None:
            self._opening = event, self.standing.seq - len(outcome.entries)
        self._sent = outcome.moved or self._sent
        if name and event.type in ("redemption", CAPTURE) and outcome.refusal is None:
            self.origins[name] = Origin(name, event.at, [], [], [], [], [])
            of = of or name
        note_spent(self.lots, self.origins.values(), self.origins.get(of), outcome)
        if outcome.refusal is None and event.type == PURCHASE:
            self.origins[event.id] = origin_of(event, outcome)
        elif outcome.refusal is None and event.type == RETURN and event.origin:
            origin = self.origins[event.origin.event]
            origin.returned = [gone + now for gone, now in zip(origin.returned, event.nets, strict=True)]
        return outcome

    def _buy(self, event: Event, rest: str) -> None:
        basket, *values = rest.split("; ")
        event.type, event.currency = PURCHASE, self.programme.header.money
        rows = [line.split() for line in basket.split(" + ")] if basket else []
        event.nets = [cents(row[0]) for row in rows]
        pairs = [dict(zip(row[1::2], row[2::2], strict=True)) for row in rows]
        names = dict.fromkeys(name for row in pairs for name in row)
        event.columns = {name: [_value(name, row.get(name)) for row in pairs] for name in names}
        event.columns = {"sku": ["item"] * len(rows), "quantity": [1] * len(rows), **event.columns}
        paid = [value for value in values if value.startswith("paid ")]
        event.tendered = cents(paid[0].split()[1]) if paid else 0
        left = [word for value in values if value.startswith("left ") for word in value.split()[1:]]
        event.allotted = {name: int(points) for points, name in zip(left[::2], left[1::2], strict=True)}
        event.attributes = _attributes([value for value in values if not value.startswith(("paid ", "left "))])

    def _off(self, event: Event, rest: str) -> str:
        rest, _, bill = rest.partition(" off ")
        event.payable = cents(bill) if bill else 0
        return rest

    def _return(self, event: Event, rest: str) -> None:
        amounts, _, name = rest.rpartition(" of ")
        event.type = RETURN
        if name not in self.origins:
            return
        origin = self.origins[name]
        event.origin = replace(origin)
        event.nets = [net - gone for net, gone in zip(origin.nets, origin.returned, strict=True)]
        if amounts:
            event.nets = [cents(amount) for amount in amounts.split(" + ")]

    def _open(self, event: Event, at: int, rest: str) -> None:
        lots, *facts = rest.split("; ")
        today = self.kernel.terms.zone.local(at)[0]
        found = []
        for lot in lots.split(" + ") if lots != "nothing" else ():
            points, *words = lot.split()
            days = {name: _ordinal(day) for name, day in zip(words[::2], words[1::2], strict=True)}
            earned = days.get("earned", today)
            found.append(OpenedLot(self.first, int(points), earned, days.get("from", earned), days.get("until", 0)))
        told = dict(fact.split(" ", 1) for fact in facts)
        event.of, _, until = told.get("tier", "").partition(" until ")
        amount, _, on = told.get("progress", "").partition(" at ")
        event.type, event.until_day = OPENING, _ordinal(until)
        debts = [(self.first, int(told["owes"]))] if "owes" in told else []
        progress = [(_ordinal(on), cents(amount))] if amount else []
        joined, active = _ordinal(told.get("joined", "")), _ordinal(told.get("active", ""))
        event.opening = Opening(found, debts, progress, joined, active)

    # From outcomes to words

    def _words(self, here: int) -> Iterator[str]:
        out = self.outcome
        for row in numbered(out):
            words = self._of_entry(row) if isinstance(row, Entry) else _of_move(row)
            yield words if row.day == here else f"{words} on {date.fromordinal(row.day)}"
        for clip in out.clips:
            yield f"cap {clip.cap} kept back {clip.points} of {clip.rule}"
        for draw in (*(draw for _, draw in lapsed(out, self.drawn)), *out.drawn):
            if draw.given < 0:
                yield f"{-draw.given} back to {draw.budget}"
        self.drawn |= dict(drawn_by_lot(out))
        for rule, points in out.forgiven:
            yield f"forgiven {points} of {rule}"
        if out.pays and not out.refusal:
            yield f"pays {out.pays / 100:.2f}"
        if out.refusal:
            yield f"refused: {out.refusal.code}"

    def _of_entry(self, entry: Entry) -> str:
        unit = "" if entry.currency == self.first else f" {entry.currency}"
        rule = entry.rule.id if entry.rule else ""
        if entry.kind == ACCRUAL:
            return f"{rule} {entry.amount}{unit}"
        if entry.kind == ADJUSTMENT_ENTRY:
            return f"{rule} {'-' if entry.lots else ''}{entry.amount}{unit}"
        if entry.kind in GOING:
            pot = {entry.source, entry.target}
            owed = pot == {DEBT, TRANSIT}
            if entry.kind == UNMERGE and owed and entry.source == DEBT:
                return f"owes {entry.amount}{unit}"
            way = GOING[entry.kind][(entry.source if owed else entry.target) == TRANSIT]
            return f"{way} {entry.amount}{unit}{' waiting' if PENDING in pot else ' owed' if owed else ''}"
        if entry.kind == WITHDRAWN and (entry.source == DEBT or entry.target == AVAILABLE):
            return f"{'owes' if entry.target == ISSUED else 'given back'} {entry.amount}{unit}"
        if entry.kind in (OPENED, WITHDRAWN):
            pot = entry.source if entry.target == ISSUED else entry.target
            where = {PENDING: " waiting", DEBT: " owed", EXPIRED: " expired"}.get(pot, "")
            return f"{NAMED[entry.kind]} {entry.amount}{unit}{where}"
        if entry.kind == CLAWBACK:
            where = {PENDING: " waiting", HELD: " held", DEBT: " owed"}.get(entry.source, "")
            return f"{rule} -{entry.amount}{unit}{where}"
        on = f" on {rule}" if rule and entry.kind != FORFEITED_ENTRY else ""
        return f"{NAMED[entry.kind]} {entry.amount}{unit}{on}"


def _attributes(values: Sequence[str]) -> dict[str, Any]:
    told = dict(value.split(" ", 1) for value in values)
    return {name: value.split("+") if name == "segments" else value for name, value in told.items()}


def _of_move(move: TierMove) -> str:
    return f"{move.why} {move.target}"


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal() if day else 0


def cents(amount: str) -> int:
    """An amount as people write it, in minor units."""
    return int(Decimal(amount) * 100)


def _value(name: str, text: str | None) -> Any:
    if text is None:
        return 1 if name == "quantity" else None
    return cents(text) if name in MONEY else int(text) if name == "quantity" else text
