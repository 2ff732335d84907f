"""What the worker does for orgs: scan the papers of registrations, tell who is invited."""

from typing import Any

from onedoor.identity.models import PersonId
from onedoor.identity.ports import SmsGateway
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin

from .registered import ProofId
from .service import members, registering


async def scan(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """One paper goes to the scanner."""
    await registering.scan(begin, ports, PersonId.parse(args["citizen"]), ProofId.parse(args["proof"]))


async def invite(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """The text message of one invitation."""
    await members.tell(begin, ports.get(SmsGateway), args["tel"], args["org"], args["id"])


handlers = {"orgs.scan": scan, "orgs.invite": invite}
