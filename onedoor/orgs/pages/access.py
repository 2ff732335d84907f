"""我的数据访问记录: who of which department looked at what of mine."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from onedoor.identity.models import AccessId
from onedoor.kernel.problems import NotFound
from onedoor.kernel.work import Work
from onedoor.orgs import policy, service
from onedoor.ui.edge import AnyRequest, may, page

PAGE = 20


@get("/me/access", **may("signed-in"), include_in_schema=False)
async def accesses(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[str]:
    """In plain words, the latest first."""
    try:
        after = AccessId.parse(before) if before else None
    except ValueError as unknown:
        raise NotFound() from unknown
    found = await service.who_saw_me(work, after, PAGE + 1)
    rows = [(record, policy.plain(work.locale, record.fields)) for record in found[:PAGE]]
    following = found[PAGE - 1].id if len(found) > PAGE else None
    return page(request, "orgs/access.html", rows=rows, next=following, first=not before)


handlers = [accesses]
