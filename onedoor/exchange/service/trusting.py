"""互认城市 Whom this house believes among other cities, in memory; and adding one, switching it off, hearing what it says now."""

from onedoor.exchange.errors import CityAway, NoSuchCity
from onedoor.exchange.models import City, Trusted
from onedoor.exchange.node import node as own
from onedoor.exchange.ports import Cities
from onedoor.exchange.store import cities as store
from onedoor.kernel import jose, trust
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import say
from onedoor.kernel.jose import Malformed
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.trust import Document, Pinned
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId

NAME = "exchange.cities"


async def _load(db: Db) -> Trusted:
    known = {one.node: one for one in await store.cities(db)}
    heard = {node: _reread(one) for node, one in known.items() if one.state == "on"}
    return Trusted(known, {node: found for node, found in heard.items() if found is not None})


def _reread(city: City) -> Document | None:
    """What was believed when it was fetched; whether it still holds is asked each time it is used."""
    try:
        return trust.read(city.document, _pinned(city), city.seq, int(jose.Jws(city.document).payload.get("iat", 0)))
    except Malformed:
        return None


def _pinned(city: City) -> Pinned:
    return Pinned(city.node, city.fingerprint, tuple(city.divisions))


memory: Memory[Trusted] = Memory(NAME, _load)


async def trusted(work: Work) -> Trusted:
    """Every city that is known, from memory."""
    return await memory.get(work.db)


def remembered_cities() -> Trusted:
    """What this process knows without asking the database; nothing before the first load."""
    return memory.now if memory.loaded else Trusted({}, {})


async def city(work: Work, which: OrgId) -> City:
    found = (await trusted(work)).by_id(which)
    if found is None:
        raise NoSuchCity()
    return found


# ── adding one ─────────────────────────────────────────────────────────────────────────────────────


async def add(begin: Begin, ports: Ports, address: str, fingerprint: str, given: str = "") -> OrgId:
    """Believe a city whose address and fingerprint were read out by somebody of it. What it says of itself is fetched, or `given` when it
    came as a file; `errors` names what does not fit."""
    node, text = address.strip().rstrip("/"), given.strip()
    if not text:
        try:
            text = (await ports.get(Cities).get(node + trust.WHERE)).strip()
        except OSError as away:
            raise CityAway(node=node) from away
    async with begin() as work:
        found = _first(work, node, fingerprint.strip(), text)
        known = (await trusted(work)).cities.get(node)
        which = known.id if known else OrgId.new()
        if known and known.fingerprint == fingerprint.strip() and found.seq < known.seq:
            raise _wrong(work, "document", "seq")
        await store.put_city(work.db, City(
            node, which, fingerprint.strip(), list(found.divisions), "on", found.seq, text, work.now, "", work.actor.name or "", work.now,
        ))  # fmt: skip
        await changed(work.db, NAME)
    return which


def _first(work: Work, node: str, fingerprint: str, text: str) -> Document:
    """A document read for the first time: it may speak for the divisions that it names, as long as none is ours."""
    try:
        said = jose.Jws(text).payload.get("divisions")
        divisions = tuple(str(one) for one in said) if isinstance(said, list) else ()
        found = trust.read(text, Pinned(node, fingerprint, divisions), 0, int(work.now.timestamp()))
    except Malformed as bad:
        raise _wrong(work, "fingerprint" if str(bad) == "fingerprint" else "document", str(bad)) from bad
    root = orgs.city()
    ours = (root.code,) if root else ()
    if node == own().name or any(trust.covered([one], ours) or trust.covered(ours, [one]) for one in found.divisions):
        raise _wrong(work, "address", "own")
    return found


def _wrong(work: Work, pointer: str, why: str) -> Invalid:
    locale = work.locale
    words = {
        "fingerprint": say(locale, "与对方文件的指纹不同。请打电话再核对一遍，不要照抄文件里的。"),
        "own": say(locale, "这个地址或区划就是本市的"), "node": say(locale, "这份文件说的是另一个地址"),
        "expired": say(locale, "这份文件已过期，请对方重新给一份"), "seq": say(locale, "这份文件比已有的旧"),
    }.get(why) or say(locale, "这份文件不能相信（{why}）", why=why)
    return Invalid(errors=[{"pointer": f"/{pointer}", "detail": words}])


async def switch(work: Work, which: OrgId, *, on: bool) -> None:
    """Off: from the next request on nothing of this city is believed, and it is told nothing."""
    found = await city(work, which)
    if await store.set_city(work.db, found.node, "on" if on else "off"):
        await changed(work.db, NAME)


# ── hearing what it says now ───────────────────────────────────────────────────────────────────────


async def take(work: Work, node: str, text: str) -> str:
    """What a city published: kept when it is believed, else the reason; what was held before goes on until its own end."""
    known = (await trusted(work)).cities.get(node)
    if known is None or known.state != "on":
        raise NoSuchCity()
    try:
        found = trust.read(text.strip(), _pinned(known), known.seq, int(work.now.timestamp()))
    except Malformed as bad:
        await note(work, known, str(bad))
        return str(bad)
    if await store.put_document(work.db, node, found.seq, text.strip(), work.now):
        await changed(work.db, NAME)
    return ""


async def note(work: Work, known: City, why: str) -> None:
    """Why the newest document could not be had."""
    if await store.put_fault(work.db, known.node, why):
        await changed(work.db, NAME)


async def refresh(begin: Begin, ports: Ports) -> None:
    """Every city that is on is asked what it says now; the network between transactions. One that is away stays as it was."""
    actor = system("exchange.cities")
    async with begin(actor=actor) as work:
        known = [one for one in (await trusted(work)).cities.values() if one.state == "on"]
    for one in known:
        try:
            text, away = await ports.get(Cities).get(one.node + trust.WHERE), ""
        except OSError as silent:
            text, away = "", f"away: {silent}"
        async with begin(actor=actor) as work:
            await (take(work, one.node, text) if not away else note(work, one, away))

