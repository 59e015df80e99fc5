"""CON, referrals: friends are brought by friends, openly, and nobody pays for having vouched."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.kit.speaking import phrase, worded
from regulars.programme.checks.registry import check
from regulars.programme.checks.rulings import house, regulator
from regulars.programme.checks.subject import Finding, Subject
from regulars.programme.problems import ERROR, WARNING


@check(
    "CON-9",
    "Nobody hands over a friend's address",
    house(ERROR, phrase("a friend is asked by the friend")),
    regulator("uk", "ICO, refer-a-friend guidance, and CAP advice: the member keeps the message in their own hands"),
    why="A friend's address is not the member's to give; a stranger's letter in a friend's name is a small betrayal.",
    decides="`referrals.mechanisms` with `contacts`. A link or a code that members pass on in their own words is fair.",
)
def no_harvest(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Referrals that ask members for addresses."""
    referrals = subject.programme.referrals
    if referrals is not None and "contacts" in referrals.mechanisms:
        position = referrals.mechanisms.index("contacts")
        listed = subject.node(f"referrals.mechanisms[{position}]")
        yield Finding(
            f"referrals.mechanisms[{position}]" if listed else "referrals.mechanisms",
            worded("Members are asked for the addresses of people who have not been asked."),
            worded("Write `mechanisms: [link, code]`."),
            worded("Ada gives Bruno's number for a reward. He never said that the house may call him."),
        )


@check(
    "CON-10",
    "An invitation says that the member gains",
    house(ERROR, phrase("rules on endorsements of the ASA and the FTC"), unread=True),
    why="Advice from a friend counts because it is thought to be free.",
    decides="`referrals` with `shows_reward: no` or `same_terms: no`.",
    fixable=True,
)
def invitation_is_open(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Invitations that hide the reward, or show one side other terms."""
    referrals = subject.programme.referrals
    if referrals is None:
        return
    for key, kept, said in (
        ("shows_reward", referrals.shows_reward, worded("The friend does not learn that the member is rewarded.")),
        ("same_terms", referrals.same_terms, worded("The member and the friend do not read the same terms.")),
    ):
        if not kept:
            path = f"referrals.{key}"
            yield Finding(path, said, worded("Write `{key}: yes`.", key=key), edit=subject.replacing(path, "yes"))


@check(
    "CON-11",
    "Members are asked rarely, and only when they are content",
    house(WARNING, phrase("at most once a purchase, after a good word")),
    why="Whoever is asked for friends while the parcel is late hears that the house is not listening.",
    decides="`referrals.reminders` or `references` more than once in their period, or `after: any`.",
    fixable=True,
)
def asked_rarely(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Reminders and requests that come too often, or at the wrong moment."""
    referrals = subject.programme.referrals
    if referrals is None:
        return
    for name, asking in (("reminders", referrals.reminders), ("references", referrals.references)):
        if asking is None:
            continue
        if asking.most > 1:
            path = f"referrals.{name}.most"
            message = worded("A member is asked {most} times for each {per}.", most=asking.most, per=asking.per)
            yield Finding(path, message, worded("Write `most: 1`."), edit=subject.replacing(path, "1"))
        if asking.after == "any":
            path = f"referrals.{name}.after"
            message = worded("Members are asked even when their last word was a complaint, or something is still open.")
            yield Finding(path, message, worded("Write `after: satisfied`."), edit=subject.replacing(path, "satisfied"))


@check(
    "CON-12",
    "Nobody loses by having vouched",
    house(ERROR, phrase("trust that is punished is not offered again")),
    why="Members who stand for somebody lend the house their name. A friend who disappoints is not their fault.",
    decides="`referrals.loses` or `vouching.loses` that takes other points or the tier, or a vouching that cannot be "
    "taken back. The reward for that very friend may be reversed.",
    fixable=True,
)
def vouching_is_free(subject: Subject, limit: int | None) -> Iterator[Finding]:
    """Referrals and vouching that cost a member more than the reward for that friend."""
    referrals = subject.programme.referrals
    if referrals is None:
        return
    vouching = referrals.vouching
    losses = [("referrals.loses", referrals.loses, "this_reward")]
    losses += [("referrals.vouching.loses", vouching.loses, "nothing")] if vouching else []
    for path, loses, fair in losses:
        if loses in ("points", "status"):
            lost = (
                phrase("points that were earned otherwise")
                if loses == "points"
                else phrase("the tier that was reached")
            )
            yield Finding(
                path,
                worded("A friend who disappoints costs the member {lost}.", lost=lost),
                worded("Write `loses: {fair}`.", fair=fair),
                worded(
                    "Carmen brought Dagny, whose purchase came back a year later. Carmen's own shopping pays for it."
                ),
                subject.replacing(path, fair),
            )
    if vouching is not None and not vouching.revocable:
        path = "referrals.vouching.revocable"
        message = worded("A member who vouched for somebody cannot take it back.")
        yield Finding(path, message, worded("Write `revocable: yes`."), edit=subject.replacing(path, "yes"))
