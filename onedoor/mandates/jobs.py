"""What the clock and the queue make mandates do."""

from typing import Any

from onedoor.identity.models import PersonId
from onedoor.kernel.jobs import Cron
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin

from .models import MandateId, PaperId
from .service import family, forwarding, hearing


async def send_code(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Queue "sms": the code that the principal reads out on a call."""
    await hearing.send_code(begin, ports, PersonId.parse(args["citizen"]), MandateId.parse(args["mandate"]))


async def tell_stopped(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Queue "sms": the answer to "stop"."""
    await hearing.tell_stopped(begin, ports, args["tel"], args["n"], args["id"])


async def used_up(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """A mandate has been used as often as agreed."""
    await hearing.used_up(begin, PersonId.parse(args["citizen"]), MandateId.parse(args["mandate"]))


async def listen(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every ten seconds: what people have replied by text message."""
    await hearing.listen(begin, ports)


async def expire(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every hour: mandates whose last day has passed, and those nobody has answered."""
    await hearing.expire(begin)


async def recheck(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every night: guardians whom the register no longer names."""
    await family.recheck(begin, ports)


async def forward(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """What somebody without an account is told, to those who act for them by law."""
    await forwarding.sent(begin, args)


async def scan(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """The safety scan of a signed paper."""
    await hearing.scan(begin, ports, PersonId.parse(args["citizen"]), MandateId.parse(args["mandate"]), PaperId.parse(args["paper"]))


handlers = {
    "mandates.code": send_code, "mandates.stopped": tell_stopped, "mandates.listen": listen, "mandates.expire": expire,
    "mandates.scan": scan, "mandates.used_up": used_up, "mandates.recheck": recheck, "mandates.forward": forward,
}  # fmt: skip
cron = [Cron("mandates.listen", every=10), Cron("mandates.expire", every=3600), Cron("mandates.recheck", daily="03:20")]
