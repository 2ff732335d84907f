"""What the queue makes notify do."""

from typing import Any
from uuid import UUID

from onedoor.identity.models import PersonId
from onedoor.identity.ports import SmsGateway
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin

from . import service
from .models import MessageId


async def send_sms(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Queue "sms": one text message about one inbox message."""
    citizen, message = PersonId(UUID(hex=args["citizen"])), MessageId(UUID(hex=args["message"]))
    await service.deliver_sms(begin, ports.get(SmsGateway), citizen, args["kind"], args["number"], message)


handlers = {"notify.sms": send_sms}
