"""各人手上的办件 How much each desk of a department has now, and what came and went these thirty days: for its supervisor alone."""

from msgspec import Struct

from onedoor.cases.service.loads import Loads, of_department
from onedoor.insight import store
from onedoor.insight.models import Moment, Period, What, grouped, span_of
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.orgs.models import OrgId

from .looking import item_name, moments


class Flow(Struct, frozen=True):
    """What came and what went of one service."""

    name: Text
    received: int
    decided: int


class Shared(Struct, frozen=True):
    """The work of a department as it is shared out."""

    now: Loads
    demo: bool
    moments: list[Moment]
    items: list[Flow]


async def loads(work: Work) -> Shared:
    """The own department's; whoever shares out its work reads every number, also the small ones."""
    now, span = await of_department(work), span_of(Period.MONTH, work.today)
    assert work.actor.org is not None, "else it was refused"
    org = OrgId(work.actor.org.uuid)
    sums = await store.of_org(work.db, org, span.first, span.last)
    found = await store.stretches_of_org(work.db, org, span.first, span.last, span.period.stretch)
    items = [
        Flow(item_name(code), counts.get((What.SUBMITTED, ""), 0), counts.get((What.DECIDED, ""), 0))
        for code, counts in grouped(sums, "item").items()
    ]
    return Shared(now, any(one.demo for one in sums), moments(span, found), sorted(items, key=lambda one: (-one.received, one.name.zh)))
