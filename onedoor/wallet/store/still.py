"""Whose wallet stands still, and which certificates are in doubt for themselves."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.wallet.models import Cert, CertId


class Still(msgspec.Struct, frozen=True):
    """A wallet that stands still, and why."""

    reason: Text


class InDoubt(msgspec.Struct, frozen=True):
    id: CertId


async def still(db: Db, citizen: PersonId) -> Still | None:
    """Why a wallet stands still; None when it does not."""
    return await db.maybe(Still, "select reason from wallet.standstill where citizen_id = $citizen", citizen=citizen)


async def stop(db: Db, citizen: PersonId, reason: Text, now: dt.datetime) -> int:
    """The whole wallet stands still from now on, with what comes into it later."""
    return await db.run(
        "insert into wallet.standstill (citizen_id, reason, since) values ($citizen, $reason, $now) "
        "on conflict (citizen_id) do update set reason = excluded.reason",
        citizen=citizen, reason=reason, now=now,
    )  # fmt: skip


async def go_on(db: Db, citizen: PersonId) -> int:
    return await db.run("delete from wallet.standstill where citizen_id = $citizen", citizen=citizen)


async def doubt(db: Db, cert: Cert, doubted: bool) -> int:
    """Whether the number of this one is in doubt, whatever it stands still for."""
    return await db.run(
        "update wallet.cert set doubted = $doubted where citizen_id = $citizen and id = $cert",
        doubted=doubted, citizen=cert.citizen_id, cert=cert.id,
    )  # fmt: skip


async def in_doubt(db: Db, citizen: PersonId) -> list[InDoubt]:
    return await db.all(InDoubt, "select id from wallet.cert where citizen_id = $citizen and doubted", citizen=citizen)
