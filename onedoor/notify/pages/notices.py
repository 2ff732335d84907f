"""公告 Notices of the city."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work
from onedoor.notify import service
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, form, may, page, safe_path, see_other


class Seen(msgspec.Struct, frozen=True):
    """Where to return to."""

    next: str = "/"


def _areas() -> dict[str, object]:
    return {d.code: d.name for d in orgs.districts()}


@get("/notices", **may(public=True), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """What holds now: first where the reader is, then elsewhere."""
    here = service.notices_for(work, request.scope["state"]["district"])
    elsewhere = [n for n in service.notices_now(work) if n not in here]
    read = (await service.glance(work)).read
    return page(request, "notify/notices.html", here=here, elsewhere=elsewhere, areas=_areas(), read=read)


@get("/notices/{code:str}", **may(public=True), include_in_schema=False)
async def shown(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One notice, also when it is over, with its corrections."""
    found = service.notice(work, code)
    zone = request.scope["state"]["house"].settings.zone
    department = next((d for d in await orgs.departments(work) if d.code == found.department), None)
    read = f"{found.code}#{found.rev}" in (await service.glance(work)).read
    return page(
        request, "notify/notice.html", notice=found, paragraphs=_lines(pick(work.locale, found.body)), over=found.until <= work.now,
        areas=_areas(), department=department, ends_on=found.until.astimezone(zone).date(), read=read, signed_in=work.actor.signed_in,
        earlier=[(text, _lines(pick(work.locale, text.body))) for text in service.earlier(code)],
    )  # fmt: skip


def _lines(body: str) -> list[str]:
    return [line for line in body.split("\n") if line.strip()]


@post("/notices/{code:str}/read", **may("signed-in"), include_in_schema=False)
async def read(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """我知道了: it leaves the first page, unless it is red; a correction brings it back."""
    await service.read_notice(work, code)
    return see_other(safe_path((await form(request, Seen)).next))


handlers = [listed, shown, read]
