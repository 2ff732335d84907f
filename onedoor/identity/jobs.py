"""What the clock and the queue make identity do."""

from typing import Any
from uuid import UUID

from onedoor.kernel.jobs import Cron
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from . import service
from .models import CodeId
from .ports import Secrets, SmsGateway
from .service import living


async def send_code(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Queue "otp": one text message with a one-time code."""
    code = CodeId(UUID(hex=args["code"]))
    await service.deliver_code(begin, ports.get(SmsGateway), ports.get(Secrets), args["tel"], code, args["locale"])


async def sweep(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every hour: codes and sessions that have run out go."""
    async with begin(actor=system("identity.sweep")) as work:
        await service.sweep(work)


async def listen(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every minute: what the population register has to tell."""
    await living.listen(begin, ports)


handlers = {"identity.code": send_code, "identity.sweep": sweep, "identity.listen": listen}
cron = [Cron("identity.sweep", every=3600), Cron("identity.listen", every=60)]
