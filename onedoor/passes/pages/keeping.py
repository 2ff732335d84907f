"""The authority's desk: schemes, their rules with a preview, levels of regions; sign, suspend, extend. Every act is on the public page."""

import datetime as dt
import tomllib
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import say, translate
from onedoor.kernel.problems import Conflict, Forbidden, Invalid, Problem
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.passes import policy, service
from onedoor.passes.errors import BadRuleset, NoSuchScheme
from onedoor.passes.models import Colour, Ruleset, Scheme
from onedoor.ui.edge import AnyRequest, may, page, see_other

from . import _view
from .looking import acts

Errors = list[dict[str, str]]
MOST_RULES = 200_000


@get("/desk/passes", **may("passes:sign"), include_in_schema=False)
async def schemes(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Every scheme, drafts too."""
    keeps = "passes:scheme" in work.actor.grants
    schemes = list((await service.known(work)).by_code.values())
    return page(request, "passes/desk_schemes.html", schemes=schemes, today=work.today, keeps=keeps)


async def _scheme(request: AnyRequest, work: Work, code: str, errors: Errors, values: dict[str, str]) -> Response[str]:
    scheme = await service.scheme(work, code)
    history = await service.keeping.history(work, code)
    known = await service.known(work)
    mine = "passes:scheme" in work.actor.grants and work.actor.org is not None and orgs.code_of(work.actor.org) == scheme.authority
    versions = sorted((one for key, one in known.versions.items() if key[0] == code), key=lambda one: one.version, reverse=True)
    return page(
        request, "passes/desk_scheme.html", 422 if errors else 200, scheme=scheme, today=work.today, errors=errors, values=values,
        mine=mine, deletion_signed=service.keeping.deletion_signed(history), versions=versions,
        current=known.rules(code, work.now), asked=await service.keeping.extension_asked(work, code),
        acts=acts(work.locale, history), signed=any(one.person == work.actor.id for one in scheme.signed_by), me=work.actor.id,
        places=[{"value": one.code, "label": _view.place(work.locale, one.code)} for one in orgs.districts()],
        latest=scheme.ends_on + policy.LONGEST_EXTENSION,
    )  # fmt: skip


@get("/desk/passes/schemes/{scheme:str}", **may("passes:sign"), include_in_schema=False)
async def scheme(request: AnyRequest, scheme: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One scheme: where it stands, and what can be done with it."""
    return await _scheme(request, work, scheme, [], {})


async def _do(work: Work, code: str, act: str, values: dict[str, str]) -> Any:
    """One press of a button."""
    match act:
        case "sign":
            return await service.keeping.sign(work, code)
        case "sign-extension":
            return await service.keeping.sign_extension(work, code)
        case "sign-deletion":
            return await service.keeping.sign_deletion(work, code)
        case "suspend":
            return await service.keeping.suspend(work, code, values.get("suspend_reason", ""))
        case "resume":
            return await service.keeping.resume(work, code, values.get("resume_reason", ""))
        case "extend":
            ends = _day(work, values.get("ends_on", ""))
            return await service.keeping.ask_extension(work, code, ends, values.get("document", ""), values.get("reason", ""))
        case "level":
            return await service.keeping.set_level(
                work, code, values.get("division", ""), values.get("level", ""), values.get("source", "")
            )
        case "rules":
            return await _new_rules(work, code, values.get("rules", ""))
        case _:
            raise NoSuchScheme()


def _refused(request: AnyRequest, no: Problem) -> Errors:
    """A refusal among the faults of the page, so that nothing typed is lost."""
    return [{"pointer": "", "detail": translate(request.scope["state"]["locale"], type(no).title)}]


def _day(work: Work, typed: str) -> dt.date:
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError as no:
        raise Invalid(errors=[{"pointer": "/ends_on", "detail": say(work.locale, "请填写日期，比如 2026-11-20")}]) from no


async def _new_rules(work: Work, code: str, text: str) -> None:
    """A later version, as TOML like in the city's folder; every fault is told with its place."""
    await service.keeping.own_scheme(work, code)
    try:
        data = tomllib.loads(text[:MOST_RULES].replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as bad:
        raise BadRuleset(errors=[{"pointer": "/rules", "detail": f"TOML: {bad}"}]) from bad
    inner: Any = data.get("ruleset", data)
    new, faults = service.faults_of_ruleset(inner if isinstance(inner, dict) else {})
    if new is None or faults:
        raise BadRuleset(errors=[{"pointer": "/rules", "detail": f"{'.'.join(map(str, where))}: {what}"} for where, what in faults])
    await service.keeping.propose(work, code, new)


@post("/desk/passes/schemes/{scheme:str}/{act:str}", **may("passes:sign"), include_in_schema=False)
async def do(request: AnyRequest, scheme: FromPath[str], act: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """Sign, suspend, extend, set a level, propose rules; what was typed is kept when something is wrong."""
    values = {name: printable(value) for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        async with begin() as work:
            await _do(work, scheme, act, values)
        return see_other(f"/desk/passes/schemes/{scheme}")
    except Invalid as wrong:
        errors = wrong.errors
    except (Conflict, Forbidden) as no:
        errors = _refused(request, no)
    async with begin() as work:
        return await _scheme(request, work, scheme, errors, values)


@get("/desk/passes/schemes/{scheme:str}/versions/{version:int}", **may("passes:sign"), include_in_schema=False)
async def rules(request: AnyRequest, scheme: FromPath[str], version: FromPath[int], work: NamedDependency[Work]) -> Response[str]:
    """One version with what it would change."""
    return await _rules(request, work, await service.scheme(work, scheme), await service.ruleset(work, scheme, version), [])


async def _rules(request: AnyRequest, work: Work, scheme: Scheme, rules: Ruleset, errors: Errors) -> Response[str]:
    preview = rules.preview
    changes = [
        ([policy.colour_words(work.locale, Colour(one)) for one in key.split(">")], n) for key, n in sorted(preview.changes.items())
    ] if preview else []  # fmt: skip
    return page(
        request, "passes/desk_rules.html", 422 if errors else 200, scheme=scheme, rules=rules, errors=errors, changes=changes,
        seen=preview.at.isoformat() if preview else "", signed=any(one.person == work.actor.id for one in rules.approved_by),
        colours=[(rule, _view.colour(work.locale, rule.colour)) for rule in rules.rules],
    )  # fmt: skip


@post("/desk/passes/schemes/{scheme:str}/versions/{version:int}/{act:str}", **may("passes:sign"), include_in_schema=False)
async def do_rules(
    request: AnyRequest, scheme: FromPath[str], version: FromPath[int], act: FromPath[str], begin: NamedDependency[Begin]
) -> Response[Any]:  # fmt: skip
    """Preview a version, or put one's name under it with the preview in front of one's eyes."""
    sent = await request.form()
    try:
        async with begin(seconds=30) as work:
            if act == "preview":
                await service.preview(work, scheme, version)
            elif act == "sign":
                await service.keeping.sign_ruleset(work, scheme, version, str(sent.get("seen") or ""))
            else:
                raise NoSuchScheme()
        return see_other(f"/desk/passes/schemes/{scheme}/versions/{version}")
    except (Conflict, Forbidden) as no:
        errors = _refused(request, no)
    async with begin() as work:
        return await _rules(request, work, await service.scheme(work, scheme), await service.ruleset(work, scheme, version), errors)


handlers = [schemes, scheme, do, rules, do_rules]
