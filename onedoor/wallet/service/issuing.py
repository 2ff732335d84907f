"""颁发: a department's decision becomes a signed certificate in a wallet, in the transaction of the decision."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel import outbox
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import convert
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department, OrgId
from onedoor.wallet import policy, sdjwt, statuslist, vct
from onedoor.wallet.compat import Outline
from onedoor.wallet.errors import ClaimsDoNotFit, NumberTaken, TypesDoNotFit
from onedoor.wallet.events import CertIssued
from onedoor.wallet.models import (
    Cert,
    CertId,
    CertType,
    Claim,
    Claimed,
    ClaimKind,
    Holder,
    ListId,
    Look,
    NewType,
    Seal,
    Seed,
    Source,
    State,
    identifier_of,
    number_of,
)
from onedoor.wallet.statuslist import Status
from onedoor.wallet.store import certs as store
from onedoor.wallet.vault import vault

from . import freezing, known, telling

TRIES = 8
LONGEST = dt.timedelta(days=3652)
"""How long a signature lives when the certificate has no last day."""


async def put_types(work: Work, rows: Sequence[Mapping[str, Any]]) -> int:
    """The [[type]] tables of a city; how many were new or different. Types that are gone stay known: their certificates live on."""
    count, errors = 0, list[dict[str, str]]()
    for at, row in enumerate(rows):
        try:
            new = convert(dict(row), NewType)
        except msgspec.ValidationError as bad:
            errors.append({"pointer": f"/{at}", "detail": str(bad)})
            continue
        issuer = await orgs.department(work, new.issuer)
        kind = CertType(
            new.code, new.name, new.issuer, issuer.id, issuer.name, issuer.uscc, new.holder, new.claims,
            Look(new.ground, new.ink, new.sheet, new.lines, new.edge), new.number, new.valid_days, 1, new.derived,
            new.fills, new.guarded, new.held_by,
        )  # fmt: skip
        count += await store.put_type(work.db, kind)
    if errors:
        raise TypesDoNotFit(errors=errors)
    if count:
        await known.types_changed(work)
    return count


async def issue(
    work: Work, holder: PersonId, type_code: str, claims: Mapping[str, Any], decision_ref: str | None, holder_name: str,
    holder_number: str, issuer_org: OrgId, valid_days: int | None = None,
) -> Cert:  # fmt: skip
    """A new certificate for `holder`, announced to them and to the rooms above. `valid_days`: None as the type says, 0 without end."""
    policy.may_issue(work.actor, issuer_org)
    kind = await known.type_of(work, type_code)
    cert = await _made(work, kind, await issuer_of(work, kind, issuer_org), Draft(
        holder, Holder.of(holder_name, holder_number), fitting(work, kind, claims), decision_ref, Source.ISSUED,
        last_day(work.today, kind.valid_days if valid_days is None else valid_days),
    ))  # fmt: skip
    await freezing.with_the_rest(work, cert)
    await outbox.publish(work.db, CertIssued(holder, cert.id, type_code, issuer_org, decision_ref))
    await telling.issued(work, cert, kind)
    return cert


async def seed(work: Work, rows: Sequence[Seed]) -> int:
    """Certificates that the registers already hold (demo/residents.jsonl `certs`); one of each type a person, loading twice adds none."""
    count = 0
    for row in rows:
        for given in row.certs:
            kind = await known.type_of(work, given["type"])
            if await store.of_type(work.db, row.holder, kind.code):
                continue
            claims = fitting(work, kind, given.get("claims", {}))
            ends = _until(claims) or last_day(work.today, kind.valid_days)
            draft = Draft(row.holder, Holder.of(row.name, row.id_number), claims, None, Source.REGISTER, ends)
            await _made(work, kind, await issuer_of(work, kind, kind.issuer_ref), draft)
            count += 1
    return count


class Draft(msgspec.Struct, frozen=True):
    """What a certificate will say, before it has a number. `before` is the version that it replaces."""

    citizen: PersonId
    holder: Holder
    claims: dict[str, Any]
    decision_ref: str | None
    source: Source
    valid_to: dt.date | None
    before: Cert | None = None


async def issuer_of(work: Work, kind: CertType, org: OrgId) -> Department:
    return await orgs.department_of(work, org) or await orgs.department(work, kind.issuer)


def last_day(start: dt.date, days: int) -> dt.date | None:
    """The last day on which it is good, counting from `start`; 0 days: no end."""
    return start + dt.timedelta(days=days) if days else None


def _until(claims: Mapping[str, Any]) -> dt.date | None:
    given = claims.get("valid_until")
    return dt.date.fromisoformat(given) if given else None


def fitting(work: Work, kind: CertType, claims: Mapping[str, Any]) -> dict[str, Any]:
    """The claims in the order of the type; ClaimsDoNotFit names each that is unknown or of another kind."""
    by_name = {claim.name: claim for claim in kind.claims}
    errors = [{"pointer": f"/{name}", "detail": say(work.locale, "这种证照没有这一项")} for name in claims if name not in by_name]
    for name, value in claims.items():
        if name in by_name and value is not None and not _is(by_name[name], value):
            errors.append({"pointer": f"/{name}", "detail": say(work.locale, "内容与这一项的类型不符")})
    if errors:
        raise ClaimsDoNotFit(errors=errors)
    return {name: claims[name] for name in by_name if claims.get(name) not in (None, "")}


def _is(claim: Claim, value: Any) -> bool:
    if claim.kind is ClaimKind.BOOL:
        return isinstance(value, bool) or value in ("yes", "no")
    if claim.kind is ClaimKind.NUMBER:
        return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and value.replace(".", "", 1).isdigit())
    if not isinstance(value, str) or len(value) > 400:
        return False
    if claim.kind is not ClaimKind.DATE:
        return True
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


async def _made(work: Work, kind: CertType, issuer: Department, draft: Draft) -> Cert:
    """Number, place in the list, signature, row: each number and each place is given out once."""
    listed, integrity = await list_for(work, issuer.id), await known.document(work, kind)
    for attempt in range(TRIES):
        cert = _numbered(work, kind, issuer, draft, listed)
        if await store.claim(work.db, issuer.id, cert):
            seal, cert = sealed(work, kind, issuer, cert, integrity)
            await store.add(work.db, cert, seal)
            return cert
        if draft.before and await store.number_taken(work.db, issuer.id, cert.type, cert.number, cert.version):
            break
        if attempt == TRIES // 2:  # the list is filling up: its places are drawn at random, so a miss is rare in one half empty
            listed = await new_list(work, issuer.id)
    raise NumberTaken(type=kind.code)


def _numbered(work: Work, kind: CertType, issuer: Department, draft: Draft, listed: ListId) -> Cert:
    before = draft.before
    serial = before.serial if before else f"{work.today.year}{secrets.randbelow(10**9):09}"
    version = before.version + 1 if before else 1
    claims = dict(draft.claims)
    if draft.valid_to and "valid_until" not in claims and any(claim.name == "valid_until" for claim in kind.claims):
        claims["valid_until"] = draft.valid_to.isoformat()
    starts = min(work.today, draft.valid_to) if draft.valid_to else work.today
    return Cert(
        draft.citizen, CertId.new(), kind.code, identifier_of(kind.definer, kind.code, issuer.uscc, serial, version),
        before.number if before else number_of(kind.prefix, serial), serial, version, draft.holder, issuer.id, work.today, starts,
        draft.valid_to, State.EFFECTIVE, claims, listed, secrets.randbelow(statuslist.SIZE), draft.source, draft.decision_ref, None,
        work.now, "",
    )  # fmt: skip


async def placed(work: Work, kind: CertType, issuer: Department, draft: Draft, given: Outline) -> Cert:
    """A certificate that has its number already, from another system: a place in the list, our signature, and the state it came with."""
    listed, integrity = await list_for(work, issuer.id), await known.document(work, kind)
    state = State.EFFECTIVE if given.state is State.EXPIRED else given.state
    for attempt in range(TRIES):
        if attempt == TRIES // 2:
            listed = await new_list(work, issuer.id)
        cert = Cert(
            draft.citizen, CertId.new(), kind.code, given.identifier, given.number, given.serial, given.version, draft.holder, issuer.id,
            given.issued_on, given.valid_from, given.valid_to, state, draft.claims, listed, secrets.randbelow(statuslist.SIZE),
            draft.source, None, None, work.now, "",
        )  # fmt: skip
        if await store.claim(work.db, issuer.id, cert):
            seal, cert = sealed(work, kind, issuer, cert, integrity)
            await store.add(work.db, cert, seal)
            if state is not State.EFFECTIVE:
                place = Claimed(cert.citizen_id, cert.id, cert.list_ref, cert.idx)
                await store.set_status(work.db, place, issuer.id, Status.REVOKED, "came in ended", work.actor.id, work.now)
                await known.lists_changed(work)
            return cert
    raise NumberTaken(type=kind.code)


async def list_for(work: Work, org: OrgId, *, bound: bool = False) -> ListId:
    """Where new places are drawn."""
    newest = await store.newest_list(work.db, org, bound)
    return newest.id if newest else await new_list(work, org, bound=bound)


async def new_list(work: Work, org: OrgId, *, bound: bool = False) -> ListId:
    fresh = ListId.new()
    await store.add_list(work.db, org, fresh, statuslist.SIZE, bytes(statuslist.SIZE * statuslist.BITS // 8), bound, work.now)
    await known.lists_changed(work)
    return fresh


def sealed(work: Work, kind: CertType, issuer: Department, cert: Cert, integrity: str) -> tuple[Seal, Cert]:
    """签章: the certificate as an SD-JWT VC, signed with the key of this house."""
    ring = vault().ring
    opened = {**said_openly(work, kind, issuer.name.zh, issuer.uscc, cert), "vct#integrity": integrity}
    hidden = {name: value for name, value in said_of_person(cert).items() if name not in opened}
    credential = sdjwt.issue(ring, opened, hidden)
    digest = hashlib.sha256(credential.split("~", 1)[0].encode()).hexdigest()
    return Seal(ring.active.kid, work.now, credential), msgspec.structs.replace(cert, sha256=digest)


def said_openly(work: Work, kind: CertType, authority: str, uscc: str, cert: Cert) -> dict[str, Any]:
    """What everybody may read of a certificate: whose statement, of which type, until when, and where its state is written."""
    house, now = vault(), int(work.now.timestamp())
    ends = dt.datetime.combine(cert.valid_to, dt.time(), dt.UTC) + dt.timedelta(days=2) if cert.valid_to else work.now + LONGEST
    said: dict[str, Any] = {
        "iss": house.issuer, "vct": vct.uri_of(house.issuer, kind.code), "iat": now, "nbf": now, "exp": int(ends.timestamp()),
        "status": {"status_list": {"idx": cert.idx, "uri": statuslist.uri_of(house.issuer, cert.list_ref)}},
        "issuing_authority": authority, "issuing_authority_code": uscc, "certificate_type": kind.name.zh,
        **{name: cert.claims[name] for name in kind.opened if name in cert.claims},
    }  # fmt: skip
    return said | ({"valid_to": cert.valid_to.isoformat()} if cert.valid_to else {})


def said_of_person(cert: Cert) -> dict[str, Any]:
    """What its holder decides about, field by field."""
    return {
        "holder_name": cert.holder.name, "holder_number": cert.holder.number, "certificate_number": cert.number,
        "certificate_identifier": cert.identifier, "issued_on": cert.issued_on.isoformat(), **cert.claims,
    }  # fmt: skip


async def replaced(work: Work, kind: CertType, before: Cert, draft: Draft) -> Cert:
    """The next version of `before`, with its number."""
    return await _made(work, kind, await issuer_of(work, kind, before.issuer_ref), draft)
