"""A department's own form as an Excel sheet, read and added."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.studio.bundle import workbook
from onedoor.studio.service import sheets
from onedoor.ui.edge import AnyRequest, may, once

from ._shapes import TAGS, DraftWhole, NewRows, RowShown, SheetRead, UnreadShown, draft_of, whole

MOST_POSTED = 3_000_000


@post("/api/studio/drafts/{draft:str}/sheets", **may("studio:edit"), tags=TAGS, status_code=200, request_max_body_size=MOST_POSTED)
async def read(request: AnyRequest, draft: FromPath[str], begin: NamedDependency[Begin]) -> SheetRead:
    """Read a sheet (multipart/form-data: `file`, an .xlsx) into questions, with every cell that was not understood. Nothing is kept."""
    given: Any = (await request.form()).get("file")
    if given is None or isinstance(given, str):
        detail = say(request.scope["state"]["locale"], "请选择要上传的文件")
        raise Invalid(errors=[{"pointer": "/file", "detail": detail}])
    _, found = await sheets.read(begin, draft_of(draft), await given.read(workbook.MOST_BYTES + 1))
    return SheetRead(
        [RowShown(one.part, one.values, one.cell) for one in found.rows], [UnreadShown(u.cell, u.words, u.why) for u in found.unread]
    )


@post("/api/studio/drafts/{draft:str}/rows", **may("studio:edit"), tags=TAGS)
async def add(request: AnyRequest, draft: FromPath[str], data: JSONBody[NewRows], work: NamedDependency[Work]) -> Response[DraftWhole]:
    """Add questions and papers at the end, all or none; one undo takes them back."""

    async def make() -> DraftWhole:
        return await whole(work, await sheets.add(work, draft_of(draft), [(one.part, dict(one.values)) for one in data.rows]))

    return await once(request, work, make)


handlers = [read, add]
