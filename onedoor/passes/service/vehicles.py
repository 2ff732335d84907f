"""车辆通行证: asked for by whoever drives or answers for a vehicle, decided by the scheme's authority, read at gates without a network."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import buckets
from onedoor.kernel.i18n import Text, pick, say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import Unclean, clean
from onedoor.kernel.trust import bare, covered
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.passes import policy
from onedoor.passes.errors import BadVehicle, NoSuchVehicle, VehicleDecided
from onedoor.passes.gates import Gate
from onedoor.passes.models import Scheme
from onedoor.passes.od1.bundles import known_of
from onedoor.passes.od1.layout import Unreadable
from onedoor.passes.regions import PeerState
from onedoor.passes.store import gates as gate_store
from onedoor.passes.store import vehicles as store
from onedoor.passes.vault import vault
from onedoor.passes.vehicles import (
    MOST_DAYS,
    MOST_DIVISIONS,
    USES,
    Result,
    Said,
    Use,
    Vehicle,
    VehicleId,
    VehicleState,
    Verdict,
    check,
    fresh_serial,
    plate_of,
    read,
    sign,
)

from . import peering
from .known import in_force, known
from .verifying import known as gate_known

MOST_OWN, MOST_OPEN, MOST_WAITING, A_DAY = 50, 200, 20, 40
AHEAD = dt.timedelta(days=30)
ONE_DAY = dt.timedelta(days=1)


class Asked(Struct, frozen=True):
    """What is asked for, as it was typed."""

    scheme: str
    plate: str
    use: str
    route: list[str]
    purpose: str
    starts_on: str
    ends_on: str
    key: VehicleId | None = None
    """Drawn when the form was shown: sending the same form twice asks once."""


class Division(Struct, frozen=True):
    """A part of this city, or of a recognised region, that a route may go through."""

    code: str
    name: Text


async def schemes(work: Work) -> list[Scheme]:
    """Schemes that hold today and give passes to vehicles."""
    return [one for one in (await known(work)).by_code.values() if one.gate.vehicles and one.holds(work.today)]


async def divisions(work: Work) -> list[Division]:
    """Where a route may lead: this city and its districts, and the regions whose codes are read here or which read ours."""
    root = orgs.city()
    own = [Division(one.code, one.name) for one in (root, *orgs.below(root.code))] if root else []
    believed = await peering.believed(work)
    for node, held in sorted(believed.documents.items()):
        if believed.peers[node].state is PeerState.ACTIVE:
            name = Text(held.name.get("zh", node), held.name.get("en", node))
            own += [Division(bare(code), name) for code in held.divisions]
    return own


async def ask(work: Work, asked: Asked) -> Vehicle:
    """Ask for a pass; every field that is wrong is named."""
    policy.proven(work.actor, "/passes/vehicles/new")
    assert isinstance(work.actor.id, PersonId)
    if asked.key and (held := await store.locked(work.db, work.actor.id, asked.key)):
        return held
    made = await _read(work, work.actor.id, asked)
    await buckets.need(work.db, f"passes vehicle {made.citizen_id.hex}", capacity=A_DAY, per_second=A_DAY / 86_400)
    if not await store.add(work.db, made):  # the same form came a moment ago
        return await one_of_mine(work, made.id)
    return made


async def _read(work: Work, citizen: PersonId, asked: Asked) -> Vehicle:
    errors: list[dict[str, str]] = []

    def wrong(field: str, detail: str) -> None:
        errors.append({"pointer": f"/{field}", "detail": detail})

    scheme = next((one for one in await schemes(work) if one.code == asked.scheme), None)
    if scheme is None:
        wrong("scheme", say(work.locale, "请选择一个现在生效的方案"))
    plate = plate_of(asked.plate)
    if plate is None:
        wrong("plate", _no_plate(work.locale))
    if asked.use not in USES:
        wrong("use", say(work.locale, "请选择车辆的用途"))
    route = list(dict.fromkeys(asked.route))
    if not 1 <= len(route) <= MOST_DIVISIONS or not set(route) <= {one.code for one in await divisions(work)}:
        wrong("route", say(work.locale, "请选择要经过的地方，最多 {n} 个", n=MOST_DIVISIONS))
    purpose = _clean(asked.purpose, 120)
    if len(purpose) < 2:
        wrong("purpose", say(work.locale, "请写明为什么要走，比如：给医院送药"))
    first, last = _days(work, asked, scheme, wrong)
    if await store.waiting(work.db, citizen, work.today) >= MOST_WAITING:
        wrong("", say(work.locale, "您有 {n} 份申请还没有处理，等有了结果再申请", n=MOST_WAITING))
    if errors or scheme is None or plate is None:
        raise BadVehicle(errors=errors)
    return Vehicle(
        citizen, asked.key or VehicleId.new(), scheme.code, plate, Use(asked.use), route, purpose, first, last, VehicleState.ASKED, work.now
    )  # fmt: skip


def _no_plate(locale: str) -> str:
    return say(locale, "车牌号不对，请照行驶证填写，比如 鄂A12345")


def _clean(given: str, most: int) -> str:
    try:
        return " ".join(clean(given, most).split())
    except Unclean:
        return ""


def _days(work: Work, asked: Asked, scheme: Scheme | None, wrong: Any) -> tuple[dt.date, dt.date]:
    """First and last day; at most so many, and none after the scheme's own end."""
    found = [_day(asked.starts_on), _day(asked.ends_on)]
    for field, day in zip(("starts_on", "ends_on"), found, strict=True):
        if day is None:
            wrong(field, say(work.locale, "请写成 2026-11-20 这样的日期"))
    first, last = found[0] or work.today, found[1] or work.today
    if found[0] and not work.today <= first <= work.today + AHEAD:
        wrong("starts_on", say(work.locale, "开始的日子要在今天到 30 天以内"))
    if found[0] and found[1] and not 0 <= (last - first).days < MOST_DAYS:
        wrong("ends_on", say(work.locale, "最后一天不能早于开始，最多 {n} 天", n=MOST_DAYS))
    elif scheme is not None and last > scheme.ends_on:
        wrong("ends_on", say(work.locale, "这个方案到 {day} 结束", day=scheme.ends_on.isoformat()))
    return first, last


