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
    exact = [total * weight for weight in weights]
    parts = [one // whole for one in exact]
    left = total - sum(parts)
    if left:
        fractions = [one % whole for one in exact]
        # A stable sort keeps the earlier of two equals in front, also in reverse.
        for i in sorted(range(len(weights)), key=fractions.__getitem__, reverse=True)[:left]:
            parts[i] += 1
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
    left = total - sum(shares)
    if left:
        fractions = [one % parts for one in exact]
        order = sorted(range(len(exact)), key=fractions.__getitem__, reverse=True)
        for turn in range(left):
            shares[order[turn % len(order)]] += 1
    return shares
