"""Whole numbers that sum exactly: in proportion, or everybody's own rounded down or up."""

from __future__ import annotations

from collections.abc import Sequence


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` (>= 0) in proportion to `weights` (each >= 0) into whole numbers that sum to it.

    Each gets the floor of its exact share; what is left goes one by one to the largest fractions, the
    earlier weight first among equals (Hamilton's method). All weights zero: everything goes to the first.
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        return [total] + [0] * (len(weights) - 1)
    if total == 0:
        return [0] * len(weights)
    if len(weights) == 2:  # two rules on one basket is the usual case
        first, fraction = divmod(total * weights[0], whole)
        first += 2 * fraction >= whole
        return [first, total - first]
    # A fraction and its place as one number, as in `_largest`. Of what leaves no fraction nothing gets one more: there
    # are always more fractions than are left over.
    size, left = len(weights), total
    parts, order = [], []
    for place, weight in enumerate(weights):
        if not weight:
            parts.append(0)
            continue
        exact = total * weight
        part = exact // whole
        parts.append(part)
        left -= part
        fraction = exact - part * whole
        if fraction:
            order.append(fraction * size - place)
    if left:
        order.sort(reverse=True)
        for one in order[:left]:
            parts[-one % size] += 1
    return parts


def round_each(total: int, exact: Sequence[int], parts: int) -> list[int]:
    """Round each of `exact` (in `1/parts`, at least one) down or up, so that they sum to `total`.

    Each gets its own whole part; the points left over go one by one to the largest fractions, the earlier one first
    among equals. `total` is at least the sum of the whole parts. Where it is more than all rounded up, as when a whole
    point had waited, the round begins again.
    """
    if len(exact) == 2:  # two rules on one basket is the usual case
        first, fraction = divmod(exact[0], parts)
        second, other = divmod(exact[1], parts)
        left = total - first - second
        first += (left + (fraction >= other)) // 2
        return [first, total - first]
    shares = [one // parts for one in exact]
    again, left = divmod(total - sum(shares), len(exact))
    for place in _largest([one % parts for one in exact], left):
        shares[place] += 1
    return [share + again for share in shares] if again else shares


def _largest(fractions: list[int], count: int) -> list[int]:
    """The places of so many of the largest fractions (>= 0), the earlier first among equals."""
    if not count:
        return []
    # A fraction and its place as one number: numbers by themselves are sorted many times faster than by a key.
    last = len(fractions) - 1
    order = [fraction * (last + 1) + last - place for place, fraction in enumerate(fractions)]
    order.sort(reverse=True)
    return [last - one % (last + 1) for one in order[:count]]
