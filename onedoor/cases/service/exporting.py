"""导出办件 Cases of one item as lines for an archive: for a reason, by two of the department that handles it, and each person reads of it.

What is inner stays inside, as do files; cases that the two do not serve, or that are their own, are left out.
"""
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from onedoor.cases import policy
from onedoor.cases.models import Case, Filed, Grants, Step
from onedoor.cases.store import files
from onedoor.cases.store import recounts as store
from onedoor.identity import service as identity
from onedoor.identity.models import Action
from onedoor.kernel.i18n import text
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.work import Actor, Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Staff

from .definitions import process_of

ACTOR = system("cases.export")
BATCH, SHORTEST, LONGEST = 200, 4, 100


class Export(Struct, frozen=True):
    """What is exported, why, and by whom."""

    item: str
    reason: str
    first: Staff
    second: Staff
    title: str
    """What the department is called today."""

    def reaches(self, case: Case) -> bool:
        """Whether both serve this case, and it is of neither."""
        both = (self.first, self.second)
        ours = case.org_ref == self.first.org and case.citizen_id not in {one.person for one in both}
        return ours and all(policy.covers(one.districts, case.district, case.street) for one in both)


async def agreed(work: Work, item: str, reason: str, phones: tuple[str, ...]) -> Export:
    """Two of the department that handles this item, a supervisor first; Forbidden for anybody else, Invalid without a reason."""
    if not SHORTEST <= len(reason.strip()) <= LONGEST:
        raise Invalid(f"An export needs a reason of {SHORTEST} to {LONGEST} characters: whose cases they are read it.")
    org, known = (await process_of(work, item)).org_ref, await orgs.snapshot(work.db)
    people = [await identity.person_of_phone(work, phone) for phone in phones]
    found = [member for one in people if one is not None and (member := known.staff.get(one)) is not None and member.org == org]
    if len(phones) != 2 or len({member.person for member in found}) != 2:
        raise Forbidden("An export needs two members of staff of the department that handles it.")
    if Grants.SUPERVISE not in found[0].grants or Grants.HANDLE not in found[1].grants:
        raise Forbidden("The first of the two needs cases:supervise, the second cases:handle.", needs=str(Grants.SUPERVISE))
    return Export(item, reason.strip(), found[0], found[1], known.by_id[org].name.zh)


async def lines(begin: Begin, export: Export, first: date, last: date, zone: ZoneInfo) -> AsyncIterator[dict[str, Any]]:
    """One case each, handed in on these days; it is in the person's record before it is given out."""
    since, until = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(1)))
    after = store.FIRST
    while True:
        async with begin(actor=ACTOR, seconds=30) as work:
            found = await store.handed_in(work.db, export.item, since, until, after, BATCH)
            told = [line for one in found if (line := await _line(work, export, one)) is not None]
        for line in told:
            yield line
        if len(found) < BATCH:
            return
        after = found[-1]


async def _line(work: Work, export: Export, key: store.Key) -> dict[str, Any] | None:
    case, filed = await files.shown(work.db, key.citizen_id, key.id), await files.filed(work.db, key.citizen_id, key.id)
    if case is None or filed is None or not export.reaches(case):
        return None
    who = export.first
    actor = Actor(id=who.person, name=who.name, org=who.org, org_title=export.title, grants=who.grants, districts=who.districts)
    purpose = text("导出办件：{reason}（经 {name} 同意）", reason=export.reason, name=export.second.name)
    seen = tuple(dict.fromkeys(["case", "answers", *(one.element for one in filed.evidence)]))
    await identity.record_access(work, case.citizen_id, purpose, seen, case.number, action=Action.EXPORT, by=actor)
    return _told(case, filed, [step for step in await files.steps(work.db, key.citizen_id, key.id) if not step.inner_only])


def _told(case: Case, filed: Filed, steps: list[Step]) -> dict[str, Any]:
    plain = ("number", "item", "title", "status", "outcome", "district", "street", "form_version", "process_version", "submitted_at",
             "received_on", "accepted_on", "due_on", "legal_due_on", "decided_at", "letter", "certificate_ref")  # fmt: skip
    moves = [{"kind": s.kind, "at": s.at, "by": s.by, "from": s.from_status, "to": s.to_status, "due": s.due_after, "note": s.note}
             for s in steps]  # fmt: skip
    said = {name: getattr(case, name) for name in plain}
    return to_builtins({**said, "answers": filed.answers, "evidence": filed.evidence, "steps": moves})
