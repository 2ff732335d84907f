"""What has happened to certificates."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.orgs.models import OrgId

from .models import CertId, ConsentId, State


class CertIssued(msgspec.Struct, frozen=True):
    """A certificate lies in its holder's wallet; `replaces` is the version before it."""

    citizen: PersonId
    cert: CertId
    type: str
    issuer: OrgId
    decision: str | None = None
    replaces: CertId | None = None


class CertRevoked(msgspec.Struct, frozen=True):
    """A certificate is no longer good, and every verifier will say so."""

    citizen: PersonId
    cert: CertId
    type: str
    issuer: OrgId
    state: State


class CertExpiring(msgspec.Struct, frozen=True):
    """A certificate ends in so many days, and nothing has come in its place yet; said 60, 30 and 7 days before."""

    citizen: PersonId
    cert: CertId
    type: str
    issuer: OrgId
    valid_to: dt.date
    days: int


class CertUsed(msgspec.Struct, frozen=True):
    """代 Somebody did something with a certificate in its holder's stead: `deed` is look, show, copy or consent."""

    citizen: PersonId
    cert: CertId
    type: str
    name: Text
    deed: str
    fields: list[str]
    agent: PersonId
    agent_name: str
    power: str
    at: dt.datetime


class ConsentGiven(msgspec.Struct, frozen=True):
    """A department may read facts of a certificate for a case."""

    citizen: PersonId
    consent: ConsentId
    cert: CertId
    org: OrgId
    case: str


class ConsentWithdrawn(msgspec.Struct, frozen=True):
    """It may no longer."""

    citizen: PersonId
    consent: ConsentId
    cert: CertId
    org: OrgId
    case: str
