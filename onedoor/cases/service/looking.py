"""经办人看到的 What staff see: one page of the list, or one case with everything. Each look at a person is written down for them."""
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from onedoor.cases import policy
from onedoor.cases.duty import FIRST_DAY, LAST_DAY, MARKS, PAGE, After, Counts, Filters, Marks, Reach, Sought, Tab, reach_of, sought
from onedoor.cases.errors import NoSuchAttachment, NotYourCase
from onedoor.cases.forms.engine import Form
from onedoor.cases.handing import Handing
from onedoor.cases.models import Attachment, AttachmentId, Case, CaseId, Filed, InboxRow, ProcessVersion, Special, Step
from onedoor.cases.owing import Owing
from onedoor.cases.registration import Registration, Stage
from onedoor.cases.store import drafts, files, finding
from onedoor.cases.store import inbox as store
from onedoor.cases.store import marks as marked
from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.ids import Id, convert, to_builtins
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.together import together
from onedoor.kernel.work import Actor, Begin, Work
from onedoor.orgs.models import OrgId

from . import attachments, claiming, covering, guarding, handing, lookups, owing, pausing, registering, stages
from .definitions import form_of, memory, office_of, process_of
from .lookups import Askable, Seen

SOON = 2
FRESH = 10.0
"""Seconds for which the department's numbers are good enough; one's own number is counted each time."""
MOST_KEPT = 2000
_counted: dict[tuple[object, ...], tuple[float, tuple[Counts, Marks] | None]] = {}


class Listed(Struct, frozen=True):
    """One page of the list."""

    rows: list[InboxRow]
    counts: Counts
    marks: Marks
    mine: int
    next: After | None
    filters: Filters
    promised: dict[str, int]
    """How many working days each item promises, for the lights."""


class View(Struct, frozen=True):
    """Everything a clerk sees of a case."""

    row: InboxRow
    case: Case
    filed: Filed
    form: Form
    process: ProcessVersion
    steps: list[Step]
    files: list[Attachment]
    colleagues: list[tuple[PersonId, str]]
    holder: str
    """Who has it: the name of a colleague, or nothing."""
    owing: Owing
    registration: Registration | None
    away: list[PersonId]
    """For whom this clerk stands in."""
    handings: list[tuple[Text, Handing]] = []
    """What goes to other departments' systems, by the name of each."""
    offers: list[Special] = []
    """For what the clock may be stopped."""
    askable: list[Askable] = []
    lookups: dict[str, Seen] = {}
    """Facts that may be looked up at a register, and by element how a look has come out."""
    stage: Stage | None = None
    """How it stands in the department's own system."""


async def inbox(work: Work, filters: Filters, after: After | None = None) -> Listed:
    """One page of one part of the list, and how long the parts are: one statement, however long the list, and one more now and then."""
    org, mine = claiming.org_of(work), work.actor.id
    assert mine is not None, "the route needs a grant, and grants belong to persons"
    reach = reach_of(work.actor.districts)
    narrowed, since = reach.narrowed(filters.place), after or After()
    found, own = await together(
        work, lambda w: _part(w, org, mine, filters, narrowed, since), lambda w: store.count_mine(w.db, org, mine)
    )
    rows = found[:PAGE]
    await _record_names(work, rows, filters.q)
    following = After.of(rows[-1]) if len(found) > PAGE else None
    counts, marks = await counted(work, org, reach)
    return Listed(rows, counts, marks, own, following, filters, await promises(work, rows))


async def promises(work: Work, rows: list[InboxRow]) -> dict[str, int]:
    """How many working days the items of these lines promise. From memory."""
    known = await memory.get(work.db)
    return {r.item: known.processes[(r.item, known.current[r.item])].promised_days for r in rows if r.item in known.current}


async def counted(work: Work, org: Id, reach: Reach) -> tuple[Counts, Marks]:
    """How long the parts are. A few seconds old at most: everybody of the department looks at the same numbers all day."""
    key, now = (org.hex, work.today, *reach.districts, *reach.streets, reach.whole), time.monotonic()
    at, known = _counted.get(key, (float("-inf"), None))
    if known is None or now - at > FRESH:
        soon = work.calendar.after(work.today, SOON)
        if reach.whole:
            counts = await store.counts(work.db, org, work.today, soon)
        else:
            counts = await store.counts_in(work.db, org, reach, work.today, soon)
        known = counts, await marked.counts(work.db, org, reach)
        if len(_counted) > MOST_KEPT:
            _counted.clear()
        _counted[key] = (now, known)
    return known


