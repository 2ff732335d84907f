"""重点保护 Who is specially protected: a few people, kept in memory, so that looking at anybody else costs nothing."""

from onedoor.identity import guard_store as store
from onedoor.identity.models import Guarded, PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Work


async def _load(db: Db) -> dict[PersonId, Guarded]:
    return {one.citizen_ref: one for one in await store.everybody(db)}


memory: Memory[dict[PersonId, Guarded]] = Memory("identity.guarded", _load)


async def guarded(work: Work, citizen: PersonId) -> Guarded | None:
    """What is said of somebody who is specially protected today."""
    one = (await memory.get(work.db)).get(citizen)
    return one if one is not None and one.until_on >= work.today else None


async def all_guarded(work: Work) -> list[Guarded]:
    """Everybody who is today, the earliest to end first."""
    return [one for one in (await memory.get(work.db)).values() if one.until_on >= work.today]


async def guard(work: Work, one: Guarded) -> None:
    """From now on; who may say so is the caller's policy."""
    await store.put(work.db, one)
    await changed(work.db, memory.name)


async def unguard(work: Work, citizen: PersonId) -> bool:
    """No longer; whether there was anything to take back."""
    gone = await store.drop(work.db, citizen)
    if gone:
        await changed(work.db, memory.name)
    return gone > 0


async def kin(work: Work, reader: PersonId, reader_name: str, citizen: PersonId, name: str) -> bool:
    """Whether somebody, of whose name at least the first character is given, has the reader's family name and is registered in the reader's
    household. Addresses are read only where the names are alike."""
    if not name or name[:1] != reader_name[:1]:
        return False
    found = await store.households(work.db, [reader, citizen])
    return len(found) == 2 and found[0].household_address == found[1].household_address
