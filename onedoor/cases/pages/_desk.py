"""What the clerk's pages show: lines of the list, clocks, answers with their sources, the timeline with inner notes, open acts."""
import functools
from datetime import date
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from onedoor.cases.duty import COUNTED, Reason, Tab
from onedoor.cases.forms import showing
from onedoor.cases.models import OPEN, By, Case, Evidence, Grants, InboxRow, Light, Move, Outcome, Scan, Status, Step, act_by, allows, light
from onedoor.cases.service import assessing, deciding, handing, looking
from onedoor.cases.service.looking import Listed, View
from onedoor.cases.service.standing import status_words
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import District, OrgId, Orgs
from onedoor.ui.render import environment
from onedoor.wallet import service as wallet
from onedoor.wallet.models import Grants as WalletGrants

from ._instant import instant_view
from ._lookups import lookups_view, words
from ._rests import rest_acts, rests_view
from ._special import moment_notes, moment_words, special_acts, special_now, specials_view
from ._view import TONES, move_words, not_staff, scan_words, size

RUNNING = (Status.SUBMITTED, Status.ACCEPTED)
TICKED = (Tab.UNCLAIMED, Tab.SOON, Tab.OVERDUE, Tab.ALL)
MOST_ROWS, MOST_FORMS = 4000, 200
Option = tuple[str, str]
STEP_TONES = {
    Move.ASK: "paused", Move.PAUSE: "paused", Move.DECLINE: "red", Move.LAPSE: "red", Move.REVOKE: "red", Move.REISSUE: "green",
    Move.ACCEPT: "blue",
}  # fmt: skip
LIGHT_TONES = {Light.GREEN: "green", Light.YELLOW: "orange", Light.RED: "red"}


def left_words(work: Work, on: date) -> str:
    """How many working days are left, or over."""
    locale = work.locale
    if on == work.today:
        return say(locale, "今天到期")
    if on < work.today:
        n = work.calendar.working_days_between(on, work.today)
        return say(locale, "超期 {n} 个工作日", n=n) if n != 1 else say(locale, "超期 1 个工作日")
    n = work.calendar.working_days_between(work.today, on)
    return say(locale, "还剩 {n} 个工作日", n=n) if n != 1 else say(locale, "还剩 1 个工作日")


def light_words(locale: str, colour: Light) -> str:
    """The light in a word, because colour alone tells nothing to many."""
    words = {Light.GREEN: say(locale, "正常"), Light.YELLOW: say(locale, "将到期"), Light.RED: say(locale, "已逾期")}
    return words[colour]


class Row(Struct, frozen=True):
    """One row of the table, in words."""

    id: str
    number: str
    title: str
    holder: str
    place: str
    status: str
    tone: str
    due: str
    left: str
    light: str
    light_tone: str
    clerk: str
    free: bool
    flags: tuple[str, ...]


@functools.lru_cache(maxsize=MOST_ROWS)
def row_html(locale: str, ticks: bool, row: Row) -> Markup:
    """The row as the page shows it. All it depends on is in its arguments, and a list mostly holds what it held a minute ago."""
    return _drawn(locale, "desk_row", r=row, ticks=ticks)


@functools.lru_cache(maxsize=MOST_FORMS)
def filter_form(locale: str, tab: str, chosen: tuple[str, str, str], items: tuple[Option, ...], places: tuple[Option, ...]) -> Markup:
    """The form that narrows the list: the same for every clerk of a department until somebody types in it."""
    item, place, q = chosen
    return _drawn(locale, "desk_filters", tab=tab, item=item, place=place, q=q, items=_options(items), places=_options(places))


@functools.lru_cache(maxsize=MOST_FORMS)
def find_form(locale: str) -> Markup:
    """The form that asks for a card's number, empty. One with a number in it is drawn anew: nothing keeps a number."""
    return found_form(locale, "", "", opened=False)


def found_form(locale: str, value: str, error: str, *, opened: bool) -> Markup:
    """The same after it was sent."""
    return _drawn(locale, "desk_find", value=value, error=error, open=opened)


def _options(pairs: tuple[Option, ...]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in pairs]


def _drawn(locale: str, part: str, **data: Any) -> Markup:
    return Markup(environment(locale).get_template(f"cases/parts/{part}.html").render(data))  # noqa: S704 - escaped by the template


