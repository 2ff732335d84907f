"""Statements about certificates, their types, status lists, and what is written about shows and checks."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId
from onedoor.wallet.models import Cert, CertId, CertType, Claimed, Front, ListId, Logged, Present, PresentId, Seal, State


class Head(msgspec.Struct, frozen=True):
    """A status list without its body."""

    org_id: OrgId
    id: ListId
    size: int
    seq: int
    changed_at: dt.datetime


class Body(msgspec.Struct, frozen=True):
    """A status list's bytes at one point of its history."""

    id: ListId
    seq: int
    changed_at: dt.datetime
    body: bytes


class Ending(msgspec.Struct, frozen=True):
    """A certificate that ends soon."""

    citizen_id: PersonId
    id: CertId
    type: str
    issuer_ref: OrgId
    valid_to: dt.date


class Use(msgspec.Struct, frozen=True):
    """How often a certificate was shown."""

    cert_id: CertId
    times: int


class Kept(msgspec.Struct, frozen=True):
    """That somebody has a certificate of a kind, and how it stands."""

    citizen_id: PersonId
    type: str
    state: State
    valid_to: dt.date | None


class Sealed(msgspec.Struct, frozen=True):
    """The signature of one certificate."""

    seal: Seal


async def types(db: Db) -> list[CertType]:
    return await db.all(
        CertType,
        "select code, name, issuer, issuer_ref, issuer_name, definer, holder, claims, look, prefix, valid_days, version, derived, fills, "
        "guarded, held_by from wallet.cert_type order by code limit 2000",
    )


async def put_type(db: Db, kind: CertType) -> int:
    """1 when the type is new or has changed; its version counts up with each change."""
    return await db.run(
        "insert into wallet.cert_type as t (code, name, issuer, issuer_ref, issuer_name, definer, holder, claims, look, prefix, "
        "valid_days, derived, fills, guarded, held_by) values ($code, $name, $issuer, $org, $org_name, $definer, $holder, $claims, $look, "
        "$prefix, $days, $derived, $fills, $guarded, $held_by) "
        "on conflict (code) do update set name = excluded.name, issuer = excluded.issuer, issuer_ref = excluded.issuer_ref, "
        "issuer_name = excluded.issuer_name, "
        "definer = excluded.definer, holder = excluded.holder, claims = excluded.claims, look = excluded.look, prefix = excluded.prefix, "
        "valid_days = excluded.valid_days, derived = excluded.derived, fills = excluded.fills, "
        "guarded = excluded.guarded, held_by = excluded.held_by, version = t.version + 1, valid_from = now() "
        "where (t.name, t.issuer, t.issuer_ref, t.issuer_name, t.definer, t.holder, t.claims, t.look, t.prefix, t.valid_days, "
        "t.derived, t.fills, t.guarded, t.held_by) "
        "is distinct from (excluded.name, excluded.issuer, excluded.issuer_ref, excluded.issuer_name, excluded.definer, "
        "excluded.holder, excluded.claims, excluded.look, excluded.prefix, excluded.valid_days, excluded.derived, excluded.fills, "
        "excluded.guarded, excluded.held_by)",
        code=kind.code, name=kind.name, issuer=kind.issuer, org=kind.issuer_ref, org_name=kind.issuer_name, definer=kind.definer,
        holder=kind.holder, claims=kind.claims, look=kind.look, prefix=kind.prefix, days=kind.valid_days,
        derived=kind.derived, fills=kind.fills, guarded=kind.guarded, held_by=kind.held_by,
    )  # fmt: skip


# ── status lists ───────────────────────────────────────────────────────────────────────────────────


async def moment(db: Db) -> dt.datetime:
    """The database's clock: when the lists were read."""
    return await db.value("select now()")


async def heads(db: Db) -> list[Head]:
    return await db.all(Head, "-- scatter\nselect org_id, id, size, seq, changed_at from wallet.status_list order by id limit 10000")


async def bodies(db: Db, orgs: Sequence[OrgId], lists: Sequence[ListId]) -> list[Body]:
    return await db.all(
        Body,
        "select id, seq, changed_at, body from wallet.status_list where org_id = any($orgs::uuid[]) and id = any($lists::uuid[])",
        orgs=[org.uuid for org in orgs], lists=[one.uuid for one in lists],
    )  # fmt: skip


