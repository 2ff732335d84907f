"""我的常办 A person's own list, for arranging it: pin, order, hide, and take it back."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from onedoor.catalog import service
from onedoor.catalog.models import Was
from onedoor.identity.models import PersonId
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, form, may, page, safe_path, see_other

Word = Annotated[str, msgspec.Meta(max_length=64)]
OWN = "/me/frequent"


class Arrange(msgspec.Struct, frozen=True):
    """What to do with an item of the own list, how it stood before (for taking it back), and where to return to."""

    item: Word
    action: Word
    was: Word = ""
    next: str = OWN


@get("/me/frequent", **may("signed-in"), include_in_schema=False)
async def frequent(
    request: AnyRequest, work: NamedDependency[Work], done: FromQuery[str] = "", item: FromQuery[str] = "", was: FromQuery[str] = ""
) -> Response[str]:
    """The own list, for arranging; after a change, with a way to take it back."""
    known = await service.favourites(work, _me(work))
    shown, hidden = [k for k in known if not k.hidden], [k for k in known if k.hidden]
    touched = service.find_item(item) if done in service.ACTIONS and Was.read(was) else None
    return page(
        request, "catalog/frequent.html", shown=shown, hidden=hidden, pinned=[k.item.code for k in shown if k.pinned], done=done,
        touched=touched, was=was,
    )  # fmt: skip


@post("/me/frequent", **may("signed-in"), include_in_schema=False)
async def arrange(request: AnyRequest, work: NamedDependency[Work]) -> Response[Any]:
    """Pin, order, hide, bring back, or take the last change back."""
    asked = await form(request, Arrange)
    before = await service.arrange(work, asked.item, asked.action, asked.was)
    there = safe_path(asked.next, OWN)
    if there != OWN or asked.action == "undo":
        return see_other(there)
    return see_other(f"{OWN}?done={asked.action}&item={asked.item}&was={before}")


def _me(work: Work) -> PersonId:
    assert isinstance(work.actor.id, PersonId)
    return work.actor.id


handlers = [frequent, arrange]
