"""Who stood in for the applicant: of a case, and of an uploaded file."""
from msgspec import Struct

from onedoor.cases.models import AttachmentId, CaseId
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id


class Own(Struct, frozen=True):
    """A file that this agent has uploaded."""

    id: AttachmentId


async def name_agent(db: Db, citizen: PersonId, case: CaseId, agent: Id | None, mandate: Id) -> int:
    """The case names both people, and the leave the agent had."""
    return await db.run(
        "update cases.case_file set agent_ref = $agent, mandate_ref = $mandate where citizen_id = $citizen and id = $case",
        agent=agent, mandate=mandate, citizen=citizen, case=case,
    )  # fmt: skip


async def set_uploader(db: Db, citizen: PersonId, attachment: AttachmentId, agent: Id | None) -> int:
    """Who uploaded it, if not the person."""
    return await db.run(
        "update cases.attachment set agent_ref = $agent where citizen_id = $citizen and id = $attachment",
        agent=agent, citizen=citizen, attachment=attachment,
    )  # fmt: skip


async def own_files(db: Db, citizen: PersonId, agent: Id | None, ids: list[AttachmentId]) -> list[Own]:
    """Which of these files the agent has uploaded."""
    return await db.all(
        Own,
        "select id from cases.attachment where citizen_id = $citizen and id = any($ids) and agent_ref = $agent",
        citizen=citizen, ids=ids, agent=agent,
    )  # fmt: skip