def _day(given: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given.strip())
    except ValueError:
        return None


# ── the applicant's own ────────────────────────────────────────────────────────────────────────────


async def mine(work: Work) -> list[Vehicle]:
    """What I have asked for, the latest first."""
    assert isinstance(work.actor.id, PersonId)
    return await store.own(work.db, work.actor.id, MOST_OWN)


async def one_of_mine(work: Work, which: VehicleId) -> Vehicle:
    assert isinstance(work.actor.id, PersonId)
    found = await store.locked(work.db, work.actor.id, which)
    if found is None:
        raise NoSuchVehicle()
    return found


async def give_back(work: Work, which: VehicleId) -> None:
    """No longer wanted, or the vehicle is another's now: gates refuse the code from now on."""
    found = await one_of_mine(work, which)
    if found.state not in (VehicleState.ASKED, VehicleState.ISSUED):
        raise VehicleDecided()
    await store.decide(work.db, replace(found, state=VehicleState.WITHDRAWN, decided_at=work.now))


# ── the authority ──────────────────────────────────────────────────────────────────────────────────


async def open_ones(work: Work, typed: str = "") -> tuple[list[Vehicle], bool]:
    """Passes of the own department's schemes that wait or are out, and whether there are more than these; with a number plate, that
    vehicle's alone. Each of these people reads that the list was looked at. Raises Invalid for what is no number plate.
    """
    plate = plate_of(typed) if typed else ""
    if plate is None:
        raise Invalid(errors=[{"pointer": "/plate", "detail": _no_plate(work.locale)}])
    department = orgs.code_of(policy.own(work.actor))
    own = [one.code for one in (await known(work)).by_code.values() if one.authority == department]
    found = await store.open_ones(work.db, own, plate, work.today, MOST_OPEN + 1)
    more, found = len(found) > MOST_OPEN, found[:MOST_OPEN]
    people = list(dict.fromkeys(one.citizen_id for one in found))
    await identity.record_accesses(work, people, text("查看车辆通行证的名单"), ("passes.vehicle",))
    return found, more


async def handle(work: Work, citizen: PersonId, which: VehicleId) -> tuple[Vehicle, str]:
    """One of them with the name of who asked, who reads that it was looked at."""
    found = await _to_decide(work, citizen, which)
    await identity.record_access(work, citizen, text("处理车辆通行证的申请"), ("person.name", "passes.vehicle"), None)
    person = await identity.person(work, citizen)
    return found, (person.name if person else None) or ""


