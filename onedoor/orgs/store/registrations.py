"""Statements about organisations that register themselves."""

import datetime as dt
import uuid

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Scan
from onedoor.orgs.models import Organisation, OrgId
from onedoor.orgs.registered import Proof, ProofId, Queued, Registration, RegistrationId, RegistrationStep


async def organisations(db: Db) -> list[Organisation]:
    return await db.all(Organisation, "select id, uscc, name, kind, since from orgs.organisation order by id")


async def add_organisation(db: Db, org: OrgId, made: Registration, at: dt.datetime) -> int:
    return await db.run(
        "insert into orgs.organisation (id, uscc, name, kind, since) values ($org, $uscc, $name, $kind, $at)",
        org=org, uscc=made.uscc, name=made.name, kind=made.kind, at=at,
    )  # fmt: skip


async def claim_uscc(db: Db, uscc: str, citizen: PersonId, registration: RegistrationId) -> bool:
    """Whether the code is this registration's now."""
    return bool(
        await db.run(
            "insert into orgs.uscc_claim (uscc, citizen_id, registration_id) values ($uscc, $citizen, $registration) "
            "on conflict do nothing",
            uscc=uscc, citizen=citizen, registration=registration,
        )
    )  # fmt: skip


async def release_uscc(db: Db, uscc: str, registration: RegistrationId) -> int:
    return await db.run(
        "delete from orgs.uscc_claim where uscc = $uscc and registration_id = $registration", uscc=uscc, registration=registration
    )


async def add_registration(db: Db, made: Registration, key: uuid.UUID) -> bool:
    """False when the same form was handed in before."""
    return bool(
        await db.run(
            """insert into orgs.registration (citizen_id, id, uscc, name, kind, legal_name, contact_name, contact_phone, state,
                      submitted_at, changed_at, submit_key)
               values ($citizen, $id, $uscc, $name, $kind, $legal, $contact, $phone, $state, $at, $at, $key) on conflict do nothing""",
            citizen=made.citizen_id, id=made.id, uscc=made.uscc, name=made.name, kind=made.kind, legal=made.legal_name,
            contact=made.contact_name, phone=made.contact_phone, state=made.state, at=made.submitted_at, key=key,
        )
    )  # fmt: skip


async def registration_by_key(db: Db, citizen: PersonId, key: uuid.UUID) -> Registration | None:
    return await db.maybe(
        Registration,
        """select citizen_id, id, uscc, name, kind, legal_name, contact_name, contact_phone, state, reason, rev, submitted_at, changed_at,
                  org_ref from orgs.registration where citizen_id = $citizen and submit_key = $key""",
        citizen=citizen, key=key,
    )  # fmt: skip


async def registration(db: Db, citizen: PersonId, registration: RegistrationId) -> Registration | None:
    return await db.maybe(
        Registration,
        """select citizen_id, id, uscc, name, kind, legal_name, contact_name, contact_phone, state, reason, rev, submitted_at, changed_at,
                  org_ref from orgs.registration where citizen_id = $citizen and id = $registration""",
        citizen=citizen, registration=registration,
    )  # fmt: skip


async def registration_locked(db: Db, citizen: PersonId, registration: RegistrationId) -> Registration | None:
    return await db.maybe(
        Registration,
        """select citizen_id, id, uscc, name, kind, legal_name, contact_name, contact_phone, state, reason, rev, submitted_at, changed_at,
                  org_ref from orgs.registration where citizen_id = $citizen and id = $registration for update""",
        citizen=citizen, registration=registration,
    )  # fmt: skip


async def registrations_of(db: Db, citizen: PersonId) -> list[Registration]:
    return await db.all(
        Registration,
        """select citizen_id, id, uscc, name, kind, legal_name, contact_name, contact_phone, state, reason, rev, submitted_at, changed_at,
                  org_ref from orgs.registration where citizen_id = $citizen order by submitted_at desc limit 50""",
        citizen=citizen,
    )


async def save_registration(db: Db, after: Registration) -> int:
    return await db.run(
        """update orgs.registration set name = $name, kind = $kind, legal_name = $legal, contact_name = $contact, contact_phone = $phone,
                  state = $state, reason = $reason, rev = $rev, changed_at = $at, org_ref = $org
            where citizen_id = $citizen and id = $id""",
        name=after.name, kind=after.kind, legal=after.legal_name, contact=after.contact_name, phone=after.contact_phone, state=after.state,
        reason=after.reason, rev=after.rev, at=after.changed_at, org=after.org_ref, citizen=after.citizen_id, id=after.id,
    )  # fmt: skip


async def add_step(
    db: Db, citizen: PersonId, registration: RegistrationId, step: RegistrationStep, actor: Id | None
) -> int:  # fmt: skip
    return await db.run(
        """insert into orgs.registration_step (citizen_id, registration_id, at, state, actor_ref, by_staff, note)
           values ($citizen, $registration, $at, $state, $actor, $by_staff, $note)""",
        citizen=citizen, registration=registration, at=step.at, state=step.state, actor=actor, by_staff=step.by_staff, note=step.note,
    )  # fmt: skip


