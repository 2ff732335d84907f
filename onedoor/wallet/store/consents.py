"""Consents: who may read what of a certificate."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId
from onedoor.wallet.models import Consent, ConsentId


class Shown(msgspec.Struct, frozen=True):
    """What was signed for the reader when the consent was given."""

    presentation: str | None


async def add(db: Db, one: Consent, presentation: str) -> None:
    await db.run(
        "insert into wallet.consent (citizen_id, id, cert_id, claims, to_org, to_name, purpose, basis, case_ref, mode, given_at, "
        "expires_at, presentation) values ($citizen, $id, $cert, $claims, $org, $name, $purpose, $basis, $case, $mode, $given, $expires, "
        "$presentation)",
        citizen=one.citizen_id, id=one.id, cert=one.cert_id, claims=one.claims, org=one.to_org, name=one.to_name, purpose=one.purpose,
        basis=one.basis, case=one.case_ref, mode=one.mode, given=one.given_at, expires=one.expires_at, presentation=presentation,
    )  # fmt: skip


async def of_citizen(db: Db, citizen: PersonId, before: ConsentId | None, most: int) -> list[Consent]:
    return await db.all(
        Consent,
        "select citizen_id, id, cert_id, claims, to_org, to_name, purpose, basis, case_ref, mode, given_at, expires_at, ended_at, reads, "
        "read_at from wallet.consent where citizen_id = $citizen and ($before::uuid is null or id < $before) order by id desc limit $most",
        citizen=citizen, before=before, most=most,
    )  # fmt: skip


async def of_case(db: Db, citizen: PersonId, case: str) -> list[Consent]:
    return await db.all(
        Consent,
        "select citizen_id, id, cert_id, claims, to_org, to_name, purpose, basis, case_ref, mode, given_at, expires_at, ended_at, reads, "
        "read_at from wallet.consent where citizen_id = $citizen and case_ref = $case order by id desc limit 100",
        citizen=citizen, case=case,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, consent: ConsentId) -> Consent | None:
    return await db.maybe(
        Consent,
        "select citizen_id, id, cert_id, claims, to_org, to_name, purpose, basis, case_ref, mode, given_at, expires_at, ended_at, reads, "
        "read_at from wallet.consent where citizen_id = $citizen and id = $consent for update",
        citizen=citizen, consent=consent,
    )  # fmt: skip


async def presentation(db: Db, citizen: PersonId, consent: ConsentId, org: OrgId) -> str | None:
    found = await db.maybe(
        Shown, "select presentation from wallet.consent where citizen_id = $citizen and id = $consent and to_org = $org",
        citizen=citizen, consent=consent, org=org,
    )  # fmt: skip
    return found.presentation if found else None


async def count_read(db: Db, citizen: PersonId, consent: ConsentId, now: dt.datetime) -> None:
    await db.run(
        "update wallet.consent set reads = reads + 1, read_at = $now where citizen_id = $citizen and id = $consent",
        citizen=citizen, consent=consent, now=now,
    )  # fmt: skip


async def end(db: Db, citizen: PersonId, consent: ConsentId, now: dt.datetime) -> None:
    """What was signed for it goes; that it was given and read stays."""
    await db.run(
        "update wallet.consent set ended_at = $now, presentation = null where citizen_id = $citizen and id = $consent and ended_at is null",
        citizen=citizen, consent=consent, now=now,
    )  # fmt: skip
