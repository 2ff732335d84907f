"""Registers that are left alone, told to every process; a job looks whether they are back, never a person's question."""

import datetime as dt

from onedoor.exchange.circuits import LONGEST_S, REST_S
from onedoor.exchange.records import Circuit
from onedoor.exchange.store import dictionary as store
from onedoor.kernel.db import Db
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Work


async def _load(db: Db) -> dict[str, Circuit]:
    return {c.register: c for c in await store.circuits(db)}


memory: Memory[dict[str, Circuit]] = Memory("exchange.circuits", _load)


def rests(register: str) -> bool:
    """Whether some process, or a steward, has said to leave it alone. It stays so until a look at it went well."""
    return memory.loaded and register in memory.now


async def circuits(work: Work) -> dict[str, Circuit]:
    return await memory.get(work.db)


async def leave_alone(work: Work, register: str, failures: int, *, by_hand: bool = False, note: str = "") -> None:
    """From now on nobody asks it. Already so: it rests twice as long before the next look."""
    had = (await memory.get(work.db)).get(register)
    rest = int(min(had.rest_s * 2, LONGEST_S) if had else REST_S)
    since = had.since if had else work.now
    until = work.now + (dt.timedelta(days=3650) if by_hand else dt.timedelta(seconds=rest))
    await store.put_circuit(work.db, Circuit(register, since, until, rest, failures, by_hand, note))
    await changed(work.db, memory.name)


async def take_back(work: Work, register: str, *, by_hand: bool = False) -> bool | None:
    """It answers again; whether stewards had been told that it is away, None when it was not left alone, or was by a steward."""
    told = await store.close_circuit(work.db, register, by_hand)
    if told is not None:
        await changed(work.db, memory.name)
    return told
