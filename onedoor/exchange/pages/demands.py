"""供需对接 Demands: a department asks, the data authority checks, the department that holds it answers."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.exchange import policy
from onedoor.exchange.dictionary import Ground
from onedoor.exchange.errors import NoSuchDemand, NoSuchResource
from onedoor.exchange.ports import Services
from onedoor.exchange.records import Demand, DemandId, DemandState, Happened
from onedoor.exchange.service import demanding, dictionary, wanting
from onedoor.exchange.service.giving_back import area_title
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.ui.edge import AnyRequest, form, kept, may, page, see_other

from .steward import services_of

Words = Annotated[str, msgspec.Meta(max_length=1000)]
MOST_TICKED = 200
TONES = {
    DemandState.DRAFTED: "orange", DemandState.CHECKED: "orange", DemandState.ASKED: "blue", DemandState.GRANTED: "green",
    DemandState.REFUSED: "red", DemandState.DISPUTED: "orange", DemandState.RULED: "",
}  # fmt: skip


class Wish(msgspec.Struct, frozen=True):
    """Which facts, for which services, by which law."""

    resource: Annotated[str, msgspec.Meta(max_length=60)]
    basis: Words
    services: list[str] = []
    words: Words = ""
    purpose: Annotated[str, msgspec.Meta(max_length=40)] = "apply"
    elements: list[str] = []
    ground: Annotated[str, msgspec.Meta(max_length=10)] = "duty"


class Step(msgspec.Struct, frozen=True):
    """What is done with a demand, and why."""

    act: Annotated[str, msgspec.Meta(max_length=12)]
    note: Words = ""


def words(locale: str) -> dict[DemandState, str]:
    return {
        DemandState.DRAFTED: say(locale, "等数据管理部门核对"), DemandState.CHECKED: say(locale, "已核对"),
        DemandState.ASKED: say(locale, "等数源部门答复"), DemandState.GRANTED: say(locale, "已同意"),
        DemandState.REFUSED: say(locale, "未同意"), DemandState.DISPUTED: say(locale, "等裁决"), DemandState.RULED: say(locale, "已裁决"),
    }  # fmt: skip


def step_words(locale: str, kind: str) -> str:
    known = {
        "drafted": say(locale, "提出需求"), "asked": say(locale, "核对通过，转数源部门"), "refused": say(locale, "不同意"),
        "granted": say(locale, "同意"), "prolonged": say(locale, "延长答复期限"), "disputed": say(locale, "提出争议"),
        "ruled": say(locale, "裁决"), "overdue": say(locale, "逾期未处理，已提醒数据管理部门"), "stopped": say(locale, "停止回流"),
        "ready": say(locale, "数据已准备好，每个人的数据足迹里都有一条"), "same": say(locale, "和上一次完全一样，没有再给一份"),
        "empty": say(locale, "辖区里没有人在这份登记里"), "fetched": say(locale, "下载"),
    }  # fmt: skip
    return known.get(kind, kind)


def moments(locale: str, steps: list[Happened]) -> list[dict[str, Any]]:
    """What happened, the latest first; what no person did, the system did."""
    return [
        {"at": s.at, "who": s.actor if s.actor_ref else say(locale, "系统"), "what": step_words(locale, s.kind), "note": s.note}
        for s in reversed(steps)
    ]


def every_words(locale: str, every: str) -> str:
    return say(locale, "每月一次") if every == "monthly" else say(locale, "只要一次")


async def _row(work: Work, one: Demand) -> dict[str, Any]:
    known, locale = await dictionary(work), work.locale
    asker, supplier = await orgs.department_of(work, one.org_id), await orgs.department_of(work, one.supplier)
    resource = known.resources.get(one.resource)
    facts = [pick(locale, known.elements[e].title) for e in one.elements if e in known.elements]
    return {
        "href": f"/exchange/demands/{one.org_id}/{one.id}", "asker": pick(locale, asker.short) if asker else "",
        "supplier": pick(locale, supplier.short) if supplier else "",
        "resource": pick(locale, resource.title) if resource else one.resource,
        "facts": (", " if locale == "en" else "、").join(facts), "state": words(locale)[one.state], "tone": TONES[one.state],
        "due": say(locale, "{day} 前", day=day(locale, one.due_on)) if one.due_on else "",
        "area": f"{pick(locale, area_title(one.scope))} · {every_words(locale, one.every)}" if one.scope else "",
    }  # fmt: skip


@get("/exchange/demands", **may("exchange:supply"), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Mine, those made of my department, and all of them for the data authority."""
    rows = [await _row(work, one) for one in await demanding.listed(work)]
    return page(request, "exchange/demands.html", rows=rows, steward=policy.stewards(work.actor))


