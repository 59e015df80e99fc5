"""The sections of bench/RESULTS.md on posting: beside COPY, and as history grows."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from bench.growing import ACTIVE, BATCH, BATCHES, LIMIT, Growth
from bench.plotting import by_size
from bench.posting import DAYS, HISTORIES, Pair


def posted(pairs: Sequence[Pair]) -> str:
    """Bulk posting beside COPY over two connections."""
    first = pairs[0]
    rows = "\n".join(
        f"| {pair.order} | {pair.rows:,} | {pair.post_s:,.1f} | {pair.post_cpu_s:,.1f} | {pair.copy_s:,.1f} | {pair.copy_cpu_s:,.1f} "
        f"| {pair.copy_s / pair.post_s:.2f} | {pair.copy_cpu_s / pair.post_cpu_s:.2f} | {pair.calibration_s * 1000:.0f} |"
        for pair in pairs
    )
    medians = "; ".join(
        f"{order}: **{_median(pair.copy_s / pair.post_s for pair in pairs if pair.order == order):.2f}** by the clock, "
        f"{_median(pair.copy_cpu_s / pair.post_cpu_s for pair in pairs if pair.order == order):.2f} by CPU time"
        for order in (HISTORIES, DAYS)
    )
    return f"""
## Bulk posting beside plain COPY

{first.events:,} events that were read before, in batches of 2,000, taken by two writers with members of their own into empty tables: through
the kernel, each batch durable before the next. COPY loads the very same rows ({first.bytes / 1e6:,.0f} MB in binary) over two connections into
the same tables with the same indexes. CPU time is that of all processes, those of the server among them. *Member by member* is how
a history is brought in; *day by day* is how tills tell it, where a batch has hundreds of members.

| order | rows | posting, s | CPU, s | COPY, s | CPU, s | ratio | ratio of CPU | calibration, ms |
|---|---|---|---|---|---|---|---|---|
{rows}

Median ratios: {medians}.
"""


def grown(found: Sequence[Growth]) -> str:
    """The cost of an entry beside few and beside many."""
    rows = "\n".join(
        f"| {pair.small[0]:,} | {pair.large[0]:,} | {pair.large[1] / 1e9:,.1f} | {pair.few.entry_us:,.0f} | {pair.many.entry_us:,.0f} "
        f"| {pair.ratio:.2f} | {pair.few.asked / pair.few.entries:,.1f} | {pair.many.asked / pair.many.entries:,.1f} "
        f"| {pair.few.missed / pair.few.entries:.2f} | {pair.many.missed / pair.many.entries:.2f} | {pair.calibration_s * 1000:.0f} |"
        for pair in found
    )
    medians = "; ".join(
        f"at {entries / 1e6:,.1f} million **{_median(pair.ratio for pair in pairs):.2f}**"
        for entries, pairs in by_size(found)
    )
    return f"""
## The cost of an entry as history grows

The same purchases are posted in turn beside about one million entries and beside more, in two databases of one server (256 MB of shared
buffers): {BATCH * BATCHES:,} a time in batches of {BATCH:,} in order of time, by {ACTIVE:,} members spread evenly over all accounts, each with a year behind;
at each size they are others, so that those of both databases have done as much.
Four fifths of Harbour's households were posted through the house, with at most two lines a purchase and no returns; further populations are copies of all
their rows under accounts, numbers and ids of their own, in the same months. At the first size both are as small, which shows what chance
does. Entries, events and members grow together, the history of
one member does not. CPU time is that of the writer and the server; pages are those of tables and indexes that were asked for, and those
that were not in the server's shared buffers.

| entries | of many | GB | µs an entry | beside many | ratio | pages an entry | beside many | missed | beside many | calibration, ms |
|---|---|---|---|---|---|---|---|---|---|---|
{rows}

Median ratios (at most {LIMIT} is wanted): {medians}.

![The cost of an entry by how many there are](growing.svg)
"""


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)
