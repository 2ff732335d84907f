"""对照 How a resource's answers are read: rules beside a sample, a dry run, and the switch."""

import json
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.exchange.errors import BadReading
from onedoor.exchange.models import State
from onedoor.exchange.service import dictionary, stewarding
from onedoor.kernel.i18n import pick, say
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

Text = Annotated[str, msgspec.Meta(max_length=40_000)]


class Typed(msgspec.Struct, frozen=True):
    """Rules, code tables and a sample, as JSON."""

    rules: Text
    sample: Text
    codes: Text = "{}"
    act: Annotated[str, msgspec.Meta(max_length=10)] = "try"
    sure: Annotated[str, msgspec.Meta(max_length=5)] = ""


class Version(msgspec.Struct, frozen=True):
    version: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def state_words(locale: str, state: State) -> str:
    known = {
        State.HELD: say(locale, "读到了"), State.NOT_HELD: say(locale, "没有登记"), State.UNMAPPED: say(locale, "对不上"),
        State.WRONG: say(locale, "格式变了"), State.LATE: say(locale, "还没到"),
    }  # fmt: skip
    return known.get(state, str(state))


async def _shown(
    request: AnyRequest, work: Work, code: str, values: dict[str, Any] | None = None, lines: Any = None, errors: Any = ()
) -> Response[Any]:
    found, known, versions = await stewarding.resource(work, code), await dictionary(work), await stewarding.versions(work, code)
    live = next((v for v in versions if v.live), None)
    if values is None:
        stored = await stewarding.samples(work, code)
        values = {
            "rules": pretty(live.rules if live else []), "codes": pretty(live.codes if live else {}),
            "sample": pretty(stored[0]["in"]) if stored else "{}",
        }
    rows = [
        {
            "title": pick(work.locale, known.elements[one.element].title), "element": one.element,
            "state": state_words(work.locale, one.state),
            "value": "" if one.value is None else str(one.value), "today": "" if one.today is None else str(one.today), "why": one.why,
            "well": one.state in (State.HELD, State.NOT_HELD), "differs": one.differs,
        }
        for one in lines or []
    ]  # fmt: skip
    return page(
        request, "exchange/mapping.html", 422 if errors else 200, code=code, title=pick(work.locale, found.title), values=values, rows=rows,
        errors=list(errors), versions=[to_builtins(v) for v in versions],
        offered=[pick(work.locale, known.elements[e].title) for e in found.elements if e in known.elements],
    )  # fmt: skip


@get("/exchange/resources/{code:str}", **may("exchange:steward"), include_in_schema=False)
async def shown(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One resource and how it is read."""
    return await _shown(request, work, code)


@post("/exchange/resources/{code:str}", **may("exchange:steward"), include_in_schema=False)
async def tried(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """A dry run; with act=put, switched on when the run is well."""
    values: dict[str, Any] = {}
    try:
        sent = await form(request, Typed)
        values = {"rules": sent.rules, "codes": sent.codes, "sample": sent.sample}
        reading = stewarding.read(work, code, sent.rules, sent.codes)
        if sent.act == "put":
            await stewarding.put(work, code, reading, sent.sample, bool(sent.sure))
            return see_other(f"/exchange/resources/{code}")
        return await _shown(request, work, code, values, await stewarding.tried(work, code, reading, sent.sample))
    except (BadReading, Invalid) as bad:
        kept: dict[str, Any] = values or dict(bad.extra.get("values") or {})  # type: ignore[call-overload]
        return await _shown(request, work, code, {"rules": "", "codes": "", "sample": ""} | kept, None, bad.errors)


@post("/exchange/resources/{code:str}/live", **may("exchange:steward"), include_in_schema=False)
async def live(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Back to another version."""
    await stewarding.live(work, code, (await form(request, Version)).version)
    return see_other(f"/exchange/resources/{code}")


handlers = [shown, tried, live]
