"""Rewards that points bought, and that are over when they arrive."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import counted, titled, worded
from regulars.programme.checks.subject import Finding, Subject


def over_on_arrival(subject: Subject, least: int) -> Iterator[Finding]:
    """Rewards that can be used for no more than `least` days, or than they may take to be handed over."""
    for index, reward in enumerate(subject.programme.rewards):
        days, hours = reward.valid_days, reward.fulfil_hours
        enough = max(least, -(-hours // 24)) + 1
        if days is not None and days < enough and reward.kind != "donation":
            yield Finding(
                f"rewards[{index}].valid_days",
                counted(
                    "`{title}` can be used for one day, and may take {time} to arrive.",
                    "`{title}` can be used for {n} days, and may take {time} to arrive.",
                    days,
                    title=titled(reward.title),
                    time=counted("one hour", "{n} hours", hours),
                ),
                worded("Let it be used for {enough} days at least, or hand it over sooner.", enough=enough),
            )
