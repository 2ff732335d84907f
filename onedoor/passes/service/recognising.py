"""互认 at work: codes and certificates from elsewhere, records sealed to the node of the person, and what other nodes tell of ours."""

import datetime as dt
import uuid

import msgspec
from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import jose
from onedoor.kernel import trust as document
from onedoor.kernel.jose import Malformed
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes import foreign
from onedoor.passes.errors import NotDeclared, PeerNotBelieved
from onedoor.passes.gates import Gate
from onedoor.passes.models import Colour
from onedoor.passes.od1 import layout
from onedoor.passes.od1.layout import Result
from onedoor.passes.od1.scans import scan_id
from onedoor.passes.recognition import assertion, levels, sealing
from onedoor.passes.recognition.assertion import Assertion
from onedoor.passes.regions import Mode, Read, Recognised
from onedoor.passes.store import people
from onedoor.passes.store import regions as store

from . import peering, visiting
from .known import in_force
from .known import known as schemes_known

SCANS_TYP = "onedoor-scans+jwt"
MOST_RECORDS = 100
LIFE = 600
KEPT = dt.timedelta(days=30)
READ = {Result.OK, Result.PAPER, Result.REPLAYED}
CERTIFICATES = ("HC1:", "shc:/")


class Records(Struct, frozen=True, forbid_unknown_fields=True):
    """Sealed records, signed by the node where they were made."""

    iss: str
    aud: str
    iat: int
    exp: int
    records: list[str]


def _now(work: Work) -> int:
    return int(work.now.timestamp())


async def read(work: Work, text: str) -> Read:
    """A code or certificate as it was scanned: whose it is, and what it is worth here."""
    if text.startswith(CERTIFICATES):
        return await _certificate(work, text)
    from .verifying import checker

    try:
        found = (await checker(work)).check(layout.read(text), _now(work))
    except layout.Unreadable:
        return Read(Result.FORMAT)
    if not found.scheme.startswith(peering.FOREIGN):
        return Read(found.result, peering.region().node if found.scheme else "", found.scheme, _name(found.colour))
    node, code = peering.apart(found.scheme)
    colour = _name(found.colour)
    if colour is None or found.result not in READ:
        return Read(found.result, node, code)
    return Read(found.result, node, code, colour, found.ask)


def _name(colour: layout.Colour | None) -> str | None:
    return None if colour is None else colour.name.lower()


async def _certificate(work: Work, text: str) -> Read:
    """HC1 and SMART Health Cards: genuine or not; the colour is that of our map, by kind of certificate."""
    known = await peering.believed(work)
    found = foreign.check(text, known.trust, _now(work))
    if found.result is not foreign.Result.VALID:
        return Read(found.result, found.issuer, found.system)
    here = levels.mapped(known.maps, found.system, found.system, found.kind)
    until = dt.datetime.fromtimestamp(found.until, dt.UTC) if found.until else None
    return Read("ok", found.issuer, found.system, here.colour, here.ask, found.holder, until)


# ── records of other regions' people ──────────────────────────────────────────────────────────────


async def seal(work: Work, gate: Gate, code: bytes, scheme: str, at: int, direction: str, place: str, division: str) -> None:
    """Keep a reading of a foreign code so that only the node of the person can read it."""
    node, _ = peering.apart(scheme)
    held = (await peering.believed(work)).documents.get(node)
    if held is None:
        return
    scan = scan_id(gate.id.uuid.bytes, code, at)
    record = sealing.Record(scan.hex(), layout.text_of(code), at, place, division, direction)
    try:
        sealed = sealing.seal(record, document.sealing_key(held), node, peering.region().node)
    except Malformed:
        return
    store.add_sealed(work.db, gate.org_id, scan, node, dt.datetime.fromtimestamp(at, dt.UTC), sealed)


async def waiting(work: Work, node: str) -> tuple[str, str, list[store.Sealed]] | None:
    """Where to send what waits for a node, the signed message, and what is in it."""
    held = (await peering.believed(work)).documents.get(node)
    rows = await store.unsent(work.db, node, MOST_RECORDS)
    if held is None or not rows or held.exp <= _now(work):
        return None
    here, now = peering.region(), _now(work)
    said = Records(here.node, node, now, now + LIFE, [jose.b64(one.sealed) for one in rows])
    header = {"alg": "ES256", "typ": SCANS_TYP, "kid": here.ring.active.kid}
    return held.endpoints.get("scans", ""), jose.sign(here.ring.signer, header, msgspec.to_builtins(said)), rows


async def sent(work: Work, rows: list[store.Sealed]) -> None:
    await store.sent(work.db, [one.org_id for one in rows], [one.scan_id for one in rows], work.now)


async def forget(work: Work) -> int:
    """Sealed records that have reached their node go a month later."""
    return await store.forget_sent(work.db, work.now - KEPT)


