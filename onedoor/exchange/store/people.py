"""Consents and corrections: what a person allowed, and what a person says is wrong."""

import datetime as dt
from uuid import UUID

from msgspec import Struct

from onedoor.exchange.records import Challenge, ChallengeId, Consent, ConsentId, Correction, SheetId, Signed
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


class Blob(Struct, frozen=True):
    """A content in the vault, by its hash."""

    sha256: str


async def consents(db: Db, citizen: PersonId, now: dt.datetime) -> list[Consent]:
    """Those that hold, the newest first."""
    return await db.all(
        Consent,
        "select citizen_id, id, agreement, elements, purpose, item, matter, mode, shown, locale, given_at, expires_at, used_at, "
        "revoked_at, channel, witness_ref, office_ref, paper_id, revoked_by, recording from exchange.consent "
        "where citizen_id = $citizen and revoked_at is null and expires_at > $now order by given_at desc limit 200",
        citizen=citizen, now=now,
    )  # fmt: skip


async def all_consents(db: Db, citizen: PersonId, before: ConsentId | None, most: int) -> list[Consent]:
    return await db.all(
        Consent,
        "select citizen_id, id, agreement, elements, purpose, item, matter, mode, shown, locale, given_at, expires_at, used_at, "
        "revoked_at, channel, witness_ref, office_ref, paper_id, revoked_by, recording from exchange.consent "
        "where citizen_id = $citizen and ($before::uuid is null or id < $before) order by id desc limit $most",
        citizen=citizen, before=before, most=most,
    )  # fmt: skip


async def consent(db: Db, citizen: PersonId, which: ConsentId) -> Consent | None:
    return await db.maybe(
        Consent,
        "select citizen_id, id, agreement, elements, purpose, item, matter, mode, shown, locale, given_at, expires_at, used_at, "
        "revoked_at, channel, witness_ref, office_ref, paper_id, revoked_by, recording from exchange.consent "
        "where citizen_id = $citizen and id = $which for update",
        citizen=citizen, which=which,
    )  # fmt: skip


async def withdrawn(db: Db, citizen: PersonId, which: ConsentId) -> bool:
    """Whether this was taken back. Nobody waits for it: whoever takes it back forgets afterwards what has come meanwhile."""
    found = await db.value(
        "select revoked_at is not null from exchange.consent where citizen_id = $citizen and id = $which", citizen=citizen, which=which
    )
    return found is not False


async def add_consent(db: Db, given: Consent, sha256: str) -> int:
    return await db.run(
        "insert into exchange.consent (citizen_id, id, agreement, elements, purpose, item, matter, mode, shown, sha256, locale, given_at, "
        "expires_at, channel, witness_ref, office_ref, paper_id, recording) values ($citizen, $id, $agreement, $elements, $purpose, $item, "
        "$matter, $mode, $shown, $sha256, $locale, $given, $expires, $channel, $witness, $office, $paper, $recording)",
        citizen=given.citizen_id, id=given.id, agreement=given.agreement, elements=given.elements, purpose=given.purpose, item=given.item,
        matter=given.matter, mode=given.mode, shown=given.shown, sha256=sha256, locale=given.locale, given=given.given_at,
        expires=given.expires_at, channel=str(given.channel), witness=given.witness_ref, office=given.office_ref, paper=given.paper_id,
        recording=given.recording,
    )  # fmt: skip


async def use_consent(db: Db, citizen: PersonId, which: ConsentId, now: dt.datetime) -> int:
    return await db.run(
        "update exchange.consent set used_at = $now where citizen_id = $citizen and id = $which", citizen=citizen, which=which, now=now
    )


async def revoke(db: Db, citizen: PersonId, which: ConsentId, now: dt.datetime, by: PersonId | None) -> int:
    return await db.run(
        "update exchange.consent set revoked_at = $now, revoked_by = $by "
        "where citizen_id = $citizen and id = $which and revoked_at is null",
        citizen=citizen, which=which, now=now, by=by,
    )  # fmt: skip


async def add_sheet(db: Db, made: Signed) -> int:
    return await db.run(
        "insert into exchange.paper (citizen_id, id, sha256, size, kind, name, scan, at) "
        "values ($citizen, $id, $sha256, $size, $kind, $name, $scan, $at)",
        citizen=made.citizen_id, id=made.id, sha256=made.sha256, size=made.size, kind=made.kind, name=made.name, scan=str(made.scan),
        at=made.at,
    )  # fmt: skip