def lines(work: Work, listed: Listed, known: Orgs) -> list[Row]:
    """The rows of the table. Most share their day and their matter, so a clock is put into words once."""
    clocks: dict[tuple[date, int], tuple[str, str, str]] = {}
    words = {status: status_words(work.locale, status) for status in {r.status for r in listed.rows}}
    days = {on: day(work.locale, on) for on in {r.due_on for r in listed.rows}}
    found: list[Row] = []
    for row in listed.rows:
        key = (row.due_on, listed.promised.get(row.item, 0))
        if row.status in RUNNING and key not in clocks:
            colour = light(work.today, key[0], key[1], work.calendar)
            clocks[key] = (left_words(work, row.due_on), light_words(work.locale, colour), LIGHT_TONES[colour])
        still = say(work.locale, "已暂停计时") if row.status in (Status.SUPPLEMENTING, Status.PAUSED) else ""
        clock = clocks[key] if row.status in RUNNING else (still, "", "")
        found.append(_line(work, row, known, words[row.status], days[row.due_on], clock))
    return found


def _line(work: Work, row: InboxRow, known: Orgs, stage: str, due: str, clock: tuple[str, str, str]) -> Row:
    locale, there = work.locale, row.status in OPEN
    place = known.districts.get(row.street) or known.districts.get(row.district)
    member = known.staff.get(row.assignee_ref) if row.assignee_ref else None
    clerk = member.name if member else say(locale, "待领") if there and row.assignee_ref is None else ""
    return Row(
        str(row.case_id), row.number, pick(locale, row.title), row.holder, pick(locale, place.name) if place else "",
        stage, TONES[row.status], due if there else "", *clock,
        say(locale, "我") if row.assignee_ref is not None and row.assignee_ref == work.actor.id else clerk,
        row.assignee_ref is None and there, tuple(flag_words(locale, row.flags)) if row.flags else (),
    )  # fmt: skip


def flag_words(locale: str, flags: list[str]) -> list[str]:
    """Marks of a line."""
    words = {
        "transferred": say(locale, "转来"), "deemed": say(locale, "视为受理"), "owed": say(locale, "欠材料"),
        "promise": say(locale, "待核查承诺"), "appeal": say(locale, "有申诉"), "unregistered": say(locale, "登记异常"),
        "returned": say(locale, "退回来的"), "disputed": say(locale, "待裁定归属"), "odd_stage": say(locale, "进度对不上"),
        "objected": say(locale, "有公示异议"), "unanswered": say(locale, "登记没有答复"),
        "died": say(locale, "申请人已故"), "incapable": say(locale, "申请人不能独立办事"),
    }  # fmt: skip
    return [words[f] for f in flags if f in words]


def tabs(work: Work, listed: Listed) -> list[dict[str, Any]]:
    """The parts of the list with how many each has; from a thousand on it is not counted further."""
    locale, counts, marks, whole = work.locale, listed.counts, listed.marks, Grants.SUPERVISE in work.actor.grants
    parts: list[tuple[Tab, str, int | None]] = [
        (Tab.UNCLAIMED, say(locale, "待领"), counts.unclaimed), (Tab.MINE, say(locale, "我办的"), listed.mine),
        (Tab.SOON, say(locale, "将到期"), counts.soon), (Tab.OVERDUE, say(locale, "逾期"), counts.overdue),
        (Tab.SUPPLEMENTING, say(locale, "待补正"), counts.supplementing),
    ]  # fmt: skip
    rare: list[tuple[Tab, str, int]] = [
        (Tab.PAUSED, say(locale, "已暂停"), marks.paused), (Tab.TRANSFERRED, say(locale, "转来"), marks.transferred),
        (Tab.PROMISES, say(locale, "承诺核查"), marks.promises), (Tab.STUCK, say(locale, "登记异常"), marks.stuck),
    ]  # fmt: skip
    parts += [one for one in rare if one[2] or one[0] is listed.filters.tab] + [(Tab.DONE, say(locale, "已办"), None)]
    parts += [(Tab.ALL, say(locale, "全部"), None)] if whole else []
    return [
        {
            "label": label, "href": f"/desk/inbox?tab={tab}", "current": tab is listed.filters.tab,
            "count": None if n is None else f"{COUNTED - 1}+" if n >= COUNTED else n,
        }
        for tab, label, n in parts
    ]  # fmt: skip


