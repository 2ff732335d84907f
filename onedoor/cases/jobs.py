"""What the worker does for cases: scan files, and clear away what nobody uses any more."""
from typing import Any

from onedoor.identity.models import PersonId
from onedoor.kernel.jobs import Cron, Handler
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin

from .models import AttachmentId
from .service import attachments, sweeping


async def scan(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """One file goes to the scanner."""
    await attachments.scan(begin, ports, PersonId.parse(args["citizen"]), AttachmentId.parse(args["file"]))


async def sweep(begin: Begin, ports: Ports, args: dict[str, Any]) -> None:
    """Expired drafts and files without an owner, every night."""
    await sweeping.sweep(begin, ports)


handlers: dict[str, Handler] = {"cases.scan": scan, "cases.sweep": sweep}
cron = [Cron("cases.sweep", daily="03:40")]
