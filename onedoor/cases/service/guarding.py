"""重点保护 Whether somebody's case opens to this clerk alone, or only once a colleague has allowed it."""
from onedoor.cases.errors import NeedsSecond
from onedoor.cases.models import InboxRow
from onedoor.cases.seconds import Second
from onedoor.cases.store import seconds as store
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs


async def protected(work: Work, row: InboxRow, asked: Second | None = None) -> bool:
    """Whom the data-protection officer has named, every colleague of the reader, and who shares the reader's family name and household;
    the reader is who has `asked`, if anybody. Known without asking the database, unless the names are alike."""
    if await identity.guarded(work, row.citizen_ref):
        return True
    member = (await orgs.snapshot(work.db)).staff.get(row.citizen_ref)
    if member is not None and member.org == row.org_id:
        return True
    reader, name = (asked.asked_by, asked.asked_name) if asked else (work.actor.id, work.actor.name)
    return isinstance(reader, PersonId) and await identity.kin(work, reader, name, row.citizen_ref, row.holder)


async def asked(work: Work, row: InboxRow) -> Second | None:
    """What this clerk asked last."""
    return await store.latest(work.db, row.org_id, row.case_id, work.actor.id) if work.actor.id else None


async def must_be_allowed(work: Work, row: InboxRow) -> None:
    """Refuse whoever has not been allowed this case. One's own is refused elsewhere, to everybody."""
    if row.citizen_ref == work.actor.id or not await protected(work, row):
        return
    one = await asked(work, row)
    if one is None or not one.holds(work.now):
        raise NeedsSecond(case=str(row.case_id), state=str(one.state) if one and one.until is None else "")


async def second_of(work: Work, row: InboxRow) -> str:
    """The colleague who allowed what this clerk looks at; empty where nobody had to."""
    one = await asked(work, row) if await protected(work, row) else None
    return one.answered_name if one and one.holds(work.now) else ""


async def with_second(work: Work, row: InboxRow, purpose: Text) -> Text:
    """What a look is for, with the name of that colleague."""
    second = await second_of(work, row)
    return text("{purpose}（经 {name} 同意）", purpose=purpose, name=second) if second else purpose
