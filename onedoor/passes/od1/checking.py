"""The verdict on a code. The order of the tests is part of the format: two verifiers that know the same never disagree."""

from collections import OrderedDict
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from msgspec import Struct

from . import layout
from .chain import walked
from .layout import BODY, DAY, DOMAIN, PAPER, PAPER_BODY, PAPER_DAYS, STEPS, TICKET, Colour, Result, whole, worst
from .lists import List
from .pid import Pid, PidKey

LIST_AGE = DAY
MOST_TICKETS = 4096
MOST_SEEN = 100_000


class Verifier(Protocol):
    """An Ed25519 public key, or what knows a signature in another way."""

    def verify(self, signature: bytes, data: bytes) -> None: ...
    def public_bytes_raw(self) -> bytes: ...


class Issuer(Struct, frozen=True):
    """One key of a trust list, for one scheme. `listed`: its people stand on lists that this verifier holds, so one who does not is a
    question; of a foreign issuer only the colour is known, and `levels` is what each is here: it can keep or worsen, and one that is not in
    it somebody has to look at. `ends_at` is when the scheme ends."""

    public: Verifier
    scheme: str
    not_before: int = 0
    not_after: int | None = None
    ends_at: int | None = None
    listed: bool = True
    levels: dict[int, int] | None = None

    def stands(self, t0: int, now: int) -> bool:
        """Whether the key was good when the ticket began, and the scheme is in force."""
        in_use = self.not_before <= t0 + DAY and (self.not_after is None or t0 <= self.not_after)
        return in_use and (self.ends_at is None or now < self.ends_at)


class Known(Struct):
    """What a verifier holds: issuers by kid, pid keys by scheme, paper or phone, and period, lists by shard, the paper codes that have been
    replaced: by shard, row → the least seq that still counts."""

    issuers: dict[bytes, list[Issuer]]
    pid_keys: dict[tuple[str, bool, int], PidKey] = {}
    lists: dict[int, List] = {}
    min_paper: dict[int, dict[int, int]] = {}
    list_age: int = LIST_AGE


class Verdict(Struct, frozen=True):
    """`pid` only when this verifier holds the key of the region; `ended` names the scheme that is over; `ask` is a foreign colour
    for which there is no map."""

    result: Result
    colour: Colour | None = None
    pid: Pid | None = None
    scheme: str = ""
    minor: bool = False
    step: int = 0
    issued: int | None = None
    ended: bool = False
    ask: bool = False


def here_is(issuer: Issuer, colour: Colour) -> tuple[Colour, bool]:
    """A foreign issuer's colour as ours, and whether somebody has to look."""
    if issuer.levels is None:
        return colour, False
    to = issuer.levels.get(colour)
    return (worst(colour, Colour.GREY), True) if to is None else (worst(colour, Colour(to)), False)


class Checker:
    """Judges codes by what is known; remembers verified tickets, so that a later step costs only the difference."""

    def __init__(self, known: Known, *, remember: bool = False) -> None:
        self.known, self.remember = known, remember
        self._tickets: OrderedDict[bytes, tuple[Issuer, int, bytes]] = OrderedDict()
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def check(self, code: bytes, now: int) -> Verdict:
        """`now` in unix seconds."""
        if not whole(code):
            return Verdict(Result.FORMAT)
        paper = code[0] == PAPER
        t0 = int.from_bytes(code[4:8], "big")
        standing = [one for one in self.known.issuers.get(code[1:4], ()) if one.stands(t0, now)]
        if not standing:
            return self._nobody(code, t0)
        issuer = self._signer(code, paper, standing)
        if issuer is None:
            return Verdict(Result.FORGED)
        fault = self._paper_time(t0, now) if paper else self._step(code, t0, now, issuer)
        if fault is not None:
            return Verdict(fault, scheme=issuer.scheme)
        return self._coloured(code, paper, t0, now, issuer)

    def _nobody(self, code: bytes, t0: int) -> Verdict:
        past = [one for one in self.known.issuers.get(code[1:4], ()) if one.ends_at is not None]
        return Verdict(Result.UNKNOWN_ISSUER, scheme=past[0].scheme if past else "", ended=bool(past))

    def _signer(self, code: bytes, paper: bool, standing: list[Issuer]) -> Issuer | None:
        if not paper and (old := self._tickets.get(code[:TICKET])) is not None and old[0] in standing:
            return old[0]
        end = PAPER_BODY if paper else BODY
        for one in standing:
            try:
                one.public.verify(code[end : end + 64], DOMAIN + code[:end])
            except InvalidSignature:
                continue
            return one
        return None

    @staticmethod
    def _paper_time(t0: int, now: int) -> Result | None:
        if t0 - DAY <= now <= t0 + PAPER_DAYS * DAY:
            return None
        return Result.FUTURE if now < t0 else Result.STALE

    def _step(self, code: bytes, t0: int, now: int, issuer: Issuer) -> Result | None:
        step = code[TICKET]
        if not 1 <= step <= STEPS:
            return Result.FORMAT
        current = (now - t0) // layout.step_seconds(code[8]) + 1
        if step < current - 1:
            return Result.STALE
        if step > current + 1:
            return Result.FUTURE
        return None if self._chained(code, step, issuer) else Result.FORGED

    def _chained(self, code: bytes, step: int, issuer: Issuer) -> bool:
        ticket, reveal = code[:TICKET], code[TICKET + 1 :]
        old = self._tickets.get(ticket)
        known, target = (old[1], old[2]) if old is not None and old[1] <= step else (0, code[25:BODY])
        if walked(reveal, code[4:8], step, known) != target:
            return False
        if old is None or step > old[1]:
            self._tickets[ticket] = (issuer, step, reveal)
            if len(self._tickets) > MOST_TICKETS:
                self._tickets.popitem(last=False)
        return True

    def _coloured(self, code: bytes, paper: bool, t0: int, now: int, issuer: Issuer) -> Verdict:
        """The person's place, the list, and whether this gate has seen the same step before."""
        colour, ask = here_is(issuer, Colour(code[8] & 7))
        fault, pid, issued = None, None, None
        key = self.known.pid_keys.get((issuer.scheme, paper, layout.period_of(paper, t0)))
        if key is not None:
            pid = key.open(code[9:25])
            listed = self.known.lists.get(pid.shard)
            if listed is None or pid.row >= listed.rows:
                fault = Result.NO_LIST if issuer.listed else None
            else:
                colour, issued = worst(colour, listed.colour(pid.row)), listed.issued
                fault = Result.LIST_OLD if now - issued > self.known.list_age else None
                if paper and pid.seq < self.known.min_paper.get(pid.shard, {}).get(pid.row, 0):
                    fault = Result.STALE
        elif issuer.listed:
            fault = Result.NO_LIST
        if fault is None and self.remember and self._again(code, paper, now):
            fault = Result.REPLAYED
        result = fault or (Result.PAPER if paper else Result.OK)
        return Verdict(result, colour, pid, issuer.scheme, bool(code[8] & layout.MINOR), 0 if paper else code[TICKET], issued, ask=ask)

    def _again(self, code: bytes, paper: bool, now: int) -> bool:
        mark = code[:BODY] + (b"p%d" % (now // 3600) if paper else code[TICKET : TICKET + 1])
        if mark in self._seen:
            return True
        self._seen[mark] = None
        if len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        return False
