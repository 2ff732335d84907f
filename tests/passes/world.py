"""The test keys of the vectors, and codes made with them."""

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onedoor.passes.od1 import layout
from onedoor.passes.od1.chain import chain
from onedoor.passes.od1.checking import Checker, Issuer, Known, Verifier
from onedoor.passes.od1.layout import Colour
from onedoor.passes.od1.lists import List
from onedoor.passes.od1.minting import Minter, shown
from onedoor.passes.od1.pid import Pid, PidKey

HERE = Path(__file__).parent
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
MINTER = Minter(KEY)
PID_KEY = PidKey(bytes(range(16)))
T0 = 1789999200
PERSON = Pid(123456789 >> 24, 123456789 & 0xFFFFFF, 7)
CHAIN = chain(bytes(range(100, 116)), T0.to_bytes(4, "big"))
SALT = b"\1" * 8


def vectors(name: str) -> list[dict[str, Any]]:
    return json.loads((HERE / name).read_text("utf-8"))["vectors"]


def ticket(flags: int = 0) -> bytes:
    return MINTER.ticket(PID_KEY, PERSON, flags, T0, CHAIN[0], SALT)


def code(step: int, flags: int = 0) -> bytes:
    return shown(ticket(flags), step, CHAIN[step])


def paper(flags: int = layout.MINOR, seq: int = 8) -> bytes:
    return MINTER.paper(PID_KEY, Pid(PERSON.shard, PERSON.row, seq), flags, T0, b"\2" * 8)


def known(*, lists: dict[int, List] | None = None, listed: bool = False, public: Verifier = KEY.public_key(), **more: Any) -> Known:
    """As the vectors mean it: the region's keys, and lists only when they are given."""
    keys = {("epi", False, T0 // layout.DAY): PID_KEY, ("epi", True, T0 // layout.PAPER_PERIOD): PID_KEY}
    issuer = Issuer(public, "epi", listed=listed or lists is not None)
    return Known({MINTER.kid: [issuer]}, keys, lists or {}, **more)


def checker(**said: Any) -> Checker:
    return Checker(known(**said), remember=True)


def listed(colour: int = 0, issued: int = T0, seq: int = 1) -> List:
    """A list in which this person has this value."""
    body = bytearray(4_000_000)
    body[PERSON.row >> 2] |= colour << (PERSON.row & 3) * 2
    return List(PERSON.shard, seq, issued, bytes(body))


__all__ = ["Colour", "checker", "code", "known", "listed", "paper", "ticket", "vectors"]
