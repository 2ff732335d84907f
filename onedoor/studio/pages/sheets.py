"""A department's own form as an Excel sheet: chosen, shown with what was not understood, added."""

import json
from collections.abc import Iterator
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import pick, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.studio.bundle import questions, workbook
from onedoor.studio.bundle.sheet import Row
from onedoor.studio.models import Draft
from onedoor.studio.service import drafts, sheets
from onedoor.ui.edge import AnyRequest, may, page, see_other

from ._view import draft_of

MOST_POSTED = 3_000_000


def _page(request: AnyRequest, work: Work, draft: Draft, errors: list[dict[str, str]]) -> Response[Any]:
    name = pick(work.locale, draft.bundle["name"])
    return page(request, "studio/sheet.html", 422 if errors else 200, draft=draft, name=name, errors=errors)


@get("/studio/drafts/{draft:str}/sheet", **may("studio:edit"), include_in_schema=False)
async def ask(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Which file?"""
    return _page(request, work, await drafts.opened(work, draft_of(draft)), [])


@post("/studio/drafts/{draft:str}/sheet", **may("studio:edit"), include_in_schema=False, request_max_body_size=MOST_POSTED)
async def read(request: AnyRequest, draft: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """What it would add; nothing is kept yet."""
    given = (await request.form()).get("file")
    raw = b"" if given is None or isinstance(given, str) else await given.read(workbook.MOST_BYTES + 1)
    try:
        found, reading = await sheets.read(begin, draft_of(draft), raw)
    except Invalid as bad:
        async with begin() as work:
            return _page(request, work, await drafts.opened(work, draft_of(draft)), bad.errors)
    locale = request.scope["state"]["locale"]
    kinds = dict(questions.kinds(locale))
    rows = [
        {"value": json.dumps([one.part, one.values]), "label": one.values.get("label_zh") or one.values.get("name_zh"),
         "hint": " · ".join(_notes(locale, kinds, one))}
        for one in reading.rows
    ]  # fmt: skip
    return page(
        request, "studio/sheet_read.html", draft=found, name=pick(locale, found.bundle["name"]), rows=rows, unread=reading.unread, errors=[]
    )


def _notes(locale: str, kinds: dict[str, str], row: Row) -> Iterator[str]:
    """Where it stood and how it was understood."""
    yield row.cell
    yield kinds.get(row.values.get("kind", ""), say(locale, "要上传的文件"))
    yield from filter(None, [row.values.get("options", "").replace("\n", say(locale, "、"))])
    yield say(locale, "必填") if row.values["required"] == "yes" else say(locale, "选填")
    if row.values.get("element"):
        yield say(locale, "登记库已知")


@post("/studio/drafts/{draft:str}/sheet/add", **may("studio:edit"), include_in_schema=False)
async def add(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Add those that stayed ticked."""
    sent = (await request.form()).getall("row", [])
    try:
        await sheets.add(work, draft_of(draft), [_row(work, one) for one in sent])
    except Invalid as bad:
        errors = [{"pointer": "/file", "detail": e["detail"]} for e in bad.errors]
        return _page(request, work, await drafts.opened(work, draft_of(draft)), errors)
    return see_other(f"/studio/drafts/{draft}?said=added#part-questions")


def _row(work: Work, sent: Any) -> tuple[str, dict[str, Any]]:
    """A row as the page before wrote it; whatever it says now goes through the same boxes as what is typed."""
    try:
        part, values = json.loads(sent) if isinstance(sent, str) and len(sent) < 20_000 else ("", {})
        return str(part), {str(name): str(value) for name, value in values.items()}
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise Invalid(errors=[{"pointer": "/rows", "detail": say(work.locale, "填写的格式不对，请检查")}]) from None


handlers = [ask, read, add]
