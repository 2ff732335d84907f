"""审核 for the operator: what waits, one registration with its papers, and the answer."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import fold
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import policy
from onedoor.orgs.errors import NoSuchProof, NoSuchRegistration
from onedoor.orgs.models import Grants
from onedoor.orgs.registered import ProofId, RegistrationId, State
from onedoor.orgs.service import registering, reviewing
from onedoor.orgs.service.registering import Followed
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from . import _view

NEEDS = str(Grants.REVIEW)
ACTS = {"accept": State.ACCEPTED, "ask": State.ASKED, "decline": State.DECLINED}


class Answer(msgspec.Struct, frozen=True):
    """What the operator decided, why, and about which revision."""

    act: Annotated[str, msgspec.Meta(max_length=20)]
    rev: int
    reason: Annotated[str, msgspec.Meta(max_length=reviewing.LONGEST)] = ""


@get("/desk/registrations", **may(NEEDS), include_in_schema=False)
async def queue(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[str]:
    """What waits, the longest waiting first, and what was answered lately."""
    found, more = await reviewing.waiting(work, after)
    done = [] if after else await reviewing.settled(work)
    states = {str(one.id): policy.state_words(work.locale, one.state) for one in done}
    return page(request, "orgs/queue.html", waiting=found, done=done, states=states, tones=_view.TONES, more=more, first=not after)


@get("/desk/registrations/{registration:str}", **may(NEEDS), include_in_schema=False)
async def look(request: AnyRequest, registration: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """One registration; the applicant reads that it was opened."""
    seen = await reviewing.look(work, _view.id_of(RegistrationId, registration, NoSuchRegistration))
    return _page(request, work, seen, {}, [])


def _page(request: AnyRequest, work: Work, seen: Followed, values: dict[str, str], errors: list[dict[str, str]]) -> Response[str]:
    made, locale = seen.made, work.locale
    moments = [{"what": _view.step_words(locale, one.state, n > 0), "at": one.at, "note": one.note} for n, one in enumerate(seen.steps)]
    choices = [
        {"value": "accept", "label": say(locale, "通过"), "hint": say(locale, "申请人成为机构的管理员")},
        {"value": "ask", "label": say(locale, "请补充"), "hint": say(locale, "写明要补什么")},
        {"value": "decline", "label": say(locale, "不通过"), "hint": say(locale, "写明原因，代码可以重新申请")},
    ]
    return page(
        request, "orgs/review.html", 422 if errors else 200, made=made, facts=_view.facts(locale, made), moments=moments, choices=choices,
        state=policy.state_words(locale, made.state), tone=_view.TONES[made.state], values=values, errors=errors,
        files=_view.files(locale, seen.proofs, f"/desk/registrations/{made.id}/proofs"), open=made.state is State.SUBMITTED,
    )  # fmt: skip


@post("/desk/registrations/{registration:str}", **may(NEEDS), include_in_schema=False)
async def answer(request: AnyRequest, registration: FromPath[str], begin: NamedDependency[Begin]) -> Response[Any]:
    """Accept, ask again, or decline."""
    which = _view.id_of(RegistrationId, registration, NoSuchRegistration)
    values: dict[str, str] = {}
    try:
        said = await form(request, Answer)
        values = {"act": said.act, "reason": said.reason}
        async with begin() as work:
            if said.act not in ACTS:
                raise Invalid(errors=[{"pointer": "/act", "detail": say(work.locale, "请选择一项")}])
            await reviewing.answer(work, which, ACTS[said.act], fold(said.reason), said.rev)
    except Invalid as bad:
        sent: Any = bad.extra.get("values") or {}
        async with begin() as work:
            return _page(request, work, await reviewing.look(work, which), values | sent, bad.errors)
    return see_other("/desk/registrations")


@get("/desk/registrations/{registration:str}/proofs/{proof:str}", **may(NEEDS), include_in_schema=False)
async def proof(
    registration: FromPath[str], proof: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[bytes]:
    """One paper of a registration."""
    which, paper = _view.id_of(RegistrationId, registration, NoSuchRegistration), _view.id_of(ProofId, proof, NoSuchProof)
    async with begin() as work:
        found = await reviewing.proof(work, which, paper)
    return _view.as_download(found, await registering.content(ports, found))


handlers = [queue, look, answer, proof]
