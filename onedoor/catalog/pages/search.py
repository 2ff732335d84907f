"""Search as pages: the answer, names while typing, what was not found; and for whoever looks after the names, what people typed."""

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from onedoor.catalog import search_views as views
from onedoor.catalog import service
from onedoor.catalog.learnt import WishId
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid, NotFound, TooMany
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, form, may, page, see_other, unchanged

Words = Annotated[str, msgspec.Meta(max_length=64)]
TABS = ("missed", "unopened", "proposed", "learnt", "wishes")
DECIDED = {"refuse": service.refuse, "reopen": service.reopen, "forget": service.unteach}


class Wished(msgspec.Struct, frozen=True):
    """What somebody was looking for, in their own words."""

    words: Annotated[str, msgspec.Meta(max_length=200)]
    q: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Taught(msgspec.Struct, frozen=True):
    """Words, and the item they name: one of those offered, or another by its code or name."""

    words: Words
    tab: Words = "missed"
    item: Words = ""
    other: Annotated[str, msgspec.Meta(max_length=200)] = ""
    act: Words = "teach"


class Ended(msgspec.Struct, frozen=True):
    wish: Words


@get("/search", **may(public=True), include_in_schema=False)
async def search(request: AnyRequest, begin: NamedDependency[Begin], q: FromQuery[str] = "", n: FromQuery[int] = 1) -> Response[Any]:
    """What was typed, found; or what to do when nothing is. Who names a part of the city and nothing else comes to its page."""
    query, state = printable(q).strip(), request.scope["state"]
    try:
        service.SEARCHES.need(state["ip"])
    except TooMany as wait:
        return _later(request, query, wait)
    found = service.answer(query, service.MOST, state["district"])
    if found.place:
        return see_other(f"/nearby?street={found.place.code}")
    answer = page(request, "catalog/search.html", **views.found(state["locale"], query, found, state["district"], n), errors=[], wished="")
    if query and n == 1:
        service.record_query(query, found)
        service.write_soon(begin)
    return answer


def _later(request: AnyRequest, query: str, wait: TooMany) -> Response[Any]:
    """Too many at once: what was typed stays, and so does the hall."""
    state, seconds = request.scope["state"], wait.extra["retry_after"]
    view = views.found(state["locale"], "", service.answer("", 1), state["district"], 1) | {"query": query[: views.LONGEST * 2]}
    told = say(state["locale"], "搜得太快了，请过 {n} 秒再试。您输入的字还在。", n=seconds)
    answer = page(request, "catalog/search.html", wait.status, **view | {"later": told}, errors=[], wished="")
    answer.headers["retry-after"] = str(seconds)
    return answer


@get("/search/suggest", **may(public=True), include_in_schema=False)
async def suggest(request: AnyRequest, q: FromQuery[str] = "") -> Response[Any]:
    """Names for what is being typed; a browser without scripts comes to the answer itself."""
    query = printable(q).strip()
    if "json" not in request.headers.get("accept", ""):
        return see_other(f"/search?q={quote(query[:200])}")
    service.SEARCHES.need(request.scope["state"]["ip"])
    return unchanged(request, {"items": views.suggested(request.scope["state"]["locale"], query)}, views.KEPT)


@post("/search/wish", **may(public=True), include_in_schema=False)
async def wish(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """没找到，告诉我们."""
    state = request.scope["state"]
    try:
        asked = await form(request, Wished)
        await service.wish(work, asked.words, asked.q, state["district"])
    except (Invalid, TooMany) as no:
        sent = await request.form()
        query, words = printable(str(sent.get("q", ""))).strip(), printable(str(sent.get("words", "")))
        found = service.answer(query, service.MOST, state["district"])
        told = say(state["locale"], "今天已经收到您的几条留言了，请明天再来，或拨打服务热线")
        errors = no.errors if isinstance(no, Invalid) else [{"pointer": "/words", "detail": told}]
        shown = views.found(state["locale"], query, found, state["district"], 1)
        return page(request, "catalog/search.html", status=no.status, **shown, errors=errors, wished=words)
    return page(request, "catalog/wished.html", q=asked.q, words=asked.words)


@get("/desk/search", **may("catalog:publish"), include_in_schema=False)
async def board(
    request: AnyRequest, work: NamedDependency[Work], tab: FromQuery[str] = "missed", words: FromQuery[str] = "", item: FromQuery[str] = ""
) -> Response[str]:
    """What people typed and did not find, or found and did not open; the names learnt; and what they wish."""
    if tab not in TABS:
        raise NotFound()
    return await _board(request, work, tab, words, item, [], {})


async def _board(
    request: AnyRequest, work: Work, tab: str, words: str, item: str, errors: list[dict[str, str]], typed: dict[str, str]
) -> Response[str]:
    found = await service.board(work, tab != "unopened")
    known = service.find_item(item) if item else None
    done = {"words": words, "item": known, "place": service.preview(words, item)} if known and words else None
    return page(
        request, "catalog/desk_search.html", status=422 if errors else 200, tab_name=tab, rows=views.board(work.locale, found),
        learnt=found.aliases, wishes=found.wishes, proposals=await service.proposals(work), done=done, errors=errors, typed=typed,
        put_aside=words if words and not known else "",
    )  # fmt: skip


@post("/desk/search", **may("catalog:publish"), include_in_schema=False)
async def teach(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Words become a name of an item, stop being one, or are put aside."""
    asked = await form(request, Taught)
    tab = asked.tab if asked.tab in TABS else "missed"
    if asked.act == "aside":
        await service.put_aside(work, asked.words)
        return see_other(f"/desk/search?tab={tab}&words={quote(asked.words)}")
    if asked.act in DECIDED:
        await DECIDED[asked.act](work, asked.words, asked.item)
        return see_other(f"/desk/search?tab={tab}")
    meant = service.find_item(asked.item) if asked.item else views.named(asked.other)
    if meant is None:
        wrong = say(work.locale, "没有这个事项，请填事项的全称或编码")
        return await _board(request, work, tab, "", "", [{"pointer": "/other", "detail": wrong}], {asked.words: asked.other})
    alias = await (service.approve if asked.act == "approve" else service.teach)(work, asked.words, meant.code)
    return see_other(f"/desk/search?tab={tab}&words={quote(alias.words)}&item={meant.code}")


@post("/desk/search/wish", **may("catalog:publish"), include_in_schema=False)
async def end_wish(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Somebody has looked after what was wished."""
    asked = await form(request, Ended)
    try:
        known = WishId.parse(asked.wish)
    except ValueError as unknown:
        raise NotFound() from unknown
    await service.end_wish(work, known)
    return see_other("/desk/search?tab=wishes")


handlers = [search, suggest, wish, board, teach, end_wish]
