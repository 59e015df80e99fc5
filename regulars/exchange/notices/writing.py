"""Writing: what a notice says now, as figures and in words. Messaging asks for it while it sends or prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from regulars.engine.events import NOTICE, TIER_NOTICE
from regulars.exchange.forfeitures import wording as forfeitures
from regulars.exchange.notices.finding import standings
from regulars.exchange.notices.owed import Ending, Falling, endings, falling, told_ending, told_fall
from regulars.exchange.notices.wording import expiry_text, tier_text
from regulars.ground.members.households import household_at
from regulars.ground.members.leading import holder_of
from regulars.ground.members.models import Member
from regulars.ground.messaging.queueing import Text, Write, Written
from regulars.ground.messaging.rules import LETTER, MAY_COME_BACK, POST_TAKES, PRINTED_HOLDS
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.zones import microseconds
from regulars.programme.promise import Programme

#: How much later than one member of a household another may be told: a mail comes to nothing, and a letter follows.
_LAST_OF_A_HOUSEHOLD = timedelta(days=21)


def writer(address: str) -> Write:
    """What writes notices; `address` is where members see their points (empty: they are told to ask)."""

    def write(kind: str, channel: str, member: Member, now: datetime) -> Written | None:
        try:
            kernel = versions().at(microseconds(now)).kernel
        except PublishRefused:
            return None
        if kind in forfeitures.KINDS:
            return forfeitures.written(kind, channel, member, kernel.terms.programme, address, now)
        today = kernel.terms.zone.local(microseconds(now))[0]
        holder = holder_of(member.account_id)
        standing = standings(kernel, [holder], today).get(holder)
        if standing is None:
            return None
        post, holds = (POST_TAKES.days, PRINTED_HOLDS.days) if channel == LETTER else (0, 0)
        holds += _LAST_OF_A_HOUSEHOLD.days if standing.shares else 0
        if kind == NOTICE:
            owed = endings(kernel.terms, standing, today + post, holds)
            figures = [_ending(one) for one in owed]
        else:  # it counts on the day on which the kernel is told
            fall = falling(kernel, standing, today + MAY_COME_BACK.days)
            figures = [_fall(fall)] if fall else []
        if not figures:
            return None
        if standing.shares:  # whoever reads it again may be in another household by then
            figures = [{**one, "household": holder} for one in figures]
        return Written(figures, text(kind, figures, member, kernel.terms.programme, address))

    return write


def text(kind: str, figures: Sequence[Mapping[str, Any]], member: Member, programme: Programme, address: str) -> Text:
    """A notice in the member's language, from the figures that were noted when it was written."""
    if kind in forfeitures.KINDS:
        return forfeitures.text(figures[0], member, programme, address)
    languages = programme.header.languages
    language = member.language if member.language in languages else languages[0]
    household = household_at(figures[0].get("household", 0))
    home = household.number if household else ""
    if kind == TIER_NOTICE:
        return tier_text(told_fall(figures[0]), member.called, programme, language, address, home)
    return expiry_text([told_ending(one) for one in figures], member.called, programme, language, address, home)


def _ending(one: Ending) -> dict[str, Any]:
    last, through = (date.fromordinal(day).isoformat() for day in (one.last, one.through))
    return {"currency": one.currency, "points": one.points, "last": last, "through": through}


def _fall(one: Falling) -> dict[str, Any]:
    return {"tier": one.tier, "to": one.to, "through": date.fromordinal(one.through).isoformat()}
