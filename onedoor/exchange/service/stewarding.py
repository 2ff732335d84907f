"""数据管理员 What a steward sees and does: registers and how they answer, agreements and their end, mappings and their dry run."""

import json
from typing import Any

from msgspec import Struct

from onedoor.exchange.dictionary import Agreement, Code, Reading, Register, Resource
from onedoor.exchange.errors import BadReading, NoSuchAgreement, NoSuchRegister, NoSuchResource
from onedoor.exchange.mapping.applying import Outcome
from onedoor.exchange.mapping.rules import BadMapping
from onedoor.exchange.models import State
from onedoor.exchange.records import Circuit, Incident, MappingVersion
from onedoor.exchange.store import dictionary as store
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import convert, to_builtins
from onedoor.kernel.memory import changed
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work

from . import resting
from .keeping import fits, mapping_of
from .known import connected, dictionary, memory

MOST_SAMPLE = 40_000


class Standing(Struct, frozen=True):
    """A register as a steward looks at it."""

    register: Register
    circuit: Circuit | None
    connected: bool
    resources: list[Resource]
    incidents: list[Incident]

    @property
    def state(self) -> str:
        if self.register.state != "on":
            return self.register.state
        return "unconnected" if not self.connected else "resting" if self.circuit else "well"


class Line(Struct, frozen=True):
    """One element of a dry run: how it would be read, beside how it is read today."""

    element: str
    state: State
    value: Any
    why: str
    today: Any
    differs: bool


async def registers(work: Work) -> list[Standing]:
    known, rests = await dictionary(work), await resting.circuits(work)
    return [
        Standing(r, rests.get(r.code), r.code in connected(), [o for o in known.resources.values() if o.register == r.code], [])
        for r in known.registers.values()
    ]


async def register(work: Work, code: str) -> Standing:
    known, rests = await dictionary(work), await resting.circuits(work)
    found = known.registers.get(code)
    if found is None:
        raise NoSuchRegister()
    offered = [o for o in known.resources.values() if o.register == code]
    return Standing(found, rests.get(code), code in connected(), offered, await store.incidents(work.db, code))


async def switch(work: Work, code: str, act: str) -> None:
    """on: let it be asked again, also after it was blocked; off: nobody asks it. leave: rest by hand; back: end its rest."""
    await register(work, code)
    match act:
        case "on" | "off":
            await store.set_register(work.db, code, act)
            await changed(work.db, memory.name)
        case "leave":
            await resting.leave_alone(work, code, 0, by_hand=True, note=work.actor.name)
        case "back":
            await resting.take_back(work, code, by_hand=True)
        case _:
            raise Invalid(errors=[{"pointer": "/act", "detail": say(work.locale, "请选择要做什么")}])


async def agreements(work: Work) -> list[Agreement]:
    return list((await dictionary(work)).agreements.values())


async def agreement(work: Work, which: str) -> Agreement:
    found = (await dictionary(work)).agreements.get(which)
    if found is None:
        raise NoSuchAgreement()
    return found


async def end(work: Work, which: str, reason: str) -> None:
    """From the next request on, nothing is asked by it, and nothing had by it is shown."""
    await agreement(work, which)
    if not reason.strip():
        raise Invalid(errors=[{"pointer": "/reason", "detail": say(work.locale, "请写明为什么结束")}], values={"reason": reason})
    by = work.actor.id if isinstance(work.actor.id, PersonId) else None
    await store.end_agreement(work.db, which, work.now, by, reason[:300])
    await changed(work.db, memory.name)


async def resource(work: Work, code: str) -> Resource:
    found = (await dictionary(work)).resources.get(code)
    if found is None:
        raise NoSuchResource()
    return found


async def versions(work: Work, code: str) -> list[MappingVersion]:
    await resource(work, code)
    return await store.mapping_versions(work.db, code)


async def samples(work: Work, code: str) -> list[Any]:
    """Stored answers, without people: what every new version has to read."""
    return await store.samples(work.db, code)


def read(work: Work, code: str, rules: str, codes: str) -> Reading:
    """What was typed, as rules that can be used; BadReading names every fault."""
    errors: list[dict[str, str]] = []
    made: dict[str, Any] = {}
    for name, typed in (("rules", rules), ("codes", codes or "{}")):
        if "\\u0000" in typed:
            errors.append({"pointer": f"/{name}", "detail": say(work.locale, "有不能使用的字符，请删去看不见的符号后再试")})
            continue
        try:
            made[name] = json.loads(typed)
        except (ValueError, RecursionError) as bad:
            errors.append({"pointer": f"/{name}", "detail": say(work.locale, "不是 JSON：{why}", why=str(bad)[:100])})
    if not errors:
        try:
            tables = {t: {k: convert(c, Code) for k, c in one.items()} for t, one in made["codes"].items()}
            reading = Reading(code, 0, made["rules"], tables)
            mapping_of(reading)
            return reading
        except BadMapping as bad:
            errors += [{"pointer": "/rules", "detail": one} for one in bad.faults[:20]]
        except (AttributeError, TypeError, ValueError) as bad:
            errors.append({"pointer": "/codes", "detail": str(bad)[:200]})
    raise BadReading(errors=errors, values={"rules": rules, "codes": codes})


async def tried(work: Work, code: str, reading: Reading, sample: str) -> list[Line]:
    """A dry run: nothing is stored, nothing is switched."""
    known, found = await dictionary(work), await resource(work, code)
    if len(sample) > MOST_SAMPLE:
        raise BadReading(errors=[{"pointer": "/sample", "detail": say(work.locale, "太长了")}])
    try:
        document = json.loads(sample)
    except (ValueError, RecursionError) as bad:
        detail = say(work.locale, "不是 JSON：{why}", why=str(bad)[:100])
        raise BadReading(errors=[{"pointer": "/sample", "detail": detail}]) from bad
    live = known.readings.get(code)
    new, old = mapping_of(reading).apply(document), mapping_of(live).apply(document) if live else {}
    lines: list[Line] = []
    for element in found.elements:
        got, had = new.get(element, Outcome(State.UNMAPPED, why="no rule")), old.get(element)
        bad_shape = got.state is State.HELD and not fits(known, element, got.value)
        state, why = (State.UNMAPPED, "schema") if bad_shape else (got.state, got.why)
        today = had.value if had else None
        lines.append(Line(element, state, got.value, why, today, had is None or (had.state, had.value) != (got.state, got.value)))
    return lines


async def put(work: Work, code: str, reading: Reading, sample: str, sure: bool) -> int:
    """A new version, switched on at once. It reads every stored sample as before, or the steward has said that the change is meant."""
    lines = await tried(work, code, reading, sample)
    faults = [f"{one.element}: {one.why or one.state}" for one in lines if one.state in (State.UNMAPPED, State.WRONG)]
    if not sure:
        for stored in await samples(work, code):
            faults += mapping_of(reading).faults(stored["in"], stored["out"])
    if faults:
        raise BadReading(errors=[{"pointer": "/rules", "detail": one[:200]} for one in faults[:20]])
    by = work.actor.id if isinstance(work.actor.id, PersonId) else None
    version = await store.add_mapping(work.db, code, reading.rules, to_builtins(reading.codes), work.now, by)
    await live(work, code, version)
    return version


async def live(work: Work, code: str, version: int) -> None:
    """Switch to this version; also the way back to an older one."""
    if version not in {v.version for v in await versions(work, code)}:
        raise NoSuchResource()
    await store.unlive(work.db, code)
    await store.enliven(work.db, code, version)
    await changed(work.db, memory.name)
