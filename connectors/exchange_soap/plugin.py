"""Asks registers that speak SOAP 1.1, document/literal: an envelope from a template, an answer read into a plain tree.

For a known operation a template and lxml are enough; a SOAP library would believe declared encodings and put Chinese into latin-1 headers.
"""

import hashlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from msgspec import Struct

from connectors.asking import MOST_BYTES, Reading, at, operation, settings_of, understood, wrong
from connectors.outgoing import Outgoing, Reply
from onedoor.exchange.models import AskIn, AskOut, Health, Pulled, Push, Receipt, State, System

from .envelopes import Unread, tree, written


class Operation(Reading, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question or message. `lists`: names that are lists however many there are; `number`: where a receipt's number lies."""

    action: str
    envelope: str
    lists: list[str] = []
    number: str = ""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a register of this way says of itself. `faults`: what the end of a faultcode means, `not_held` or `refused`; else it is down."""

    path: str
    operations: dict[str, Operation]
    encoding: str = "utf-8"
    declares: str = ""
    faults: dict[str, str] = {}
    health: str = ""


class Soap:
    """Behind the port exchange.Soap."""

    def __init__(self) -> None:
        self._http = Outgoing()

    async def ask(self, system: System, request: AskOut) -> AskIn:
        settings = settings_of(system, Settings)
        asked: Operation = operation(system, settings.operations, request.operation)
        reply = await self._sent(system, settings, asked, request.keys, request.timeout_ms)
        return answered(reply, settings, asked)

    async def put(self, system: System, message: Push) -> Receipt:
        """The envelope carries `{request_id}`, by which the department knows a message it has had."""
        settings = settings_of(system, Settings)
        asked: Operation = operation(system, settings.operations, message.operation)
        words = {**message.body, "request_id": message.request_id}
        told = answered(await self._sent(system, settings, asked, words, system.timeout_ms), settings, asked)
        number = at(told.document, asked.number)
        if told.state is not State.HELD or not isinstance(number, str) or not number.strip():
            raise OSError(f"{system.code} did not take it: {told.state} {told.problem}")
        return Receipt(number.strip())

    async def pull(self, system: System, since: str) -> AsyncGenerator[Pulled]:
        raise OSError(f"{system.code} is asked, not pulled")
        yield

    async def health(self, system: System) -> Health:
        settings = settings_of(system, Settings)
        try:
            reply = await self._http.send(system, "GET", settings.health or f"{settings.path}?wsdl", {}, b"", system.timeout_ms / 1000)
        except OSError as away:
            return Health(False, str(away))
        return Health(reply.status == 200, "" if reply.status == 200 else f"answers {reply.status}")

    async def close(self) -> None:
        await self._http.close()

    async def _sent(self, system: System, settings: Settings, asked: Operation, words: dict[str, Any], ms: int) -> Reply:
        declares = settings.declares or settings.encoding
        headers = {"content-type": f"text/xml; charset={declares}", "SOAPAction": f'"{asked.action}"'}
        try:
            body = written(asked.envelope, words, settings.encoding, declares)
        except (UnicodeEncodeError, LookupError) as bad:
            raise OSError(f"{system.code} cannot be written to in {settings.encoding}") from bad
        return await self._http.send(system, "POST", settings.path, headers, body, ms / 1000)


def answered(reply: Reply, settings: Settings, asked: Operation) -> AskIn:
    """What the reply says: a fault by the table, whatever its status; else the document."""
    if reply.long:
        return wrong(f"longer than {MOST_BYTES} bytes")
    try:
        said = tree(reply.body, settings.encoding, frozenset(asked.lists))
    except Unread as no:
        return wrong(str(no), reply.body) if reply.status == 200 else _down(str(reply.status), reply)
    body = at(said, "/Envelope/Body")
    if isinstance(body, dict) and "Fault" in body:
        code = str(at(body, "/Fault/faultcode") or "").strip()
        meant = settings.faults.get(code.rpartition(":")[2].rpartition(".")[2])
        if meant in ("not_held", "refused"):
            return AskIn(State(meant), problem=code[:80], sha256=hashlib.sha256(reply.body).digest())
        return _down(code[:80] or "a fault", reply)
    return understood(said, asked, reply.body) if reply.status == 200 else _down(str(reply.status), reply)


def _down(problem: str, reply: Reply) -> AskIn:
    return AskIn(State.DOWN, problem=problem, sha256=hashlib.sha256(reply.body).digest())


def connect(home: Path) -> Soap:
    """The plugin; it keeps nothing in the home."""
    return Soap()
