"""My passes, one pass, why its colour is what it is, and what everybody may know of a scheme."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import say
from onedoor.kernel.ids import to_json
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.passes import service
from onedoor.passes.errors import NoSuchScheme
from onedoor.passes.models import State
from onedoor.passes.records import AppealState
from onedoor.ui.edge import AnyRequest, may, page, see_other

from . import _view


@get("/passes", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[str]:
    """Every scheme that concerns me or whom I stand in for, with the colour."""
    async with _view.about(request, begin) as seen:
        work = seen.work
        found = [(one, _view.colour(work.locale, held.colour) if held else None) for one, held in await service.mine(work)]
    async with begin() as work:
        family = [one for one in await service.dependants.mine(work) if one.state == "confirmed"]
    vehicles = any(one.gate.vehicles and one.holds(work.today) for one, _ in found)
    return page(request, "passes/mine.html", passes=found, today=work.today, about=seen, family=family, vehicles=vehicles)


@get("/passes/{scheme:str}", **may("signed-in"), include_in_schema=False)
async def one(request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[str]:
    """A pass of one scheme."""
    async with _view.about(request, begin) as seen:
        work = seen.work
        known = await service.scheme(work, scheme)
        if known.state is State.DRAFT:
            raise NoSuchScheme()
        held = await service.standing(work, scheme)
        appeal = await service.my_appeal(work, scheme)
    colour = _view.colour(work.locale, held.colour) if held else None
    return page(
        request, "passes/pass.html", scheme=known, held=held, colour=colour, holds=known.holds(work.today), today=work.today, about=seen,
        open=appeal if appeal and appeal.state is AppealState.OPEN else None,
    )  # fmt: skip


@get("/passes/{scheme:str}/why", **may("signed-in"), include_in_schema=False)
async def why(request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[str]:
    """解释我的颜色: rules in words, the facts they were given, since when, until when, and what would change it."""
    async with _view.about(request, begin) as seen:
        work = seen.work
        found = await service.why(work, scheme)
        appeal = await service.my_appeal(work, scheme)
        wish = await service.texting.wished(work, scheme)
        rows = _view.answered(work.locale, found.rules.questions, found.declaration) if found.declaration else []
    return page(
        request, "passes/why.html", seen=found, colour=_view.colour(work.locale, found.standing.colour), rows=rows, about=seen,
        appeal=appeal, own=service.own_words(work.locale, found), wish=wish,
        levels=_levels(work.locale, found), holds=found.scheme.holds(work.today),
        channel=_view.channel(work.locale, str(found.declaration.channel)) if found.declaration else "",
    )  # fmt: skip


def _levels(locale: str, seen: service.Seen) -> list[str]:
    words = {"low": say(locale, "低风险"), "mid": say(locale, "中风险"), "high": say(locale, "高风险")}
    return [words[one] for one in seen.decision.inputs["external"]["levels"]]


@post("/passes/{scheme:str}/sms", **may("signed-in"), include_in_schema=False)
async def sms(request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """短信说明: the reasons as a text message from now on, or no more."""
    stops = str((await request.form()).get("step")) == "stop"
    async with _view.about(request, begin) as seen:
        if stops:
            await service.texting.stop(seen.work, scheme)
        else:
            await service.texting.ask(seen.work, scheme)
        return see_other(f"/passes/{scheme}/why{seen.carried}")


@get("/passes/{scheme:str}/history.json", **may("signed-in"), include_in_schema=False)
async def history(request: AnyRequest, scheme: FromPath[str], begin: NamedDependency[Begin]) -> Response[bytes]:
    """Every colour with everything it came from, as a file of one's own."""
    async with _view.about(request, begin) as seen:
        found = await service.history(seen.work, scheme)
    headers = {"content-disposition": f'attachment; filename="{scheme}.json"', "cache-control": "private, no-store"}
    return Response(to_json(found), media_type="application/json", headers=headers)


@get("/passes/schemes", **may(public=True), include_in_schema=False)
async def public_list(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Every scheme there is or was."""
    return page(request, "passes/schemes.html", schemes=await service.schemes(work), today=work.today)


@get("/passes/schemes/{scheme:str}", **may(public=True), include_in_schema=False)
async def public(request: AnyRequest, scheme: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """What everybody may know of a scheme: legal basis, purpose, end, how long data are kept, its rules, and how appeals are answered."""
    known = await service.scheme(work, scheme)
    if known.state is State.DRAFT:
        raise NoSuchScheme()
    rules = (await service.known(work)).rules(scheme, work.now)
    return page(
        request, "passes/scheme.html", scheme=known, authority=await orgs.department(work, known.authority), holds=known.holds(work.today),
        today=work.today, rules=rules, count=await service.counted(work, scheme), signed_in=work.actor.signed_in,
        colours=[(rule, _view.colour(work.locale, rule.colour)) for rule in rules.rules] if rules else [],
        acts=acts(work.locale, await service.keeping.history(work, scheme)),
    )  # fmt: skip


def acts(locale: str, found: list[Any]) -> list[dict[str, Any]]:
    """What was done with a scheme, in words."""
    words = {
        "signed": say(locale, "签字"), "suspended": say(locale, "暂停"), "resumed": say(locale, "恢复"),
        "extension_asked": say(locale, "提出延期"), "extended": say(locale, "延期"), "rules_signed": say(locale, "签规则"),
        "rules_in_force": say(locale, "规则生效"), "level_set": say(locale, "调整风险等级"), "replayed": say(locale, "重新计算"),
        "ended": say(locale, "到期结束"), "deleted": say(locale, "数据已删除"),
        "deletion_signed": say(locale, "签删除证明"),
    }  # fmt: skip
    return [
        {"what": words[one.act], "at": one.at, "by": one.name if one.person_ref else "", "detail": detail(locale, one)} for one in found
    ]  # fmt: skip


def detail(locale: str, act: Any) -> str:
    said = act.detail
    if act.act == "level_set":
        return f"{_view.place(locale, said['division'])} · {said['source']}"
    parts = [str(said[key]) for key in ("document", "ends_on", "reason") if said.get(key)]
    return " · ".join([*parts, *([say(locale, "第 {n} 版", n=said["version"])] if "version" in said else [])])


@get("/passes/schemes/{scheme:str}/deletion", **may(public=True), include_in_schema=False)
async def deletion(request: AnyRequest, scheme: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """删除证明: what was deleted, counted and hashed before, and signed."""
    signed = service.keeping.deletion_signed(await service.keeping.history(work, scheme))
    return page(
        request, "passes/deletion.html", made=await service.deletion(work, scheme), scheme=await service.scheme(work, scheme),
        signed=signed,
    )  # fmt: skip


@get("/passes/schemes/{scheme:str}/deletion.json", **may(public=True), include_in_schema=False)
async def deletion_file(scheme: FromPath[str], work: NamedDependency[Work]) -> Response[bytes]:
    """The same as a file, with its signature."""
    return Response(to_json(await service.deletion(work, scheme)), media_type="application/json")


handlers = [sms, mine, public_list, one, why, history, public, deletion, deletion_file]
