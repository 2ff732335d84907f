"""What is out: the list, each service's versions, and how it stands."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.cases.service.definitions import city_moment
from onedoor.catalog.models import ClosureState
from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.studio.bundle import file
from onedoor.studio.models import Grants, Origin
from onedoor.studio.service import closing, drafts, publishing
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import word


@get("/studio/services", **may("studio:see"), include_in_schema=False)
async def services(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[Any]:
    """Services that are offered, by code."""
    found, following = await closing.listed(work, after[:64])
    rows = [{"title": pick(work.locale, item.name), "detail": item.code, "href": f"/studio/services/{item.code}"} for item in found]
    ended = [
        {"title": pick(work.locale, v.bundle["name"]), "detail": v.item, "href": f"/studio/services/{v.item}"}
        for v in ([] if after else await closing.ended(work))
    ]
    return page(request, "studio/services.html", rows=rows, ended=ended, next=following, first=not after)


async def _shown(request: AnyRequest, work: Work, item: str, status: int, typed: dict[str, str], errors: list[dict[str, str]]) -> Any:
    seen, locale = await closing.shown(work, item), work.locale
    rows = [
        {"n": v.version, "at": city_moment(locale, v.published_at),
         "by": say(locale, "城市目录") if v.origin is Origin.FOLDER else v.published_by}
        for v in seen.versions
    ]  # fmt: skip
    said = seen.closure
    return page(
        request, "studio/service.html", status, item=seen.item, name=pick(locale, seen.name), rows=rows, closure=said,
        stands="" if said is None else str(said.state), notice=pick(locale, said.notice) if said else "", typed=typed, errors=errors,
        edits=Grants.EDIT in work.actor.grants, publishes=Grants.PUBLISH in work.actor.grants,
        draft=f"/studio/drafts/{seen.draft.id}" if seen.draft else "", retired=ClosureState.RETIRED,
    )  # fmt: skip


@get("/studio/services/{item:str}", **may("studio:see"), include_in_schema=False)
async def service(request: AnyRequest, item: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """One service."""
    return await _shown(request, work, item, 200, {}, [])


@post("/studio/services/{item:str}/draft", **may("studio:edit"), include_in_schema=False)
async def new_version(item: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """The next version begins as the newest one."""
    await closing.shown(work, item)
    made = await drafts.new_version(work, item)
    return see_other(f"/studio/drafts/{made.id}")


@get("/studio/services/{item:str}/{number:str}/file", **may("studio:see"), include_in_schema=False)
async def export(item: FromPath[str], number: FromPath[str], work: NamedDependency[Work]) -> Response[bytes]:
    """One version as a file."""
    found = await closing.version(work, item, number)
    headers = {"content-disposition": f'attachment; filename="{found.item}-{number}.odservice"'}
    return Response(file.written(found.bundle), media_type="application/json", headers=headers)


@post("/studio/services/{item:str}/{number:str}/publish", **may("studio:publish"), include_in_schema=False)
async def again(item: FromPath[str], number: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """An older version once more."""
    found = await closing.version(work, item, number)
    await publishing.again(work, found.item, found.version)
    return see_other(f"/studio/services/{found.item}")


def _notice(typed: dict[str, str], name: str) -> Text:
    return Text(typed[f"{name}_zh"], typed[f"{name}_en"])


@post("/studio/services/{item:str}/suspend", **may("studio:publish"), include_in_schema=False)
async def suspend(request: AnyRequest, item: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """暂停."""
    sent = await request.form()
    typed = {name: word(sent, name, 500) for name in ("notice_zh", "notice_en")}
    try:
        await closing.suspend(work, item, _notice(typed, "notice"))
    except Invalid as bad:
        return await _shown(request, work, item, 422, typed, bad.errors)
    return see_other(f"/studio/services/{item}")


@post("/studio/services/{item:str}/resume", **may("studio:publish"), include_in_schema=False)
async def resume(item: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """恢复."""
    await closing.resume(work, item)
    return see_other(f"/studio/services/{item}")


@post("/studio/services/{item:str}/retire", **may("studio:publish"), include_in_schema=False)
async def retire(request: AnyRequest, item: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """停办."""
    sent = await request.form()
    typed = {name: word(sent, name, 500) for name in ("retire_zh", "retire_en", "successor")}
    try:
        await closing.retire(work, item, _notice(typed, "retire"), typed["successor"])
    except Invalid as bad:
        return await _shown(request, work, item, 422, typed, bad.errors)
    return see_other(f"/studio/services/{item}")


handlers = [services, service, new_version, export, again, suspend, resume, retire]
