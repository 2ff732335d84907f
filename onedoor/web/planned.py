"""What a service's form would ask of registers, said beforehand and asked of nobody."""

from onedoor.cases.service import definitions, prefill
from onedoor.exchange.service import surveying
from onedoor.exchange.service.surveying import Planned
from onedoor.kernel.work import Work


async def planned(work: Work, item: str, purpose: str) -> list[Planned] | None:
    """Fact by fact; None when no form of this service is open."""
    known = await definitions.memory.get(work.db)
    if item not in known.newest or item in known.retired:
        return None
    form, process = known.forms[(item, known.newest[item])], known.processes[(item, known.current[item])]
    question = prefill.question(form, process, None, purpose=purpose)
    return await surveying.planned(work, question) if question else []
