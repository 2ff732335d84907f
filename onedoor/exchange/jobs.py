"""What the worker does for exchange: what a process left behind, corrections and their answers, registers that rest, old answers."""

from typing import Any

from onedoor.identity.models import PersonId
from onedoor.kernel.jobs import Cron, Handler
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from .models import AskId
from .records import ChallengeId, SheetId
from .service import beholding, contesting, copying, demanding, finishing, giving_back, trusting, witnessing


async def finish(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Asks that were not settled within ten seconds."""
    asks = [AskId.parse(one) for one in args["asks"]]
    await finishing.finish(begin, ports, PersonId.parse(args["citizen"]), asks, int(args.get("turn", 0)))


async def correct(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A person's objection lies on the desk of the department that keeps the fact."""
    async with begin(actor=system("exchange.correct")) as work:
        await contesting.on_the_desk(work, PersonId.parse(args["citizen"]), ChallengeId.parse(args["challenge"]))


async def corrected(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Its answer reaches the person."""
    async with begin(actor=system("exchange.corrected")) as work:
        await contesting.tell(work, PersonId.parse(args["citizen"]), ChallengeId.parse(args["challenge"]), args["state"], args["words"])


async def scan(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """The safety scan of a signed sheet."""
    await witnessing.scan(begin, ports, PersonId.parse(args["citizen"]), SheetId.parse(args["sheet"]))


async def probe(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Are those that rest back?"""
    await finishing.probe(begin, ports)


async def take(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What departments have laid down or told since the last time."""
    await copying.take(begin, ports)


async def cities(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What other cities say of themselves now."""
    await trusting.refresh(begin, ports)


async def behold(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Seals of other cities are noted as they are first seen."""
    await beholding.look(begin, ports)


async def give_back(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What is due to a district or a street by one agreement."""
    await giving_back.prepare(begin, ports, args["agreement"])


async def sweep(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Answers past their day, every night; other cities' questions; and demands that nobody has answered go up; what is due to
    districts and streets."""
    async with begin(actor=system("exchange.sweep"), seconds=60) as work:
        await finishing.sweep(work)
    async with begin(actor=system("exchange.sweep")) as work:
        await demanding.escalate(work)
    async with begin(actor=system("exchange.sweep")) as work:
        await giving_back.nightly(work)


handlers: dict[str, Handler] = {
    "exchange.finish": finish, "exchange.correct": correct, "exchange.corrected": corrected, "exchange.probe": probe,
    "exchange.sweep": sweep, "exchange.take": take, "exchange.cities": cities, "exchange.scan": scan, "exchange.give_back": give_back,
    "exchange.behold": behold,
}  # fmt: skip
cron = [
    Cron("exchange.probe", every=5), Cron("exchange.take", every=20), Cron("exchange.cities", every=300),
    Cron("exchange.behold", every=3600),    Cron("exchange.sweep", daily="03:50"),
]  # fmt: skip
