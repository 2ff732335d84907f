"""A pace for what costs no statement: token buckets in this process's memory, by network address. What must hold across processes, or
over a restart, is in `buckets`."""

import ipaddress
from collections import OrderedDict
from time import monotonic

from .problems import TooMany

MOST = 20_000
"""Addresses that are remembered; of more the one unseen for longest is forgotten, and begins anew."""


class Throttle:
    """So many at once, and so many a second from then on, for each address. This machine itself, and what is no address, goes unpaced."""

    def __init__(self, capacity: float, per_second: float) -> None:
        self.capacity, self.per_second = capacity, per_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def need(self, address: str) -> None:
        """Take one; TooMany with `retry_after` when there is none left."""
        whose = _network(address)
        if not whose:
            return
        now = monotonic()
        left, at = self._left.pop(whose, (self.capacity, now))
        left = min(self.capacity, left + (now - at) * self.per_second)
        self._left[whose] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > MOST:
            self._left.popitem(last=False)
        if left < 1:
            raise TooMany(retry_after=int((1 - left) / self.per_second) + 1)


def _network(address: str) -> str:
    """Whom an address stands for: of version 6 a household has a whole network."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        known = known.ipv4_mapped or known
    if known.is_loopback:
        return ""
    return str(known) if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))
