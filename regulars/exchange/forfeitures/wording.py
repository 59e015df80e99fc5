"""Forfeitures in words: what is to be taken and why, until when one can object, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from regulars.exchange.forfeitures.announcing import NEWS, NOTICE
from regulars.exchange.forfeitures.reading import local_day, of_member
from regulars.exchange.forfeitures.rules import ANNOUNCED, DROPPED, OPEN, TAKEN, Forfeiture
from regulars.ground.members.models import Member
from regulars.ground.messaging.queueing import Text, Written
from regulars.ground.messaging.rules import LETTER, POST_TAKES
from regulars.kit.speaking import Tongue
from regulars.programme.promise import Programme
from regulars.programme.sentences import title_in


def written(
    kind: str, channel: str, member: Member, programme: Programme, address: str, now: datetime
) -> Written | None:
    """What a message of a kind says now; None when there is nothing to tell any more."""
    kept = [one for one in of_member(member.account_id) if (one.state in OPEN) == (kind == NOTICE)]
    owed = [one for one in kept if (one.told_on is None if kind == NOTICE else one.told_of != one.state)]
    if not owed:
        return None
    one = owed[0]
    told = local_day(now) + (POST_TAKES if channel == LETTER else timedelta(0))
    figures = {
        "id": str(one.id), "state": ANNOUNCED if kind == NOTICE else one.state, "currency": one.currency,
        "points": one.points if kind == NOTICE else one.taken, "reason": one.reason,
        "until": (told + timedelta(days=one.appeal_days)).isoformat(),
        "from": (told + timedelta(days=max(one.notice_days, one.appeal_days) + 1)).isoformat(),
    }  # fmt: skip
    return Written([figures], text(figures, member, programme, address))


def text(told: Mapping[str, Any], member: Member, programme: Programme, address: str) -> Text:
    """A message in the member's language, from the figures that were noted when it was written."""
    languages = programme.header.languages
    language = member.language if member.language in languages else languages[0]
    say, shop = Tongue(language), programme.header.name
    subject, *said = (_announced if told["state"] == ANNOUNCED else _news)(say, told, programme, language, address)
    hello = say.words("Hello {name},", name=member.called) if member.called else say.words("Hello,")
    return Text(language, subject, [hello, *said, say.words("Kind regards, {shop}", shop=shop)])


def reason_told(programme: Programme, id: str, language: str) -> tuple[str, str]:
    """What members read of a reason, and of its evidence (empty: nothing is said); one that is gone by its id."""
    found = next((one for one in programme.forfeiture if one.id == id), None)
    if found is None:
        return id, ""
    return title_in(found.title, language), title_in(found.evidence or {}, language)


def points_told(programme: Programme, currency: str, points: int, language: str) -> str:
    """So many points, as members call them."""
    say = Tongue(language)
    titles = {one.id: title_in(one.title, language) for one in programme.currencies}
    return f"{say.number(points)} {titles.get(currency, currency)}"


def state_told(one: Forfeiture, language: str) -> str:
    """Where it stands, for the member."""
    say = Tongue(language)
    if one.state == ANNOUNCED and one.appeal_until and one.takes_from:
        return say.words(
            "You can object through {until}. Nothing is taken before {day}.", until=one.appeal_until, day=one.takes_from
        )
    return {
        ANNOUNCED: say.words("You can object. Nothing is taken before you were told and had the time to."),
        "objected": say.words("You have objected. Somebody who did not announce this looks at it, and we tell you."),
        "upheld": say.words("Somebody who did not announce this has looked at it: the points will be taken."),
        DROPPED: say.words("Nothing is taken: it was dropped."),
        TAKEN: say.words("They were taken. If that was wrong, tell us: we can give them back."),
    }.get(one.state) or say.words("You have them back.")


def _announced(say: Tongue, told: Mapping[str, Any], programme: Programme, language: str, address: str) -> list[str]:
    shop, points = programme.header.name, points_told(programme, told["currency"], told["points"], language)
    reason, evidence = reason_told(programme, told["reason"], language)
    until, day = date.fromisoformat(told["until"]), date.fromisoformat(told["from"])
    where = say.words("You can object at {address} or tell us.", address=address) if address else ""
    return [
        say.words("We mean to take points from you at {shop}: you can object until {until}", shop=shop, until=until),
        say.words("We mean to take {points} from you at {shop}. The reason: {reason}.",
                  points=points, shop=shop, reason=reason),
        *([say.words("What we go by: {evidence}.", evidence=evidence)] if evidence else []),
        say.words("If that is not right, object by {until}: somebody else than the one who announced it then decides.",
                  until=until),
        where or say.words("Tell us, and we note that you object."),
        say.words("Nothing is taken before {day}. Until then the points are yours to spend, and never more than these "
                  "are taken.", day=day),
    ]  # fmt: skip


def _news(say: Tongue, told: Mapping[str, Any], programme: Programme, language: str, address: str) -> list[str]:
    shop, points = programme.header.name, points_told(programme, told["currency"], told["points"], language)
    reason, _ = reason_told(programme, told["reason"], language)
    if told["state"] == DROPPED:
        return [
            say.words("We take no points from you at {shop}", shop=shop),
            say.words("What we had announced ({reason}) is dropped: nothing is taken.", reason=reason),
        ]
    if told["state"] == TAKEN and not told["points"]:
        return [
            say.words("We take no points from you at {shop}", shop=shop),
            say.words(
                "We have taken nothing, as nothing of it was left. The reason had been: {reason}.", reason=reason
            ),
        ]
    if told["state"] == TAKEN:
        return [
            say.words("Points were taken from you at {shop}", shop=shop),
            say.words("We have taken {points}, as we had announced. The reason: {reason}.",
                      points=points, reason=reason),
            say.words("If that was wrong, tell us: we can give them back."),
        ]  # fmt: skip
    return [
        say.words("You have your points at {shop} back", shop=shop),
        say.words("We had taken {points}, and should not have. You have them back, and can spend them at once.",
                  points=points),
    ]  # fmt: skip


KINDS = (NOTICE, NEWS)
