"""我的数据足迹: who looked at what of mine, why, and what I ask about it."""

from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.identity.errors import NoSuchAccess
from onedoor.identity.models import Sought
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.tracker import policy
from onedoor.tracker.service import challenges, own, proving
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from . import _view

Word = FromQuery[Annotated[str, msgspec.Meta(max_length=600)]]
Typed = Annotated[str, msgspec.Meta(max_length=20_000)]


class Asking(msgspec.Struct, frozen=True):
    """What is asked about a look."""

    kind: Typed = ""
    words: Typed = ""


class Contesting(msgspec.Struct, frozen=True):
    """Why the answer does not do."""

    words: Typed = ""


@get("/me/data", **may("signed-in", acting="whole"), include_in_schema=False)
async def looks(
    request: AnyRequest, work: NamedDependency[Work], before: FromQuery[int] = 0, org: Word = "", purpose: Word = "", action: Word = ""
) -> Response[str]:
    """By day, the latest first; narrowed by department, purpose or action."""
    wanted = Sought(before=min(max(before, 0), _view.MOST_SEQ), org=org, purpose=purpose, action=action)
    if wanted.narrow or wanted.before:
        found, following = await own.looks(work, wanted)
        choices = await own.choices(work)
    else:
        found, following, choices = await own.first(work)
    told = {"org": org, "purpose": purpose, "action": action}
    return page(
        request, "tracker/data.html", days=_view.by_day(work, found), choices=choices, values=told,
        narrow=any(told.values()), actions=policy.action_words(work.locale), first=not before, start=_view.address("/me/data", **told),
        next=_view.address("/me/data", **told, before=following) if following else None,
    )  # fmt: skip


@get("/me/access", **may("signed-in"), include_in_schema=False)
async def moved() -> Response[Any]:
    """Where the records were before."""
    return see_other("/me/data")


async def _shown(request: AnyRequest, work: Work, seq: int, status: int = 200, **more: Any) -> Response[str]:
    if not 0 < seq <= _view.MOST_SEQ:
        raise NoSuchAccess()
    look, asked = await own.one(work, seq)
    kinds = [{"value": str(kind), "label": words} for kind, words in policy.kind_words(work.locale).items()]
    data: dict[str, Any] = {
        "look": look, "row": _view.row(work, look), "asked": _view.challenge(work, asked) if asked else None, "kinds": kinds,
        "days": policy.ANSWER_DAYS, "values": {}, "errors": [], "action": policy.action_words(work.locale)[look.access.action],
    }  # fmt: skip
    return page(request, "tracker/look.html", status, **data | more)


@get("/me/data/{seq:int}", **may("signed-in", acting="whole"), include_in_schema=False)
async def look(request: AnyRequest, seq: FromPath[int], work: NamedDependency[Work]) -> Response[str]:
    """One record, what I asked about it and what was said."""
    return await _shown(request, work, seq)


@post("/me/data/{seq:int}/challenges", **may("signed-in", acting="whole"), include_in_schema=False)
async def ask(request: AnyRequest, seq: FromPath[int], begin: NamedDependency[Begin]) -> Response[Any]:
    """Why was I looked at?"""
    return await _acted(request, seq, begin, Asking, lambda work, said: challenges.ask(work, seq, said.kind, said.words))


@post("/me/data/{seq:int}/contests", **may("signed-in", acting="whole"), include_in_schema=False)
async def contest(request: AnyRequest, seq: FromPath[int], begin: NamedDependency[Begin]) -> Response[Any]:
    """The answer does not do."""
    return await _acted(request, seq, begin, Contesting, lambda work, said: challenges.contest(work, seq, said.words))


async def _acted(request: AnyRequest, seq: int, begin: Begin, kind: type[Any], act: Any) -> Response[Any]:
    """Do it and look at the record again; what was wrong stands on the form with everything typed in it."""
    sent: dict[str, Any] = {}
    try:
        if not 0 < seq <= _view.MOST_SEQ:
            raise NoSuchAccess()
        said = await form(request, kind)
        sent = msgspec.structs.asdict(said)
        async with begin() as work:
            await act(work, said)
    except Invalid as bad:
        values: Any = bad.extra.get("values") or {}
        async with begin() as work:
            return await _shown(request, work, seq, bad.status, values=sent | values, errors=bad.errors)
    return see_other(f"/me/data/{seq}")


@get("/me/data/download", **may("signed-in", acting="whole"), include_in_schema=False)
async def download(work: NamedDependency[Work], begin: NamedDependency[Begin]) -> Response[bytes]:
    """All of my records with their proofs, as a file that `onedoor audit verify` checks anywhere."""
    made = await proving.proofs(begin, own.me(work))
    name = say(work.locale, "我的数据足迹")
    named = f"attachment; filename=my-data.json; filename*=UTF-8''{quote(name, safe='')}.json"
    headers = {"content-disposition": named, "cache-control": "private, no-store"}
    return Response(msgspec.json.format(msgspec.json.encode(made), indent=1), media_type="application/json", headers=headers)


handlers = [looks, moved, download, look, ask, contest]
