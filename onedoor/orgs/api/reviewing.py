"""审核 for the operator's program: what waits, one registration, and the answer. Each look is on the applicant's record."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.kernel.work import Work
from onedoor.orgs.errors import NoSuchRegistration
from onedoor.orgs.models import Grants
from onedoor.orgs.registered import RegistrationId, State
from onedoor.orgs.service import reviewing
from onedoor.ui.edge import AnyRequest, may, once

from ._shapes import TAGS, RegistrationShown, RegistrationWhole, id_of, shown, whole

NEEDS = str(Grants.REVIEW)


class Waiting(msgspec.Struct, frozen=True):
    """A registration in the list."""

    id: RegistrationId
    uscc: str
    name: str
    state: State
    since: dt.datetime


class Queue(msgspec.Struct, frozen=True):
    """One page of what waits; `next` goes into `after` for the following one."""

    items: list[Waiting]
    next: str | None


class NewAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was decided, about which revision; not accepting needs a reason, which the applicant reads."""

    state: Literal["accepted", "asked", "declined"]
    rev: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
    reason: Annotated[str, msgspec.Meta(max_length=reviewing.LONGEST)] = ""


@get("/api/desk/registrations", **may(NEEDS), tags=TAGS)
async def queue(work: NamedDependency[Work], after: FromQuery[str] = "") -> Queue:
    """Registrations to be looked at, the longest waiting first."""
    found, more = await reviewing.waiting(work, after)
    return Queue([Waiting(one.id, one.uscc, one.name, one.state, one.since) for one in found], more)


@get("/api/desk/registrations/{registration:str}", **may(NEEDS), tags=TAGS)
async def look(registration: FromPath[str], work: NamedDependency[Work]) -> RegistrationWhole:
    """One registration with its papers. The applicant reads in the access record that it was opened."""
    return whole(await reviewing.look(work, id_of(RegistrationId, registration, NoSuchRegistration)))


@post("/api/desk/registrations/{registration:str}/decisions", **may(NEEDS), tags=TAGS)
async def answer(
    request: AnyRequest, registration: FromPath[str], data: JSONBody[NewAnswer], work: NamedDependency[Work]
) -> Response[RegistrationShown]:
    """Accept, ask again, or decline. An accepted organisation has its applicant as administrator."""

    async def make() -> RegistrationShown:
        which = id_of(RegistrationId, registration, NoSuchRegistration)
        return shown(await reviewing.answer(work, which, State(data.state), data.reason, data.rev))

    return await once(request, work, make)


handlers = [queue, look, answer]