@functools.lru_cache(maxsize=MOST_FORMS)
def _places(locale: str, districts: tuple[District, ...], paths: tuple[str, ...]) -> tuple[Option, ...]:
    """The districts and streets a clerk may choose from, streets indented."""
    mine = [d for d in districts if len(d.code) in (6, 9) and any(d.path.startswith(p) for p in paths)]
    return tuple((d.code, ("　" if len(d.code) > 6 else "") + pick(locale, d.name)) for d in mine)


async def list_view(work: Work, listed: Listed) -> dict[str, Any]:
    """Everything on the page of the list."""
    known, locale, items = await orgs.snapshot(work.db), work.locale, await looking.items(work)
    office = known.by_id.get(OrgId(work.actor.org.uuid)) if work.actor.org else None
    ticks = listed.filters.tab in TICKED
    by_title = sorted(items.items(), key=lambda pair: pair[1])
    places = _places(locale, tuple(known.districts.values()), work.actor.districts)
    chosen = (listed.filters.item, listed.filters.place, listed.filters.q)
    rows = Markup("".join([row_html(locale, ticks, row) for row in lines(work, listed, known)]))  # noqa: S704 - rows are escaped already
    return {
        "tabs": tabs(work, listed), "rows": rows, "ticks": ticks, "filters": listed.filters,
        "next": listed.next, "filter_form": filter_form(locale, str(listed.filters.tab), chosen, tuple(by_title), places),
        "office": pick(locale, office.short) if office else "", "tab_name": str(listed.filters.tab), "wide": True,
        "find_form": find_form(locale),
    }  # fmt: skip


async def case_view(work: Work, seen: View) -> dict[str, Any]:
    """Everything on the page of a case."""
    known, case, locale = await orgs.snapshot(work.db), seen.case, work.locale
    place = known.districts.get(case.street) or known.districts.get(case.district)
    sources = {e.pointer[1:]: e.source for e in seen.filed.evidence if e.state == "held"}
    notes = {e.pointer[1:]: evidence_words(locale, e) for e in seen.filed.evidence}
    for name, q in seen.form.questions.items():
        if q.element in seen.lookups:
            notes[name] = " · ".join(filter(None, [notes.get(name), words(work, seen, q.element)]))
    papers = [_paper(locale, f, seen) for f in seen.files]
    return {
        "case": case, "title": pick(locale, case.title), "number": case.number, "where": pick(locale, place.name) if place else "",
        "stage": status_words(locale, case.status, case.outcome), "tone": "red" if case.outcome is Outcome.REFUSED else TONES[case.status],
        "answers": showing.rows(locale, seen.form, seen.filed.answers, sources, notes=notes), "papers": papers,
        "clocks": clocks(work, seen),
        "moments": [_moment(work, s, case, known) for s in reversed(seen.steps)], "acts": acts(work, seen), "holder": seen.holder,
        "mine": seen.row.assignee_ref is not None and seen.row.assignee_ref == work.actor.id, "free": seen.row.assignee_ref is None,
        "colleagues": [{"value": str(p), "label": n} for p, n in seen.colleagues], "flags": flag_words(locale, seen.row.flags),
        "documents": [{"value": d.code, "label": pick(locale, d.name)} for d in seen.form.documents],
        "departments": [{"value": d.code, "label": pick(locale, d.name)} for d in known.own.values() if d.id != case.org_ref],
        "reasons": reason_options(locale), "law": deciding.law_of(case), "objection": pick(locale, deciding.objection_of(case)),
        "certifies": bool(seen.process.cert_type), "supplement_days": seen.process.supplement_days, "wide": True,
        "letter": [line for line in case.letter.splitlines() if line.strip()], "assessed": await _assessed(work, seen),
        **rests_view(work, seen), **specials_view(work, seen), **lookups_view(work, seen),
        "instant": instant_view(locale, seen.steps),
    }  # fmt: skip


