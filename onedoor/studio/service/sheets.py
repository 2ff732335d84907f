"""Questions out of a department's own sheet: read and shown first, then added to the draft as if they had been typed."""

import asyncio

from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.studio import policy
from onedoor.studio.bundle import filling, sheet, workbook
from onedoor.studio.bundle.boxes import Typed
from onedoor.studio.bundle.sheet import Reading
from onedoor.studio.bundle.workbook import BadSheet, Why
from onedoor.studio.models import Draft, DraftId

from .drafts import changed, opened, world


async def read(begin: Begin, draft_id: DraftId, raw: bytes) -> tuple[Draft, Reading]:
    """What the sheet would add, and every cell that was not understood. Nothing is kept; the database is not held while it is read."""
    async with begin() as work:
        draft = await opened(work, draft_id)
        policy.may_edit(work.actor, draft)
        locale = work.locale
    try:
        grid = await asyncio.to_thread(workbook.opened, raw)
    except BadSheet as bad:
        raise Invalid(errors=[{"pointer": "/file", "detail": _why(locale, bad)}]) from bad
    found = sheet.read(locale, grid, draft.bundle)
    if not found.rows and not found.unread:
        raise Invalid(errors=[{"pointer": "/file", "detail": _why(locale, BadSheet(Why.EMPTY))}])
    return draft, found


def _why(locale: str, bad: BadSheet) -> str:
    words = {
        Why.EMPTY: say(locale, "表里什么都没有，请换一个文件"), Why.LARGE: say(locale, "文件超过 2 MB，请只留下要填的那张表"),
        Why.OLD: say(locale, "这是旧格式（.xls）或者有密码的文件，请在 Excel 里另存为没有密码的 .xlsx"),
        Why.BROKEN: say(locale, "打不开，请确认是 Excel 的 .xlsx 文件"),
        Why.MACRO: say(locale, "文件里带有宏（程序），请另存为不带宏的 .xlsx"),
        Why.BOMB: say(locale, "文件展开后太大或者结构不正常，没有打开"),
        Why.ROWS: say(locale, "表里有 {n} 行，最多 {most} 行；这里要的是空白表格，不是填好的数据", n=bad.rows, most=workbook.MOST_ROWS),
    }  # fmt: skip
    return words[bad.why]


async def add(work: Work, draft_id: DraftId, rows: list[tuple[str, Typed]]) -> Draft:
    """Questions and papers at the end of the draft, all or none; one step of undo takes them back."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_edit(work.actor, draft)
    if not 0 < len(rows) <= sheet.MOST_QUESTIONS:
        raise Invalid(errors=[{"pointer": "/rows", "detail": say(work.locale, "请选择要添加的问题，最多 {n} 个", n=sheet.MOST_QUESTIONS)}])
    if "form" not in draft.bundle:
        raise Invalid(errors=[{"pointer": "/rows", "detail": say(work.locale, "不在网上办的事项没有要问的问题")}])
    made, errors = filling.added(draft.bundle, await world(work), work.locale, rows)
    if errors:
        raise Invalid(errors=errors)
    return await changed(work, draft, made, "questions")
