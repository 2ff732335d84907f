"""疫情直报: five fields in half a minute, a receipt at once, and whoever traces there knows. The same person again is linked."""

import datetime as dt

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import crypto
from onedoor.kernel import text as words
from onedoor.kernel.i18n import say, text
from onedoor.kernel.text import citizen_id_fault, mask_number
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId, covers
from onedoor.passes import policy
from onedoor.passes.errors import ReportIncomplete, SchemeNotInForce
from onedoor.passes.models import Grants, Scheme
from onedoor.passes.store import case_reports as store
from onedoor.passes.tracing import CaseReport, ReportId

from .known import known

SAME = dt.timedelta(hours=24)
LONGEST_AGO = dt.timedelta(days=60)
PAGE = 50
EVER = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
LAST = ReportId.parse("report_" + "f" * 32)


class Said(Struct, frozen=True):
    """What a clinic says: who, of what, since when, where, and whom to ring back."""

    id_number: str
    disease: str
    onset: str
    division: str
    phone: str


async def _scheme(work: Work) -> Scheme:
    """The scheme under which cases are traced now."""
    found = [one for one in (await known(work)).by_code.values() if one.holds(work.today) and one.tracing_days]
    if not found:
        raise SchemeNotInForce()
    return min(found, key=lambda one: (one.starts_on, one.code))


def _read(work: Work, said: Said) -> tuple[str, dt.date, str]:
    """Number, onset and path; ReportIncomplete names each field that is wrong."""
    errors: list[dict[str, str]] = []
    number = "".join(said.id_number.split()).upper()
    if citizen_id_fault(number, work.today):
        errors.append({"pointer": "/id_number", "detail": say(work.locale, "身份证号不对，请再核对一遍")})
    if not 1 <= len(said.disease.strip()) <= 60:
        errors.append({"pointer": "/disease", "detail": say(work.locale, "请写明怀疑是什么病")})
    onset = _day(said.onset)
    if onset is None or not work.today - LONGEST_AGO <= onset <= work.today:
        errors.append({"pointer": "/onset", "detail": say(work.locale, "请填写最近 60 天里的日期，比如 2026-11-20")})
    place = next((one for one in orgs.districts() if one.code == said.division), None)
    if place is None or not covers(work.actor.districts, place.path):
        errors.append({"pointer": "/division", "detail": say(work.locale, "请选择您负责的一个地方")})
    if words.phone(said.phone) is None:
        errors.append({"pointer": "/phone", "detail": say(work.locale, "请填写能打通的电话")})
    if errors or onset is None or place is None:
        raise ReportIncomplete(errors=errors)
    return number, onset, place.path


def _day(given: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given.strip())
    except ValueError:
        return None


async def report(work: Work, secrets: Secrets, said: Said) -> CaseReport:
    """Keep a report and tell those who trace there. Who it is stays with the clinic, which is rung back."""
    org = policy.own(work.actor)
    scheme = await _scheme(work)
    number, onset, path = _read(work, said)
    assert isinstance(work.actor.id, PersonId)
    hashed = crypto.keyed(secrets.key("case-report"), number)
    subject = await identity.person_of_id_number(work, secrets, number)
    first = await store.first_since(work.db, scheme.code, hashed, work.now - SAME)
    made = CaseReport(
        OrgId(org.uuid), ReportId.new(), scheme.code, subject, mask_number(number), said.disease.strip(), onset, path, said.phone.strip(),
        work.actor.id, work.actor.name, work.now, first,
    )  # fmt: skip
    store.add(work.db, made, hashed)
    if subject:
        await identity.record_access(work, subject, text("上报疑似病例：{disease}", disease=made.disease), ("person.id_number",), None)
    authority = await orgs.department(work, scheme.authority)
    title = text("上报了一例疑似{disease}", disease=made.disease)
    for one in orgs.clerks_of(authority.id, Grants.TRACE, path):
        await notify.send(work, one.person, title, text("请打电话核实，再决定要不要流调。"), "/supervise/reports", "passes.report")
    return made


async def reports(work: Work, after: str = "") -> tuple[list[CaseReport], str]:
    """Reports from this actor's parts of the city, the latest first, and where the next page begins. Each of these people reads that
    theirs was looked at."""
    at, _, which = after.partition("_")
    try:
        before, before_id = dt.datetime.fromisoformat(at), ReportId.parse(which)
    except ValueError:
        before, before_id = EVER, LAST
    found = await store.latest(work.db, list(work.actor.scopes), before, before_id, PAGE + 1)
    shown = found[:PAGE]
    whom = [one.subject_ref for one in shown if one.subject_ref]
    await identity.record_accesses(work, whom, text("查看疑似病例的上报"), ("person.id_number",))
    return shown, f"{shown[-1].at.isoformat()}_{shown[-1].id}" if len(found) > PAGE else ""
