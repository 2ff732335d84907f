"""我授权的应用 Where I have signed in, what it was given and what it has read, and how I take that back."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.identity.models import AccessId
from onedoor.kernel.problems import NotFound
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.providers import policy, service
from onedoor.providers.errors import NotAgreed
from onedoor.providers.models import AppId
from onedoor.ui.edge import AnyRequest, may, page, see_other

PAGE = 20


def app_id(text: str) -> AppId:
    try:
        return AppId.parse(text)
    except ValueError as unknown:
        raise NotAgreed() from unknown


@get("/me/apps", **may("signed-in"), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """The apps I have signed in to."""
    return page(request, "providers/mine.html", linked=await service.mine(work))


@get("/me/apps/{app:str}", **may("signed-in"), include_in_schema=False)
async def shown(request: AnyRequest, app: FromPath[str], work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[Any]:
    """One of them: what it may know, what it has read."""
    try:
        after = AccessId.parse(before) if before else None
    except ValueError as unknown:
        raise NotFound() from unknown
    linked = await service.one(work, app_id(app))
    found = await service.readings(work, linked.app.id, after, PAGE + 1)
    rows = [(one, orgs.plain(work.locale, one.fields)) for one in found[:PAGE]]
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return page(request, "providers/one.html", linked=linked, words=policy.scope_words(work.locale), rows=rows, next=more, first=not before)


@post("/me/apps/{app:str}/revoke", **may("signed-in"), include_in_schema=False)
async def revoke(app: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Take everything back."""
    await service.take_back(work, app_id(app))
    return see_other("/me/apps")


handlers = [listed, shown, revoke]
