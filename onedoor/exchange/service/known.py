"""The dictionary in memory, and how a city's files become it."""

import hashlib
import json
from typing import Any

from onedoor.exchange.dictionary import EMPTY, IDENTITY, Dictionary, Text, seconds
from onedoor.exchange.models import Transport
from onedoor.exchange.store import dictionary as store
from onedoor.kernel.db import Db
from onedoor.kernel.ids import to_builtins, to_json
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs

from .trusting import remembered_cities


async def _load(db: Db) -> Dictionary:
    return Dictionary(
        {e.code: e for e in await store.elements(db)}, {r.code: r for r in await store.registers(db)},
        {r.code: r for r in await store.resources(db)}, {r.resource: r for r in await store.readings(db)},
        {p.code: p for p in await store.purposes(db)}, {a.id: a for a in await store.agreements(db)},
    )  # fmt: skip


memory: Memory[Dictionary] = Memory("exchange.dictionary", _load)


async def dictionary(work: Work) -> Dictionary:
    """What the city has agreed, from memory."""
    return await memory.get(work.db)


async def knows(work: Work, elements: set[str]) -> set[str]:
    """Which of these no dictionary knows."""
    return elements - (await dictionary(work)).elements.keys()


async def source_title(work: Work, element: str) -> Text:
    """What the register is called that is this fact's source; the fact itself where there is none."""
    known = await dictionary(work)
    resource = known.source_of(element)
    return known.register_of(resource.code).title if resource else Text(element)


async def city_elements(work: Work) -> dict[str, Text]:
    """Every fact by its code, with its title."""
    return {code: element.title for code, element in (await dictionary(work)).elements.items()}


def title_of_fact(code: str) -> Text | None:
    """What a fact is called, as far as this process knows."""
    found = remembered().elements.get(code)
    return found.title if found else None


def remembered() -> Dictionary:
    """What this process knows without asking the database; nothing before the first load."""
    return memory.now if memory.loaded else EMPTY


_connected: set[str] = set()


def connected() -> set[str]:
    """Registers that this house has an address for, and those of cities that are believed. What is not connected is not asked, and nobody
    is told to wait for it."""
    if not (believed := remembered_cities().documents):
        return _connected
    abroad = [r for r in remembered().registers.values() if r.transport is Transport.CITY]
    return _connected | {r.code for r in abroad if r.settings.get("node") in believed}


def connect(registers: set[str]) -> None:
    """The registers of this process from now on."""
    _connected.clear()
    _connected.update(registers)


async def put_dictionary(work: Work, files: dict[str, list[dict[str, Any]]]) -> int:
    """The city's files as rows: how many were new or different. What was agreed or switched in the browser stays as it is."""
    offices = {d.code: d.id.uuid.hex for d in await orgs.departments(work)}
    registers = [_register(one, offices) for one in files["registers"]]
    resources = [_resource(one["code"], r) for one in files["registers"] for r in one.get("resource", [])]
    mappings = [
        {"resource": r["code"], "rules": r["rules"], "codes": one.get("codes", {}), "samples": _samples(r)}
        for one in files["registers"] for r in one.get("resource", []) if r.get("rules")
    ]  # fmt: skip
    agreements = [_agreement(one, offices) for one in files["agreements"]]
    count = sum([
        await store.put_elements(work.db, files["elements"]),
        await store.put_purposes(work.db, files["purposes"]),
        await store.put_registers(work.db, registers),
        await store.put_resources(work.db, resources),
        await store.put_mappings(work.db, mappings),
        await store.put_agreements(work.db, agreements),
        await store.drop_missing(
            work.db, [e["code"] for e in files["elements"]], [r["code"] for r in resources], [r["code"] for r in registers],
            [a["id"] for a in agreements],
        ),
    ])  # fmt: skip
    if count:
        await changed(work.db, memory.name)
    return count


def _samples(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"in": json.loads(one["in"]), "out": one["out"]} for one in resource.get("sample", [])]


def _register(one: dict[str, Any], offices: dict[str, str]) -> dict[str, Any]:
    kept = {key: one[key] for key in ("code", "title", "transport", "hours", "contact")}
    row = kept | {"org_ref": offices[one["department"]], "limits": one.get("limits", {}), "settings": one.get("settings", {})}
    return row | {"sha256": hashlib.sha256(to_json(row)).hexdigest()}


def _resource(register: str, one: dict[str, Any]) -> dict[str, Any]:
    kept = {key: one[key] for key in ("code", "version", "title", "way", "operation", "keys", "elements", "sharing", "cycle")}
    return kept | {
        "register": register, "basis": one.get("basis", ""), "fresh_s": seconds(one["fresh_for"]),
        "review_on": to_builtins(one.get("review_on")), "backflow": one.get("backflow", []),
    }  # fmt: skip


def _agreement(one: dict[str, Any], offices: dict[str, str]) -> dict[str, Any]:
    kept = {key: one[key] for key in ("id", "resource", "elements", "purposes", "items", "ground", "basis", "per_day")}
    return kept | {"asker": offices[one["asker"]], "from_on": to_builtins(one["from"]), "until_on": to_builtins(one["until"])}


__all__ = [
    "IDENTITY", "city_elements", "connect", "connected", "dictionary", "knows", "memory", "put_dictionary", "remembered", "source_title",
    "title_of_fact",
]  # fmt: skip
