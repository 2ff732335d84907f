"""熔断 Leaving a register alone that does not answer, and knowing when the lateness is our own. Pure but for the clock it is given."""

import asyncio
from collections import deque

IN_A_ROW, LOOKED_AT, REST_S, LONGEST_S = 5, 20, 5.0, 60.0
OUR_LAG = 0.1


class Breaker:
    """Opens after five failures in a row, or when more than half of the last twenty failed; rests 5 s, doubled up to 60 s."""

    def __init__(self) -> None:
        self.last: deque[bool] = deque(maxlen=LOOKED_AT)
        self.failures, self.rest = 0, REST_S
        self.until = 0.0

    def open(self, now: float) -> bool:
        return now < self.until

    def well(self) -> None:
        self.failures, self.rest, self.until = 0, REST_S, 0.0
        self.last.append(True)

    def failed(self, now: float) -> bool:
        """Count one more; True when it opens with this one."""
        self.failures += 1
        self.last.append(False)
        half = len(self.last) == LOOKED_AT and sum(self.last) < LOOKED_AT / 2
        if self.open(now) or not (self.failures >= IN_A_ROW or half):
            return False
        self.until, self.rest = now + self.rest, min(self.rest * 2, LONGEST_S)
        self.last.clear()
        return True


class Pace:
    """So many calls a second and no more, with as many at once as a second holds (GCRA)."""

    def __init__(self, rps: int) -> None:
        self.step, self.next = 1 / max(1, rps), 0.0

    def takes(self, now: float) -> bool:
        if self.next - now > 1:
            return False
        self.next = max(self.next, now) + self.step
        return True


class LoopWatch:
    """How late this process itself is; while it is late, a time-out says nothing about a register."""

    def __init__(self) -> None:
        self.lag = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await asyncio.sleep(0.02)
            self.lag = max(loop.time() - begun - 0.02, self.lag * 0.8)
