"""A gate's log: each line names the one before it, and each scan has one id however often it arrives."""

import hashlib

from .layout import BODY, PAPER, TICKET

FIRST = bytes(32)


def scan_id(gate: bytes, code: bytes, at: int) -> bytes:
    """The same code at the same step (paper: in the same hour) at the same gate is the same scan."""
    turn = (at // 3600).to_bytes(4, "big") if code[0] == PAPER else code[TICKET : TICKET + 1]
    return hashlib.sha256(gate + code[:BODY] + turn).digest()[:16]


def linked(before: bytes, seq: int, scan: bytes, at: int, result: str, details: str) -> bytes:
    """The hash that the next line must name. `details` is what the guard added (temperature, direction, companions), as it was sent."""
    said = f"{seq}.{scan.hex()}.{at}.{result}.{details}".encode()
    return hashlib.sha256(b"OD1g" + before + said).digest()
