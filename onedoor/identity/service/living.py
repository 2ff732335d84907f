"""What the population register tells without being asked: who has died, who can no longer decide, and what was an error."""

from onedoor.identity import store
from onedoor.identity.events import LifeChanged
from onedoor.identity.ports import LifeEvents, Secrets
from onedoor.kernel import crypto
from onedoor.kernel.outbox import publish
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

SOURCE = "life"


async def listen(begin: Begin, ports: Ports) -> int:
    """Read what is new; how many of it were about somebody known here. A register that is away is asked again at the next tick."""
    if not ports.has(LifeEvents):
        return 0
    actor, known, key = system("identity.life"), 0, ports.get(Secrets).key("id-number")
    async with begin(actor=actor) as work:
        last = await store.heard(work.db, SOURCE)
    try:
        found = await ports.get(LifeEvents).events(last)
    except OSError:
        return 0
    for event in found:
        async with begin(actor=actor) as work:  # one by one: what was heard is not heard again after a crash
            mark = crypto.keyed(key, event.id_number)
            both = await store.holder(work.db, mark), await store.ward(work.db, mark)
            for whose in {one for one in both if one is not None}:
                await publish(work.db, LifeChanged(whose, event.kind, event.on))
                known += 1
            await store.hear(work.db, SOURCE, event.number)
    return known
