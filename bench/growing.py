"""What an entry costs as history grows: the same purchases posted beside one million entries, and beside many.

Four fifths of Harbour's households are posted through the house, each purchase cut to its first two lines. Further
populations are copies of all their rows under accounts, numbers and ids of their own: whatever is true of the first one
is true of them. What is measured is posted through the house, and in both databases the same: the purchases of the next
year, a day's after the other's, by as many members, spread evenly over all accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

import psycopg
from psycopg import sql

from bench.calibrating import calibrate
from bench.housing import TABLES, House, Writer
from bench.spending import cpu_of, server_pid
from bench.year import incoming, prepared
from regulars.engine.events import PURCHASE, RETURN
from regulars.ground.activity.contract import Incoming
from regulars.kit.postgres import Embedded

#: Populations; one has about 295,000 entries. The first size is that of the small database, to see what chance does.
SMALL = 4
SIZES = (4, 36)
LARGE = 175
#: The most that an entry may cost beside ten million, of what it costs beside one.
LIMIT = 1.25
#: Accounts of one population, and how many members come in what is measured.
STRIDE, ACTIVE = 10_000, 1_900
BATCH, BATCHES = 2_000, 2
_YEAR_US = 52 * 7 * 24 * 3_600 * 1_000_000
#: What differs between two populations; all other columns are as they are.
_OWN = {
    "account_id": "account_id + {shift}",
    "number": "number || '-{copy}'",
    "external_id": "external_id || '-{copy}'",
}
#: Whose turn it is: the same share of each population.
_TURN = "account_id % {} % {} = {}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What posting some entries took: CPU seconds of the writer and of the server, seconds in all, and the pages
    of tables and indexes that were asked for, and those among them that were not in the server's own memory."""

    entries: int
    cpu_s: float
    wall_s: float
    asked: int
    missed: int

    @property
    def entry_us(self) -> float:
        """CPU microseconds for an entry."""
        return self.cpu_s / self.entries * 1e6


@dataclass(frozen=True, slots=True)
class Growth:
    """One pair in turn: the cost beside few entries and beside many; the sizes are entries and bytes of a database, of
    which the large one has so many populations."""

    populations: int
    small: tuple[int, int]
    large: tuple[int, int]
    few: Cost
    many: Cost
    calibration_s: float

    @property
    def ratio(self) -> float:
        """The cost of an entry beside many, of that beside few."""
        return self.many.entry_us / self.few.entry_us


def measure(folder: Path, sizes: Sequence[int] = SIZES, pairs: int = 5) -> list[Growth]:
    """Grow one database to so many populations, and at each size post in turn in it and in the small one."""
    events = _households(incoming(prepared(folder)))
    purchases = sorted((event for event in events if event.type == PURCHASE), key=lambda event: event.at)
    slices = iter(range(len(purchases) // (BATCH * BATCHES)))
    found: list[Growth] = []
    with Embedded(folder / "growing") as access:
        small = House.made(access, "growing_small", folder)
        with Writer(small) as writer:
            writer.load(folder / "first", [events[at : at + BATCH] for at in range(0, len(events), BATCH)])
            writer.go()
        _grow(small, 1, SMALL)
        large, copies = small.copied("growing_large"), SMALL
        for stage, size in enumerate(sizes):
            _grow(large, copies, size)
            copies = size
            # Members who came at no earlier size, so that those of both databases have as much behind them.
            active = [house.members(ACTIVE, _TURN.format(STRIDE, len(sizes), stage)) for house in (small, large)]
            with Writer(small) as few, Writer(large) as many:
                for number in (next(slices) for _ in range(pairs)):
                    found.append(_pair(folder, size, purchases, number, ((few, active[0]), (many, active[1]))))
        for house in (small, large):
            house.drop()
    return found


def _households(events: Sequence[Incoming]) -> list[Incoming]:
    """The events of four fifths of all households, with at most two lines each; returns name lines, and stay out."""
    kept = []
    for event in events:
        if crc32(event.member.encode()) % 5 and event.type != RETURN:
            columns = {name: values[:2] for name, values in event.columns.items()}
            kept.append(replace(event, lines=event.lines[:2], nets=event.nets[:2], columns=columns))
    return kept


def _grow(house: House, copies: int, size: int) -> None:
    """Copy the first population until there are `size` of them, and let the server look at what it has."""
    with psycopg.connect(house.owner, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        for copy in range(copies, size):
            for table in TABLES:
                rows = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(table)))
                names = [column.name for column in rows.description or ()]
                values = ", ".join(_OWN.get(name, name).format(shift=copy * STRIDE, copy=copy) for name in names)
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE account_id < {STRIDE}"
                )
        connection.execute("VACUUM ANALYZE")


def _pair(
    folder: Path,
    populations: int,
    purchases: Sequence[Incoming],
    number: int,
    houses: Sequence[tuple[Writer, Sequence[str]]],
) -> Growth:
    """Post the same slice of the next year in one database and then in the other."""
    server = server_pid(folder / "growing")
    calibration = calibrate()
    part = purchases[number * BATCH * BATCHES : (number + 1) * BATCH * BATCHES]
    costs, sizes = [], []
    for writer, members in houses if number % 2 else reversed(houses):
        events = _next_year(part, number, members)
        sizes.append(writer.house.size())
        writer.load(folder / "slice", [events[at : at + BATCH] for at in range(0, len(events), BATCH)])
        pages, spent = writer.house.pages(), cpu_of(server)
        told = writer.go()
        cpu = told["cpu_s"] + cpu_of(server) - spent
        asked, missed = (after - before for after, before in zip(writer.house.pages(), pages, strict=True))
        entries = writer.house.size()[0] - sizes[-1][0]
        costs.append(Cost(entries, cpu, told["wall_s"], asked, missed))
    if number % 2 == 0:
        costs.reverse()
        sizes.reverse()
    return Growth(populations, sizes[0], sizes[1], costs[0], costs[1], calibration)


def _next_year(part: Sequence[Incoming], number: int, members: Sequence[str]) -> list[Incoming]:
    """The purchases a year later, made by these members."""
    return [
        replace(
            event,
            member=members[crc32(event.member.encode()) % len(members)],
            id=f"{number}-{event.id}",
            at=event.at + _YEAR_US,
        )
        for event in part
    ]
