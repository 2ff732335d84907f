"""代收 Whoever has no account reads nothing: what they are told goes to those who act for them by law, a child's guardians, a firm's head.

By a job: a device that has turned to somebody writes into that one's inbox alone.
"""

from typing import Any

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import convert, to_builtins
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.work import Begin, Work, system
from onedoor.mandates import store
from onedoor.mandates.models import BY_LAW
from onedoor.notify import service as notify


async def forward(work: Work, citizen: PersonId, title: Text, body: Text, stage: str, *, sms: bool = False) -> None:
    """Tell those who act for somebody without an account; of whoever has one, nobody."""
    whose = await identity.person(work, citizen)
    if whose is not None and not whose.phone:
        await later(work, citizen, title, body, stage, sms=sms)


async def later(work: Work, citizen: PersonId, title: Text, body: Text, stage: str, *, sms: bool, but: PersonId | None = None) -> None:
    """The same when it is known already; `but` is who has done it."""
    said = {"title": to_builtins(title), "body": to_builtins(body), "stage": stage, "sms": sms, "but": str(but) if but else ""}
    await enqueue(work.db, "mandates.forward", {"citizen": str(citizen)} | said)


async def sent(begin: Begin, args: dict[str, Any]) -> int:
    """To how many."""
    async with begin(actor=system("mandates")) as work:
        known = await store.by_law(work.db, PersonId.parse(args["citizen"]), 100)
        whom = [one for one in known if one.kind in BY_LAW and one.holds(work.today) and str(one.agent_ref) != args["but"]]
        title, body = convert(args["title"], Text), convert(args["body"], Text)
        for one in whom:
            sms = args["sms"] and not await identity.reached_here(work, one.agent_ref)
            await notify.send(work, one.agent_ref, title, body, f"/me/mandates/{one.id}", args["stage"], sms=sms)
        return len(whom)
