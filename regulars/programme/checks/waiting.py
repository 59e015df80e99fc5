"""Points that were earned and wait: for what may never come, or for a day far away."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import counted, titled, worded
from regulars.programme.checks.subject import Finding, Subject

#: What the house does itself, so that points may wait for it; and how many days it has to.
_DELIVERED, DELIVERY = ("order shipped", "order delivered"), 14
#: The most days that points may wait, as `pending.days` has it.
LONGEST = 365


def waiting(subject: Subject) -> Iterator[Finding]:
    """Points that are lost unless something else happens in time, or that wait longer than any need be."""
    terms = subject.programme.terms
    for index, currency in enumerate(subject.programme.currencies):
        waits = currency.pending
        if waits is not None and waits.until is not None and terms is not None:
            days = (waits.until - terms.effective).days
            if days > LONGEST:
                yield Finding(
                    f"currencies[{index}].pending.until",
                    worded("{points} cannot be spent for {days} days.", points=titled(currency.title), days=days),
                    worded("Let them wait for at most {days} days.", days=LONGEST),
                )
        if waits is None or not waits.event or (waits.event in _DELIVERED and waits.within_days >= DELIVERY):
            continue
        points = titled(currency.title)
        yield Finding(
            f"currencies[{index}].pending.within_days",
            counted(
                "{points} that were earned lapse after one day without the event `{event}`.",
                "{points} that were earned lapse after {n} days without the event `{event}`.",
                waits.within_days, points=points, event=waits.event,
            ),
            worded(
                "Let them wait for a number of days (`pending: {{days: 14}}`), or for a delivery, "
                "with {days} days or more.",
                days=DELIVERY,
            ),
        )  # fmt: skip
