"""What a draft's page offers when a register does not answer, and the one press that takes it."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.service import rungs
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, safe_path, see_other
from onedoor.wallet.errors import NoSuchCertificate
from onedoor.wallet.models import CertId

from ._view import draft_of, texts


def cert_of(text: str) -> CertId:
    """The certificate that was pressed."""
    try:
        return CertId.parse(text)
    except ValueError:
        raise NoSuchCertificate() from None


@post("/drafts/{draft:str}/my-certificate", **may("signed-in"), include_in_schema=False)
async def use(request: AnyRequest, draft: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """用我的证照: what it tells stands in the form; back to where it was pressed, or on when nothing is left to ask there."""
    sent = texts(await request.form())
    await rungs.use(work, draft_of(draft), cert_of((sent.get("certificate") or [""])[0]))
    return see_other(safe_path((sent.get("back") or [""])[0], f"/drafts/{draft}"))


handlers = [use]
