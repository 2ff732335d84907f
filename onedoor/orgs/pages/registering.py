"""机构入驻 as its applicant sees it: one form, where it stands, what to add. Works as plain multipart forms."""

import uuid
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.kernel.i18n import translate
from onedoor.kernel.ports import Ports, Vault
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import policy
from onedoor.orgs.errors import NoSuchProof, NoSuchRegistration, TooManyRegistrations, UsccTaken
from onedoor.orgs.registered import UNDER_WAY, ProofId, Registration, RegistrationId, State
from onedoor.orgs.service import registering
from onedoor.orgs.service.registering import Followed
from onedoor.ui.edge import AnyRequest, may, page, see_other

from . import _view

Errors = list[dict[str, str]]


@get("/orgs/register", **may("signed-in"), include_in_schema=False)
async def ask(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """The form."""
    policy.may_register(work.actor)
    return await _form(request, work, {"key": str(uuid.uuid4())}, [])


async def _form(request: AnyRequest, work: Work, values: dict[str, str], errors: Errors, status: int = 200) -> Response[str]:
    have = _view.files(work.locale, await registering.loose_proofs(work))
    return page(request, "orgs/register.html", status, values=values, errors=errors, have=have, kinds=_view.kinds(work.locale))


@post("/orgs/register", **may("signed-in"), include_in_schema=False, request_max_body_size=_view.MOST_POSTED)
async def register(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[Any]:
    """Keep the papers, then hand in; whatever is wrong is told at once, and nothing typed is lost."""
    words, uploads = await _view.posted(request)
    bad, many = await _keep(begin, ports, uploads), False
    gone = words.get("remove")
    try:
        async with begin() as work:
            if gone:
                await registering.take_back(work, _view.id_of(ProofId, gone, NoSuchProof))
            elif not bad:
                made = await registering.register(work, words, _view.key_of(words.get("key", "")))
                return see_other(f"/orgs/registrations/{made.id}?new=1")
            else:
                bad = policy.stated(work.locale, words)[1] + bad
    except Invalid as wrong:
        bad = wrong.errors
    except UsccTaken:
        async with begin() as work:
            bad = [{"pointer": "/uscc", "detail": policy.taken(work.locale)}]
    except TooManyRegistrations as busy:
        bad, many = [{"pointer": "", "detail": translate(request.scope["state"]["locale"], busy.title)}], True
    async with begin() as work:
        answer = await _form(request, work, words, bad, 429 if many else 422 if bad else 200)
        answer.headers |= {"Retry-After": str(registering.NOT_BEFORE)} if many else {}
        return answer


async def _keep(begin: Begin, ports: Ports, uploads: list[Any]) -> Errors:
    """Keep each paper; the reasons for those that were refused."""
    bad: Errors = []
    for one in uploads[:10]:
        try:
            await registering.add_proof(begin, ports.get(Vault), one.filename, await one.read())
        except Invalid as refused:
            bad += refused.errors
    return bad


@get("/orgs/registrations/{registration:str}", **may("signed-in"), include_in_schema=False)
async def show(request: AnyRequest, registration: FromPath[str], work: NamedDependency[Work]) -> Response[str]:
    """Where it stands, and what to do now."""
    seen = await registering.follow(work, _view.id_of(RegistrationId, registration, NoSuchRegistration))
    return await _show(request, work, seen, _view.typed(seen.made), [])


async def _show(request: AnyRequest, work: Work, seen: Followed, values: dict[str, str], errors: Errors) -> Response[str]:
    made, locale = seen.made, work.locale
    loose = await registering.loose_proofs(work) if made.state is State.ASKED else []
    moments = [
        {"what": _view.step_words(locale, one.state, n > 0), "at": one.at, "note": one.note} for n, one in enumerate(seen.steps)
    ]
    return page(
        request, "orgs/registration.html", 422 if errors else 200, made=made, facts=_view.facts(locale, made), moments=moments,
        state=policy.state_words(locale, made.state), tone=_view.TONES[made.state], files=_view.files(locale, seen.proofs),
        have=_view.files(locale, loose), kinds=_view.kinds(locale), values=values, errors=errors, open=made.state in UNDER_WAY,
    )  # fmt: skip


@post(
    "/orgs/registrations/{registration:str}/answer", **may("signed-in"), include_in_schema=False, request_max_body_size=_view.MOST_POSTED
)
async def answer(
    request: AnyRequest, registration: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]
) -> Response[Any]:
    """Hand in again, corrected and with more papers."""
    which = _view.id_of(RegistrationId, registration, NoSuchRegistration)
    words, uploads = await _view.posted(request)
    async with begin() as work:
        await registering.follow(work, which)
    bad = await _keep(begin, ports, uploads)
    try:
        async with begin() as work:
            if gone := words.get("remove"):
                await registering.take_back(work, _view.id_of(ProofId, gone, NoSuchProof))
            elif not bad:
                await registering.answer(work, which, words)
                return see_other(f"/orgs/registrations/{which}")
    except Invalid as wrong:
        bad = wrong.errors
    async with begin() as work:
        seen = await registering.follow(work, which)
        return await _show(request, work, seen, _view.typed(seen.made) | words, bad)


@post("/orgs/registrations/{registration:str}/withdraw", **may("signed-in"), include_in_schema=False)
async def withdraw(registration: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Take it back."""
    made: Registration = await registering.withdraw(work, _view.id_of(RegistrationId, registration, NoSuchRegistration))
    return see_other(f"/orgs/registrations/{made.id}")


@get("/orgs/proofs/{proof:str}", **may("signed-in"), include_in_schema=False)
async def proof(proof: FromPath[str], begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[bytes]:
    """One of my own papers."""
    async with begin() as work:
        found = await registering.my_proof(work, _view.id_of(ProofId, proof, NoSuchProof))
    return _view.as_download(found, await registering.content(ports, found))


handlers = [ask, register, show, answer, withdraw, proof]