async def decide(work: Work, citizen: PersonId, which: VehicleId, act: str, words: str) -> Vehicle:
    """Issue what was asked for, refuse it, or take back what is out; both of the latter with a reason. Nobody decides about their own."""
    found = await _to_decide(work, citizen, which)
    policy.not_ones_own(work.actor, citizen)
    if found.state is not (VehicleState.ISSUED if act == "withdraw" else VehicleState.ASKED):
        raise VehicleDecided()
    reason = _clean(words, 200)
    if act != "issue" and len(reason) < 2:
        raise BadVehicle(errors=[{"pointer": "/words", "detail": say(work.locale, "请写明理由，申请人会看到")}])
    states = {"issue": VehicleState.ISSUED, "refuse": VehicleState.REFUSED, "withdraw": VehicleState.WITHDRAWN}
    made = replace(found, state=states[act], decided_at=work.now, decided_name=work.actor.name, words=reason or None)
    if act == "issue":
        await in_force(work, made.scheme)
        made = _issued(work, made)
    await store.decide(work.db, made)
    await _told(work, made)
    return made


async def _to_decide(work: Work, citizen: PersonId, which: VehicleId) -> Vehicle:
    found = await store.locked(work.db, citizen, which)
    scheme = (await known(work)).by_code.get(found.scheme) if found else None
    if found is None or scheme is None or orgs.code_of(policy.own(work.actor)) != scheme.authority:
        raise NoSuchVehicle()
    return found


def _issued(work: Work, one: Vehicle) -> Vehicle:
    """With a code; drawn again until a page or a message cannot swallow one of two blanks."""
    ring = vault().ring(one.scheme, int(work.now.timestamp()))
    begins, ends = (
        int(dt.datetime.combine(day, dt.time(), work.zone).timestamp()) for day in (one.starts_on, one.ends_on + ONE_DAY)
    )  # fmt: skip
    while True:
        serial = fresh_serial()
        said = Said(b"", int(work.now.timestamp()), begins, ends, serial, USES.index(one.use), one.plate, tuple(one.route))
        code = sign(ring.key, said)
        if "  " not in code and not code.endswith(" "):
            return replace(one, serial=serial, code=code)


async def _told(work: Work, one: Vehicle) -> None:
    title = {
        VehicleState.ISSUED: text("{plate}的车辆通行证办好了", plate=one.plate),
        VehicleState.REFUSED: text("{plate}的车辆通行证没有批准", plate=one.plate),
        VehicleState.WITHDRAWN: text("{plate}的车辆通行证收回了", plate=one.plate),
    }[one.state]  # fmt: skip
    body = text("理由：{words}", words=one.words or "")
    if one.state is VehicleState.ISSUED:
        body = text("打开就能出示，也可以打印出来放在车上。")
    await notify.send(work, one.citizen_id, title, body, f"/passes/vehicles/{one.id}", "passes.vehicle")


# ── gates ──────────────────────────────────────────────────────────────────────────────────────────


async def at_gate(work: Work, gate: Gate, code: str, plate: str | None) -> Verdict:
    """What a barrier with a camera for plates asks: judged now. No check of a vehicle is kept."""
    place = await gate_store.place(work.db, gate.org_id, gate.place_id)
    issuers = (await gate_known(work)).issuers
    taken_back = await store.withdrawn(work.db, work.today)
    return _judged(code, issuers, place.division if place else "", int(work.now.timestamp()), plate, taken_back)


async def taken_back(work: Work) -> list[str]:
    """Serials that gates refuse, for a day without a network."""
    return [one.hex() for one in await store.withdrawn(work.db, work.today)]


def verified(bundle: Mapping[str, Any], code: str, plate: str | None, now: int) -> Verdict:
    """Without a database: by what a gate is given."""
    withdrawn = [bytes.fromhex(one) for one in bundle.get("vehicles_withdrawn", ())]
    return _judged(code, known_of(bundle, [], now).issuers, bundle["gate"]["division"], now, plate, withdrawn)


def _judged(code: str, issuers: Any, here: str, now: int, plate: str | None, withdrawn: list[bytes]) -> Verdict:
    try:
        return check(read(code), issuers, here, now, plate, withdrawn)
    except Unreadable:
        return Verdict(Result.FORMAT)


def route_words(locale: str, route: list[str] | tuple[str, ...], known: list[Division]) -> list[str]:
    """The parts of a route by name; a code where no name is known."""
    names = {one.code: pick(locale, one.name) for one in known}
    return [names.get(one) or next((name for code, name in names.items() if covered([one], [code])), one) for one in route]