async def newest_list(db: Db, org: OrgId, bound: bool) -> Head | None:
    """Of certificates, or of their copies bound to keys: each kind has lists of its own, so that no place is drawn twice."""
    return await db.maybe(
        Head,
        "select org_id, id, size, seq, changed_at from wallet.status_list where org_id = $org and bound = $bound order by id desc limit 1",
        org=org, bound=bound,
    )  # fmt: skip


async def add_list(db: Db, org: OrgId, list_id: ListId, size: int, body: bytes, bound: bool, now: dt.datetime) -> None:
    await db.run(
        "insert into wallet.status_list (org_id, id, size, body, bound, changed_at) values ($org, $list, $size, $body, $bound, $now)",
        org=org, list=list_id, size=size, body=body, bound=bound, now=now,
    )  # fmt: skip


async def set_status(db: Db, claim: Claimed, org: OrgId, status: int, reason: str, by: Any, now: dt.datetime) -> None:
    """Two bits and the record of who set them, in one statement."""
    await db.run(
        "with old as (select get_bit(body, $low) + 2 * get_bit(body, $low + 1) as status from wallet.status_list "
        "where org_id = $org and id = $list for update), "
        "new as (update wallet.status_list set body = set_bit(set_bit(body, $low, $first), $low + 1, $second), seq = seq + 1, "
        "changed_at = $now where org_id = $org and id = $list returning seq) "
        "insert into wallet.status_change (org_id, list_id, idx, seq, from_status, to_status, reason, by_ref, at) "
        "select $org, $list, $idx, new.seq, old.status, $status, $reason, $by, $now from old, new",
        org=org, list=claim.list_ref, idx=claim.idx, low=claim.idx * 2, first=status & 1, second=status >> 1, status=status,
        reason=reason, by=by, now=now,
    )  # fmt: skip


# ── certificates ───────────────────────────────────────────────────────────────────────────────────


async def claim(db: Db, org: OrgId, cert: Cert) -> bool:
    """Take the number and the place in the list; False when either is taken."""
    return bool(
        await db.run(
            "insert into wallet.cert_claim (org_id, type, number, version, citizen_ref, cert_ref, list_ref, idx) "
            "values ($org, $type, $number, $version, $citizen, $cert, $list, $idx) on conflict do nothing",
            org=org, type=cert.type, number=cert.number, version=cert.version, citizen=cert.citizen_id, cert=cert.id,
            list=cert.list_ref, idx=cert.idx,
        )
    )  # fmt: skip


async def claimed(db: Db, org: OrgId, cert: CertId) -> Claimed | None:
    return await db.maybe(
        Claimed,
        "select citizen_ref, cert_ref, list_ref, idx from wallet.cert_claim where org_id = $org and cert_ref = $cert",
        org=org, cert=cert,
    )  # fmt: skip


async def numbered(db: Db, org: OrgId, type_code: str, number: str, version: int | None = None) -> Claimed | None:
    """Whose a number is; without a version its newest."""
    return await db.maybe(
        Claimed,
        "select citizen_ref, cert_ref, list_ref, idx from wallet.cert_claim where org_id = $org and type = $type and number = $number "
        "and ($version::int is null or version = $version) order by version desc limit 1",
        org=org, type=type_code, number=number, version=version,
    )  # fmt: skip


async def claimed_at(db: Db, org: OrgId, list_id: ListId, idx: int) -> Claimed | None:
    return await db.maybe(
        Claimed,
        "select citizen_ref, cert_ref, list_ref, idx from wallet.cert_claim where org_id = $org and list_ref = $list and idx = $idx",
        org=org, list=list_id, idx=idx,
    )  # fmt: skip


async def number_taken(db: Db, org: OrgId, type_code: str, number: str, version: int) -> bool:
    return bool(
        await db.value(
            "select true from wallet.cert_claim where org_id = $org and type = $type and number = $number and version = $version",
            org=org, type=type_code, number=number, version=version,
        )
    )  # fmt: skip


