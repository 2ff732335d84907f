"""授权用证 as JSON: what I have let departments read, and where a program takes it back for me."""

import datetime as dt
from typing import Any

import msgspec
from litestar import delete, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.ui.edge import may
from onedoor.wallet import service
from onedoor.wallet.errors import NoCertificateConsent
from onedoor.wallet.models import Consent, ConsentId


class ConsentView(msgspec.Struct, frozen=True):
    """Which fields of a certificate which department may read, for what; `stands` while it may."""

    id: str
    certificate: str
    claims: list[str]
    to: Text
    purpose: Text
    basis: str
    case: str
    mode: str
    given_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None
    reads: int
    stands: bool


class Consents(msgspec.Struct, frozen=True):
    """A page of them; `before` of the next one, if there is one."""

    items: list[ConsentView]
    before: str | None = None


def consent_id(given: str) -> ConsentId:
    """The id in an address; anything else is not found."""
    try:
        return ConsentId.parse(given)
    except ValueError:
        raise NoCertificateConsent() from None


def _view(one: Consent, now: dt.datetime) -> ConsentView:
    return ConsentView(
        str(one.id), str(one.cert_id), one.claims, one.to_name, one.purpose, one.basis, one.case_ref, str(one.mode), one.given_at,
        one.expires_at, one.ended_at, one.reads, one.stands(now),
    )  # fmt: skip


@get("/api/certificates/consents", **may("signed-in"))
async def consents(work: NamedDependency[Work], before: FromQuery[str] = "") -> Consents:
    """What I have let departments read of my certificates, the latest first."""
    found, onward = await service.consenting.mine(work, consent_id(before) if before else None)
    return Consents([_view(one, work.now) for one in found], str(onward) if onward else None)


@delete("/api/certificates/consents/{consent:str}", status_code=200, **may("signed-in"))
async def withdraw(consent: FromPath[str], work: NamedDependency[Work]) -> ConsentView:
    """Take one back: from the next reading on it is refused. Again, it changes nothing."""
    ended = await service.consenting.withdraw(work, consent_id(consent))
    return _view(msgspec.structs.replace(ended, ended_at=ended.ended_at or work.now), work.now)


handlers: list[Any] = [consents, withdraw]
