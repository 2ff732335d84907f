"""What the clock and the queue make passes do: work people out again, raise late appeals, end schemes."""

from typing import Any

from onedoor.kernel.jobs import Cron
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from . import service


async def age(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every five minutes: colours that end by time alone."""
    async with begin(actor=system("passes.age")) as work:
        codes = [one.code for one in (await service.known(work)).by_code.values() if one.holds(work.today)]
    for code in codes:
        await service.grown_old(begin, code)


async def region(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A level has changed: those who named the place are worked out again."""
    await service.level_changed(begin, args["scheme"], args["division"])


async def replay(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A later version of the rules is in force; goes on where it was stopped."""
    await service.replay(begin, args["scheme"], args["before"], args["after"], apply=True)


async def late(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every ten minutes: appeals that nobody answered in time."""
    await service.raise_late(begin)


async def sunset(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Nightly: what has passed its last day ends, what has passed its retention goes."""
    await service.sunset(begin, ports)


async def ended(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Tell everybody who had a pass that it is over."""
    await service.tell_ended(begin, args["scheme"])


handlers = {
    "passes.age": age, "passes.region": region, "passes.replay": replay, "passes.late": late, "passes.sunset": sunset,
    "passes.ended": ended,
}  # fmt: skip
cron = [Cron("passes.age", every=300), Cron("passes.late", every=600), Cron("passes.sunset", daily="00:20")]
