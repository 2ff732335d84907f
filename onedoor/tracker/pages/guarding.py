"""重点保护: the officer's list of people whose cases are read by two; somebody is put on it, or taken off."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import translate
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid, TooMany
from onedoor.kernel.text import printable
from onedoor.kernel.work import Begin, Work
from onedoor.tracker.errors import NotGuarded
from onedoor.tracker.models import Grants
from onedoor.tracker.service import guarding
from onedoor.ui.edge import AnyRequest, may, page, see_other

NEEDS = str(Grants.AUDIT)
PARTS = ("year", "month", "day")


async def _listed(request: AnyRequest, work: Work, status: int = 200, **said: Any) -> Response[str]:
    data: dict[str, Any] = {"errors": [], "typed": {}, **said}
    return page(request, "tracker/guarded.html", status, rows=await guarding.listed(work), longest=guarding.LONGEST, **data)


@get("/audit/guarded", **may(NEEDS), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Who is on the list. Each of them reads that the officer has seen this."""
    return await _listed(request, work)


@post("/audit/guarded", **may(NEEDS), include_in_schema=False)
async def put(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """By the number of the card: sent as a form, so that no address, history or log ever holds it."""
    sent = await request.form()
    typed = {name: printable(value)[:400] for name, value in sent.items() if isinstance(value, str)}
    try:
        await guarding.tried(begin, typed.get("id_number", "")[:40])
        async with begin() as work:
            await guarding.put(work, ports, typed.get("id_number", "")[:40], typed.get("reason", ""), _day(typed))
    except Invalid as bad:
        async with begin() as work:
            return await _listed(request, work, 422, errors=bad.errors, typed=typed)
    except TooMany as often:
        async with begin() as work:
            said = [{"pointer": "/id_number", "detail": translate(work.locale, often.title)}]
            return await _listed(request, work, often.status, errors=said, typed=typed)
    return see_other("/audit/guarded")


def _day(typed: Mapping[str, str]) -> dt.date | None:
    try:
        return dt.date(*(int(typed.get(f"until-{part}", "")) for part in PARTS))
    except (ValueError, OverflowError):
        return None


@post("/audit/guarded/{person:str}/end", **may(NEEDS), include_in_schema=False)
async def end(person: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Taken off the list."""
    await guarding.end(work, whom(person))
    return see_other("/audit/guarded")


def whom(given: str) -> PersonId:
    """Somebody on the list."""
    try:
        return PersonId.parse(given)
    except ValueError:
        raise NotGuarded() from None


handlers = [listed, put, end]
