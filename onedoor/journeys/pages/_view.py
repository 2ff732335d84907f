"""What the pages of journeys show: legs before and after the press, in words."""

from collections.abc import Mapping
from typing import Any

from onedoor.cases.models import Case
from onedoor.cases.service.standing import status_words
from onedoor.catalog import service as catalog
from onedoor.identity.models import Assurance
from onedoor.journeys.errors import NoSuchProposal, NoSuchRun
from onedoor.journeys.models import Cause, Journey, Leg, LegState, Measure, ProposalId, RunId
from onedoor.journeys.service import Plan, View
from onedoor.kernel.i18n import day, moment, pick, say
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs

TONES = {LegState.NOT_NEEDED: "grey", LegState.WAITING: "orange", LegState.READY: "blue", LegState.FAILED: "red"}


def run_of(text: str) -> RunId:
    """The run an address names."""
    return _read(RunId, text, NoSuchRun)


def proposal_of(text: str) -> ProposalId:
    """The offer an address names."""
    return _read(ProposalId, text, NoSuchProposal)


def _read(kind: Any, text: str, refusal: type[Problem]) -> Any:
    try:
        return kind.parse(text)
    except ValueError:
        raise refusal() from None


def texts(sent: Any) -> dict[str, list[str]]:
    """The words of a posted form."""
    return {name: [v for v in sent.getall(name, []) if isinstance(v, str)] for name in sent}


async def departments(work: Work) -> Mapping[str, str]:
    """Short names by code, from memory."""
    return {d.code: pick(work.locale, d.short) for d in await orgs.departments(work)}


async def before_view(work: Work, journey: Journey) -> dict[str, Any]:
    """What a journey brings together, for anybody who considers it."""
    names, locale = await departments(work), work.locale
    title = {leg.code: pick(locale, leg.title) for leg in journey.legs}
    legs = [
        {
            "title": title[leg.code], "href": f"/items/{leg.item}", "by": names.get(leg.department, leg.department),
            "after": [title[code] for code in leg.after], "sometimes": leg.when is not None, "rests": catalog.closure(leg.item) is not None,
        }
        for leg in journey.legs
    ]  # fmt: skip
    return {
        "journey": journey, "title": pick(locale, journey.name), "legs": legs, "real_name": work.actor.assurance >= Assurance.REAL_NAME,
        "others": [names[code] for code in journey.also if code in names],
    }  # fmt: skip


async def plan_view(work: Work, plan: Plan) -> list[dict[str, str]]:
    """Each leg as the answers call for it."""
    names, locale = await departments(work), work.locale
    title = {one.made.code: pick(locale, one.made.title) for one in plan.legs}
    rows: list[dict[str, str]] = []
    for one in plan.legs:
        waits = [title[code] for code in one.made.after if any(p.needed and p.made.code == code for p in plan.legs)]
        detail = names.get(one.made.department, "") if one.needed else pick(locale, one.made.why_not)
        if one.needed and waits:
            detail = say(locale, "{by} · “{before}”办成后自动提交", by=detail, before=_listed(locale, waits))
        tag = say(locale, "要办") if one.needed else say(locale, "不用办")
        rows.append({"title": title[one.made.code], "detail": detail, "tag": tag, "tone": "blue" if one.needed else "grey"})
    return rows


def _listed(locale: str, names: list[str]) -> str:
    return (", " if locale == "en" else "、").join(names)


async def run_view(work: Work, seen: View) -> dict[str, Any]:
    """Everything on the page of a run: the slowest first, then what has ended."""
    locale = work.locale
    legs = [leg_row(work, seen, leg) for leg in seen.legs]
    far = max(seen.due.values(), default=work.today)
    order = {leg.code: (leg.code not in seen.due, far - seen.due.get(leg.code, far), leg.place) for leg in seen.legs}
    return {
        "run": seen.run, "title": pick(locale, seen.run.title), "legs": sorted(legs, key=lambda row: order[row["code"]]),
        "last": day(locale, seen.last_due) if seen.last_due else "", "done": seen.done, "counted": seen.counted,
        "measure": measure_rows(locale, seen.run.measure), "moments": moments(work, seen),
        "open": [leg.code for leg in seen.legs if not leg.ended or leg.state is LegState.FAILED],
        "fresh": any(leg.state is LegState.READY for leg in seen.legs),
    }  # fmt: skip


def leg_row(work: Work, seen: View, leg: Leg) -> dict[str, Any]:
    """One leg in a list, with the day that counts."""
    locale, case = work.locale, seen.case(leg)
    status, tone = leg_words(locale, leg, case)
    title = {one.code: pick(locale, one.title) for one in seen.legs}
    detail = case.number if case else pick(locale, leg.why)
    if leg.state is LegState.WAITING:
        detail = say(locale, "“{before}”办成后自动提交", before=_listed(locale, [title[code] for code in leg.after]))
    due = day(locale, seen.due[leg.code]) if leg.code in seen.due else ""
    if due:
        detail = " · ".join(filter(None, [say(locale, "最迟 {day}", day=due), detail]))
    return {
        "code": leg.code, "title": title[leg.code], "detail": detail, "tag": status, "tone": tone,
        "href": f"/cases/{case.id}" if case else None, "failed": leg.state is LegState.FAILED, "item": leg.item,
    }  # fmt: skip


def leg_words(locale: str, leg: Leg, case: Case | None) -> tuple[str, str]:
    """Where a leg stands, and the colour of it."""
    if case is not None:
        good = leg.outcome == "granted"
        tone = "green" if good else "blue" if case.open else "red" if leg.outcome in ("refused", "declined") else "grey"
        return (say(locale, "办好了") if good else status_words(locale, case.status, case.outcome)), tone
    words = {
        LegState.NOT_NEEDED: say(locale, "不用办"), LegState.WAITING: say(locale, "等前一项"), LegState.READY: say(locale, "正在提交"),
        LegState.FAILED: say(locale, "没有提交成功"),
    }  # fmt: skip
    if leg.cause is Cause.TAKEN_BACK:
        return say(locale, "不办了"), "grey"
    return words.get(leg.state, ""), TONES.get(leg.state, "")


def measure_rows(locale: str, measure: Measure) -> list[dict[str, str]]:
    """省了多少, counted."""
    trips = say(locale, "一次都不用跑") if measure.trips == 0 else say(locale, "{n} 次", n=measure.trips)
    return [
        {"label": say(locale, "涉及部门"), "value": say(locale, "{n} 个", n=measure.departments)},
        {"label": say(locale, "要跑"), "value": trips},
        {"label": say(locale, "您填了"), "value": say(locale, "{n} 个答案", n=measure.filled)},
        {"label": say(locale, "一件一件办要填"), "value": say(locale, "{n} 个答案", n=measure.apart)},
        {"label": say(locale, "您上传了"), "value": say(locale, "{n} 份材料", n=measure.papers)},
    ]


def moments(work: Work, seen: View) -> list[dict[str, str]]:
    """What has happened, in every department, the latest first."""
    locale = work.locale
    found = [(seen.run.pressed_at, say(locale, "一次提交"), "")]
    for leg in seen.legs:
        case, name = seen.case(leg), pick(locale, leg.title)
        if case is not None:
            found.append((case.submitted_at, say(locale, "{item}：已提交", item=name), ""))
            if case.decided_at is not None:
                words, tone = leg_words(locale, leg, case)
                found.append((case.decided_at, say(locale, "{item}有结果了：{status}", item=name, status=words), tone))
    found.sort(key=lambda one: one[0], reverse=True)
    return [{"at": moment(locale, at, work.zone), "what": what, "tone": tone} for at, what, tone in found]
