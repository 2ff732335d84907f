"""What providers asks of the world outside."""

import ipaddress
from typing import Protocol

import msgspec

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def reachable(address: str) -> bool:
    """Whether an IP address is out on the internet: not this machine, not a private, link-local, shared, multicast or reserved network,
    and no IPv6 spelling of such an IPv4 address. ValueError when it is no address."""
    found = ipaddress.ip_address(address)
    six = isinstance(found, ipaddress.IPv6Address)
    if six and (found.ipv4_mapped or found.sixtofour or found.teredo or found in NAT64 or found.scope_id):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


class Answered(msgspec.Struct, frozen=True):
    """What a receiver answered."""

    status: int
    body: bytes


class Refused(Exception):
    """The address is one to which nothing is ever sent."""


class Outgoing(Protocol):
    """Posts to addresses that strangers have named."""

    async def post(self, url: str, headers: dict[str, str], body: bytes, exempt: frozenset[str]) -> Answered:
        """The receiver's answer, cut off at 64 KiB; OSError when there is none in time, Refused when the address leads inside.

        `exempt` names `host:port` of this machine that may be posted to without TLS: the example of a demo.
        """
        ...
