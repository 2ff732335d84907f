"""A draft that is filled by a certificate from the wallet of another city."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.service import abroad
from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, page, see_other
from onedoor.wallet import service as wallet

from ._view import draft_of, texts


@get("/drafts/{draft:str}/elsewhere", **may("signed-in"), include_in_schema=False)
async def choose(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Which cities' certificates would fill what is still open, and with what."""
    found, ways = await abroad.ways(work, draft_of(draft))
    shown = [
        {
            "key": one.key, "city": pick(work.locale, one.city.title), "who": pick(work.locale, one.who.name),
            "words": pick(work.locale, one.purpose.words),
        }
        for one in ways
    ]  # fmt: skip
    return page(request, "cases/elsewhere.html", draft=draft, service=pick(work.locale, found.title), ways=shown)


@post("/drafts/{draft:str}/elsewhere", **may("signed-in"), include_in_schema=False, status_code=200)
async def ask(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """A question to the wallet there; the next page leads to it."""
    sent = texts(await request.form())
    found, ways = await abroad.ways(work, draft_of(draft))
    one = next((way for way in ways if way.key == (sent.get("key") or [""])[0]), None)
    if one is None:
        return see_other(f"/drafts/{draft}/elsewhere")
    where = await wallet.ask_abroad(work, one, found.item, f"/drafts/{draft}/check")
    return page(
        request, "cases/elsewhere_go.html", draft=draft, service=pick(work.locale, found.title), asked=pick(work.locale, one.city.title),
        where=where,
    )  # fmt: skip


handlers = [choose, ask]
