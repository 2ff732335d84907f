"""What becomes several cases: the end of its draft, its files, and the cases it has become."""

from typing import Any

from msgspec import Struct

from onedoor.cases.models import AttachmentId, Case, CaseId, DraftId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


async def end_draft(db: Db, citizen: PersonId, draft: DraftId) -> int:
    """The draft goes, its files stay."""
    return await db.run("delete from cases.draft where citizen_id = $citizen and id = $draft", citizen=citizen, draft=draft)


async def gather(db: Db, citizen: PersonId, draft: DraftId, ids: list[AttachmentId]) -> int:
    """Loose files get a name to be kept under."""
    return await db.run(
        """update cases.attachment set draft_id = $draft
            where citizen_id = $citizen and id = any($ids) and draft_id is null and case_id is null and objection_id is null""",
        draft=draft, citizen=citizen, ids=ids,
    )  # fmt: skip


async def forget(db: Db, citizen: PersonId, draft: DraftId) -> int:
    """Files kept under this name go; their content with the nightly sweep."""
    return await db.run(
        "delete from cases.attachment where citizen_id = $citizen and draft_id = $draft and case_id is null", citizen=citizen, draft=draft
    )


async def some(db: Db, citizen: PersonId, cases: list[CaseId]) -> list[Case]:
    """Several cases of one person."""
    return await db.all(
        Case,
        """select citizen_id, id, number, item, title, form_version, process_version, org_ref, district, street, status, submitted_at,
                  received_on, accepted_on, due_on, legal_due_on, paused_on, pause_kind, answer_by, supplements, asked, decided_at,
                  outcome, letter, certificate_ref, rev
             from cases.case_file where citizen_id = $citizen and id = any($cases) order by id""",
        citizen=citizen, cases=cases,
    )  # fmt: skip


class Alike(Struct, frozen=True):
    """Another case of the same item."""

    id: CaseId
    granted: bool
    answers: dict[str, Any]


async def alike(db: Db, citizen: PersonId, item: str) -> list[Alike]:
    """A person's cases of an item that go on or were granted, held in one order: of two that look at once, one is first."""
    return await db.all(
        Alike,
        """select id, outcome is not null as granted, answers from cases.case_file where citizen_id = $citizen and item = $item
              and (status in ('submitted', 'accepted', 'supplementing', 'paused') or outcome = 'granted') order by id for update""",
        citizen=citizen, item=item,
    )  # fmt: skip


async def applied(db: Db, citizen: PersonId, item: str) -> int:
    """How many cases of an item go on or were granted."""
    found = await db.value(
        """select count(*)::int from cases.case_file where citizen_id = $citizen and item = $item
              and (status in ('submitted', 'accepted', 'supplementing', 'paused') or outcome = 'granted')""",
        citizen=citizen, item=item,
    )  # fmt: skip
    return int(found or 0)
