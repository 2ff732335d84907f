"""重点保护 for clerks' programs: ask a colleague to allow a case, see what is asked, answer it."""
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from onedoor.cases.errors import NoSuchSecond
from onedoor.cases.seconds import LONGEST, Second, SecondId, SecondState
from onedoor.cases.service import seconding
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once

from .desk import case_of, clean

TAGS = ["desk"]
Words = Annotated[str, msgspec.Meta(max_length=LONGEST)]


class NewSecond(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the case has to be opened; the colleague and the applicant read it."""

    reason: Words


class NewSecondAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`allowed` opens the case to whoever asked, for 24 hours; `refused` says why in `words`."""

    outcome: Literal["allowed", "refused"]
    words: Words = ""


class SecondShown(msgspec.Struct, frozen=True):
    """Who wants to see which case and why, and what was said to it; nothing of the applicant."""

    id: str
    case: str
    number: str
    title: Text
    asked_by: str
    reason: str
    asked_at: datetime
    state: SecondState
    answered_by: str
    words: str
    until: datetime | None


class SecondsShown(msgspec.Struct, frozen=True):
    """One page; `next` is the `after` of the following one."""

    items: list[SecondShown]
    next: str | None


def shown(one: Second) -> SecondShown:
    return SecondShown(
        str(one.id), str(one.case_ref), one.number, one.title, one.asked_name, one.reason, one.asked_at, one.state, one.answered_name,
        one.words, one.until,
    )  # fmt: skip


def second_of(given: str) -> SecondId:
    """The request an address names."""
    try:
        return SecondId.parse(given)
    except ValueError:
        raise NoSuchSecond() from None


@post("/api/cases/{case:str}/seconds", **may("cases:handle"), tags=TAGS)
async def ask(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewSecond]) -> Response[SecondShown]:
    """Ask a colleague to allow the case of somebody specially protected. Whoever waits, or has been allowed, gets what stands."""

    async def make() -> SecondShown:
        return shown(await seconding.ask(work, case_of(case), **clean(work, reason=data.reason)))

    return await once(request, work, make)


@get("/api/desk/seconds", **may("cases:handle"), tags=TAGS)
async def waiting(work: NamedDependency[Work], after: FromQuery[str] = "") -> SecondsShown:
    """What colleagues ask me, the earliest first."""
    found, following = await seconding.waiting(work, second_of(after) if after else None)
    return SecondsShown([shown(one) for one in found], str(following) if following else None)


@post("/api/desk/seconds/{second:str}/answers", **may("cases:handle"), tags=TAGS)
async def answer(
    request: AnyRequest, second: FromPath[str], work: NamedDependency[Work], data: JSONBody[NewSecondAnswer]
) -> Response[SecondShown]:
    """Allow it, or not. The same answer twice is one."""

    async def make() -> SecondShown:
        said = clean(work, words=data.words)["words"]
        return shown(await seconding.answer(work, second_of(second), allow=data.outcome == "allowed", words=said))

    return await once(request, work, make)


handlers = [ask, waiting, answer]
