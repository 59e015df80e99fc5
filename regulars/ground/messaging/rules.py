"""When to try again, when to give up, and when what was sent counts as having arrived. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

EMAIL, LETTER = "email", "letter"

#: A mail that is refused for now is tried again after so long, then four times as long, up to a day: in all some four
#: days, which is how long mail servers themselves keep trying (RFC 5321, 4.5.4.1).
FIRST_PAUSE, LONGEST_PAUSE, MOST_TRIES = timedelta(minutes=5), timedelta(days=1), 8
#: While the house's own mail server cannot be used, nothing is counted against a message.
SERVER_PAUSE = timedelta(minutes=10)
#: A message that is good for minutes alone is tried again after so long, whatever stood in its way.
URGENT_PAUSE = timedelta(minutes=2)
#: Whoever sends a message has it so long; then it is taken to have died over it.
LEASE = timedelta(minutes=10)
#: So long after it was sent a message may still come back; then it counts.
MAY_COME_BACK = timedelta(days=5)
#: What the post takes at most: a letter is delivered so long after it was posted.
POST_TAKES = timedelta(days=3)
#: A letter is to be posted within so many days of being printed: later its figures may not hold.
PRINTED_HOLDS = timedelta(days=7)
#: To whom a mail could not be brought, a letter is written for so long.
LETTER_INSTEAD = timedelta(days=90)


def next_try(attempts: int, now: datetime, good_until: datetime | None = None) -> datetime | None:
    """When to try again after so many attempts (1 or more) that were refused for now; None: no more. What is good until
    a moment is not tried from then on."""
    if attempts >= MOST_TRIES:
        return None
    pause: timedelta = URGENT_PAUSE if good_until else min(FIRST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)
    return None if good_until and now + pause >= good_until else now + pause


def after_server(now: datetime, good_until: datetime | None = None) -> datetime:
    """When to look again at a mail that met a server which cannot be used: at the latest when it has run out."""
    return min(now + URGENT_PAUSE, good_until) if good_until else now + SERVER_PAUSE


def arrived_at(channel: str, sent_at: datetime) -> datetime:
    """When a message that did not come back is taken to have arrived."""
    return sent_at + POST_TAKES if channel == LETTER else sent_at