async def add(db: Db, cert: Cert, seal: Seal) -> None:
    await db.run(
        "insert into wallet.cert (citizen_id, id, type, identifier, number, serial, version, holder, issuer_ref, issued_on, valid_from, "
        "valid_to, state, claims, seal, list_ref, idx, source, decision_ref, changed_at, sha256, fetched_at) values ($citizen, $id, $type, "
        "$identifier, $number, $serial, $version, $holder, $issuer, $issued, $begins, $ends, $state, $claims, $seal, $list, $idx, $source, "
        "$decision, $changed, $sha256, case when $source::text = 'register' then $changed::timestamptz end)",
        citizen=cert.citizen_id, id=cert.id, type=cert.type, identifier=cert.identifier, number=cert.number, serial=cert.serial,
        version=cert.version, holder=cert.holder, issuer=cert.issuer_ref, issued=cert.issued_on, begins=cert.valid_from,
        ends=cert.valid_to, state=cert.state, claims=cert.claims, seal=seal, list=cert.list_ref, idx=cert.idx, source=cert.source,
        decision=cert.decision_ref, changed=cert.changed_at, sha256=cert.sha256,
    )  # fmt: skip


async def of_citizen(db: Db, citizen: PersonId) -> list[Cert]:
    return await db.all(
        Cert,
        "select citizen_id, id, type, identifier, number, serial, version, holder, issuer_ref, issued_on, valid_from, valid_to, state, "
        "claims, list_ref, idx, source, decision_ref, reason, changed_at, sha256, frozen, hidden from wallet.cert "
        "where citizen_id = $citizen order by issued_on desc, id desc limit 300",
        citizen=citizen,
    )  # fmt: skip


async def of_citizens(db: Db, citizens: list[PersonId]) -> list[Kept]:
    """What lies in the wallets of several people; without any content."""
    return await db.all(
        Kept,
        "-- scatter\nselect citizen_id, type, state, valid_to from wallet.cert where citizen_id = any($citizens::uuid[]) and not frozen "
        "order by citizen_id, type, id desc limit 5000",
        citizens=[one.uuid for one in citizens],
    )  # fmt: skip


async def of_type(db: Db, citizen: PersonId, type_code: str) -> list[Cert]:
    return await db.all(
        Cert,
        "select citizen_id, id, type, identifier, number, serial, version, holder, issuer_ref, issued_on, valid_from, valid_to, state, "
        "claims, list_ref, idx, source, decision_ref, reason, changed_at, sha256, frozen, hidden from wallet.cert "
        "where citizen_id = $citizen and type = $type order by issued_on desc, id desc limit 100",
        citizen=citizen, type=type_code,
    )  # fmt: skip


async def get(db: Db, citizen: PersonId, cert: CertId) -> Cert | None:
    return await db.maybe(
        Cert,
        "select citizen_id, id, type, identifier, number, serial, version, holder, issuer_ref, issued_on, valid_from, valid_to, state, "
        "claims, list_ref, idx, source, decision_ref, reason, changed_at, sha256, frozen, hidden from wallet.cert "
        "where citizen_id = $citizen and id = $cert",
        citizen=citizen, cert=cert,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, cert: CertId) -> Cert | None:
    return await db.maybe(
        Cert,
        "select citizen_id, id, type, identifier, number, serial, version, holder, issuer_ref, issued_on, valid_from, valid_to, state, "
        "claims, list_ref, idx, source, decision_ref, reason, changed_at, sha256, frozen, hidden from wallet.cert "
        "where citizen_id = $citizen and id = $cert for update",
        citizen=citizen, cert=cert,
    )  # fmt: skip


async def seal_of(db: Db, citizen: PersonId, cert: CertId) -> Seal | None:
    found = await db.maybe(Sealed, "select seal from wallet.cert where citizen_id = $citizen and id = $cert", citizen=citizen, cert=cert)
    return found.seal if found else None


async def set_state(db: Db, cert: Cert, state: State, reason: Text, now: dt.datetime) -> None:
    await db.run(
        "update wallet.cert set state = $state, reason = $reason, changed_at = $now where citizen_id = $citizen and id = $cert",
        state=state, reason=reason, now=now, citizen=cert.citizen_id, cert=cert.id,
    )  # fmt: skip


async def ending(db: Db, today: dt.date, days: int, shortest: int, most: int) -> list[Ending]:
    """Certificates that end within so many days and of which that has not been said yet; from now on it has. Left out is what lives for
    a season only, what stands still, and what something longer has come in the place of."""
    return await db.all(
        Ending,
        """-- scatter
           with due as (
             select c.citizen_id, c.id from wallet.cert c
              where c.state = '10' and not c.frozen and c.valid_to between $today::date and $today::date + $days::int
                and c.valid_to - c.issued_on > $shortest::int and coalesce(c.told_ending, 9999) > $days
                and not exists (select from wallet.cert n where n.citizen_id = c.citizen_id and n.type = c.type and n.state = '10'
                                   and (n.valid_to is null or n.valid_to > c.valid_to))
              order by c.valid_to, c.citizen_id, c.id limit $most for update skip locked)
           update wallet.cert c set told_ending = $days from due where c.citizen_id = due.citizen_id and c.id = due.id
           returning c.citizen_id, c.id, c.type, c.issuer_ref, c.valid_to""",
        today=today, days=days, shortest=shortest, most=most,
    )  # fmt: skip


