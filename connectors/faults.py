"""The faults a simulated register can be told to have: `POST /_fault {"mode", "ms", "rate"}`; `GET /_state` tells what it holds and has.

What happens on the wire is done here (slow, down, hang, 500, half, flood, bad_encoding); what a register says wrongly (wrong_schema,
stale, wrong_person) it is asked to say itself.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from .simulating import Asked, Handle, Told

MODES = ("none", "slow", "down", "hang", "500", "wrong_schema", "half", "stale", "wrong_person", "flood", "bad_encoding")
FLOOD = 3_000_000
Answer = Callable[[Asked, str], Awaitable[Told]]


class Faults:
    """Which fault, how slow, and how often: the share `rate` of all questions, drawn alike in every run."""

    def __init__(self) -> None:
        self.mode, self.ms, self.rate = "none", 3000, 1.0
        self._drawn = random.Random(1)

    def told(self, given: dict[str, Any]) -> Told:
        mode = str(given["mode"])
        if mode not in MODES:
            return Told(422, {"error": f"mode must be one of {', '.join(MODES)}"})
        self.mode, self.ms, self.rate = mode, int(given.get("ms", 3000)), float(given.get("rate", 1.0))
        return Told(200, self.said())

    def said(self) -> dict[str, Any]:
        return {"mode": self.mode, "ms": self.ms, "rate": self.rate}

    def drawn(self) -> str:
        """The fault of this question."""
        return self.mode if self._drawn.random() < self.rate else "none"


def faulty(answer: Answer, faults: Faults, state: Callable[[], dict[str, Any]]) -> Handle:
    """A register with its two addresses for whoever runs it, and its faults on everything else."""

    async def handle(asked: Asked) -> Told:
        match asked.method, asked.path:
            case "GET", "/_state":
                return Told(200, {**state(), "fault": faults.said()})
            case "POST", "/_fault":
                return faults.told(asked.json())
            case _ if asked.path.startswith("/_"):
                return await answer(asked, "none")
            case _:
                mode = faults.drawn()
        if mode in ("slow", "hang"):
            await asyncio.sleep(faults.ms / 1000 if mode == "slow" else 3600)
        if mode == "down":
            return Told(0)
        return Told(500, {"error": "an exception"}) if mode == "500" else _spoilt(await answer(asked, mode), mode)

    return handle


def _spoilt(told: Told, mode: str) -> Told:
    match mode:
        case "half":
            return told._replace(cut=True)
        case "flood":
            return told._replace(raw=told.bytes() + b" " * FLOOD)
        case "bad_encoding":
            body = told.bytes()
            at = next((n for n, byte in enumerate(body) if byte > 127), len(body) // 2)
            return told._replace(raw=body[:at] + b"\xff" + body[at:])  # a byte that begins a character in no encoding of ours
        case _:
            return told
