"""What has happened to certificates."""

import msgspec

from onedoor.identity.models import PersonId
from onedoor.orgs.models import OrgId

from .models import CertId, State


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
