"""出示填表 Facts of a certificate that a person showed for a service, another city's or one of the own wallet: kept sealed for a day,
filled in like a register's.
"""

import datetime as dt
from typing import Any

from onedoor.exchange.models import AskId, Field, FieldState, Question, Via
from onedoor.exchange.records import PresentedId
from onedoor.exchange.store import cities as store
from onedoor.exchange.vault import vault
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.kernel.work import Work

from .keeping import fits
from .known import dictionary

GOOD_FOR = dt.timedelta(days=1)


async def presented(
    work: Work, citizen: PersonId, item: str, values: dict[str, Any], source: Text, *, cert: Id | None = None,
    until: dt.datetime | None = None,
) -> list[str]:  # fmt: skip
    """Keep what was shown, as far as it has the shape that the dictionary gives each fact; which were kept. `cert`: of the own wallet;
    `until`: no longer than the certificate itself is good."""
    known = await dictionary(work)
    good = {element: value for element, value in values.items() if fits(known, element, value)}
    if good:
        which, ends = PresentedId.new(), work.now + GOOD_FOR
        body = vault().seal(good, citizen, which)
        await store.add_presented(
            work.db, citizen, which.uuid, item, list(good), source, body, work.now, min(ends, until or ends), cert.uuid if cert else None
        )
    return list(good)


async def unpresent(work: Work, citizen: PersonId, cert: Id) -> None:
    """A certificate has ended: what it told is told no more. A case that was handed in before keeps it."""
    await store.unpresent(work.db, citizen, cert.uuid)


async def shown(work: Work, citizen: PersonId, question: Question) -> dict[str, Field]:
    """What was shown for this service and is still good; of a fact that was shown twice, the newer one."""
    found: dict[str, Field] = {}
    for one in await store.presented(work.db, citizen, question.item, list(question.elements), work.now):
        values = vault().unseal(one.body, citizen, one.id)
        on, via = one.received_at.astimezone(work.zone).date(), Via.WALLET if one.cert else Via.PRESENTED
        found |= {
            e: Field(e, FieldState.HELD, values[e], one.source, "", on, one.received_at, via, AskId(one.id.uuid))
            for e in question.elements if e in values and e not in found
        }  # fmt: skip
    return found
