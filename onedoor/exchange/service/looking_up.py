"""What the copy of a register that cannot be asked says of somebody."""

import hashlib

from onedoor.exchange.dictionary import Register, Resource
from onedoor.exchange.models import AskIn, State
from onedoor.exchange.store import copies as store
from onedoor.exchange.vault import vault
from onedoor.kernel.work import Work


async def look_up(work: Work, register: Register, resource: Resource, keys: dict[str, str]) -> AskIn:
    """Nobody in it is an answer; no copy at all is the register being away."""
    hashed = vault().hashed(resource.code, keys)
    held = await store.copy(work.db, register.org_ref, resource.code, hashed)
    if held is None:
        there = await store.copied(work.db, register.org_ref, resource.code, register.code)
        return AskIn(State.NOT_HELD if there else State.DOWN, problem="" if there else "nothing has been laid down")
    tree = vault().unseal_copy(hashed, held.body)
    if not tree:
        return AskIn(State.DOWN, problem="the copy does not open")
    return AskIn(State.HELD, tree["row"], tree["keys"], held.as_of, sha256=hashlib.sha256(held.body).digest())
