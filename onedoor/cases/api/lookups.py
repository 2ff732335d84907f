"""Registers asked for a fact of a case, for clerks' programs."""
from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.cases.lookup import Lookup, Outcome
from onedoor.cases.service import looking, lookups
from onedoor.cases.service.lookups import Seen
from onedoor.exchange import service as exchange
from onedoor.kernel.i18n import Text
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work
from onedoor.ui.edge import AnyRequest, may, once

from .desk import case_of, clean

TAGS = ["desk"]


class NewLookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which fact of the case, and why: the person reads it."""

    element: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class LookupShown(msgspec.Struct, frozen=True):
    """One look at a register, and how it came out; `value` is masked as the reader's grants say, and gone when it is no longer kept."""

    id: str
    element: str
    source: Text
    reason: str
    asked_at: datetime
    state: Outcome
    as_of: date | None = None
    value: str | None = None


class LookupList(msgspec.Struct, frozen=True):
    """The newest look for each fact."""

    items: list[LookupShown]
    askable: list[str]


def shown(one: Lookup) -> LookupShown:
    return LookupShown(str(one.id), one.element, one.source, one.reason, one.asked_at, one.state, one.as_of)


def _seen(work: Work, seen: looking.View, one: Seen) -> LookupShown:
    made, field = shown(one.lookup), one.field
    handed = next((seen.filed.answers.get(q.name) for q in seen.form.questions.values() if q.element == one.lookup.element), None)
    state = one.state(handed)
    value = exchange.masked(work, one.lookup.element, str(field.value)) if field and field.value is not None else None
    return msgspec.structs.replace(made, state=state, value=value, as_of=made.as_of or (field.as_of if field else None))


@get("/api/cases/{case:str}/asks", **may("cases:handle"), tags=TAGS)
async def asks(case: FromPath[str], begin: NamedDependency[Begin]) -> LookupList:
    """What has been asked of registers for this case, and what may be. It is a look at the case."""
    async with looking.noted(begin, case_of(case)), begin() as work:
        seen = await looking.show(work, case_of(case))
        return LookupList([_seen(work, seen, one) for one in seen.lookups.values()], [one.element for one in seen.askable])


@post("/api/cases/{case:str}/asks", **may("cases:handle"), tags=TAGS)
async def look_up(
    request: AnyRequest, case: FromPath[str], data: JSONBody[NewLookup], work: NamedDependency[Work], ports: NamedDependency[Ports],
    begin: NamedDependency[Begin],
) -> Response[LookupShown]:  # fmt: skip
    """核验: ask the register that is this fact's source. On the person's record first; the answer is read from the list."""

    async def make() -> LookupShown:
        async with lookups.noted(begin, case_of(case), data.element):
            said = clean(work, element=data.element, reason=data.reason)
            return shown(await lookups.ask(work, ports, case_of(case), said["element"], said["reason"]))

    return await once(request, work, make)


handlers = [asks, look_up]
