"""公告 Notices of the city."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work
from onedoor.notify import service
from onedoor.notify.models import Notice
from onedoor.orgs import service as orgs
from onedoor.ui.edge import AnyRequest, may, page


def _areas() -> dict[str, object]:
    return {d.code: d.name for d in orgs.districts()}


@get("/notices", **may(public=True), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """What holds now: first where the reader is, then elsewhere."""
    here = service.notices_for(work, request.scope["state"]["district"])
    elsewhere = [n for n in service.notices_now(work) if n not in here]
    return page(request, "notify/notices.html", here=here, elsewhere=elsewhere, areas=_areas())


@get("/notices/{code:str}", **may(public=True), include_in_schema=False)
async def shown(request: AnyRequest, code: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One notice, also when it is over."""
    found: Notice = service.notice(code)
    paragraphs = [line for line in pick(work.locale, found.body).split("\n") if line.strip()]
    over, zone = found.ends_at <= work.now, request.scope["state"]["house"].settings.zone
    department = next((d for d in await orgs.departments(work) if d.code == found.department), None)
    return page(
        request, "notify/notice.html", notice=found, paragraphs=paragraphs, over=over, areas=_areas(), department=department,
        ends_on=found.ends_at.astimezone(zone).date(),
    )  # fmt: skip


handlers = [listed, shown]
