"""What the city asks and promises: published once, kept in the memory of each process, every version that somebody still uses."""
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from onedoor.cases import policy
from onedoor.cases.errors import BadDefinition, NoSuchForm
from onedoor.cases.forms.building import Broken, built, digest
from onedoor.cases.forms.engine import Form
from onedoor.cases.models import Applicant, FormVersion, Instant, ProcessVersion, PublishedItem, Trial
from onedoor.cases.outside import AssessedBy, Hand
from onedoor.cases.registration import Office, Stage
from onedoor.cases.specials import MOST_EXTENDED, Special
from onedoor.cases.store import forms as store
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text, moment, pick
from onedoor.kernel.ids import convert, to_builtins
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Work

from .checking import instant_mistakes, special_mistakes, strange_elements

PREFIX = "QH"
ZONE = "Asia/Shanghai"


class Process(Struct, frozen=True, forbid_unknown_fields=True):
    """The `[process]` table of an item's file."""

    accept_days: int = 5
    supplement_days: int = 15
    cert_type: str | None = None
    valid_days: int = 0
    decides: str = "department"
    rating: bool = True
    min_assurance: int = 2
    decline_to: Text | None = None
    back_office: str = ""
    silence: bool = False
    assessment: AssessedBy | None = None
    report: list[Hand] = msgspec.field(default_factory=list[Hand])
    specials: list[Special] = msgspec.field(default_factory=list[Special])
    extend_days: Annotated[int, msgspec.Meta(ge=0, le=MOST_EXTENDED)] = MOST_EXTENDED
    claims: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    applicant: Applicant = Applicant.PERSON
    instant: Instant | None = None


class Definitions(Struct, frozen=True):
    """Every published version, and which one new drafts get."""

    forms: dict[tuple[str, int], Form]
    newest: dict[str, int]
    processes: dict[tuple[str, int], ProcessVersion]
    current: dict[str, int]
    retired: frozenset[str]
    trials: dict[str, Trial]
    offices: dict[str, Office]


async def _load(db: Db) -> Definitions:
    before = memory.now.forms if memory.loaded else {}
    forms = {(v.item, v.version): _built_once(v, before.get((v.item, v.version))) for v in await store.forms(db)}
    processes = {(p.item, p.version): p for p in await store.processes(db)}
    newest = dict(sorted(forms))
    gone = {r.item for r in await store.retired(db) if r.version == newest[r.item]}
    trials = {t.item: t for t in await store.trials(db)}
    offices = {one.code: one for one in await store.offices(db)}
    return Definitions(forms, newest, processes, dict(sorted(processes)), frozenset(gone), trials, offices)


def _built_once(row: FormVersion, before: Form | None) -> Form:
    """A version is built once: nobody's publication costs the building of everybody's forms."""
    return before if before and before.sha256 == row.sha256 else built(row.item, row.version, row.definition, row.sha256)


memory: Memory[Definitions] = Memory("cases.definitions", _load)


async def form_of(work: Work, item: str, version: int | None = None) -> Form:
    """The form of an item: one version of it, or the one that new drafts get. A trial is there for those named in it alone."""
    known = await memory.get(work.db)
    policy.may_try(work.actor, known.trials.get(item), item)
    if version is None and item in known.retired:
        raise NoSuchForm(item=item)
    form = known.forms.get((item, version or known.newest.get(item, 0)))
    if form is None:
        raise NoSuchForm(item=item)
    return form


async def open_form(work: Work, item: str) -> Form | None:
    """The form that a new draft of this item gets, or None when it is not applied for online."""
    known = await memory.get(work.db)
    return None if item in known.retired else known.forms.get((item, known.newest.get(item, 0)))


async def open_items(work: Work) -> dict[str, str]:
    """What can be applied for online, by code, in the reader's language; trials are not among it. From memory."""
    known = await memory.get(work.db)
    codes = [item for item in known.newest if item not in known.retired and item not in known.trials and item in known.current]
    titles = {item: known.processes[(item, known.current[item])].title for item in codes}
    return {item: pick(work.locale, title) for item, title in titles.items()}


