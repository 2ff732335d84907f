"""A phone and a gate as programs, for drills and for whoever builds a device: chains, tickets, and a log that fits together."""

import base64
import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onedoor.kernel import jose
from onedoor.passes.od1.chain import chain
from onedoor.passes.od1.layout import PAPER, STEPS
from onedoor.passes.od1.minting import shown
from onedoor.passes.od1.scans import FIRST, linked, scan_id

HOURS = 24


class Wallet:
    """A day of slots from `now` on (unix seconds): seeds that stay here, anchors for the city, tickets from it."""

    def __init__(self, now: int, seconds: int = 15) -> None:
        self.length, self.seconds = STEPS * seconds, seconds
        self.first = now - now % self.length
        t0s = [self.first + n * self.length for n in range(HOURS * 3600 // self.length)]
        self.links = {t0: chain(secrets.token_bytes(16), t0.to_bytes(4, "big")) for t0 in t0s}
        self.tickets: dict[int, bytes] = {}

    def anchors(self) -> list[str]:
        """What `POST /passes/slots` is asked with."""
        return [jose.b64(links[0]) for links in self.links.values()]

    def take(self, tickets: list[str]) -> None:
        """What it answered."""
        self.tickets = dict(zip(self.links, map(jose.unb64, tickets), strict=True))

    def code(self, at: int) -> bytes:
        """What the screen shows at a moment of that day."""
        t0 = at - at % self.length
        step = (at - t0) // self.seconds + 1
        return shown(self.tickets[t0], step, self.links[t0][step])


class Log:
    """A gate's log: each line names the one before it, as the city will check."""

    def __init__(self, gate: bytes) -> None:
        self.gate, self.head = gate, FIRST
        self.lines: list[dict[str, Any]] = []

    def write(self, code: bytes, at: int, result: str, colour: int | None) -> None:
        """One check, inwards, nobody beside and nothing measured."""
        seq, method = len(self.lines) + 1, "paper" if code[0] == PAPER else "code"
        scan = scan_id(self.gate, code, at)
        self.lines.append({
            "seq": seq, "id": scan.hex(), "code": base64.b64encode(code).decode(), "at": at, "method": method, "result": result,
            "colour": colour, "direction": "in", "temp": None, "companions": 0, "undone": False, "prev": self.head.hex(),
        })  # fmt: skip
        self.head = linked(self.head, seq, scan, at, result, f"{method}.in..0.0")


def spoken(key: Ed25519PrivateKey, method: str, path: str, body: bytes, at: int) -> str:
    """The Authorization header of a gate's request."""
    signed = key.sign(f"OD1u\n{method} {path}\n{at}\n{hashlib.sha256(body).hexdigest()}".encode())
    return f"Gate at={at},sig={jose.b64(signed)}"
