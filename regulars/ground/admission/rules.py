"""How often one may ask, and for how long an answer is worth sending. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

#: Whoever asked for a link waits so long for it; what was not sent by then is not sent.
WAITS = timedelta(minutes=15)
#: One client asks so often within that time: a counter full of people who share an address, and no more.
MOST_OF_CLIENT = 20
#: One member is sent so many within that time, and so many within a day: nobody's letter box is filled by others.
MOST_SOON, MOST_A_DAY = 5, 20
_DAY = timedelta(days=1)
#: A household is given a whole network of IPv6 addresses, of at most this prefix.
_IPV6_PREFIX = 64


def may_be_sent(before: Sequence[datetime], now: datetime) -> bool:
    """Whether a member may be sent one more, after those that were asked for at these moments."""
    today = [at for at in before if at > now - _DAY]
    return len(today) < MOST_A_DAY and sum(at > now - WAITS for at in today) < MOST_SOON


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, the network of an IPv6 address; what is neither, as it stands."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or int(found) >> (128 - _IPV6_PREFIX))
