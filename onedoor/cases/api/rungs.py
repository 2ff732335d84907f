"""Own certificates that fill a draft when no register answers, for residents' programs."""
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.cases.errors import NoSuchDraft
from onedoor.cases.models import DraftId
from onedoor.cases.service import drafts, prefill, rungs
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, once
from onedoor.wallet.errors import NoSuchCertificate
from onedoor.wallet.models import CertId

TAGS = ["cases"]
Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class RungShown(msgspec.Struct, frozen=True):
    """One certificate of mine, and the facts of this form that it tells."""

    certificate: str
    name: Text
    elements: list[str]


class RungsShown(msgspec.Struct, frozen=True):
    """What may stand in for registers that did not answer: certificates, and the questions for which a promise may."""

    certificates: list[RungShown]
    promises: dict[str, Text]


class Used(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which certificate is used."""

    certificate: Ref


class UsedShown(msgspec.Struct, frozen=True):
    """How each question that a register could answer stands now."""

    registers: dict[str, str]


def _draft(text: str) -> DraftId:
    try:
        return DraftId.parse(text)
    except ValueError:
        raise NoSuchDraft() from None


@get("/api/drafts/{draft:str}/certificates", **may("signed-in"), tags=TAGS)
async def offered(draft: FromPath[str], work: NamedDependency[Work]) -> RungsShown:
    """What this draft offers instead of registers that did not answer."""
    desk = await drafts.opened(work, _draft(draft))
    found = await rungs.rungs(work, desk, desk.form.questions)
    return RungsShown([RungShown(str(one.cert.id), one.name, sorted(one.values)) for one in found.uses], found.promises)


@post("/api/drafts/{draft:str}/certificates", **may("signed-in"), tags=TAGS)
async def use(request: AnyRequest, draft: FromPath[str], data: JSONBody[Used], work: NamedDependency[Work]) -> Response[UsedShown]:
    """Fill the draft with what one certificate of mine tells and no register did."""

    async def make() -> UsedShown:
        try:
            which = CertId.parse(data.certificate)
        except ValueError:
            raise NoSuchCertificate() from None
        desk = await rungs.use(work, _draft(draft), which)
        return UsedShown(prefill.states(desk.form, desk.fields))

    return await once(request, work, make)


handlers = [offered, use]
