"""A draft as a resident sees it: on a phone, in large letters, in English, and as a screen reader says it."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import ENGLISH, SOURCE, pick, say
from onedoor.kernel.work import Work
from onedoor.studio.bundle import spoken
from onedoor.studio.errors import NoSuchPart
from onedoor.studio.service import previewing
from onedoor.ui.edge import AnyRequest, may, page
from onedoor.ui.render import html, part

from ._view import draft_of


@get("/studio/drafts/{draft:str}/preview", **may("studio:see"), include_in_schema=False)
async def preview(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Every page, in each look."""
    seen = await previewing.shown(work, draft_of(draft), work.locale, "phone")
    base = f"/studio/drafts/{draft}/preview"
    looks = look_words(work.locale)
    rows: list[list[Any]] = [
        [s.title + ("" if s.always else say(work.locale, "（有条件）")),
         *({"text": words, "href": f"{base}/{s.id}?look={look}"} for look, words in looks.items())]
        for s in seen.screens
    ]  # fmt: skip
    return page(
        request, "studio/preview.html", draft=seen.draft, name=pick(work.locale, seen.draft.bundle["name"]), rows=rows, broken=seen.broken,
        head=[say(work.locale, "页面"), *looks.values()],
    )  # fmt: skip


def look_words(locale: str) -> dict[str, str]:
    """The four ways to look at a page."""
    return {"phone": say(locale, "手机"), "care": say(locale, "关怀版"), "english": "English", "spoken": say(locale, "读屏顺序")}


@get("/studio/drafts/{draft:str}/preview/{screen:str}", **may("studio:see"), include_in_schema=False)
async def screen(
    request: AnyRequest, draft: FromPath[str], screen: FromPath[str], work: NamedDependency[Work], look: FromQuery[str] = "phone"
) -> Response[Any]:
    """One page, as it will be."""
    chosen = look if look in previewing.LOOKS else "phone"
    locale = ENGLISH if chosen == "english" else work.locale if chosen == "spoken" else SOURCE
    seen = await previewing.shown(work, draft_of(draft), locale, chosen)
    found = next((s for s in seen.screens if s.id == screen), None)
    if found is None:
        raise NoSuchPart(screen=screen[:60])
    state = request.scope["state"]
    state["locale"], state["care"] = locale, chosen == "care" or (state["care"] and chosen != "phone")
    base, name = f"/studio/drafts/{draft}/preview", pick(locale, seen.draft.bundle["name"])
    if screen == previewing.FIRST:
        drawn = html(request, "studio/guide.html", {"body": part(request, found.template, found.data), "back": base, "name": name})
    else:
        drawn = html(request, found.template, found.data)
    if chosen != "spoken":
        return Response(drawn, media_type="text/html")
    lines = spoken.order(work.locale, drawn)
    return page(request, "studio/spoken.html", lines=lines, name=name, title=found.title, back=base)


handlers = [preview, screen]
