"""HOUSE: our own rules, out of what the trade gets wrong most often."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import phrase, titled, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.checks.texts import words_of_file
from regulars.programme.moments import FAIR_GATE
from regulars.programme.problems import WARNING
from regulars.programme.promise import Programme


@check(
    "HOUSE-1",
    "Not with money alone",
    house(
        WARNING, phrase("whoever is bought leaves for a better price; people want something back besides their money")
    ),
    why="Programmes that give nothing but money teach their members to look for more of it elsewhere. An anniversary "
    "that somebody remembered costs little, and is kept.",
    decides="A programme in which nothing is given but points, discounts, credit, goods and free months: no moment "
    "with a card, a note, or a reward that is a service or an experience; no service among rewards, offers, clubs and "
    "referrals; no perk in `service`; no donation.",
)
def not_with_money_alone(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Programmes without a single gift that is not money."""
    if not _human(subject.programme):
        yield Finding(
            "",
            worded("Members of this programme are given money, and nothing else."),
            worded(
                "Add one thing that is not for sale: a card on the anniversary (`moments`), a named "
                "contact or the usual (`service`), an experience among the `rewards`."
            ),
            worded(
                "Ada has come for nine years. Another shop gives her two cents more, and nothing speaks against it."
            ),
        )


@check(
    "HOUSE-2",
    "Nobody is congratulated while something is wrong",
    house(WARNING, phrase("begin at the bottom of the ladder: nothing may be shaky before one reaches higher")),
    why="A birthday card to somebody whose parcel has been lost for three weeks says that nobody reads.",
    decides="A moment whose `requires` lacks `no_open_case`, `no_late_delivery` or `no_broken_promise`.",
)
def bottom_first(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Moments that are celebrated over an open case."""
    for index, moment in enumerate(subject.programme.moments):
        missing = [gate for gate in FAIR_GATE if gate not in moment.requires]
        if missing:
            title = titled(moment.title)
            message = worded(
                "`{title}` is celebrated without {facts}.",
                title=title,
                facts=words_of_file(missing),
            )
            remedy = worded("Remove `requires`, or add what is missing.")
            yield Finding(f"moments[{index}].requires", message, remedy)


def _human(programme: Programme) -> bool:
    """Whether something is given that is not money, or like it."""
    warm = {reward.id for reward in programme.rewards if reward.kind in ("service", "experience", "donation")}
    gifts = [gift for moment in programme.moments for gift in moment.gives]
    given = [one for offer in programme.offers for one in offer.gives]
    given += [one for club in programme.clubs for one in club.gives]
    given += [*programme.referrals.advocate, *programme.referrals.friend] if programme.referrals else []
    return bool(
        warm
        or programme.service.perks
        or any(gift.kind in ("card", "note") for gift in gifts)
        or any(one.kind == "service" for one in given)
    )
