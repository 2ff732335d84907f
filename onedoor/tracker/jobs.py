"""What the clock makes the tracker do: seal, look for what stands out, work chains out again, let questions escalate, let old bodies go."""

from typing import Any

from onedoor.kernel.ids import convert, to_builtins
from onedoor.kernel.jobs import Cron, enqueue
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from .service import challenges, sealing, verifying, watching


async def seal(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every hour: the ends of all chains that grew."""
    await sealing.seal(begin)


async def watch(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every ten minutes: what each reader has looked at today."""
    await watching.count(begin)


async def sample(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every ten minutes: some chains are worked out again."""
    await verifying.sample(begin)


async def daily(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Nightly, or as soon as the house is there again: questions that nobody answered go to who supervises, yesterday's readers are counted
    for the last time, what is too old is emptied, what was changed yesterday is checked."""
    await challenges.escalate(begin)
    await watching.count(begin, both=True)
    await watching.forget(begin)
    await _yesterday(begin, None)


async def yesterday(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """The next stretch of what was changed yesterday, behind whatever is urgent."""
    await _yesterday(begin, convert(args["done"], verifying.Done))


async def _yesterday(begin: Begin, done: verifying.Done | None) -> None:
    _, following = await verifying.yesterday(begin, done)
    if following is not None:
        async with begin(actor=system("tracker.daily")) as work:
            args = {"done": to_builtins(following)}
            await enqueue(work.db, "tracker.yesterday", args, queue="bulk", key=f"after {following.after}")


handlers = {"tracker.seal": seal, "tracker.watch": watch, "tracker.sample": sample, "tracker.daily": daily, "tracker.yesterday": yesterday}
cron = [
    Cron("tracker.seal", every=3600), Cron("tracker.watch", every=600), Cron("tracker.sample", every=600),
    Cron("tracker.daily", daily="00:40"),
]  # fmt: skip