def evidence_words(locale: str, one: Evidence) -> str:
    """核验: verified by the register, had earlier, or typed, and how that came out. The day is the register's."""
    source = pick(locale, one.source)
    if one.state == "held":
        when = day(locale, one.as_of, year=True)
        if one.via == "wallet":
            return say(locale, "本人出示的证照，{when}核验", when=when)
        known = say(locale, "之前取得，{when}的登记", when=when) if one.via == "kept" else say(locale, "已核验，{when}的登记", when=when)
        return known if when else ""
    words = {
        "not_held": say(locale, "本人填写，{source}没有登记", source=source),
        "agreed": say(locale, "本人填写，已和{source}核对一致", source=source),
        "differs": say(locale, "本人填写，和{source}登记的不一样", source=source),
        "revoked": say(locale, "本人已收回授权，从{source}取的信息已删除", source=source),
    }  # fmt: skip
    if one.via == "promise" and one.state not in words:
        return say(locale, "本人承诺属实，{source}还没有核对", source=source)
    return words.get(one.state) or say(locale, "本人填写，{source}还没有核对", source=source)


async def _assessed(work: Work, seen: View) -> list[dict[str, Any]]:
    """What an assessment of this case has to say, as the certificate words it."""
    asked = assessing.wanted(seen.process)
    if not asked or not seen.process.cert_type:
        return []
    labels = {c.name: c.label for c in (await wallet.type_of(work, seen.process.cert_type)).claims}
    word = Markup('<span lang="zh-CN">{}</span>')  # as the certificate will say it
    return [
        {
            "name": name, "label": pick(work.locale, labels.get(name)) or name,
            "options": [{"value": w, "label": word.format(w)} for w in allowed],
        }
        for name, allowed in asked.items()
    ]  # fmt: skip


def reason_options(locale: str) -> list[dict[str, str]]:
    """Why a case is not taken on."""
    words = {
        Reason.NOT_OURS: say(locale, "不归本部门办理"), Reason.NOT_NEEDED: say(locale, "依法不需要办理"),
        Reason.NOT_ENTITLED: say(locale, "申请人不符合申请条件"), Reason.TWICE: say(locale, "同一件事已经在办"),
        Reason.OTHER: say(locale, "其他"),
    }  # fmt: skip
    return [{"value": str(code), "label": label} for code, label in words.items()]


def _paper(locale: str, file: Any, seen: View) -> dict[str, Any]:
    """One file under the name of the document it is; only scanned ones have a link."""
    names: dict[str, Any] = {d.code: d.name for d in seen.form.documents}
    names |= {str(a["ref"]): a["label"] for s in seen.steps for a in s.detail.get("asked", []) if "ref" in a}
    clean, infected = file.scan is Scan.CLEAN, file.scan is Scan.INFECTED
    words = say(locale, "含有病毒，不能打开") if infected else say(locale, "已扫描") if clean else scan_words(locale, file.scan)
    return {
        "title": pick(locale, names.get(file.document)) or file.name, "detail": f"{file.name} · {size(locale, file.size)}",
        "href": f"/desk/cases/{seen.case.id}/files/{file.id}" if clean else None, "state": words,
        "tone": "green" if clean else "orange" if file.scan is Scan.WAITING else "red",
    }  # fmt: skip


def clocks(work: Work, seen: View) -> list[dict[str, str]]:
    """承诺时限 and 法定时限, and before acceptance the days for accepting. While the applicant has the word, both stand still."""
    case, locale = seen.case, work.locale
    if not case.open:
        return []
    rows: list[tuple[str, date]] = []
    if case.status is Status.SUBMITTED:
        rows.append((say(locale, "受理期限"), act_by(case, seen.process, work.calendar)))
    rows += [(say(locale, "承诺时限"), case.due_on), (say(locale, "法定时限"), case.legal_due_on)]
    if case.status is Status.SUPPLEMENTING and case.paused_on and case.answer_by:
        stood = work.calendar.working_days_between(case.paused_on, work.today)
        told = say(locale, "已停 {n} 个工作日，等申请人在 {by} 前补正", n=stood, by=day(locale, case.answer_by))
        still = {"left": told, "light": say(locale, "已暂停计时"), "tone": "grey"}
        return [{"label": label, "day": day(locale, on), **still} for label, on in rows]
    if case.status is Status.PAUSED and case.paused_on:
        stood = work.calendar.working_days_between(case.paused_on, work.today)
        one, left = special_now(locale, case, seen.steps), say(locale, "已停 {n} 个工作日", n=stood)
        left = say(locale, "{left}，{kind}到 {until}", left=left, kind=one["kind"], until=one["until"]) if one else left
        still = {"left": left, "light": say(locale, "已暂停计时"), "tone": "grey"}
        return [{"label": label, "day": day(locale, on), **still} for label, on in rows]
    found: list[dict[str, str]] = []
    for label, on in rows:
        colour = light(work.today, on, seen.process.promised_days, work.calendar)
        left, word = left_words(work, on), light_words(locale, colour)
        found.append({"label": label, "day": day(locale, on), "left": left, "light": word, "tone": LIGHT_TONES[colour]})
    return found


