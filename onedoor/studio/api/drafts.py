"""Drafts of services: made, read, changed part by part or whole, taken back, thrown away, carried as a file."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.kernel.work import Work
from onedoor.studio.bundle import file, filling
from onedoor.studio.bundle.checks import clean
from onedoor.studio.service import drafts, telling
from onedoor.ui.edge import AnyRequest, may, once

from ._shapes import (
    TAGS,
    AtPlace,
    Cursor,
    DraftLine,
    DraftLines,
    DraftWhole,
    NewChange,
    NewMove,
    NewRevision,
    NewService,
    PartShown,
    ServiceFile,
    StarterLine,
    Starters,
    draft_of,
    line,
    part_of,
    typed_of,
    whole,
)

MOST_POSTED = 1_000_000


@get("/api/studio/drafts", **may("studio:see"), tags=TAGS)
async def list_drafts(work: NamedDependency[Work], stage: FromQuery[str] = "", after: Cursor = "") -> DraftLines:
    """Drafts of the own department, or all for the bureau that publishes; the one changed last first."""
    found, more = await drafts.listed(work, stage[:20], after)
    return DraftLines([line(one) for one in found], more, await telling.waiting(work))


@get("/api/studio/starters", **may("studio:edit"), tags=TAGS)
async def starters() -> Starters:
    """What a new service may begin from."""
    return Starters([StarterLine(one.code, one.name, one.about) for one in filling.starters().values()])


@post("/api/studio/drafts", **may("studio:edit"), tags=TAGS)
async def create(request: AnyRequest, data: JSONBody[NewService], work: NamedDependency[Work]) -> Response[DraftWhole]:
    """A draft of a new service, with everything that a service usually has."""

    async def make() -> DraftWhole:
        name = {"zh": data.name_zh, "en": data.name_en}
        return await whole(work, await drafts.create(work, name, data.category, data.code, like=data.like, starter=data.starter))

    return await once(request, work, make)


@post("/api/studio/imports", **may("studio:edit"), tags=TAGS, request_max_body_size=MOST_POSTED)
async def import_file(request: AnyRequest, data: JSONBody[ServiceFile], work: NamedDependency[Work]) -> Response[DraftWhole]:
    """A draft of a file `.odservice`: a new service, or the next version of one the department has. Refused whole, with each place."""
    raw = await request.body()  # the bytes themselves: what stands twice in them is no longer seen in `data`

    async def make() -> DraftWhole:
        return await whole(work, await drafts.import_file(work, raw))

    return await once(request, work, make)


@get("/api/studio/drafts/{draft:str}", **may("studio:see"), tags=TAGS)
async def show(draft: FromPath[str], work: NamedDependency[Work]) -> DraftWhole:
    """One draft: its tables, its parts, what the checks say, what readers said."""
    return await whole(work, await drafts.opened(work, draft_of(draft)))


@get("/api/studio/drafts/{draft:str}/file", **may("studio:see"), tags=TAGS)
async def export(draft: FromPath[str], work: NamedDependency[Work]) -> Response[ServiceFile]:
    """The service as one file: the same service is the same bytes everywhere."""
    found: Any = file.written(clean((await drafts.opened(work, draft_of(draft))).bundle))
    return Response(found, media_type="application/json")


@get("/api/studio/drafts/{draft:str}/parts/{part:str}", **may("studio:see"), tags=TAGS)
async def part(draft: FromPath[str], part: FromPath[str], work: NamedDependency[Work], place: AtPlace = -1) -> PartShown:
    """One part with its boxes; `place` is an entry of a list, -1 a new one."""
    return part_of(await drafts.seen(work, draft_of(draft), part, place))


@post("/api/studio/drafts/{draft:str}/changes", **may("studio:edit"), tags=TAGS)
async def change(request: AnyRequest, draft: FromPath[str], data: JSONBody[NewChange], work: NamedDependency[Work]) -> Response[DraftWhole]:
    """Keep boxes of one part. When somebody changed the part after it was read, a 409 holds both texts."""

    async def make() -> DraftWhole:
        seen = await drafts.seen(work, draft_of(draft), data.part, data.place)
        typed = typed_of(seen, data.values)
        return await whole(work, await drafts.save_part(work, seen.draft.id, data.part, data.place, typed, data.mark))

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/moves", **may("studio:edit"), tags=TAGS)
async def move(request: AnyRequest, draft: FromPath[str], data: JSONBody[NewMove], work: NamedDependency[Work]) -> Response[DraftWhole]:
    """An entry of a list up, down, or away."""

    async def make() -> DraftWhole:
        return await whole(work, await drafts.rearrange(work, draft_of(draft), data.part, data.place, data.act, data.mark))

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/revisions", **may("studio:edit"), tags=TAGS, request_max_body_size=MOST_POSTED)
async def revise(
    request: AnyRequest, draft: FromPath[str], data: JSONBody[NewRevision], work: NamedDependency[Work]
) -> Response[DraftWhole]:
    """All tables at once. Nothing is kept when the draft is no longer at `rev` (409) or the tables are not as they must be."""

    async def make() -> DraftWhole:
        return await whole(work, await drafts.put_service(work, draft_of(draft), data.service, data.rev))

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/undos", **may("studio:edit"), tags=TAGS)
async def undo(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[DraftWhole]:
    """Take back the last change."""

    async def make() -> DraftWhole:
        return await whole(work, await drafts.undo(work, draft_of(draft)))

    return await once(request, work, make)


@post("/api/studio/drafts/{draft:str}/discards", **may("studio:edit"), tags=TAGS)
async def discard(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[DraftLine]:
    """Throw a draft away; what was published stays as it is."""

    async def make() -> DraftLine:
        found = line(await drafts.opened(work, draft_of(draft)))
        await drafts.discard(work, found.id)
        return found

    return await once(request, work, make)


handlers = [list_drafts, starters, create, import_file, show, export, part, change, move, revise, undo, discard]