async def _own_services(work: Work, ports: Ports) -> list[dict[str, str]]:
    """What the own department offers, to be ticked by name."""
    own = await orgs.department_of(work, work.actor.org) if work.actor.org else None
    codes = ports.get(Services).offered_by(own.code) if own else []
    return [{"value": code, "label": name} for code, name in zip(codes, services_of(work, ports, codes), strict=True)]


async def _new(request: AnyRequest, work: Work, ports: Ports, values: dict[str, Any], errors: list[dict[str, str]]) -> Response[Any]:
    known, locale = await dictionary(work), work.locale
    resource = known.resources.get(values.get("resource", ""))
    if resource is None:
        choices = [
            {
                "title": pick(locale, r.title), "detail": pick(locale, known.register_of(r.code).title),
                "href": f"/exchange/demands/new?resource={r.code}",
            }
            for r in known.resources.values() if r.sharing != "none"
        ]  # fmt: skip
        return page(request, "exchange/demand_which.html", choices=choices, wanted=await _wanted(work, ports))
    facts = [{"value": e, "label": pick(locale, known.elements[e].title)} for e in resource.elements if e in known.elements]
    purposes = [{"value": p.code, "label": pick(locale, p.title)} for p in known.purposes.values()]
    return page(
        request, "exchange/demand_new.html", 422 if errors else 200, resource=resource.code, title=pick(locale, resource.title),
        facts=facts, services=await _own_services(work, ports), purposes=purposes, values=values, errors=errors, basis=resource.basis,
        grounds=[{"value": "duty", "label": say(locale, "法定职责"), "hint": say(locale, "法律要求本部门核实，不用问本人")},
                 {"value": "consent", "label": say(locale, "本人同意"), "hint": say(locale, "每个人同意以后才能取")}],
    )  # fmt: skip


async def _wanted(work: Work, ports: Ports) -> list[dict[str, str]]:
    """What the own forms make people type although a register holds it, each leading to a demand that is filled in."""
    known, locale, rows = await dictionary(work), work.locale, list[dict[str, str]]()
    mark = ", " if locale == "en" else "、"
    for one in await wanting.wanted(work, ports):
        ticked = [("resource", one.resource), *(("elements", e) for e in one.elements), *(("services", i) for i in one.items)]
        facts = mark.join(pick(locale, known.elements[e].title) for e in one.elements)
        where = mark.join(services_of(work, ports, one.items))
        rows.append({
            "title": pick(locale, known.resources[one.resource].title), "href": f"/exchange/demands/new?{urlencode(ticked)}",
            "detail": say(locale, "{facts}（用在{services}）", facts=facts, services=where),
        })  # fmt: skip
    return rows


@get("/exchange/demands/new", **may("exchange:supply"), include_in_schema=False)
async def asked(
    request: AnyRequest, work: NamedDependency[Work], ports: NamedDependency[Ports], resource: FromQuery[str] = ""
) -> Response[Any]:
    """First which resource, then which facts of it; what an address names is ticked."""
    ticked = {name: request.query_params.getall(name, [])[:MOST_TICKED] for name in ("elements", "services")}
    return await _new(request, work, ports, {"resource": resource, **ticked}, [])