async def sheet(db: Db, citizen: PersonId, which: SheetId) -> Signed | None:
    return await db.maybe(
        Signed, "select citizen_id, id, sha256, size, kind, name, scan, at from exchange.paper where citizen_id = $citizen and id = $which",
        citizen=citizen, which=which,
    )  # fmt: skip


async def still_listed(db: Db, hashes: list[str]) -> list[Blob]:
    """Which of these contents somebody has signed."""
    return await db.all(
        Blob, "-- scatter\nselect distinct sha256 from exchange.paper where sha256 = any($hashes::text[])", hashes=hashes
    )


async def scanned(db: Db, citizen: PersonId, which: SheetId, scan: str) -> int:
    return await db.run(
        "update exchange.paper set scan = $scan where citizen_id = $citizen and id = $which", citizen=citizen, which=which, scan=scan
    )


async def add_challenge(db: Db, made: Challenge) -> int:
    return await db.run(
        "insert into exchange.challenge (citizen_id, id, org_ref, element, resource, item, words, state, at, due_on) "
        "values ($citizen, $id, $org, $element, $resource, $item, $words, 'open', $at, $due)",
        citizen=made.citizen_id, id=made.id, org=made.org_ref, element=made.element, resource=made.resource, item=made.item,
        words=made.words, at=made.at, due=made.due_on,
    )  # fmt: skip


async def challenges(db: Db, citizen: PersonId, most: int) -> list[Challenge]:
    return await db.all(
        Challenge,
        "select citizen_id, id, org_ref, element, resource, item, words, state, at, due_on, answer, answered_at from exchange.challenge "
        "where citizen_id = $citizen order by id desc limit $most",
        citizen=citizen, most=most,
    )  # fmt: skip


async def challenge(db: Db, citizen: PersonId, which: ChallengeId) -> Challenge | None:
    return await db.maybe(
        Challenge,
        "select citizen_id, id, org_ref, element, resource, item, words, state, at, due_on, answer, answered_at from exchange.challenge "
        "where citizen_id = $citizen and id = $which",
        citizen=citizen, which=which,
    )  # fmt: skip


async def open_challenge(db: Db, citizen: PersonId, element: str) -> ChallengeId | None:
    found: UUID | None = await db.value(
        "select id from exchange.challenge where citizen_id = $citizen and element = $element and state = 'open' limit 1",
        citizen=citizen, element=element,
    )  # fmt: skip
    return ChallengeId(found) if found else None


async def answer_challenge(db: Db, citizen: PersonId, which: ChallengeId, state: str, words: str, now: dt.datetime) -> int:
    return await db.run(
        "update exchange.challenge set state = $state, answer = $words, answered_at = $now "
        "where citizen_id = $citizen and id = $which and state = 'open'",
        citizen=citizen, which=which, state=state, words=words, now=now,
    )  # fmt: skip


async def add_correction(db: Db, made: Correction) -> int:
    return await db.run(
        "insert into exchange.correction (org_id, id, citizen_ref, element, resource, holder, state, at, due_on) "
        "values ($org, $id, $citizen, $element, $resource, $holder, 'open', $at, $due)",
        org=made.org_id, id=made.id, citizen=made.citizen_ref, element=made.element, resource=made.resource, holder=made.holder,
        at=made.at, due=made.due_on,
    )  # fmt: skip


async def corrections(db: Db, org: Id, after: dt.date, after_id: ChallengeId | None, most: int) -> list[Correction]:
    """The open ones of a department, the most urgent first."""
    return await db.all(
        Correction,
        "select org_id, id, citizen_ref, element, resource, holder, state, at, due_on from exchange.correction "
        "where org_id = $org and state = 'open' and ($after_id::uuid is null or (due_on, id) > ($after, $after_id)) "
        "order by due_on, id limit $most",
        org=org, after=after, after_id=after_id, most=most,
    )  # fmt: skip


async def correction(db: Db, org: Id, which: ChallengeId) -> Correction | None:
    return await db.maybe(
        Correction,
        "select org_id, id, citizen_ref, element, resource, holder, state, at, due_on from exchange.correction "
        "where org_id = $org and id = $which for update",
        org=org, which=which,
    )  # fmt: skip


async def close_correction(db: Db, org: Id, which: ChallengeId, state: str) -> int:
    return await db.run(
        "update exchange.correction set state = $state where org_id = $org and id = $which and state = 'open'",
        org=org, which=which, state=state,
    )  # fmt: skip
