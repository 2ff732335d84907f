"""The drafts of a department, a new service, and one from a file."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from onedoor.kernel.i18n import pick, say, translate
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.studio.bundle import filling
from onedoor.studio.errors import DraftOpen, NotABundle
from onedoor.studio.models import Grants, State
from onedoor.studio.service import drafts, telling
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import list_row, state_words, word

TABS = ("", "editing", "in_review", "endorsed", "scheduled", "published")


@get("/studio", **may("studio:see"), include_in_schema=False)
async def front(
    request: AnyRequest, reading: NamedDependency[Work], stage: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[Any]:
    """All drafts that this person may see, the one changed last first."""
    chosen = stage if stage in TABS else ""
    found, following = await drafts.listed(reading, chosen, after[:80])
    tabs = [
        {"label": state_words(reading.locale, State(t)) if t else say(reading.locale, "全部"), "current": t == chosen,
         "href": f"/studio?stage={t}" if t else "/studio"}
        for t in TABS
    ]  # fmt: skip
    return page(
        request, "studio/list.html", rows=[await list_row(reading, line) for line in found], tabs=tabs, stage=chosen, next=following,
        first=not after, edits=Grants.EDIT in reading.actor.grants, waiting=await telling.waiting(reading),
        turn="endorsed" if Grants.PUBLISH in reading.actor.grants else "in_review",
    )  # fmt: skip


async def _new(request: AnyRequest, work: Work, status: int, typed: dict[str, str], errors: list[dict[str, str]]) -> Response[Any]:
    known = await drafts.world(work)
    categories = [{"value": code, "label": pick(work.locale, name)} for code, name in known.categories.items()]
    empty = {"value": "", "label": say(work.locale, "空白"), "hint": say(work.locale, "只有姓名和身份证号，别的自己加")}
    starters = [
        empty, *({"value": s.code, "label": pick(work.locale, s.name), "hint": pick(work.locale, s.about)}
                 for s in filling.starters().values()),
    ]  # fmt: skip
    return page(request, "studio/new.html", status, categories=categories, starters=starters, typed=typed, errors=errors)


@get("/studio/new", **may("studio:edit"), include_in_schema=False)
async def ask_new(request: AnyRequest, work: NamedDependency[Work], like: FromQuery[str] = "") -> Response[Any]:
    """What shall it be called?"""
    return await _new(request, work, 200, {"like": like[:64]}, [])


@post("/studio/new", **may("studio:edit"), include_in_schema=False)
async def new(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """A draft with everything that a service usually has."""
    sent = await request.form()
    sizes = {"name_zh": 60, "name_en": 240, "category": 40, "code": 60, "like": 64, "starter": 40}
    typed = {name: word(sent, name, most) for name, most in sizes.items()}
    try:
        name = {"zh": typed["name_zh"], "en": typed["name_en"]}
        made = await drafts.create(work, name, typed["category"], typed["code"], like=typed["like"], starter=typed["starter"])
    except DraftOpen as bad:
        words = say(work.locale, "编码“{code}”已经用在别的事项上了，请换一个", code=typed["code"])
        return await _new(request, work, bad.status, typed, [{"pointer": "/code", "detail": words}])
    except Invalid as bad:
        return await _new(request, work, 422, typed, bad.errors)
    return see_other(f"/studio/drafts/{made.id}")


@get("/studio/import", **may("studio:edit"), include_in_schema=False)
async def ask_file(request: AnyRequest) -> Response[Any]:
    """Which file?"""
    return page(request, "studio/import.html", errors=[])


@post("/studio/import", **may("studio:edit"), include_in_schema=False)
async def import_file(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """A draft of the file's service; a file that cannot be is refused whole, with each place."""
    sent = await request.form()
    given = sent.get("file")
    raw = b"" if given is None or isinstance(given, str) else await given.read()
    try:
        if not raw:
            raise Invalid(errors=[{"pointer": "/file", "detail": say(work.locale, "请选择一个 .odservice 文件")}])
        made = await drafts.import_file(work, raw)
    except NotABundle as bad:
        places = [say(work.locale, "{place}：{what}", place=e["pointer"] or "·", what=e["detail"]) for e in bad.errors]
        told = [{"pointer": "/file", "detail": words} for words in (translate(work.locale, bad.title), *places)]
        return page(request, "studio/import.html", 422, errors=told[:20])
    except DraftOpen as bad:
        words = say(work.locale, "这个事项已经有一份草稿。请先发布或作废那一份，再导入。")
        return page(request, "studio/import.html", 409, errors=[{"pointer": "/file", "detail": words}], draft=bad.extra["draft"])
    except Invalid as bad:
        return page(request, "studio/import.html", 422, errors=[{"pointer": "/file", "detail": e["detail"]} for e in bad.errors])
    return see_other(f"/studio/drafts/{made.id}")


handlers = [front, ask_new, new, ask_file, import_file]