async def steps(db: Db, citizen: PersonId, registration: RegistrationId) -> list[RegistrationStep]:
    return await db.all(
        RegistrationStep,
        """select at, state, by_staff, note from orgs.registration_step
            where citizen_id = $citizen and registration_id = $registration order by at, id limit 200""",
        citizen=citizen, registration=registration,
    )  # fmt: skip


async def queue_up(db: Db, made: Registration) -> int:
    """The operator's line says what the registration says."""
    return await db.run(
        """insert into orgs.registration_queue (id, citizen_ref, uscc, name, state, since)
           values ($id, $citizen, $uscc, $name, $state, $at)
           on conflict (id) do update set name = excluded.name, state = excluded.state, since = excluded.since""",
        id=made.id, citizen=made.citizen_id, uscc=made.uscc, name=made.name, state=made.state, at=made.changed_at,
    )  # fmt: skip


async def queued(db: Db, registration: RegistrationId) -> Queued | None:
    return await db.maybe(
        Queued,
        "select id, citizen_ref, uscc, name, state, since from orgs.registration_queue where id = $registration", registration=registration,
    )  # fmt: skip


async def waiting(db: Db, after: dt.datetime | None, last: uuid.UUID | None, most: int) -> list[Queued]:
    """Those to be looked at, the longest waiting first."""
    return await db.all(
        Queued,
        """select id, citizen_ref, uscc, name, state, since from orgs.registration_queue
            where state = 'submitted' and ($after::timestamptz is null or (since, id) > ($after, $last::uuid))
            order by since, id limit $most""",
        after=after, last=last, most=most,
    )  # fmt: skip


async def settled(db: Db, most: int) -> list[Queued]:
    """The latest that were answered."""
    return await db.all(
        Queued,
        """select id, citizen_ref, uscc, name, state, since from orgs.registration_queue
            where state <> 'submitted' order by since desc, id limit $most""",
        most=most,
    )


async def add_proof(db: Db, proof: Proof) -> int:
    return await db.run(
        """insert into orgs.proof (citizen_id, id, registration_id, sha256, size, kind, name, scan, at)
           values ($citizen, $id, $registration, $sha256, $size, $kind, $name, $scan, $at)""",
        citizen=proof.citizen_id, id=proof.id, registration=proof.registration_id, sha256=proof.sha256, size=proof.size, kind=proof.kind,
        name=proof.name, scan=proof.scan, at=proof.at,
    )  # fmt: skip


async def proofs(db: Db, citizen: PersonId, registration: RegistrationId | None) -> list[Proof]:
    """The papers of a registration; without one, those that wait for it."""
    return await db.all(
        Proof,
        """select citizen_id, id, registration_id, sha256, size, kind, name, scan, at from orgs.proof
            where citizen_id = $citizen and registration_id is not distinct from $registration::uuid order by at, id limit 50""",
        citizen=citizen, registration=registration,
    )  # fmt: skip


async def proof(db: Db, citizen: PersonId, proof: ProofId) -> Proof | None:
    return await db.maybe(
        Proof,
        """select citizen_id, id, registration_id, sha256, size, kind, name, scan, at from orgs.proof
            where citizen_id = $citizen and id = $proof""",
        citizen=citizen, proof=proof,
    )  # fmt: skip


async def bind_proofs(db: Db, citizen: PersonId, registration: RegistrationId) -> int:
    """The loose papers become this registration's."""
    return await db.run(
        "update orgs.proof set registration_id = $registration where citizen_id = $citizen and registration_id is null",
        registration=registration, citizen=citizen,
    )  # fmt: skip


async def drop_proof(db: Db, citizen: PersonId, proof: ProofId) -> int:
    """Take a paper away that was not handed in yet."""
    return await db.run(
        "delete from orgs.proof where citizen_id = $citizen and id = $proof and registration_id is null", citizen=citizen, proof=proof
    )


async def proof_scanned(db: Db, citizen: PersonId, proof: ProofId, scan: Scan) -> int:
    return await db.run(
        "update orgs.proof set scan = $scan where citizen_id = $citizen and id = $proof", scan=scan, citizen=citizen, proof=proof
    )


class Blob(Struct, frozen=True):
    """A content of the vault."""

    sha256: str


async def sweep_loose(db: Db, before: dt.datetime) -> list[Blob]:
    """Papers that were never handed in."""
    return await db.all(
        Blob, "-- scatter\ndelete from orgs.proof where registration_id is null and at < $before returning sha256", before=before
    )


async def still_listed(db: Db, hashes: list[str]) -> list[Blob]:
    return await db.all(Blob, "-- scatter\nselect distinct sha256 from orgs.proof where sha256 = any($hashes)", hashes=hashes)
