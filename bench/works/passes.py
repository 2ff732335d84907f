"""Passes: minting, verifying a gate's log beside bare Ed25519 in the same round, and the lists of a city of ten million.

Pure: one process, no database. CPU per operation, rounds interleaved, medians.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onedoor.passes.od1 import deltas, lists
from onedoor.passes.od1.chain import chain
from onedoor.passes.od1.checking import Checker, Issuer, Known, Verifier
from onedoor.passes.od1.layout import BODY, DOMAIN, STEPS
from onedoor.passes.od1.lists import List
from onedoor.passes.od1.minting import Minter, Own, shown
from onedoor.passes.od1.pid import Pid, PidKey

NAME = "passes"
PEOPLE = 10_000_000
CHANGES = 10_000
T0 = 1_789_999_200
SHARES = (0.001, 0.01, 0.05)


def cost(work: Callable[[], None], many: int) -> float:
    """CPU microseconds of one operation."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / many * 1e6


class World:
    """A scheme's keys, and codes at chosen steps, each of another ticket."""

    def __init__(self, many: int) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.minter, self.pid_key, self.many, self.dice = Minter(self.key), PidKey(os.urandom(16)), many, random.Random(5)
        self.listed = List(7, 1, T0, lists.empty(PEOPLE))
        self.slots = [chain(os.urandom(16), T0.to_bytes(4, "big")) for _ in range(many)]
        self.tickets = [
            self.minter.ticket(self.pid_key, Pid(7, self.dice.randrange(PEOPLE), 1), 0, T0, links[0]) for links in self.slots
        ]

    def judge(self, public: Verifier) -> Checker:
        """With nothing remembered: every ticket is a new one."""
        issuers = {self.minter.kid: [Issuer(public, "epi")]}
        return Checker(Known(issuers, {("epi", False, T0 // 86_400): self.pid_key}, {7: self.listed}))

    def mint(self) -> None:
        for n, links in enumerate(self.slots):
            self.minter.ticket(self.pid_key, Pid(7, n, 1), 0, T0, links[0])

    def chains(self) -> None:
        for _ in range(self.many // 8):
            chain(b"s" * 16, b"t0t0")

    def bare(self) -> None:
        public = self.key.public_key()
        for ticket in self.tickets:
            public.verify(ticket[BODY:], DOMAIN + ticket[:BODY])

    def checked(self, steps: list[int], public: Verifier | None = None) -> Callable[[], None]:
        """As the house that signed does it, or as whoever has the public key alone."""
        codes = [
            (shown(ticket, step, links[step]), T0 + (step - 1) * 15)
            for ticket, links, step in zip(self.tickets, self.slots, steps, strict=True)
        ]

        def work() -> None:
            judge = self.judge(public or Own(self.key))
            for code, now in codes:
                if judge.check(code, now).result != "ok":
                    raise AssertionError("a genuine code was refused")

        return work

    def works(self) -> dict[str, tuple[Callable[[], None], int]]:
        mixed = [self.dice.randint(1, STEPS) for _ in range(self.many)]
        return {
            "bare Ed25519 verification": (self.bare, self.many), "mint a ticket": (self.mint, self.many),
            "a chain of 240": (self.chains, self.many // 8), "check, step 1": (self.checked([1] * self.many), self.many),
            "check, step 120": (self.checked([120] * self.many), self.many),
            "check, step 240": (self.checked([240] * self.many), self.many),
            "a gate's log, all steps": (self.checked(mixed), self.many),
            "the same by a public key": (self.checked(mixed, self.key.public_key()), self.many),
        }  # fmt: skip


def codes(rounds: int, many: int) -> dict[str, float]:
    """Median cost of each, measured in turn."""
    works, found = World(many).works(), {}
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, count) in works.items():
            took[name].append(cost(work, count))
    bare = statistics.median(took["bare Ed25519 verification"])
    for name, costs in took.items():
        found[name] = statistics.median(costs)
        ratio = statistics.median(one / each for one, each in zip(took["bare Ed25519 verification"], costs, strict=True))
        print(f"{name:28} {found[name]:8.1f} us CPU  {1e6 / found[name]:9,.0f}/s a core  {ratio:6.2f} of bare")
    assert bare > 0
    return found


def body(people: int, share: float) -> bytes:
    """A list in which this share of the places is not green, evenly spread."""
    dice = np.random.default_rng(3)
    values = np.zeros(people, dtype=np.uint8)
    rows = dice.choice(people, int(people * share), replace=False)
    values[rows] = dice.integers(1, 4, len(rows))
    four = values.reshape(-1, 4)
    return (four[:, 0] | four[:, 1] << 2 | four[:, 2] << 4 | four[:, 3] << 6).astype(np.uint8).tobytes()


def city(people: int) -> None:
    """Sizes and cost of whole lists, and of five minutes of changes."""
    key, dice = Ed25519PrivateKey.generate(), random.Random(6)
    for share in SHARES:
        one = List(7, 1, T0, body(people, share))
        began = time.process_time()
        text = lists.token(key, "k", "https://city.example", one)
        signed, packed = time.process_time() - began, len(lists.packed(one.body))
        changes = {row: dice.randint(0, 3) for row in dice.sample(range(people), CHANGES)}
        fresh = bytearray(one.body)
        began = time.process_time()
        for row, value in changes.items():
            lists.put(fresh, row, value)
        two = List(7, 2, T0 + 300, bytes(fresh))
        raw = deltas.make(key, "k", one, two, changes)
        made = time.process_time() - began
        began = time.process_time()
        if deltas.applied(raw, {"k": key.public_key()}, one) != two:
            raise AssertionError("the delta leads elsewhere")
        applied = time.process_time() - began
        print(
            f"{people:,} people, {share:.1%} not green: zlib {packed:,} B, signed {len(text):,} B in {signed * 1000:.0f} ms CPU; "
            f"{CHANGES:,} changes: {len(raw):,} B, made in {made * 1000:.0f} ms, applied in {applied * 1000:.0f} ms"
        )


def main() -> int:
    quick = "--quick" in sys.argv
    found = codes(3 if quick else 5, 400 if quick else 2000)
    city(PEOPLE)
    shares = {name: round(found["bare Ed25519 verification"] / found[name], 3) for name in ("check, step 1", "a gate's log, all steps")}
    print(json.dumps({"work": NAME, "of_bare": shares, "mint_per_s": round(1e6 / found["mint a ticket"]), "load": os.getloadavg()[0]}))
    return int(min(shares.values()) < 0.8)


if __name__ == "__main__":
    sys.exit(main())
