"""What is out: versions, the next one begun, an older one again, resting with a notice, ending with a successor."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.studio.bundle import file
from onedoor.studio.service import closing, drafts, publishing
from onedoor.ui.edge import AnyRequest, may, once

from ._shapes import (
    TAGS,
    Again,
    Cursor,
    DraftWhole,
    NewEnd,
    NewNotice,
    ServiceFile,
    ServiceLine,
    ServiceLines,
    ServiceShown,
    VersionShown,
    version_of,
    whole,
)


async def _shown(work: Work, item: str) -> ServiceShown:
    seen = await closing.shown(work, item)
    versions = [version_of(v) for v in seen.versions]
    return ServiceShown(seen.item, seen.name, seen.department, versions, seen.closure, seen.draft.id if seen.draft else None)


@get("/api/studio/services", **may("studio:see"), tags=TAGS)
async def services(work: NamedDependency[Work], after: Cursor = "") -> ServiceLines:
    """Services that are offered, by code: the own department's, or all for the bureau that publishes."""
    found, following = await closing.listed(work, after[:64])
    return ServiceLines([ServiceLine(one.code, one.name) for one in found], following)


@get("/api/studio/services/{item:str}", **may("studio:see"), tags=TAGS)
async def service(item: FromPath[str], work: NamedDependency[Work]) -> ServiceShown:
    """One service with its versions."""
    return await _shown(work, item)


@get("/api/studio/services/{item:str}/{number:str}/file", **may("studio:see"), tags=TAGS)
async def export(item: FromPath[str], number: FromPath[str], work: NamedDependency[Work]) -> Response[ServiceFile]:
    """One version as a file `.odservice`."""
    found: Any = file.written((await closing.version(work, item, number)).bundle)
    return Response(found, media_type="application/json")


@post("/api/studio/services/{item:str}/drafts", **may("studio:edit"), tags=TAGS)
async def new_version(request: AnyRequest, item: FromPath[str], work: NamedDependency[Work]) -> Response[DraftWhole]:
    """The next version begins as the newest one; an open draft is gone on with."""

    async def make() -> DraftWhole:
        await closing.shown(work, item)
        return await whole(work, await drafts.new_version(work, item))

    return await once(request, work, make)


@post("/api/studio/services/{item:str}/publications", **may("studio:publish"), tags=TAGS)
async def again(request: AnyRequest, item: FromPath[str], data: JSONBody[Again], work: NamedDependency[Work]) -> Response[VersionShown]:
    """An older version once more, as the newest one."""

    async def make() -> VersionShown:
        found = await closing.version(work, item, str(data.version))
        return version_of(await publishing.again(work, found.item, found.version))

    return await once(request, work, make)


async def _closed(request: AnyRequest, work: Work, item: str, act: Callable[[], Awaitable[None]]) -> Response[Any]:
    async def make() -> ServiceShown:
        await act()
        return await _shown(work, item)

    return await once(request, work, make)


@post("/api/studio/services/{item:str}/suspensions", **may("studio:publish"), tags=TAGS)
async def suspend(
    request: AnyRequest, item: FromPath[str], data: JSONBody[NewNotice], work: NamedDependency[Work]
) -> Response[ServiceShown]:
    """暂停: the guide says why; drafts are kept, cases go on."""
    return await _closed(request, work, item, lambda: closing.suspend(work, item, Text(data.notice_zh, data.notice_en)))


@post("/api/studio/services/{item:str}/resumptions", **may("studio:publish"), tags=TAGS)
async def resume(request: AnyRequest, item: FromPath[str], work: NamedDependency[Work]) -> Response[ServiceShown]:
    """恢复."""
    return await _closed(request, work, item, lambda: closing.resume(work, item))


@post("/api/studio/services/{item:str}/retirements", **may("studio:publish"), tags=TAGS)
async def retire(request: AnyRequest, item: FromPath[str], data: JSONBody[NewEnd], work: NamedDependency[Work]) -> Response[ServiceShown]:
    """停办: nothing new is begun, cases end normally, and whoever looks for it is led to the successor."""
    return await _closed(request, work, item, lambda: closing.retire(work, item, Text(data.notice_zh, data.notice_en), data.successor))


handlers = [services, service, export, new_version, again, suspend, resume, retire]