async def freeze(db: Db, cert: Cert, frozen: bool, reason: Text | None, now: dt.datetime) -> None:
    await db.run(
        "update wallet.cert set frozen = $frozen, reason = $reason, changed_at = $now where citizen_id = $citizen and id = $cert",
        frozen=frozen, reason=reason, now=now, citizen=cert.citizen_id, cert=cert.id,
    )  # fmt: skip


async def hide(db: Db, citizen: PersonId, cert: CertId, hidden: bool) -> None:
    await db.run(
        "update wallet.cert set hidden = $hidden where citizen_id = $citizen and id = $cert", hidden=hidden, citizen=citizen, cert=cert
    )


# ── shows and checks ───────────────────────────────────────────────────────────────────────────────


async def add_present(db: Db, citizen: PersonId, present: Present) -> int:
    """1, or 0 when it is there already."""
    return await db.run(
        "insert into wallet.present (citizen_id, id, at, cert_id, fields, verifier, channel, result, offline, agent) "
        "values ($citizen, $id, $at, $cert, $fields, $verifier, $channel, $result, $offline, $agent) on conflict do nothing",
        citizen=citizen, id=present.id, at=present.at, cert=present.cert_id, fields=present.fields, verifier=present.verifier,
        channel=present.channel, result=present.result, offline=present.offline, agent=present.agent,
    )  # fmt: skip


async def shown_since(db: Db, citizen: PersonId, cert: CertId, channel: str, agent: str, since: dt.datetime) -> bool:
    return bool(
        await db.value(
            "select true from wallet.present where citizen_id = $citizen and cert_id = $cert and channel = $channel "
            "and agent = $agent and at > $since limit 1",
            citizen=citizen, cert=cert, channel=channel, agent=agent, since=since,
        )
    )  # fmt: skip


async def presents(db: Db, citizen: PersonId, cert: CertId) -> list[Present]:
    return await db.all(
        Present,
        "select id, at, cert_id, fields, verifier, channel, result, offline, agent from wallet.present "
        "where citizen_id = $citizen and cert_id = $cert order by at desc limit 50",
        citizen=citizen, cert=cert,
    )  # fmt: skip


async def log(db: Db, citizen: PersonId, before: PresentId | None, most: int) -> list[Logged]:
    return await db.all(
        Logged,
        "select p.id, p.at, p.cert_id, p.fields, p.verifier, p.channel, p.result, p.offline, p.agent, c.type "
        "from wallet.present p join wallet.cert c on c.citizen_id = p.citizen_id and c.id = p.cert_id "
        "where p.citizen_id = $citizen and ($before::uuid is null or p.id < $before) order by p.id desc limit $most",
        citizen=citizen, before=before, most=most,
    )  # fmt: skip


async def uses(db: Db, citizen: PersonId, since: dt.datetime) -> list[Use]:
    return await db.all(
        Use,
        "select cert_id, count(*)::int as times from wallet.present where citizen_id = $citizen and at > $since "
        "and channel in ('screen', 'download') group by cert_id limit 300",
        citizen=citizen, since=since,
    )  # fmt: skip


async def front(db: Db, citizen: PersonId, today: dt.date, since: dt.datetime, most: int) -> list[Front]:
    return await db.all(
        Front,
        """select c.id, c.type, c.number, c.holder->>'name' as holder_name, (count(*) over ())::int as total
             from wallet.cert c
             left join (select cert_id, count(*) as times from wallet.present
                         where citizen_id = $citizen and at > $since and channel in ('screen', 'download') group by cert_id) p
               on p.cert_id = c.id
            where c.citizen_id = $citizen and c.state = '10' and not c.frozen and not c.hidden
              and (c.valid_to is null or c.valid_to >= $today)
            order by coalesce(p.times, 0) desc, c.type, c.id limit $most""",
        citizen=citizen, today=today, since=since, most=most,
    )  # fmt: skip
