"""核对办件 The auditor's pages: a number, then the case counted anew beside what stands there; what does not fit is red."""
from datetime import date
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases.errors import WrongNumber
from onedoor.cases.models import Grants, Kind, Status
from onedoor.cases.owing import OWED
from onedoor.cases.recounting import Counted, Difference
from onedoor.cases.service import announcing, auditing
from onedoor.cases.service.auditing import Audited, Ruled
from onedoor.cases.service.pausing import KINDS
from onedoor.cases.service.standing import status_words
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import case_of, move_words, offices_of, tone, who

AUDITOR = may(str(Grants.AUDIT))


@get("/audit/cases", **AUDITOR, include_in_schema=False)
async def ask(request: AnyRequest, work: NamedDependency[Work], number: FromQuery[str] = "") -> Response[Any]:
    """Which case."""
    typed = printable(number)[:30]
    if not typed:
        return page(request, "cases/audit_find.html", typed="", errors=[])
    try:
        return see_other(f"/audit/cases/{await auditing.numbered(work, typed)}")
    except WrongNumber as bad:
        return page(request, "cases/audit_find.html", bad.status, typed=typed, errors=bad.errors)


@get("/audit/cases/{case:str}", **AUDITOR, include_in_schema=False)
async def show(request: AnyRequest, case: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """One case: its days, its steps, its rule."""
    case_id = case_of(case)
    async with auditing.noted(begin, case_id), begin() as work:
        view = await _view(work, await auditing.look(work, case_id))
    return page(request, "cases/audit_case.html", **view)


async def _view(work: Work, seen: Audited) -> dict[str, Any]:
    locale, case, known = work.locale, seen.case, await orgs.snapshot(work.db)
    office, place = known.by_id.get(case.org_ref), known.districts.get(case.street) or known.districts.get(case.district)
    offices = await offices_of(work)
    return {
        "title": pick(locale, case.title), "number": case.number, "holder": seen.row.holder,
        "where": " · ".join(pick(locale, one.name) for one in (office, place) if one),
        "stage": status_words(locale, case.status, case.outcome), "tone": tone(case), "faults": seen.faults,
        "days": [_day(locale, row) for row in seen.count.rows if row.stored not in (None, "") or not row.same],
        "steps": [_step(locale, one) | {"who": who(locale, one.step, offices)} for one in seen.count.steps],
        "rule": _rule(locale, seen.rule) if seen.rule else None, "version": seen.process.version,
        "promised": seen.process.promised_days, "statutory": seen.process.statutory_days, "accept": seen.process.accept_days, "wide": True,
    }  # fmt: skip


def _fits(locale: str, good: bool) -> dict[str, str]:
    return {"tag": say(locale, "一致") if good else say(locale, "不一致"), "tone": "green" if good else "red"}


def _day(locale: str, row: Difference) -> list[Any]:
    names = {
        "status": say(locale, "状态"), "received_on": say(locale, "收件日"), "accepted_on": say(locale, "受理日"),
        "due_on": say(locale, "承诺办结日"), "legal_due_on": say(locale, "法定办结日"), "paused_on": say(locale, "暂停计时从哪天起"),
        "pause_kind": say(locale, "暂停原因"), "answer_by": say(locale, "补正期限"), "rev": say(locale, "步骤数"),
    }  # fmt: skip
    return [names[row.name], _value(locale, row.stored), _value(locale, row.counted), _fits(locale, row.same)]


def _value(locale: str, value: Any) -> str:
    if value == OWED:
        return say(locale, "欠材料")
    if value in KINDS:
        return pick(locale, announcing.kind_of(Kind(value)))
    if isinstance(value, Status):
        return status_words(locale, value)
    return day(locale, value, year=True) if isinstance(value, date) else str(value or "—")


def _step(locale: str, one: Counted) -> dict[str, Any]:
    step = one.step
    wrong = [] if one.moves else [say(locale, "这一步不该出现在上一步之后")]
    if not one.dated:
        was, now = _value(locale, step.due_after), _value(locale, one.days.due_on)
        wrong.append(say(locale, "这一步写的承诺日是 {was}，复算是 {now}", was=was, now=now))
    return {"what": move_words(locale, step), "at": step.at, "wrong": wrong, "due": _value(locale, one.days.due_on)}


def _rule(locale: str, rule: Ruled) -> dict[str, Any]:
    then, now = rule.then, rule.now
    said = {"met": say(locale, "满足"), "unmet": say(locale, "不满足"), "untold": say(locale, "登记里没有")}
    kinds: list[tuple[str, Any]] = [(pick(locale, words), said[kind]) for kind in said for words in getattr(then, kind)]
    anew = {pick(locale, words): said[kind] for kind in said for words in getattr(now, kind)} if now else {}
    rows = [[words, was, anew.get(words, "—"), _fits(locale, anew.get(words) == was) if now else ""] for words, was in kinds]
    rows += [[words, "—", found, _fits(locale, False)] for words, found in anew.items() if words not in dict(kinds)]
    seen = [
        {"label": pick(locale, one.label), "value": pick(locale, one.value),
         "note": " · ".join(filter(None, [pick(locale, one.source), day(locale, one.as_of, year=True)]))}
        for one in then.seen
    ]  # fmt: skip
    return {
        "rows": rows, "seen": seen, "kept": now is not None, "same": rule.same, "grants": then.grants, "by_rule": rule.by_rule,
        "version": rule.version, "papers": then.papers, "again": then.again,
    }  # fmt: skip


handlers = [ask, show]
