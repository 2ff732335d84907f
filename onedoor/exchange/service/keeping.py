"""What to believe of an answer, and keeping it: sealed, dated, and only as long as it is needed."""

import datetime as dt
import functools
import hashlib
from typing import Any
from uuid import uuid4

import jsonschema_rs
import msgspec
from msgspec import Struct

from onedoor.exchange.dictionary import Dictionary, Reading, Register, Resource
from onedoor.exchange.mapping.applying import Mapping, Outcome
from onedoor.exchange.models import AskId, AskIn, State, Via
from onedoor.exchange.records import Answer, Incident
from onedoor.exchange.store import asking as store
from onedoor.exchange.store import dictionary as dictionary_store
from onedoor.exchange.store import people
from onedoor.exchange.vault import vault
from onedoor.identity.models import PersonId
from onedoor.kernel.ids import to_json
from onedoor.kernel.memory import changed
from onedoor.kernel.work import Work

from . import alerting
from .known import dictionary, memory

WRONGS, WITHIN = 3, dt.timedelta(hours=1)
TOMORROW = dt.timedelta(days=1)


class Judged(Struct, frozen=True):
    """An answer after it was looked at: what may be believed, what could not be read, and what has to be told a steward."""

    state: str
    values: dict[str, Any]
    unmapped: list[str]
    problem: str = ""
    incident: str = ""
    note: str = ""


def judged(known: Dictionary, resource: Resource, elements: list[str], keys: dict[str, str], said: AskIn) -> Judged:
    """Echo, mapping, schema. Nothing is attributed to a person whose key the register did not give back."""
    if said.state is not State.HELD:
        state = State.WRONG if said.state is State.UNMAPPED else said.state  # what is read how is for us to say
        incident = "wrong" if state is State.WRONG else ""
        return Judged(str(state), {}, [], said.problem[:100], incident, said.problem[:300])
    if any(said.echoed.get(name, "").upper() != value.upper() for name, value in keys.items()):  # a number may end in a small x
        return Judged("wrong", {}, [], "not_me", "not_me", "the answer does not name the person who was asked about")
    reading = known.readings.get(resource.code)
    if reading is None:
        return Judged("wrong", {}, [], "mapping", "wrong", "the resource has no mapping")
    outcomes = mapping_of(reading).apply(said.document, said.late)
    got = {name: outcomes.get(name, Outcome(State.UNMAPPED, why="no rule")) for name in elements}
    if changed_schema := [f"{name}: {one.why}" for name, one in got.items() if one.state is State.WRONG]:
        return Judged("wrong", {}, [], "schema", "wrong", "; ".join(changed_schema)[:300])
    values = {name: one.value for name, one in got.items() if one.state is State.HELD}
    bad = [name for name, value in values.items() if not fits(known, name, value)]
    unmapped = [name for name, one in got.items() if one.state is State.UNMAPPED] + bad
    notes = [f"{name}: {got[name].why or 'schema'}" for name in unmapped]
    late = [name for name, one in got.items() if one.state is State.LATE]
    values = {name: value for name, value in values.items() if name not in bad}
    if not values and not unmapped and not late:
        return Judged("not_held", {}, [])
    return Judged("held", values, unmapped + late, "", "unmapped" if unmapped else "", "; ".join(notes)[:300])


@functools.lru_cache(maxsize=256)
def _mapping(_key: tuple[str, int, str], rules: bytes, tables: bytes) -> Mapping:
    return Mapping(msgspec.json.decode(rules), msgspec.json.decode(tables))


def mapping_of(reading: Reading) -> Mapping:
    """The rules made ready, once for each version."""
    rules, tables = to_json(reading.rules), to_json(reading.tables)
    return _mapping((reading.resource, reading.version, hashlib.sha256(rules + tables).hexdigest()), rules, tables)


def fits(known: Dictionary, element: str, value: Any) -> bool:
    """Whether the value has the shape that the dictionary gives this fact."""
    one = known.elements.get(element)
    return one is not None and _validator(to_json(one.schema)).is_valid(value)


@functools.lru_cache(maxsize=512)
def _validator(schema: bytes) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        msgspec.json.decode(schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions(), retriever=_refuse
    )


def _refuse(uri: str) -> Any:
    raise ValueError(f"no reference leaves the dictionary: {uri}")


async def keep(
    work: Work, citizen: PersonId, ask_id: AskId, register: Register, resource: Resource, keys: dict[str, str], said: AskIn, took_ms: int
) -> None:  # fmt: skip
    """One small transaction: the answer is judged, sealed and dated. What was withdrawn meanwhile is dropped on arrival."""
    ask = await store.locked(work.db, citizen, ask_id)
    if ask is None or ask.state in ("dropped", "held", "not_held"):
        return
    if ask.consent_id is not None and await people.withdrawn(work.db, citizen, ask.consent_id):
        store.done(work.db, citizen, ask_id, "dropped", "", took_ms, work.now)  # taken back in the moment in which it was asked
        return
    known = await dictionary(work)
    found = judged(known, resource, ask.elements, keys, said)
    store.done(work.db, citizen, ask_id, found.state, found.problem, took_ms, work.now)
    as_of, received = said.as_of or work.today, work.now
    if as_of > work.today + TOMORROW:
        as_of = work.today
        await incident(work, register, resource, "future", f"as of {said.as_of}")
    if found.state == "held":
        body = vault().seal(found.values, citizen, ask_id)
        answered = [e for e in ask.elements if e not in found.unmapped]  # the rest is asked once more
        purpose = known.purposes.get(ask.purpose)
        store.keep(work.db, Answer(
            citizen, ask_id, resource.code, ask.agreement, answered, ask.purpose, body, as_of, received,
            received + dt.timedelta(seconds=resource.fresh_s), work.today + dt.timedelta(days=purpose.keep_days if purpose else 1),
            Via.LIVE if resource.way in ("interface", "table") else Via.REPLICA, said.sha256 or hashlib.sha256(body).digest(),
            found.unmapped, ask.consent_id, len(found.values),
        ))  # fmt: skip
    if found.incident:
        await incident(work, register, resource, found.incident, found.note)


async def incident(work: Work, register: Register, resource: Resource, kind: str, note: str) -> None:
    """Told to the steward without any value. Somebody else's record stops the register until it is looked at; so do three wrong ones."""
    await dictionary_store.add_incident(work.db, Incident(uuid4(), register.code, resource.code, kind, note, work.now))
    stop = kind == "not_me"
    if kind == "wrong":
        stop = await dictionary_store.wrongs_since(work.db, register.code, work.now - WITHIN) >= WRONGS
    if stop and await dictionary_store.set_register(work.db, register.code, "blocked"):
        await changed(work.db, memory.name)
        await alerting.stopped(work, register)