@post("/exchange/demands", **may("exchange:supply"), include_in_schema=False)
async def make(request: AnyRequest, work: NamedDependency[Work], ports: NamedDependency[Ports]) -> Response[Any]:
    """Hand it to the data authority."""
    try:
        sent = await form(request, Wish)
        items = list(dict.fromkeys(sent.services))
        made = await demanding.draft(
            work, sent.resource, list(sent.elements), items, sent.purpose, sent.basis, sent.words, sent.ground
        )  # fmt: skip
    except NoSuchResource:
        raise
    except Invalid as bad:
        typed = await request.form()
        said = {name: typed.get(name, "") for name in ("resource", "basis", "words", "purpose", "ground")}
        ticked = {name: list(typed.getall(name, [])) for name in ("elements", "services")}
        return await _new(request, work, ports, said | ticked, bad.errors)
    return see_other(f"/exchange/demands/{made.org_id}/{made.id}")


def _ids(org: str, which: str) -> tuple[OrgId, DemandId]:
    try:
        return OrgId.parse(org), DemandId.parse(which)
    except ValueError:
        raise NoSuchDemand() from None


async def _one(
    request: AnyRequest, work: Work, ports: Ports, org: str, which: str, note: str, errors: list[dict[str, str]]
) -> Response[Any]:
    found, steps = await demanding.seen(work, *_ids(org, which))
    own = work.actor.org.uuid if work.actor.org else None
    agreement = (await dictionary(work)).agreements.get(found.agreement)
    flows = bool(found.scope) and agreement is not None and agreement.in_force(work.today)
    acts = {
        DemandState.DRAFTED: ["check", "decline"] if policy.stewards(work.actor) else [],
        DemandState.ASKED: (["grant", "refuse"] + ([] if found.prolonged else ["prolong"])) if own == found.supplier.uuid else [],
        DemandState.REFUSED: ["dispute"] if own == found.org_id.uuid and not found.scope else [],
        DemandState.GRANTED: ["stop"] if own == found.supplier.uuid and flows else [],
        DemandState.DISPUTED: ["rule_grant", "rule_refuse"] if policy.stewards(work.actor) else [],
    }.get(found.state, [])
    locale = work.locale
    labels = {
        "check": say(locale, "核对通过"), "decline": say(locale, "退回"), "grant": say(locale, "同意共享"), "refuse": say(locale, "不同意"),
        "prolong": say(locale, "延长一次"), "dispute": say(locale, "提出争议"), "rule_grant": say(locale, "裁决：应当共享"),
        "rule_refuse": say(locale, "裁决：不共享"), "stop": say(locale, "停止回流"),
    }  # fmt: skip
    return page(
        request, "exchange/demand.html", 422 if errors else 200, row=await _row(work, found), one=found, note=note,
        moments=moments(locale, steps), stops=acts == ["stop"], acts=[{"value": a, "label": labels[a]} for a in acts], errors=errors,
        ground=say(locale, "本人同意") if found.ground is Ground.CONSENT else say(locale, "法定职责"),
        services=(", " if locale == "en" else "、").join(services_of(work, ports, found.items)),
    )  # fmt: skip


@get("/exchange/demands/{org:str}/{demand:str}", **may("exchange:supply"), include_in_schema=False)
async def one(
    request: AnyRequest, org: FromPath[str], demand: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports]
) -> Response[Any]:
    return await _one(request, work, ports, org, demand, "", [])


@post("/exchange/demands/{org:str}/{demand:str}", **may("exchange:supply"), include_in_schema=False)
async def act(
    request: AnyRequest, org: FromPath[str], demand: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports]
) -> Response[Any]:
    """One step of its way; who may take it is the service's to say."""
    of, which = _ids(org, demand)
    try:
        sent = await form(request, Step)
        match sent.act:
            case "check" | "decline":
                await demanding.check(work, of, which, sent.act == "check", sent.note)
            case "grant" | "refuse":
                await demanding.answer(work, of, which, sent.act == "grant", sent.note)
            case "prolong":
                await demanding.prolong(work, of, which, sent.note)
            case "dispute":
                await demanding.dispute(work, of, which, sent.note)
            case "stop":
                await demanding.stop(work, of, which, sent.note)
            case _:
                await demanding.rule(work, of, which, sent.act == "rule_grant", sent.note)
    except Invalid as bad:
        return await _one(request, work, ports, org, demand, kept(await request.form()).get("note", ""), bad.errors)
    return see_other(f"/exchange/demands/{org}/{demand}")


handlers = [listed, asked, make, one, act]
