"""Sending a draft to be read, reading it, and publishing it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel import text
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.studio.errors import NotPublishable
from onedoor.studio.models import RemarkId
from onedoor.studio.service import drafts, publishing, reviewing
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import draft_of, overview, word


async def _again(request: AnyRequest, work: Work, draft: str, status: int, errors: list[dict[str, str]], **more: Any) -> Response[Any]:
    found = await drafts.opened(work, draft_of(draft))
    return page(request, "studio/draft.html", status, **await overview(work, found), news="", errors=errors, **more)


@post("/studio/drafts/{draft:str}/send", **may("studio:edit"), include_in_schema=False)
async def send(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """送审."""
    try:
        await reviewing.send(work, draft_of(draft))
    except NotPublishable as bad:
        return await _again(request, work, draft, 422, [{"pointer": "", "detail": e["detail"]} for e in bad.errors])
    return see_other(f"/studio/drafts/{draft}?said=sent")


@post("/studio/drafts/{draft:str}/take-back", **may("studio:edit"), include_in_schema=False)
async def take_back(draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """取回."""
    await reviewing.take_back(work, draft_of(draft))
    return see_other(f"/studio/drafts/{draft}?said=taken")


@post("/studio/drafts/{draft:str}/endorse", **may("studio:review"), include_in_schema=False)
async def endorse(draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """The second person agrees."""
    await reviewing.endorse(work, draft_of(draft))
    return see_other(f"/studio/drafts/{draft}?said=endorsed")


@post("/studio/drafts/{draft:str}/return", **may("studio:see"), include_in_schema=False)
async def send_back(draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """退回."""
    await reviewing.send_back(work, draft_of(draft))
    return see_other(f"/studio/drafts/{draft}?said=returned")


@post("/studio/drafts/{draft:str}/remarks", **may("studio:see"), include_in_schema=False)
async def remark(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Say something of one part."""
    sent = await request.form()
    part, words = word(sent, "remark_part", 40), sent.get("remark_words", "")
    try:
        await reviewing.remark(work, draft_of(draft), part, words if isinstance(words, str) else "")
    except Invalid as bad:
        errors = [{"pointer": "/remark_words", "detail": e["detail"]} for e in bad.errors]
        return await _again(request, work, draft, 422, errors, remark_part=part, remark_words=text.printable(str(words)))
    return see_other(f"/studio/drafts/{draft}?said=remarked#remarks")


@post("/studio/drafts/{draft:str}/remarks/{remark:str}/done", **may("studio:edit"), include_in_schema=False)
async def settle(draft: FromPath[str], remark: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """It has been seen to."""
    try:
        which = RemarkId.parse(remark)
    except ValueError:
        which = RemarkId.new()
    await reviewing.settle(work, draft_of(draft), which)
    return see_other(f"/studio/drafts/{draft}#remarks")


@get("/studio/drafts/{draft:str}/publish", **may("studio:publish"), include_in_schema=False)
async def ask_publish(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Now, or at a time."""
    found = await drafts.opened(work, draft_of(draft))
    return page(request, "studio/publish.html", **await overview(work, found), errors=[], typed={"when": "now"})


@post("/studio/drafts/{draft:str}/publish", **may("studio:publish"), include_in_schema=False)
async def publish(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Out with it."""
    sent = await request.form()
    typed: dict[str, Any] = {"when": word(sent, "when"), "time": word(sent, "time")}
    typed["day"] = {part: word(sent, f"day-{part}") for part in ("year", "month", "day")}
    errors: list[dict[str, str]] = []
    at: datetime | None = None
    if typed["when"] == "later":
        at, errors = _moment(request, work, typed)
    elif typed["when"] != "now":
        errors = [{"pointer": "/when", "detail": say(work.locale, "请选择一项")}]
    if not errors:
        try:
            if at:
                await publishing.publish_at(work, draft_of(draft), at)
                return see_other(f"/studio/drafts/{draft}?said=scheduled")
            await publishing.publish(work, draft_of(draft))
            return see_other(f"/studio/drafts/{draft}?said=published")
        except Invalid as bad:
            errors = [{"pointer": "/day" if e["pointer"] == "/at" else "", "detail": e["detail"]} for e in bad.errors]
    found = await drafts.opened(work, draft_of(draft))
    return page(request, "studio/publish.html", 422, **await overview(work, found), errors=errors, typed=typed)


def _moment(request: AnyRequest, work: Work, typed: dict[str, Any]) -> tuple[datetime | None, list[dict[str, str]]]:
    """The moment typed, in the city's time."""
    zone: ZoneInfo = request.scope["state"]["house"].settings.zone
    parts = [text.fold(typed["day"][p]) for p in ("year", "month", "day")]
    try:
        hour, _, minute = text.fold(typed["time"]).replace("：", ":").partition(":")
        at = datetime(*(int(p) for p in parts), int(hour), int(minute or 0), tzinfo=zone)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None, [{"pointer": "/day", "detail": say(work.locale, "日期或时间不对，例如 2026 年 12 月 1 日 08:00")}]
    return at, []


handlers = [send, take_back, endorse, send_back, remark, settle, ask_publish, publish]
