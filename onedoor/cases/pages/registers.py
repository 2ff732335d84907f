"""What registers tell for a draft: the sheet of consent, and asking once more."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.service import consenting, drafts
from onedoor.kernel.i18n import pick
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, page, safe_path, see_other

from ._view import draft_of, sheets_shown, texts


@get("/drafts/{draft:str}/consent", **may("signed-in"), include_in_schema=False)
async def sheet(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Who would ask whom for what, and until when."""
    found = await consenting.open_sheets(work, draft_of(draft))
    if not found:
        return see_other(f"/drafts/{draft}")
    shown = sheets_shown(work.locale, found)
    return page(request, "cases/consent.html", draft=draft, service=pick(work.locale, found[0].title), sheets=shown)


@post("/drafts/{draft:str}/consent", **may("signed-in"), include_in_schema=False)
async def allow(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports]) -> Response[Any]:
    """Ticked facts are asked for; whoever ticks nothing fills them in."""
    sent = texts(await request.form())
    if "no" not in sent:
        await consenting.allow(work, ports, draft_of(draft), sent, (sent.get("mode") or ["case"])[0])
    return see_other(f"/drafts/{draft}")


@post("/drafts/{draft:str}/again", **may("signed-in", acting="fill"), include_in_schema=False)
async def again(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work], ports: NamedDependency[Ports]) -> Response[Any]:
    """Ask those once more that did not answer."""
    sent = texts(await request.form())
    found, _ = await drafts.asked_of_registers(work, draft_of(draft))
    await drafts.ask(work, ports, found, again=True)
    return see_other(safe_path((sent.get("back") or [""])[0], f"/drafts/{draft}"))


handlers = [sheet, allow, again]