async def _part(work: Work, org: Id, mine: Id, filters: Filters, reach: Reach, after: After) -> list[InboxRow]:
    """The list is read in its order; a word that is rare in what comes first is asked of the index."""
    wanted = sought(filters.q)
    rows = await _listed(work, org, mine, filters, reach, after, wanted)
    if len(rows) == wanted.limit or not wanted.plain or filters.tab in (Tab.MINE, Tab.PAUSED, *MARKS):
        return rows
    if filters.tab is Tab.DONE:
        return await finding.ended(work.db, org, reach, after, filters.item, wanted)
    first, last, running = _window(work, filters.tab)
    part = finding.Part(first, last, running, filters.tab is Tab.SUPPLEMENTING, filters.tab is Tab.UNCLAIMED)
    return await finding.opened(work.db, org, reach, part, after, filters.item, wanted)


async def _listed(work: Work, org: Id, mine: Id, filters: Filters, reach: Reach, after: After, wanted: Sought) -> list[InboxRow]:
    db, item = work.db, filters.item
    match filters.tab:
        case Tab.MINE:
            return await _mine(work, org, mine, reach, after, item, wanted)
        case Tab.SUPPLEMENTING if reach.whole:
            return await store.supplementing(db, org, after, item, wanted)
        case Tab.SUPPLEMENTING:
            return await marked.supplementing_in(db, org, reach, after, item, wanted)
        case Tab.DONE:
            return await store.done(db, org, reach, after, item, wanted)
        case Tab.PAUSED | Tab.TRANSFERRED | Tab.PROMISES | Tab.STUCK:
            return await _marked(work, org, filters, reach, after, wanted)
        case Tab.UNCLAIMED if reach.whole and not (item or wanted.like):
            return await store.free(db, org, after)
        case Tab.UNCLAIMED if reach.whole:
            return await store.unclaimed(db, org, reach, after, item, wanted)
        case _:
            first, last, running = _window(work, filters.tab)
    if reach.whole:
        return await store.opened(db, org, first, last, running, after, item, wanted)
    return await store.opened_in(db, org, reach, first, last, running, filters.tab is Tab.UNCLAIMED, after, item, wanted)


async def _mine(work: Work, org: Id, mine: Id, reach: Reach, after: After, item: str, wanted: Sought) -> list[InboxRow]:
    if others := await covering.away(work, mine):
        return await store.mine_of(work.db, org, reach, [PersonId(mine.uuid), *others], after, item, wanted)
    return await store.mine(work.db, org, reach, mine, after, item, wanted)


async def _marked(work: Work, org: Id, filters: Filters, reach: Reach, after: After, wanted: Sought) -> list[InboxRow]:
    if filters.tab is Tab.PAUSED:
        return await marked.paused(work.db, org, reach, after, filters.item, wanted)
    ask = marked.opened if filters.tab is Tab.TRANSFERRED else marked.waiting
    return await ask(work.db, org, reach, MARKS[filters.tab], after, filters.item, wanted)


def _window(work: Work, tab: Tab) -> tuple[date, date, bool]:
    """Between which due dates, and whether the clock must run."""
    if tab is Tab.OVERDUE:
        return FIRST_DAY, work.today - timedelta(1), True
    if tab is Tab.SOON:
        return work.today, work.calendar.after(work.today, SOON), True
    return FIRST_DAY, LAST_DAY, tab is Tab.UNCLAIMED


async def _record_names(work: Work, rows: list[InboxRow], q: str) -> None:
    """A search that found people by name, or one of them by number, is written down for each; a matter's name looks for nobody."""
    plain = sought(q).plain
    found = [r for r in rows if plain and plain not in f"{r.title.zh} {r.title.en}".lower()]
    if numbered := {str(r.citizen_ref): r.number for r in found if plain in r.number.lower()}:
        await write_down(work, numbered, text("在办件列表里按编号查找"), "case")
    if named := {str(r.citizen_ref): r.number for r in found if plain not in r.number.lower()}:
        await write_down(work, named, text("在办件列表里按姓名查找"), "person.name")


async def write_down(work: Work, people: dict[str, str], purpose: Text, field: str) -> None:
    """These people, each with the number of a case if there is one, read that this clerk looked for them."""
    org = str(work.actor.org) if work.actor.org else ""
    who = {"staff": str(work.actor.id), "name": work.actor.name, "org": org, "title": work.actor.org_title}
    await enqueue(work.db, "cases.looked", {**who, "people": people, "purpose": to_builtins(purpose), "field": field})


