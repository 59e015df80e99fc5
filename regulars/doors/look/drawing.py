"""The geometry of a chart: whole numbers on a canvas that may be stretched to any width.

The canvas is 20 units wide for every point and 1,000 high, y pointing down as in SVG. Words stand outside
the drawing, so that they keep their size when the drawing does not. A week with more points back than out
is below zero, and is drawn there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 1_000
SLOT = 20
_GAP = 3


@dataclass(frozen=True)
class Point:
    """One value of a series.

    `label` names it on the axis (`12 May`), `value` is drawn, `text` is the value as the reader writes it
    (`31,420`). `partial` marks a period that has not ended yet, so that nobody mistakes it for a fall.
    """

    label: str
    value: int
    text: str
    partial: bool = False


@dataclass(frozen=True)
class Slot:
    """A point's place on the canvas: the reach that answers to the pointer, and the bar inside it.

    `latest` marks the last period that has ended.
    """

    point: Point
    latest: bool
    reach: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Drawing:
    """Everything a template needs to draw a series, already as text that no locale reformats.

    `ticks` are the values of the grid lines from the top down, evenly spaced; `grid` their y positions;
    `labels` are a few labels at even distances, first and last included.
    """

    width: str
    slots: tuple[Slot, ...]
    line: str
    area: str
    ticks: tuple[int, ...]
    grid: tuple[str, ...]
    zero: str
    labels: tuple[str, ...]


def draw(points: Sequence[Point]) -> Drawing:
    """Lay out a series as bars and as a line over the same scale; the line leaves out what has not ended.

    An empty series is an empty canvas one slot wide. The scale always includes zero and ends on round values.
    """
    ticks = _ticks(min((p.value for p in points), default=0), max((p.value for p in points), default=0))
    top, span = ticks[0], ticks[0] - ticks[-1]

    def height_of(value: int) -> int:
        return (top - value) * HEIGHT // span

    zero = height_of(0)
    ended = [index for index, point in enumerate(points) if not point.partial]
    slots = []
    for index, point in enumerate(points):
        end = height_of(point.value)
        slots.append(
            Slot(
                point=point,
                latest=ended[-1:] == [index],
                reach=str(index * SLOT),
                x=str(index * SLOT + _GAP),
                y=str(min(zero, end)),
                width=str(SLOT - 2 * _GAP),
                height=str(abs(zero - end)),
            )
        )
    middles = [index * SLOT + SLOT // 2 for index in ended]
    path = " L".join(f"{x} {height_of(points[i].value)}" for x, i in zip(middles, ended, strict=True))
    return Drawing(
        width=str(max(len(points), 1) * SLOT),
        slots=tuple(slots),
        line=f"M{path}" if path else "",
        area=f"M{middles[0]} {zero} L{path} L{middles[-1]} {zero} Z" if path else "",
        ticks=ticks,
        grid=tuple(str(height_of(tick)) for tick in ticks),
        zero=str(zero),
        labels=_labels(points),
    )


def _ticks(lowest: int, highest: int) -> tuple[int, ...]:
    """Round values from the top down, two to five steps apart, that hold the range and zero."""
    lowest, highest = min(lowest, 0), max(highest, 0)
    step = _round_up(max(-(-(highest - lowest) // 4), 1))
    top, bottom = -(-highest // step) * step, lowest // step * step
    if top == bottom:
        top = step
    return tuple(range(top, bottom - 1, -step))


def _round_up(value: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 ... that is at least `value` (at least 1)."""
    power: int = 10 ** (len(str(value)) - 1)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= value)


def _labels(points: Sequence[Point]) -> tuple[str, ...]:
    """Five labels at even distances, or all of them when there are fewer."""
    count = min(len(points), 5)
    if count < 2:
        return tuple(point.label for point in points)
    last = len(points) - 1
    return tuple(points[round(place * last / (count - 1))].label for place in range(count))
