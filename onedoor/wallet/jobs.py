"""What the clock and the queue make the wallet do."""

from typing import Any
from uuid import UUID

from onedoor.identity.models import PersonId
from onedoor.identity.ports import SmsGateway
from onedoor.kernel.jobs import Cron
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, system

from . import service
from .models import OfferId


async def send_code(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Queue "otp": the code with which a certificate goes into another wallet."""
    citizen, offer = PersonId(UUID(hex=args["citizen"])), OfferId(UUID(hex=args["offer"]))
    await service.deliver_code(begin, ports.get(SmsGateway), citizen, offer, args["locale"])


async def sweep(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every hour: offers, nonces and questions that have run out go."""
    async with begin(actor=system("wallet.sweep")) as work:
        await service.sweep(work)


async def lists(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Other cities' status lists, kept for the hour in which a city does not answer."""
    await service.refresh_lists(begin, ports)


async def ending(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Every morning: whose certificates end soon is told."""
    await service.remind(begin)


handlers = {"wallet.code": send_code, "wallet.sweep": sweep, "wallet.lists": lists, "wallet.ending": ending}
cron = [Cron("wallet.sweep", every=3600), Cron("wallet.lists", every=300), Cron("wallet.ending", daily="08:40")]
