"""Drafts and the files that hang on drafts and cases."""
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from onedoor.cases.models import Attachment, AttachmentId, CaseId, Draft, DraftId, Later, Scan
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId


class Open(Struct, frozen=True):
    """How many drafts somebody has: of all items, and of one."""

    total: int
    of_item: int


async def shown(db: Db, citizen: PersonId, draft: DraftId) -> Draft | None:
    """The draft for reading."""
    return await db.maybe(
        Draft,
        """select citizen_id, id, item, title, form_version, answers, prefilled, page, rev, moved, later, changed_at, expires_at
             from cases.draft where citizen_id = $citizen and id = $draft and deleted_at is null""",
        citizen=citizen, draft=draft,
    )  # fmt: skip


async def locked(db: Db, citizen: PersonId, draft: DraftId) -> Draft | None:
    """The draft for writing; a second press of the button waits here."""
    return await db.maybe(
        Draft,
        """select citizen_id, id, item, title, form_version, answers, prefilled, page, rev, moved, later, changed_at, expires_at
             from cases.draft where citizen_id = $citizen and id = $draft and deleted_at is null for update""",
        citizen=citizen, draft=draft,
    )  # fmt: skip


async def mine(db: Db, citizen: PersonId, now: datetime, item: str | None = None) -> list[Draft]:
    """Somebody's open drafts, the one changed last first."""
    return await db.all(
        Draft,
        """select citizen_id, id, item, title, form_version, answers, prefilled, page, rev, moved, later, changed_at, expires_at
             from cases.draft where citizen_id = $citizen and deleted_at is null and expires_at > $now
              and ($item::text is null or item = $item)
            order by changed_at desc, id limit 50""",
        citizen=citizen, now=now, item=item,
    )  # fmt: skip


async def count(db: Db, citizen: PersonId, item: str, now: datetime) -> Open:
    """How many drafts are open."""
    return await db.one(
        Open,
        """select count(*)::int as total, (count(*) filter (where item = $item))::int as of_item
             from cases.draft where citizen_id = $citizen and deleted_at is null and expires_at > $now""",
        citizen=citizen, item=item, now=now,
    )  # fmt: skip


async def add(db: Db, draft: Draft) -> int:
    """A new draft."""
    return await db.run(
        """insert into cases.draft (citizen_id, id, item, title, form_version, answers, prefilled, page, moved, submit_key, changed_at,
                  expires_at)
           values ($citizen, $id, $item, $title, $form, $answers, $prefilled, '', '[]', $id, $at, $expires)""",
        citizen=draft.citizen_id, id=draft.id, item=draft.item, title=draft.title, form=draft.form_version, answers=draft.answers,
        prefilled=draft.prefilled, at=draft.changed_at, expires=draft.expires_at,
    )  # fmt: skip


async def save(
    db: Db, citizen: PersonId, draft: DraftId, *, form_version: int, answers: dict[str, Any], page: str, moved: list[str], rev: int,
    at: datetime, expires: datetime,
) -> int:  # fmt: skip
    """The answers so far; 0 when somebody else saved first."""
    return await db.run(
        """update cases.draft set form_version = $form_version, answers = $answers, page = $page, moved = $moved, rev = $rev + 1,
                  changed_at = $at, expires_at = $expires, reminded = 0
            where citizen_id = $citizen and id = $draft and rev = $rev and deleted_at is null""",
        form_version=form_version, answers=answers, page=page, moved=moved, rev=rev, at=at, expires=expires, citizen=citizen, draft=draft,
    )  # fmt: skip


async def put_later(db: Db, citizen: PersonId, draft: DraftId, later: dict[str, Later], at: datetime, expires: datetime) -> int:
    """How papers that are not there now are made good."""
    return await db.run(
        """update cases.draft set later = $later, changed_at = $at, expires_at = $expires, reminded = 0
            where citizen_id = $citizen and id = $draft and deleted_at is null""",
        later=later, at=at, expires=expires, citizen=citizen, draft=draft,
    )  # fmt: skip


async def throw_away(db: Db, citizen: PersonId, draft: DraftId, at: datetime) -> int:
    """Out of sight; brought back by `bring_back` until the nightly sweep."""
    return await db.run(
        "update cases.draft set deleted_at = $at where citizen_id = $citizen and id = $draft and deleted_at is null",
        at=at, citizen=citizen, draft=draft,
    )  # fmt: skip


async def bring_back(db: Db, citizen: PersonId, draft: DraftId, until: datetime) -> int:
    """A draft that was thrown away or has expired is open again, until the sweep has taken it."""
    return await db.run(
        "update cases.draft set deleted_at = null, expires_at = $until, reminded = 0 where citizen_id = $citizen and id = $draft",
        until=until, citizen=citizen, draft=draft,
    )  # fmt: skip


async def add_file(db: Db, file: Attachment) -> int:
    """A file that has been kept."""
    return await db.run(
        """insert into cases.attachment (citizen_id, id, draft_id, case_id, document, sha256, size, kind, name, scan, at)
           values ($citizen, $id, $draft, $case, $document, $sha256, $size, $kind, $name, $scan, $at)""",
        citizen=file.citizen_id, id=file.id, draft=file.draft_id, case=file.case_id, document=file.document, sha256=file.sha256,
        size=file.size, kind=file.kind, name=file.name, scan=file.scan, at=file.at,
    )  # fmt: skip


async def files_of_draft(db: Db, citizen: PersonId, draft: DraftId) -> list[Attachment]:
    """What was uploaded for a draft."""
    return await db.all(
        Attachment,
        """select citizen_id, id, draft_id, case_id, document, sha256, size, kind, name, scan, at
             from cases.attachment where citizen_id = $citizen and draft_id = $draft order by at, id limit 100""",
        citizen=citizen, draft=draft,
    )  # fmt: skip


