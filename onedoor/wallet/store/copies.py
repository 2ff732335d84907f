"""Copies of certificates for one purpose."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.wallet.models import CertId, Copy, CopyId


class Whose(msgspec.Struct, frozen=True):
    """The copy behind a code."""

    citizen_ref: PersonId
    copy_ref: CopyId


async def add(db: Db, one: Copy) -> bool:
    """False when the code is somebody's already."""
    taken = await db.run(
        "insert into wallet.copy_claim (code, citizen_ref, copy_ref) values ($code, $citizen, $id) on conflict do nothing",
        code=one.code, citizen=one.citizen_id, id=one.id,
    )  # fmt: skip
    if not taken:
        return False
    await db.run(
        "insert into wallet.copy (citizen_id, id, cert_id, purpose, to_name, made_by, made_at, expires_at, most_reads, code, "
        "agent, veiled, agent_ref) values ($citizen, $id, $cert, $purpose, $to, $by, $made, $expires, $most, $code, $agent, $veiled, "
        "$agent_ref)",
        citizen=one.citizen_id, id=one.id, cert=one.cert_id, purpose=one.purpose, to=one.to_name, by=one.made_by, made=one.made_at,
        expires=one.expires_at, most=one.most_reads, code=one.code, agent=one.agent, veiled=one.veiled, agent_ref=one.agent_ref,
    )  # fmt: skip
    return True


async def of_cert(db: Db, citizen: PersonId, cert: CertId) -> list[Copy]:
    return await db.all(
        Copy,
        "select citizen_id, id, cert_id, purpose, to_name, made_by, made_at, expires_at, most_reads, reads, code, revoked_at, "
        "agent, veiled, agent_ref from wallet.copy where citizen_id = $citizen and cert_id = $cert order by id desc limit 50",
        citizen=citizen, cert=cert,
    )  # fmt: skip


async def get(db: Db, citizen: PersonId, copy: CopyId) -> Copy | None:
    return await db.maybe(
        Copy,
        "select citizen_id, id, cert_id, purpose, to_name, made_by, made_at, expires_at, most_reads, reads, code, revoked_at, "
        "agent, veiled, agent_ref from wallet.copy where citizen_id = $citizen and id = $copy",
        citizen=citizen, copy=copy,
    )  # fmt: skip


async def take_back(db: Db, citizen: PersonId, copy: CopyId, now: dt.datetime) -> None:
    await db.run(
        "update wallet.copy set revoked_at = $now where citizen_id = $citizen and id = $copy and revoked_at is null",
        citizen=citizen, copy=copy, now=now,
    )  # fmt: skip


async def behind(db: Db, code: str) -> Whose | None:
    return await db.maybe(Whose, "select citizen_ref, copy_ref from wallet.copy_claim where code = $code", code=code)


async def locked(db: Db, citizen: PersonId, copy: CopyId) -> Copy | None:
    return await db.maybe(
        Copy,
        "select citizen_id, id, cert_id, purpose, to_name, made_by, made_at, expires_at, most_reads, reads, code, revoked_at, "
        "agent, veiled, agent_ref from wallet.copy where citizen_id = $citizen and id = $copy for update",
        citizen=citizen, copy=copy,
    )  # fmt: skip


async def count_read(db: Db, citizen: PersonId, copy: CopyId) -> None:
    await db.run("update wallet.copy set reads = reads + 1 where citizen_id = $citizen and id = $copy", citizen=citizen, copy=copy)
