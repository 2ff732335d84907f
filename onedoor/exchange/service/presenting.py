"""出示填表 Facts of another city's certificate that a person showed for a service: kept sealed for a day, filled in like a register's."""

import datetime as dt
from typing import Any

from onedoor.exchange.models import AskId, Field, FieldState, Question, Via
from onedoor.exchange.records import PresentedId
from onedoor.exchange.store import cities as store
from onedoor.exchange.vault import vault
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work

from .keeping import fits
from .known import dictionary
from .trusting import trusted

GOOD_FOR = dt.timedelta(days=1)


async def presented(work: Work, citizen: PersonId, item: str, values: dict[str, Any], source: Text) -> list[str]:
    """Keep what was shown, as far as it has the shape that the dictionary gives each fact; which were kept."""
    known = await dictionary(work)
    good = {element: value for element, value in values.items() if fits(known, element, value)}
    if good:
        which = PresentedId.new()
        body = vault().seal(good, citizen, which)
        await store.add_presented(work.db, citizen, which.uuid, item, list(good), source, body, work.now, work.now + GOOD_FOR)
    return list(good)


async def shown(work: Work, citizen: PersonId, question: Question) -> dict[str, Field]:
    """What was shown for this service and is still good; of a fact that was shown twice, the newer one."""
    if not (await trusted(work)).cities:
        return {}
    found: dict[str, Field] = {}
    for one in await store.presented(work.db, citizen, question.item, list(question.elements), work.now):
        values = vault().unseal(one.body, citizen, one.id)
        on = one.received_at.astimezone(work.zone).date()
        found |= {
            e: Field(e, FieldState.HELD, values[e], one.source, "", on, one.received_at, Via.PRESENTED, AskId(one.id.uuid))
            for e in question.elements if e in values and e not in found
        }  # fmt: skip
    return found
