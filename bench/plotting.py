"""A plot as SVG, written by hand: what an entry costs, by how many there are."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from pathlib import Path

from bench.growing import LIMIT, Growth

_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _FOOT = 640, 360, 70, 20, 40, 50


def by_size(found: Sequence[Growth]) -> list[tuple[int, list[Growth]]]:
    """The pairs of each size of the large database, by the entries it had before the first of them."""
    stages: dict[int, list[Growth]] = {}
    for pair in found:
        stages.setdefault(pair.populations, []).append(pair)
    return [(pairs[0].large[0], pairs) for _, pairs in sorted(stages.items())]


def plot(found: Sequence[Growth], path: Path) -> None:
    """Draw each pair's ratio as a point, the medians as a line, and the limit as another, over the number of entries."""
    stages = by_size(found)
    least, most = math.log10(stages[0][0]) - 0.1, math.log10(stages[-1][0]) + 0.1
    top = max(1.5, *(pair.ratio for pair in found)) * 1.05

    def across(entries: int) -> float:
        return _LEFT + (math.log10(entries) - least) / (most - least) * (_WIDE - _LEFT - _RIGHT)

    def up(ratio: float) -> float:
        return _HIGH - _FOOT - ratio / top * (_HIGH - _FOOT - _TOP)

    shapes = []
    for step in range(int(top / 0.25) + 1):
        y = up(step * 0.25)
        shapes.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDE - _RIGHT}" stroke="#ddd"/>')
        shapes.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{step * 0.25:.2f}</text>')
    shapes.append(f'<path d="M{_LEFT} {up(LIMIT):.1f}H{_WIDE - _RIGHT}" stroke="#b3261e" stroke-dasharray="6 4"/>')
    middles = [(entries, statistics.median(pair.ratio for pair in pairs)) for entries, pairs in stages]
    line = " ".join(f"{across(entries):.1f},{up(ratio):.1f}" for entries, ratio in middles)
    shapes.append(f'<polyline points="{line}" fill="none" stroke="#1f4d5c" stroke-width="2"/>')
    for entries, pairs in stages:
        x = across(entries)
        shapes += [f'<circle cx="{x:.1f}" cy="{up(pair.ratio):.1f}" r="3" fill="#1f4d5c"/>' for pair in pairs]
        name = f"{entries / 1e6:,.1f} million"
        shapes.append(f'<text x="{x:.1f}" y="{_HIGH - _FOOT + 20}" text-anchor="middle">{name}</text>')
    title = "CPU time of an entry beside so many, of that beside one million"
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" font-family="sans-serif"'
        f' font-size="12"><title>{title}</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{_LEFT}" y="22" font-size="14">{title}</text>{"".join(shapes)}'
        f'<text x="{_WIDE / 2}" y="{_HIGH - 10}" text-anchor="middle">entries in the ledger</text></svg>\n',
        encoding="utf-8",
    )
