"""What I have let departments read, and where I take it back."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import pick
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, page, see_other
from onedoor.wallet import service, words
from onedoor.wallet.errors import NoCertificateConsent, NoSuchCertificate
from onedoor.wallet.models import Consent, ConsentId


@get("/wallet/consents", **may("signed-in", acting="whole"))
async def mine(request: AnyRequest, work: NamedDependency[Work], before: FromQuery[str] = "") -> Response[str]:
    """All of them, the latest first."""
    try:
        start = ConsentId.parse(before) if before else None
    except ValueError:
        start = None
    found, onward = await service.consenting.mine(work, start)
    rows = [row for one in found if (row := await _row(work, one))]
    return page(
        request, "wallet/consents.html", tab="code", rows=rows, first=start is None,
        onward=f"/wallet/consents?before={onward}" if onward else None,
    )  # fmt: skip


async def _row(work: Work, one: Consent) -> dict[str, Any] | None:
    """None for a guardian, of a certificate that is not in a guardian's hands."""
    try:
        cert = await service.show(work, one.cert_id)
    except NoSuchCertificate:
        return None
    kind = await service.type_of(work, cert.type)
    return {
        "consent": one, "name": pick(work.locale, kind.name), "fields": words.field_words(work.locale, kind, one.claims),
        "stands": one.stands(work.now), "state": words.consent_word(work.locale, one, work.now),
    }  # fmt: skip


@post("/wallet/consents/{consent:str}/end", **may("signed-in", acting="whole"))
async def end(consent: FromPath[str], work: NamedDependency[Work]) -> Any:
    """Take one back."""
    try:
        which = ConsentId.parse(consent)
    except ValueError:
        raise NoCertificateConsent() from None
    await service.consenting.withdraw(work, which)
    return see_other("/wallet/consents")


handlers: list[Any] = [mine, end]
