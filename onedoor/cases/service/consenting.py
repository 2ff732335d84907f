"""授权取数 The sheets of a draft: what registers could tell if the person allows it. Refusing leads to typing, never to a dead end."""

from onedoor.cases.models import Draft, DraftId
from onedoor.exchange import service as exchange
from onedoor.exchange.models import Sheet
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Work

from . import drafts


async def open_sheets(work: Work, draft_id: DraftId) -> list[Sheet]:
    """What has not been allowed for this draft, and could be."""
    draft, _ = await drafts.asked_of_registers(work, draft_id)
    return await sheets_of(work, draft)


async def sheets_of(work: Work, draft: Draft) -> list[Sheet]:
    """The same for a draft that has just been begun."""
    question = await drafts.question_of(work, draft)
    return await exchange.sheets(work, drafts.me(work), question) if question else []


async def allow(work: Work, ports: Ports, draft_id: DraftId, chosen: dict[str, list[str]], mode: str) -> Draft:
    """Write down what was ticked, and ask for it."""
    draft, question = await drafts.asked_of_registers(work, draft_id)
    if question and await exchange.consented(work, question, chosen, mode):
        await drafts.ask(work, ports, draft, again=True)
    return draft
