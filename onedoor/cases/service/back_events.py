"""办理进度 What a department's own system tells by itself: signed as Standard Webhooks has it, with this system's own secret."""
from collections.abc import Mapping
from typing import Any

from onedoor.cases.errors import BackEventNotSigned, NoSuchBackOffice
from onedoor.cases.registration import BackEvent, Told
from onedoor.exchange import service as exchange
from onedoor.identity.ports import Secrets
from onedoor.kernel import text
from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work

from . import stages
from .definitions import memory

KIND = "case.stage"


def secret_of(ports: Ports, office: str) -> bytes:
    """The secret that this system signs with: a file of the installation's keys, made at first use."""
    return ports.get(Secrets).key(f"back_office_{office}")


async def pushed(work: Work, ports: Ports, office: str, headers: Mapping[str, str], body: bytes) -> Told:
    """One event of one system. Nothing of an event that is not signed is looked at."""
    if office not in (await memory.get(work.db)).offices:
        raise NoSuchBackOffice()
    name, stamp, signature = (headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    try:
        event = exchange.verified(secret_of(ports, office), name, stamp, signature, body, work.now)
    except exchange.Untrusted as no:
        raise BackEventNotSigned() from no
    errors = [] if event.kind == KIND else [{"pointer": "/type", "detail": say(work.locale, "只收 {kind} 这一种", kind=KIND)}]
    told = {name: _word(work, event.document, name, most, errors) for name, most in (("number", 100), ("stage", stages.LONGEST))}
    asked = event.document.get("request_id", "")
    if errors:
        raise Invalid(errors=errors)
    when = min(event.occurred_at, work.now)
    said = BackEvent(event.id, told["number"], told["stage"], when, asked.lower() if isinstance(asked, str) else "?")
    return await stages.told(work, said, office)


def _word(work: Work, document: Mapping[str, Any], name: str, most: int, errors: list[dict[str, str]]) -> str:
    given = document.get(name)
    word = given.strip() if isinstance(given, str) else ""
    if not 0 < len(word) <= most or text.fault(word):
        errors.append({"pointer": f"/data/{name}", "detail": say(work.locale, "请写明这一项，最多 {n} 个字", n=most)})
    return word
