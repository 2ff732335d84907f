"""到期提醒 Whoever holds a certificate that ends soon hears of it in time to have the next one made: 60, 30 and 7 days before, once
each."""

from onedoor.kernel import outbox
from onedoor.kernel.work import Begin, system
from onedoor.wallet.events import CertExpiring
from onedoor.wallet.store import certs as store

from . import known, telling

DAYS = (7, 30, 60)
"""The shortest first: what was not said in time is said once, as it stands today."""
SEASON = 180
"""Days below which a certificate is a proof for one occasion: that it ends is what it is for."""
BATCH = 200


async def remind(begin: Begin) -> int:
    """Every day; how many certificates were told of. What a day has missed comes on the next."""
    told = 0
    for days in DAYS:
        while True:
            async with begin(actor=system("wallet.reminding"), seconds=60) as work:
                found = await store.ending(work.db, work.today, days, SEASON, BATCH)
                for one in found:
                    left = (one.valid_to - work.today).days
                    said = CertExpiring(one.citizen_id, one.id, one.type, one.issuer_ref, one.valid_to, left)
                    await outbox.publish(work.db, said)
                    await telling.ending(work, one.citizen_id, one.id, await known.type_of(work, one.type), one.valid_to)
            told += len(found)
            if len(found) < BATCH:
                break
    return told