async def process_of(work: Work, item: str, version: int | None = None) -> ProcessVersion:
    """How an item is handled: one version of it, or today's."""
    known = await memory.get(work.db)
    process = known.processes.get((item, version or known.current.get(item, 0)))
    if process is None:
        raise NoSuchForm(item=item)
    return process


async def office_of(work: Work, code: str) -> Office:
    """What the words of a department's own system mean; nothing where nobody has explained them."""
    return (await memory.get(work.db)).offices.get(code) or Office(code, {})


async def put_offices(work: Work, rows: Sequence[Mapping[str, Any]]) -> int:
    """The city's departments' own systems; those not named here are forgotten. How many changed."""
    offices = [Office(row["code"], {word.strip().lower(): stage for stage in Stage for word in row.get(stage) or ()}) for row in rows]
    touched = await store.put_offices(work.db, offices)
    if touched:
        await changed(work.db, memory.name)
    return touched


async def definitions_of(work: Work, items: list[str]) -> dict[str, dict[str, Any]]:
    """What the newest forms of these items say, as they were published; retired ones are left out."""
    return {one.item: one.definition for one in await store.newest_forms(work.db, items)}


async def tried_form(work: Work, item: str, version: int) -> Form:
    """The form of a trial, for those who run it."""
    found = (await memory.get(work.db)).forms.get((item, version))
    if found is None:
        raise NoSuchForm(item=item)
    return found


def applicants(item: str) -> tuple[bool, bool]:
    """Whether people apply for it, and whether organisations do, as far as this process knows."""
    known = memory.now.processes.get((item, memory.now.current.get(item, 0))) if memory.loaded else None
    return (True, True) if known is None else (known.applicant is not Applicant.FIRM, known.applicant is not Applicant.PERSON)


async def on_trial(work: Work, item: str) -> bool:
    """Whether this is a trial, which reaches nobody's inbox."""
    return item in (await memory.get(work.db)).trials


def city_day(at: datetime) -> date:
    """The day of a moment where the city is."""
    zone = next((p.zone for p in memory.now.processes.values()), ZONE) if memory.loaded else ZONE
    return at.astimezone(ZoneInfo(zone)).date()


def city_moment(locale: str, at: datetime) -> str:
    """Day and minute of a moment where the city is."""
    zone = next((p.zone for p in memory.now.processes.values()), ZONE) if memory.loaded else ZONE
    return moment(locale, at, ZoneInfo(zone))


class Hours(Struct, frozen=True):
    """What the processes of a whole city have in common: when its day ends, where it is, how its numbers begin."""

    day_ends: str = "17:00"
    zone: str = ZONE
    prefix: str = PREFIX


async def put_forms(work: Work, rows: Sequence[PublishedItem], *, day_ends: str = "17:00", zone: str = ZONE, prefix: str = PREFIX) -> int:
    """Publish the forms and processes of these items; items not named here are retired, but for those on trial. How many are new.

    The same content again changes nothing. Changed content under an old version number becomes the next version, so that drafts and
    cases keep the form they were made with.
    """
    fresh = await _put(work, rows, Hours(day_ends, zone, prefix))
    known = await memory.get(work.db)
    others = {*known.trials, *(form.item for form in known.forms.values() if form.home)}
    gone = sorted({r.item for r in await store.latest_forms(work.db)} - {r.item for r in rows} - others)
    await retire(work, gone)
    return fresh


async def put_form(work: Work, row: PublishedItem, prefix: str = "") -> int:
    """Publish one item's form and process, with the hours that all others have; the rest stays. How many are new."""
    known = await memory.get(work.db)
    like = next((process for (item, _), process in known.processes.items() if item not in known.trials), None)
    hours = Hours(like.day_ends, like.zone, like.prefix) if like else Hours()
    fresh = await _put(work, [row], msgspec.structs.replace(hours, prefix=prefix or hours.prefix))
    await changed(work.db, memory.name)
    return fresh


