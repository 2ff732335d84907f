"""Objections to cases that are posted: of those who made them, and before the department."""
from datetime import date, datetime

from onedoor.cases.models import Attachment, AttachmentId, CaseId
from onedoor.cases.objections import Objected, Objection, ObjectionId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id

from .specials import Posted

MOST_SHOWN = 200


async def notice(db: Db, number: str, today: date) -> Posted | None:
    """What is posted under this number today."""
    return await db.maybe(
        Posted,
        """select number, item, title, holder, org_ref, began_on, until_on from cases.public_notice
            where number = $number and until_on >= $today""",
        number=number, today=today,
    )  # fmt: skip


async def add(db: Db, made: Objection) -> int:
    """0 when this person has made one to this case."""
    return await db.run(
        """insert into cases.objection (citizen_id, id, number, title, org_ref, words, at)
           values ($citizen, $id, $number, $title, $org, $words, $at) on conflict (citizen_id, number) do nothing""",
        citizen=made.citizen_id, id=made.id, number=made.number, title=made.title, org=made.org_ref, words=made.words, at=made.at,
    )  # fmt: skip


async def mine(db: Db, citizen: PersonId, before: ObjectionId | None, most: int) -> list[Objection]:
    """The newest first."""
    return await db.all(
        Objection,
        """select citizen_id, id, number, title, org_ref, words, state, at, answer, answered_at from cases.objection
            where citizen_id = $citizen and ($before::uuid is null or id < $before) order by id desc limit $most""",
        citizen=citizen, before=before, most=most,
    )  # fmt: skip


async def one(db: Db, citizen: PersonId, which: ObjectionId) -> Objection | None:
    return await db.maybe(
        Objection,
        """select citizen_id, id, number, title, org_ref, words, state, at, answer, answered_at from cases.objection
            where citizen_id = $citizen and id = $which""",
        citizen=citizen, which=which,
    )  # fmt: skip


async def close(db: Db, citizen: PersonId, which: ObjectionId, state: str, answer: str, now: datetime) -> int:
    """The answer has reached whoever made it."""
    return await db.run(
        """update cases.objection set state = $state, answer = $answer, answered_at = $now
            where citizen_id = $citizen and id = $which and state = 'open'""",
        state=state, answer=answer, now=now, citizen=citizen, which=which,
    )  # fmt: skip


async def bind(db: Db, citizen: PersonId, which: ObjectionId, files: list[AttachmentId]) -> int:
    """Loose files become an objection's."""
    return await db.run(
        """update cases.attachment set objection_id = $which
            where citizen_id = $citizen and id = any($files) and draft_id is null and case_id is null and objection_id is null""",
        which=which, citizen=citizen, files=files,
    )  # fmt: skip


async def files(db: Db, citizen: PersonId, which: ObjectionId) -> list[Attachment]:
    return await db.all(
        Attachment,
        """select citizen_id, id, draft_id, case_id, document, sha256, size, kind, name, scan, at
             from cases.attachment where citizen_id = $citizen and objection_id = $which order by at, id limit 30""",
        citizen=citizen, which=which,
    )  # fmt: skip


async def lay(db: Db, line: Objected) -> int:
    """Before the department; the same one twice is one."""
    return await db.run(
        """insert into cases.objected (org_id, id, case_ref, citizen_ref, name, contact, words, at)
           values ($org, $id, $case, $citizen, $name, $contact, $words, $at) on conflict (org_id, id) do nothing""",
        org=line.org_id, id=line.id, case=line.case_ref, citizen=line.citizen_ref, name=line.name, contact=line.contact,
        words=line.words, at=line.at,
    )  # fmt: skip


async def of_case(db: Db, org: Id, case: CaseId) -> list[Objected]:
    """Those that wait for an answer, as they came, then the others; so many that a page can show them."""
    return await db.all(
        Objected,
        """select org_id, id, case_ref, citizen_ref, name, contact, words, state, at, answer, answered_by, answered_at
             from cases.objected where org_id = $org and case_ref = $case
            order by state <> 'open', at, id limit $most""",
        org=org, case=case, most=MOST_SHOWN,
    )  # fmt: skip


async def waiting(db: Db, org: Id, case: CaseId) -> int:
    """How many wait for an answer."""
    return await db.value(
        "select count(*)::int from cases.objected where org_id = $org and case_ref = $case and state = 'open'", org=org, case=case
    )


async def line(db: Db, org: Id, case: CaseId, which: ObjectionId) -> Objected | None:
    """One of a case, for writing."""
    return await db.maybe(
        Objected,
        """select org_id, id, case_ref, citizen_ref, name, contact, words, state, at, answer, answered_by, answered_at
             from cases.objected where org_id = $org and case_ref = $case and id = $which for update""",
        org=org, case=case, which=which,
    )  # fmt: skip


async def answer(db: Db, given: Objected) -> int:
    """0 when it has been answered meanwhile."""
    return await db.run(
        """update cases.objected set state = $state, answer = $answer, answered_by = $by, answered_at = $at
            where org_id = $org and id = $which and state = 'open'""",
        state=given.state, answer=given.answer, by=given.answered_by, at=given.answered_at, org=given.org_id, which=given.id,
    )  # fmt: skip