async def files_of_case(db: Db, citizen: PersonId, case: CaseId) -> list[Attachment]:
    """What belongs to a case."""
    return await db.all(
        Attachment,
        """select citizen_id, id, draft_id, case_id, document, sha256, size, kind, name, scan, at
             from cases.attachment where citizen_id = $citizen and case_id = $case order by at, id limit 200""",
        citizen=citizen, case=case,
    )  # fmt: skip


async def loose_files(db: Db, citizen: PersonId, ids: list[AttachmentId]) -> list[Attachment]:
    """Those of these files that are the person's and belong to nothing yet."""
    return await db.all(
        Attachment,
        """select citizen_id, id, draft_id, case_id, document, sha256, size, kind, name, scan, at
             from cases.attachment where citizen_id = $citizen and id = any($ids) and case_id is null and objection_id is null
            order by at, id""",
        citizen=citizen, ids=ids,
    )  # fmt: skip


async def count_loose(db: Db, citizen: PersonId) -> int:
    """How many files wait for a case without a draft."""
    found = await db.value(
        "select count(*)::int from cases.attachment where citizen_id = $citizen and draft_id is null and case_id is null "
        "and objection_id is null",
        citizen=citizen,
    )  # fmt: skip
    return int(found or 0)


async def bind_files(db: Db, citizen: PersonId, case: CaseId, document: str, ids: list[AttachmentId]) -> int:
    """Loose files become a case's, under the document they answer to."""
    return await db.run(
        """update cases.attachment set case_id = $case, document = $document, draft_id = null
            where citizen_id = $citizen and id = any($ids) and case_id is null and objection_id is null""",
        case=case, document=document, citizen=citizen, ids=ids,
    )  # fmt: skip


async def file(db: Db, citizen: PersonId, attachment: AttachmentId) -> Attachment | None:
    """One file."""
    return await db.maybe(
        Attachment,
        """select citizen_id, id, draft_id, case_id, document, sha256, size, kind, name, scan, at
             from cases.attachment where citizen_id = $citizen and id = $attachment""",
        citizen=citizen, attachment=attachment,
    )  # fmt: skip


async def drop_file(db: Db, citizen: PersonId, draft: DraftId, attachment: AttachmentId) -> int:
    """Take a file away from a draft; what was handed in stays."""
    return await db.run(
        "delete from cases.attachment where citizen_id = $citizen and id = $attachment and draft_id = $draft and case_id is null",
        citizen=citizen, attachment=attachment, draft=draft,
    )  # fmt: skip


async def drop_fresh(db: Db, citizen: PersonId, case: CaseId, attachment: AttachmentId, since: datetime) -> int:
    """Take a file away from a case that was uploaded since a moment."""
    return await db.run(
        "delete from cases.attachment where citizen_id = $citizen and id = $attachment and case_id = $case and at >= $since",
        citizen=citizen, attachment=attachment, case=case, since=since,
    )  # fmt: skip


async def scanned(db: Db, citizen: PersonId, attachment: AttachmentId, scan: Scan) -> int:
    """What the scanner said."""
    return await db.run(
        "update cases.attachment set scan = $scan where citizen_id = $citizen and id = $attachment",
        scan=scan, citizen=citizen, attachment=attachment,
    )  # fmt: skip


class Blob(Struct, frozen=True):
    """The content of a file that is no longer listed."""

    sha256: str


async def ended(db: Db, expired_before: datetime, thrown_before: datetime, most: int) -> list[Draft]:
    """Drafts that expired or were thrown away some time ago."""
    return await db.all(
        Draft,
        """-- scatter
           select citizen_id, id, item, title, form_version, answers, prefilled, page, rev, moved, later, changed_at, expires_at
             from cases.draft where expires_at <= $expired or deleted_at < $thrown limit $most""",
        expired=expired_before, thrown=thrown_before, most=most,
    )  # fmt: skip


async def clear(db: Db, draft: Draft) -> list[Blob]:
    """The draft goes with its files, as it was read; an empty name stands for the draft itself, so that nothing at all means it was no
    longer there, or was gone on with meanwhile."""
    return await db.all(
        Blob,
        """with gone as (delete from cases.draft where citizen_id = $citizen and id = $draft and rev = $rev
                           and expires_at = $expires returning citizen_id, id),
                files as (delete from cases.attachment a using gone
                           where a.citizen_id = $citizen and a.draft_id = gone.id and a.case_id is null returning a.sha256)
           select '' as sha256 from gone union all select sha256 from files""",
        citizen=draft.citizen_id, draft=draft.id, rev=draft.rev, expires=draft.expires_at,
    )  # fmt: skip


async def sweep_loose(db: Db, before: datetime) -> list[Blob]:
    """Files that never found a case. Every night."""
    return await db.all(
        Blob,
        "-- scatter\ndelete from cases.attachment where draft_id is null and case_id is null and objection_id is null and at < $before "
        "returning sha256",
        before=before,
    )


async def add_ended(db: Db, item: str, org: OrgId, page: str, on: date, drafts: int) -> int:
    """How many drafts ended where; a place and a number, and nobody's."""
    return await db.run(
        "insert into cases.ended_draft (item, org_ref, page, on_day, drafts) values ($item, $org, $page, $on, $drafts)",
        item=item, org=org, page=page, on=on, drafts=drafts,
    )  # fmt: skip


async def still_listed(db: Db, hashes: list[str]) -> list[Blob]:
    """Which of these contents somebody still has."""
    return await db.all(
        Blob, "-- scatter\nselect distinct sha256 from cases.attachment where sha256 = any($hashes)", hashes=hashes
    )