async def retire(work: Work, items: list[str]) -> None:
    """These are no longer applied for online; drafts are kept until they expire, and cases end normally."""
    await store.retire(work.db, items, work.now)
    await changed(work.db, memory.name)


async def _put(work: Work, rows: Sequence[PublishedItem], hours: Hours) -> int:
    mistakes: list[dict[str, str]] = []
    had = {r.item: r for r in await store.latest_forms(work.db)}
    ran = {r.item: r for r in await store.latest_processes(work.db)}
    forms: list[FormVersion] = []
    processes: list[ProcessVersion] = []
    hashes: list[str] = []
    for row in rows:
        try:
            form, process = _form(row, had.get(row.item)), _process(row, hours)
        except Broken as bad:
            mistakes += [{"pointer": f"/{row.item}/{place}", "detail": what} for place, what in bad.mistakes]
            continue
        forms += [form]
        sha256, last = digest(convert_plain(process)), ran.get(row.item)
        if last is None or last.sha256 != sha256:
            processes.append(msgspec.structs.replace(process, version=last.version + 1 if last else 1))
            hashes.append(sha256)
    if mistakes:
        raise BadDefinition(errors=mistakes)
    await store.put_forms(work.db, forms, work.now)
    await store.put_processes(work.db, processes, hashes, work.now)
    return len([f for f in forms if f.item not in had or had[f.item].version != f.version]) + len(processes)


def convert_plain(process: ProcessVersion) -> Any:
    """Without the version, which must not count as a difference."""
    return {k: str(getattr(process, k)) for k in process.__struct_fields__ if k != "version"}


def _form(row: PublishedItem, last: store.Latest | None) -> FormVersion:
    asked = row.form.get("version", 1)
    body = {k: v for k, v in row.form.items() if k != "version"}
    sha256 = digest(body)
    if not isinstance(asked, int) or asked < 1:
        raise Broken([("form.version", "must be a whole number from 1")])
    if strange := strange_elements(body):
        raise Broken(strange)
    version = asked if last is None else last.version if last.sha256 == sha256 else max(asked, last.version + 1)
    built(row.item, version, body, sha256)
    return FormVersion(row.item, version, body, sha256)


def _process(row: PublishedItem, hours: Hours) -> ProcessVersion:
    try:
        said = convert(row.process, Process)
    except msgspec.ValidationError as bad:
        raise Broken([("process", str(bad))]) from bad
    mistakes = _process_mistakes(row, said)
    if mistakes:
        raise Broken(mistakes)
    return ProcessVersion(
        item=row.item, version=1, title=row.title, org_ref=row.org, prefix=hours.prefix, accept_days=said.accept_days,
        promised_days=row.promised_days, statutory_days=row.statutory_days, supplement_days=said.supplement_days,
        cert_type=said.cert_type, valid_days=said.valid_days, claims=said.claims, rating=said.rating,
        min_assurance=said.min_assurance, day_ends=hours.day_ends, zone=hours.zone, decline_to=said.decline_to,
        back_office=said.back_office, silence=said.silence, assessment=said.assessment, report=said.report,
        specials=said.specials, extend_days=said.extend_days, applicant=said.applicant, instant=said.instant,
    )  # fmt: skip


def _process_mistakes(row: PublishedItem, said: Process) -> list[tuple[str, str]]:
    properties = cast("dict[str, Any]", (row.form.get("schema") or {}).get("properties") or {})
    found: list[tuple[str, str]] = []
    if not 0 <= row.promised_days <= row.statutory_days <= 400:
        found.append(("guide.promised_days", "must be at most the statutory days, and those at most 400"))
    if not 1 <= said.accept_days <= 60 or not 1 <= said.supplement_days <= 180:
        found.append(("process", "accept_days from 1 to 60, supplement_days from 1 to 180"))
    for name, pointer in said.claims.items():
        if not pointer.startswith(("@", "#")) and pointer.strip("/").split("/")[0] not in properties:
            found.append((f"process.claims.{name}", f"{pointer} is neither a question nor an element"))
    found += special_mistakes(to_builtins(said.specials), properties)
    return found + instant_mistakes(to_builtins(said), row.form)