async def record(begin: Begin, args: dict[str, Any]) -> None:
    """The job behind a search: each person in a transaction of their own."""
    actor = Actor(
        id=PersonId.parse(args["staff"]), name=args["name"], org=OrgId.parse(args["org"]) if args["org"] else None,
        org_title=args.get("title", ""), system="cases.looked",
    )  # fmt: skip
    purpose = convert(args["purpose"], Text) if "purpose" in args else text("在办件列表里按姓名查找")  # asked for by an older version
    for person, number in args["people"].items():
        async with begin(actor=actor) as work:
            field = (args.get("field", "person.name"),)
            await identity.record_access(work, PersonId.parse(person), purpose, field, number or None, action=Action.SEARCH)


async def items(work: Work) -> dict[str, str]:
    """What the department handles, by code: for the filter. From memory."""
    known = await memory.get(work.db)
    found = {i: known.processes[(i, v)] for i, v in known.current.items()}
    locale = work.locale
    return {i: (p.title.en or p.title.zh) if locale == "en" else p.title.zh for i, p in found.items() if p.org_ref == work.actor.org}


async def show(work: Work, case_id: CaseId) -> View:
    """One case of the own department and districts, with answers, files and history. The look is recorded in the same transaction."""
    row = await claiming.line(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    case = await files.shown(work.db, row.citizen_ref, case_id)
    filed = await files.filed(work.db, row.citizen_ref, case_id)
    assert case is not None, "a line of the list has its case"
    assert filed is not None, "a case has its answers"
    papers = await drafts.files_of_case(work.db, case.citizen_id, case_id)
    steps = await files.steps(work.db, case.citizen_id, case_id)
    seen = [*dict.fromkeys(e.element for e in filed.evidence), "answers", *(["attachments"] if papers else [])]
    purpose = await guarding.with_second(work, row, text("办理您的申请：{item}", item=case.title))
    await identity.record_access(work, case.citizen_id, purpose, tuple(seen), case.number)
    colleagues = [(m.person, m.name) for m in await claiming.colleagues(work, row)] if policy.supervises(work.actor) else []
    holder = await claiming.name_of(work, row.assignee_ref) if row.assignee_ref else ""
    form, process = await form_of(work, case.item, case.form_version), await process_of(work, case.item, case.process_version)
    rests = await owing.of_case(work, case.citizen_id, case_id)
    registered = await registering.of_case(work, case.citizen_id, case_id) if process.back_office else None
    if registered is not None:
        await stages.looked_at(work, registered)
    others = await covering.away(work, work.actor.id)
    handed = await handing.of_case(work, case) if handing.hands_of(process) else []
    offers = await pausing.offered(work, case, process, filed.answers, steps)
    looks = await lookups.of_case(work, case)
    facts = await lookups.askable(work, case, form, filed, looks)
    return View(
        row, case, filed, form, process, steps, papers, colleagues, holder, rests, registered, others, handed, offers, facts, looks,
        await _stage(work, registered),
    )  # fmt: skip


async def _stage(work: Work, registered: Registration | None) -> Stage | None:
    return (await office_of(work, registered.back_office)).stage_of(registered.their_stage) if registered else None


@asynccontextmanager
async def noted(begin: Begin, case_id: CaseId) -> AsyncGenerator[None]:
    """A look at a case of the own department outside of the own districts is refused, and the person reads that it was tried."""
    try:
        yield
    except NotYourCase:
        async with begin() as work:
            row = await store.row(work.db, claiming.org_of(work), case_id)
            if row is not None:
                purpose, how = text("打开不归自己办的办件"), Action.REFUSED
                await identity.record_access(work, row.citizen_ref, purpose, ("case",), row.number, action=how, outcome="refused")
        raise


async def paper(work: Work, case_id: CaseId, file: AttachmentId) -> Attachment:
    """One file of a case on the own desk. That it was opened is recorded."""
    row = await claiming.line(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    found = await attachments.of(work, row.citizen_ref, file)
    if found.case_id != case_id:
        raise NoSuchAttachment()
    purpose = await guarding.with_second(work, row, text("查看办件的材料"))
    await identity.record_access(work, row.citizen_ref, purpose, ("attachments",), row.number)
    return found