def _moment(work: Work, step: Step, case: Case, known: Orgs) -> dict[str, Any]:
    """One step, with the clerk's name, and marked when the applicant does not see it."""
    locale = work.locale
    what = say(locale, "内部备注") if step.inner_only else moment_words(locale, step) or move_words(locale, step)
    who = not_staff(locale, step)
    if step.by is By.STAFF:
        office = known.by_id.get(step.org_ref) if step.org_ref else None
        member = known.staff.get(PersonId(step.actor_ref.uuid)) if step.actor_ref else None
        who = " ".join([pick(locale, office.short) if office else "", member.name if member else ""]).strip()
    tone = STEP_TONES.get(step.kind, "")
    if step.kind is Move.DECIDE:
        tone = "red" if case.outcome is Outcome.REFUSED else "green"
    return {"at": step.at, "who": who, "what": what, "notes": _told(locale, step), "tone": tone, "inner": step.inner_only}


def _told(locale: str, step: Step) -> list[str]:
    """What was written at a step: words, things asked for, answers given, the law, the receiving department."""
    detail, parts = step.detail, [*([step.note] if step.note else []), *moment_notes(locale, step)]
    parts += [" ".join(filter(None, [pick(locale, a.get("label")), a.get("note", "")])) for a in detail.get("asked", [])]
    for one in detail.get("given", []):
        told = one.get("words") or (say(locale, "不能提供：{why}", why=one["cannot"]) if one.get("cannot") else "")
        told = told or say(locale, "{n} 个文件", n=len(one.get("files", [])))
        parts.append(f"{pick(locale, one.get('label'))}: {told}")
    if "assessed" in detail:
        parts.append(say(locale, "评定结果：{words}", words=assessing.result_words(locale, step)))
    if "handed" in detail:
        what, number = handing.handed_words(locale, step)
        parts += [what, *number]
    if "assisted_by" in detail:
        parts.append(say(locale, "{name} 在窗口帮申请人填写（排队号 {ticket}）", name=detail["name"], ticket=detail["ticket"]))
    if law := detail.get("law"):
        parts.append(say(locale, "依据：{law}", law=law))
    if step.kind is Move.TRANSFER and (name := detail.get("name")):
        parts.append(say(locale, "转到：{name}", name=pick(locale, name)))
    return parts


def acts(work: Work, seen: View) -> set[str]:
    """Which acts this clerk may do now."""
    case, row, actor = seen.case, seen.row, work.actor
    found = {"note"}
    supervises = Grants.SUPERVISE in actor.grants
    if case.status in OPEN and (row.assignee_ref in (None, actor.id, *seen.away) or supervises):
        found |= {str(m) for m in (Move.ACCEPT, Move.DECLINE, Move.DECIDE, Move.TRANSFER) if allows(case.status, m)}
        found |= {"lookup"} if seen.askable else set()
        if assessing.wanted(seen.process):
            found.add("assess")
        if allows(case.status, Move.ASK) and (not case.supplements or supervises):
            found.add("ask")
    if case.status in OPEN:
        found |= {"claim"} if row.assignee_ref is None else {"release"} if row.assignee_ref == actor.id or supervises else set()
        found |= {"assign"} if supervises and seen.colleagues else set()
    if case.certificate_ref and case.status is Status.DECIDED and WalletGrants.REVOKE in actor.grants:
        found |= {"revoke", "reissue"}
    return found | rest_acts(work, seen) | special_acts(work, seen)