async def take(work: Work, token: str) -> int:
    """Records about our people from another node: opened, checked again, and put into the list of each person, once."""
    said = await _records(work, token)
    taken = 0
    for one in said.records[:MOST_RECORDS]:
        try:
            record = sealing.unseal(jose.unb64(one), peering.region().opener, peering.region().node, said.iss)
        except Malformed:
            continue
        taken += await _visited(work, said.iss, record)
    return taken


async def _records(work: Work, token: str) -> Records:
    try:
        node = str(jose.Jws(token).payload.get("iss"))
        held = await peering.standing_document(work, node)
        said = msgspec.convert(document.signed(token, held, SCANS_TYP, _now(work)), Records)
    except (Malformed, msgspec.ValidationError) as bad:
        raise PeerNotBelieved(why=str(bad) if isinstance(bad, Malformed) else "shape") from bad
    if said.aud != peering.region().node or said.exp <= _now(work) or said.iat > _now(work) + 60:
        raise PeerNotBelieved(why="expired")
    return said


async def _visited(work: Work, node: str, record: sealing.Record) -> int:
    """A gate elsewhere cannot invent a visit: the code that was shown there is checked as of then."""
    from .verifying import checker

    try:
        found = (await checker(work)).check(layout.read(record.code), record.at)
        scan = bytes.fromhex(record.scan_id)
    except (layout.Unreadable, ValueError):
        return 0
    scheme = (await schemes_known(work)).by_code.get(found.scheme)
    if found.pid is None or scheme is None or len(scan) != 16 or found.result in (Result.FORGED, Result.FORMAT):
        return 0
    authority = await orgs.department(work, scheme.authority)
    citizen = await store.whose(work.db, authority.id, found.pid.shard, found.pid.row)
    if citizen is None:
        return 0
    at = dt.datetime.fromtimestamp(record.at, dt.UTC)
    return await store.add_away_visit(
        work.db, citizen, at, scan, node, scheme.code, record.place[:120], record.division[:20], record.direction[:8]
    )


# ── one code for another ──────────────────────────────────────────────────────────────────────────


async def assert_to(work: Work, node: str, which: str) -> str:
    """What this house says of me to another node, for a day: my colour, my masked name, and a pseudonym for that node alone."""
    assert isinstance(work.actor.id, PersonId)
    await peering.standing_document(work, node)
    scheme, _ = await in_force(work, which)
    standing = await people.standing(work.db, work.actor.id, scheme.code)
    if standing is None:
        raise NotDeclared()
    person = await identity.person(work, work.actor.id)
    here, now = peering.region(), _now(work)
    return assertion.sign(here.ring, Assertion(
        here.node, node, assertion.pseudonym(here.pseudonyms, str(work.actor.id), node), uuid.uuid4().hex, now, now + assertion.LONGEST,
        scheme.code, standing.colour.value, mask_name((person.name if person else None) or ""), standing.division[:6],
    ))  # fmt: skip


async def exchange(work: Work, token: str, into: str = "") -> Recognised:
    """I come from elsewhere: what my node asserts of me, by our map, until it ends or a day is over. With a scheme of ours to go `into`,
    this house gives codes for it until then, unless somebody has to look first."""
    assert isinstance(work.actor.id, PersonId)
    try:
        node = str(jose.Jws(token).payload.get("iss"))
        held = await peering.standing_document(work, node)
        said = assertion.read(token, held, peering.region().node, _now(work))
    except Malformed as bad:
        raise PeerNotBelieved(why=str(bad)) from bad
    known = await peering.believed(work)
    direct = known.peers[node].mode in (Mode.VERIFY, Mode.REPORT)
    if direct or not document.covered([said.division], held.divisions):
        raise PeerNotBelieved(why="mode" if direct else "divisions")
    person = await identity.person(work, work.actor.id)
    if mask_name((person.name if person else None) or "") != said.name:
        raise PeerNotBelieved(why="name")
    shown = said.level if said.level in list(Colour) else None
    rules = known.rules(node, _now(work))
    if rules is None:
        raise PeerNotBelieved(why="hub")
    here = levels.mapped(rules, node, said.scheme, said.level, shown)
    until = dt.datetime.fromtimestamp(min(said.exp, _now(work) + assertion.LONGEST), dt.UTC)
    scheme = (await in_force(work, into))[0] if into and not here.ask else None
    place = await visiting.place(work, work.actor.id, scheme) if scheme else None
    made = Recognised(said.scheme, node, said.level, here.colour, here.ask, work.now, until, place)
    await store.put_recognised(work.db, work.actor.id, made, said.jti)
    return made


async def held(work: Work) -> list[Recognised]:
    """What other regions' nodes assert of me now."""
    assert isinstance(work.actor.id, PersonId)
    return await visiting.asserted(work, work.actor.id)


