"""机构入驻 by its applicant: papers first, then what the organisation is; followed, completed, taken back."""

import uuid

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.kernel.i18n import say
from onedoor.kernel.papers import MOST_BYTES
from onedoor.kernel.ports import Ports, Vault
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.orgs.errors import NoSuchProof, NoSuchRegistration
from onedoor.orgs.registered import ProofId, RegistrationId
from onedoor.orgs.service import registering
from onedoor.ui.edge import AnyRequest, may, once

from ._shapes import TAGS, ProofShown, RegistrationShown, RegistrationWhole, Word, id_of, proof_of, shown, whole

MOST_POSTED = 21_500_000


class NewRegistration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an organisation is; the papers that prove it were uploaded before."""

    uscc: Word = ""
    name: Word = ""
    kind: Word = ""
    legal_name: Word = ""
    contact_name: Word = ""
    contact_phone: Word = ""


class Proofs(msgspec.Struct, frozen=True):
    """My papers that were not handed in yet."""

    items: list[ProofShown]


class Registrations(msgspec.Struct, frozen=True):
    """My registrations, the latest first."""

    items: list[RegistrationShown]


def _said(given: NewRegistration) -> dict[str, str]:
    return {name: getattr(given, name) for name in given.__struct_fields__}


@get("/api/registrations/proofs", **may("signed-in"), tags=TAGS)
async def proofs(work: NamedDependency[Work]) -> Proofs:
    """My papers that wait for a registration."""
    return Proofs([proof_of(one) for one in await registering.loose_proofs(work)])


@post("/api/registrations/proofs", **may("signed-in"), tags=TAGS, request_max_body_size=MOST_POSTED)
async def add_proof(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[ProofShown]:
    """Upload one paper as multipart/form-data: `file`. The same content again is the same paper."""
    sent = await request.form()
    found = next((value for key, value in sent.items() if key == "file" and not isinstance(value, str)), None)
    if found is None or set(sent) - {"file"}:
        detail = say(request.scope["state"]["locale"], "请选择要上传的文件")
        raise Invalid(errors=[{"pointer": "/file", "detail": detail}])
    kept = await registering.add_proof(begin, ports.get(Vault), found.filename or "", await found.read(MOST_BYTES + 1))
    return Response(proof_of(kept), status_code=201)


@delete("/api/registrations/proofs/{proof:str}", status_code=204, **may("signed-in"), tags=TAGS)
async def take_back(proof: FromPath[str], work: NamedDependency[Work]) -> None:
    """Take a paper away that was not handed in yet; taking it away twice is no fault."""
    await registering.take_back(work, id_of(ProofId, proof, NoSuchProof))


@get("/api/registrations", **may("signed-in"), tags=TAGS)
async def mine(work: NamedDependency[Work]) -> Registrations:
    """My registrations, the latest first."""
    return Registrations([shown(one) for one in await registering.mine(work)])


@post("/api/registrations", **may("signed-in"), tags=TAGS)
async def register(request: AnyRequest, data: JSONBody[NewRegistration], work: NamedDependency[Work]) -> Response[RegistrationShown]:
    """Hand in, with the papers uploaded before. A code that somebody has is refused (409)."""

    async def make() -> RegistrationShown:
        return shown(await registering.register(work, _said(data), uuid.uuid4()))

    return await once(request, work, make)


@get("/api/registrations/{registration:str}", **may("signed-in"), tags=TAGS)
async def follow(registration: FromPath[str], work: NamedDependency[Work]) -> RegistrationWhole:
    """One of my registrations with its papers and its history."""
    return whole(await registering.follow(work, id_of(RegistrationId, registration, NoSuchRegistration)))


@post("/api/registrations/{registration:str}/resubmissions", **may("signed-in"), tags=TAGS)
async def answer(
    request: AnyRequest, registration: FromPath[str], data: JSONBody[NewRegistration], work: NamedDependency[Work]
) -> Response[RegistrationShown]:
    """Hand in again what was asked for, with the papers uploaded since. The code stays what it was."""

    async def make() -> RegistrationShown:
        return shown(await registering.answer(work, id_of(RegistrationId, registration, NoSuchRegistration), _said(data)))

    return await once(request, work, make)


@post("/api/registrations/{registration:str}/withdrawals", **may("signed-in"), tags=TAGS)
async def withdraw(request: AnyRequest, registration: FromPath[str], work: NamedDependency[Work]) -> Response[RegistrationShown]:
    """Take it back while it is not answered; the code is free again."""

    async def make() -> RegistrationShown:
        return shown(await registering.withdraw(work, id_of(RegistrationId, registration, NoSuchRegistration)))

    return await once(request, work, make)


handlers = [proofs, add_proof, take_back, mine, register, follow, answer, withdraw]
