"""One draft: its parts, each a form of its own; entries up, down and away; the last change taken back."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.studio.bundle import file
from onedoor.studio.bundle.checks import clean
from onedoor.studio.errors import NoSuchPart, NotInThatState, PartChanged
from onedoor.studio.service import drafts
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import both_view, draft_of, overview, part_view, place_of, texts, word


def said_words(locale: str, said: str) -> str:
    """What just happened, from a word in the address; unknown words say nothing."""
    words = {
        "saved": say(locale, "已保存"), "removed": say(locale, "已删除，可以撤销"), "moved": say(locale, "已移动"),
        "undone": say(locale, "已撤销上一步"), "sent": say(locale, "已送审"), "taken": say(locale, "已取回，可以接着改"),
        "endorsed": say(locale, "已通过，等政务服务部门发布"), "returned": say(locale, "已退回编写人"),
        "remarked": say(locale, "意见已记下"), "added": say(locale, "已添加，可以撤销"),
        "published": say(locale, "已发布，居民现在就能看到"), "scheduled": say(locale, "到时间会自动发布"),
    }  # fmt: skip
    return words.get(said, "")


@get("/studio/drafts/{draft:str}", **may("studio:see"), include_in_schema=False)
async def show(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work], said: FromQuery[str] = "") -> Response[Any]:
    """All parts, what the checks say, and what can be done now."""
    found = await drafts.opened(work, draft_of(draft))
    return page(request, "studio/draft.html", **await overview(work, found), news=said_words(work.locale, said), errors=[])


@get(["/studio/drafts/{draft:str}/parts/{part:str}", "/studio/drafts/{draft:str}/parts/{part:str}/{place:str}"],
     **may("studio:see"), include_in_schema=False)  # fmt: skip
async def part(
    request: AnyRequest, draft: FromPath[str], part: FromPath[str], work: NamedDependency[Work], place: FromPath[str] = "new"
) -> Response[Any]:
    """One part as it is."""
    seen = await drafts.seen(work, draft_of(draft), part, place_of(place))
    return page(request, "studio/part.html", **part_view(seen, seen.typed, []))


@post(["/studio/drafts/{draft:str}/parts/{part:str}", "/studio/drafts/{draft:str}/parts/{part:str}/{place:str}"],
      **may("studio:edit"), include_in_schema=False)  # fmt: skip
async def save(
    request: AnyRequest, draft: FromPath[str], part: FromPath[str], work: NamedDependency[Work], place: FromPath[str] = "new"
) -> Response[Any]:
    """Keep it; what cannot be kept is shown again as it was typed, and a colleague's change beside one's own."""
    sent, at, errors = await request.form(), place_of(place), list[dict[str, str]]()
    try:
        seen = await drafts.seen(work, draft_of(draft), part, at)
    except NoSuchPart:
        if at < 0:
            raise
        seen = await drafts.seen(work, draft_of(draft), part, -1)
        errors.append({"pointer": "", "detail": say(work.locale, "这一条已经被删掉了。您写的都在下面，保存就是新加一条。")})
    typed = texts(sent, seen.part.boxes(seen.scene))
    if errors:
        return page(request, "studio/part.html", 409, **part_view(seen, typed, errors))
    try:
        await drafts.save_part(work, seen.draft.id, part, seen.scene.place, typed, word(sent, "mark"))
    except PartChanged as bad:
        theirs: Any = bad.extra["theirs"]
        return page(request, "studio/changed.html", 409, **both_view(seen, typed, theirs, str(bad.extra["mark"])))
    except NotInThatState as bad:
        errors.append({"pointer": "", "detail": say(work.locale, "现在不能改：草稿正在审核，或者已经发布。")})
        return page(request, "studio/part.html", bad.status, **part_view(seen, typed, errors) | {"mark": word(sent, "mark"), "edits": True})
    except Invalid as bad:
        return page(request, "studio/part.html", 422, **part_view(seen, typed, bad.errors) | {"mark": word(sent, "mark")})
    if "more" in sent:
        return see_other(f"/studio/drafts/{draft}/parts/{part}/new")
    return see_other(f"/studio/drafts/{draft}?said=saved#part-{part}")


@post("/studio/drafts/{draft:str}/arrange/{part:str}", **may("studio:edit"), include_in_schema=False)
async def arrange(request: AnyRequest, draft: FromPath[str], part: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """An entry up, down or away, as the pressed button says: act-place-mark, so that it is the entry that was seen."""
    act, place, mark = [*word(await request.form(), "act").split("-"), "", ""][:3]
    await drafts.rearrange(work, draft_of(draft), part, place_of(place), act, mark)
    return see_other(f"/studio/drafts/{draft}?said={'removed' if act == 'remove' else 'moved'}#part-{part}")


@post("/studio/drafts/{draft:str}/undo", **may("studio:edit"), include_in_schema=False)
async def undo(draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Take back the last change."""
    await drafts.undo(work, draft_of(draft))
    return see_other(f"/studio/drafts/{draft}?said=undone")


@get("/studio/drafts/{draft:str}/discard", **may("studio:edit"), include_in_schema=False)
async def ask_discard(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Are you sure?"""
    found = await drafts.opened(work, draft_of(draft))
    return page(request, "studio/discard.html", draft=found)


@post("/studio/drafts/{draft:str}/discard", **may("studio:edit"), include_in_schema=False)
async def discard(draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Throw it away."""
    await drafts.discard(work, draft_of(draft))
    return see_other("/studio")


@get("/studio/drafts/{draft:str}/file", **may("studio:see"), include_in_schema=False)
async def export(draft: FromPath[str], work: NamedDependency[Work]) -> Response[bytes]:
    """The service as one file."""
    found = await drafts.opened(work, draft_of(draft))
    name = f"{found.item}.odservice"
    return Response(
        file.written(clean(found.bundle)), media_type="application/json", headers={"content-disposition": f'attachment; filename="{name}"'}
    )



handlers = [show, part, save, arrange, undo, ask_discard, discard, export]
