"""`regulars check` of a file of a thousand rules, from cold start to its last finding."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from bench.backtesting import PROGRAMME, Cost, run
from bench.calibrating import calibrate

RULES = 1_000
#: Conditions in turn, so that the rules differ in what they ask: goods, days, hours, tier, time as a member, the order.
_ASKED = (
    'any(brand == "Brand {n}")', 'spend(department == "D{n}") >= {n}.00', 'weekday == "tue" and total >= {n}.00',
    "hour < 12 and lines >= {n}", 'tier == "captain" and any(department == "D{n}")', 'total >= {n}.00 and month == {month}',
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """One run: what it took, and how many findings it told."""

    cost: Cost
    calibration_s: float


def measure(folder: Path, runs: int = 5) -> list[Checked]:
    """Check the demo shop's programme with a thousand rules more, some times in a row."""
    path = folder / "thousand.yaml"
    path.write_text(_many(PROGRAMME.read_text(encoding="utf-8")), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("regulars")), "check", str(path)]
    found = []
    for _ in range(runs):
        calibration = calibrate()
        found.append(Checked(run(command, may_end_in=(0, 1)), calibration))
    return found


def _many(text: str) -> str:
    """A programme text with so many rules more, in front of its own."""
    before, after = text.split("  rules:\n", 1)
    return before + "  rules:\n" + "".join(_rule(n) for n in range(1, RULES + 1)) + after


def _rule(n: int) -> str:
    asked = _ASKED[n % len(_ASKED)].format(n=n, month=n % 12 + 1)
    title = ", ".join(f"{language}: R{n}" for language in ("en", "de", "es", "da"))
    return f"    - {{id: r{n}, title: {{{title}}}, points: {n % 50 + 1}, when: '{asked}'}}\n"
