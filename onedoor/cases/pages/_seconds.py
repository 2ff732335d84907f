"""What stands in the place of a case that is specially protected, until a colleague has allowed it."""
from typing import Any

from litestar import Response

from onedoor.cases.models import OPEN, CaseId
from onedoor.cases.seconds import LONGEST, SecondState
from onedoor.cases.service import seconding
from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, page


async def second_page(request: AnyRequest, work: Work, case: CaseId, status: int = 403, **said: Any) -> Response[Any]:
    """That it is protected, and what can be done: ask, wait, or ask again; nothing of the person."""
    row, one, others = await seconding.closed(work, case)
    data: dict[str, Any] = {"errors": [], "values": {}, "typed": [], "title": "", "detail": "", **said}
    return page(
        request, "cases/desk_second.html", status, case=case, name=pick(work.locale, row.title), number=row.number, one=one,
        waits=one is not None and one.state is SecondState.ASKED, refused=one is not None and one.state is SecondState.REFUSED,
        over=one is not None and one.until is not None, alone=not others, longest=LONGEST, wide=True,
        mine=row.assignee_ref == work.actor.id and row.status in OPEN, **data,
    )  # fmt: skip
