"""Writing: the mail that brings a link. The link is made while the mail is sent, and stands nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from regulars.ground.members.leading import MERGED, followed
from regulars.ground.members.models import Member
from regulars.ground.members.signing_in import MINUTES, make_link
from regulars.ground.messaging.queueing import Text, Write, Written
from regulars.ground.publishing.versions import PublishRefused, versions
from regulars.kit.speaking import Tongue
from regulars.kit.zones import microseconds
from regulars.programme.header import LANGUAGES
from regulars.programme.promise import Programme

#: The kind of message that brings a link.
SIGN_IN = "sign_in"


def writer(address_of: Callable[[str], str]) -> Write:
    """What writes such mails; `address_of` is where the link with a token leads.

    Each time a mail is written it gets a link of its own, the oldest of too many making room. Its figures are `until`
    when that opens, and never the link.
    """

    def write(kind: str, channel: str, member: Member, now: datetime) -> Written | None:
        try:
            programme = versions().at(microseconds(now)).kernel.terms.programme
        except PublishRefused:
            return None
        link = make_link(member.account_id, now, make_room=True)
        figures = [{"until": link.expires_at.isoformat()}]
        return Written(figures, text(member, programme, address_of(link.token)))

    return write


def text(member: Member, programme: Programme, address: str = "") -> Text:
    """The mail in the member's language, with the `address` that the link leads to; without one it says why it is not
    there, as for whoever reads it again later. Of one who was merged it speaks of the survivor."""
    led = followed([member.account_id], (MERGED,))[member.account_id]
    if led != member.account_id:
        member = Member.objects.get(account_id=led)
    languages = programme.header.languages
    language = member.language if member.language in LANGUAGES else languages[0]
    say, shop = Tongue(language), programme.header.name
    subject = say.words("Your link to {shop}", shop=shop)
    hello = say.words("Hello {name},", name=member.called) if member.called else say.words("Hello,")
    whose = say.words("It opens the pages of member number {number}.", number=member.number)
    asked = say.words("You asked for a link to your pages at {shop}.", shop=shop)
    bye = say.words("Kind regards, {shop}", shop=shop)
    if not address:
        gone = say.words("The link was in the mail alone: we keep none.")
        return Text(language, subject, [hello, asked, gone, bye])
    once = say.words("It works once, within {minutes} minutes:", minutes=MINUTES)
    nothing = say.words("If you did not ask for it, do nothing: nobody comes in without this mail.")
    return Text(language, subject, [hello, f"{asked} {once}", address, whose, nothing, bye])
