"""撤销与换发: a certificate ends, every verifier knows, its holder is told why."""

from collections.abc import Mapping
from typing import Any

from onedoor.exchange import service as exchange
from onedoor.identity import service as identity
from onedoor.kernel import outbox
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.orgs.models import OrgId
from onedoor.wallet import policy
from onedoor.wallet.errors import CertificateNotEffective, NoSuchCertificate
from onedoor.wallet.events import CertIssued, CertRevoked
from onedoor.wallet.models import Cert, CertId, Claimed, Holder, State
from onedoor.wallet.statuslist import Status
from onedoor.wallet.store import bound
from onedoor.wallet.store import certs as store

from . import freezing, known, telling
from .issuing import Draft, fitting, last_day, replaced

ENDS = (State.CANCELLED, State.REVOKED, State.WITHDRAWN)


async def revoke(work: Work, cert_id: CertId, reason: str, state: State = State.REVOKED) -> Cert:
    """注销、撤销或吊销: only by a member of the issuing department with the grant, and only while it is effective."""
    claim, cert = await _locked(work, cert_id)
    if state not in ENDS or cert.state is not State.EFFECTIVE:
        raise CertificateNotEffective(state=cert.state)
    why = Text(reason, reason)
    await _end(work, claim, cert, state, why)
    await outbox.publish(work.db, CertRevoked(cert.citizen_id, cert.id, cert.type, cert.issuer_ref, state))
    await telling.ended(work, cert, await known.type_of(work, cert.type), why)
    await identity.record_access(work, cert.citizen_id, text("撤销证照"), ("certificate",), cert.decision_ref)
    return cert


async def reissue(
    work: Work, cert_id: CertId, reason: str = "", *, claims: Mapping[str, Any] | None = None, holder_name: str = "",
    valid_days: int | None = None,
) -> Cert:  # fmt: skip
    """换发: the next version with the same number; the old one becomes 01 and is refused by every verifier."""
    claim, old = await _locked(work, cert_id)
    if old.state is not State.EFFECTIVE:
        raise CertificateNotEffective(state=old.state)
    kind = await known.type_of(work, old.type)
    values = fitting(work, kind, {**old.claims, **(claims or {})})
    ends = last_day(work.today, valid_days or kind.valid_days) if valid_days or kind.valid_days else old.valid_to
    if ends != old.valid_to:
        values.pop("valid_until", None)
    draft = Draft(
        old.citizen_id, Holder(holder_name or old.holder.name, old.holder.number), values, old.decision_ref, old.source, ends, old
    )
    await _end(work, claim, old, State.REISSUED, Text(reason, reason) if reason else text("已换发新证"))
    new = await replaced(work, kind, old, draft)
    await freezing.with_the_rest(work, new)  # a wallet that stands still is not set going by a new version
    await outbox.publish(work.db, CertIssued(new.citizen_id, new.id, new.type, new.issuer_ref, new.decision_ref, old.id))
    await telling.reissued(work, new, kind)
    await identity.record_access(work, old.citizen_id, text("换发证照"), ("certificate",), old.decision_ref)
    return new


async def find(work: Work, issuer: OrgId, type_code: str, number: str) -> CertId | None:
    """The newest certificate of this type to which its issuer gave this number; for commands, which say no more of it."""
    claim = await store.numbered(work.db, issuer, type_code, number)
    return claim.cert_ref if claim else None


async def _locked(work: Work, cert_id: CertId) -> tuple[Claimed, Cert]:
    """The certificate of the own department, ready to be changed; another department's is not found."""
    policy.may_revoke(work.actor)
    org = work.actor.org
    claim = await store.claimed(work.db, OrgId(org.uuid), cert_id) if org else None
    cert = await store.locked(work.db, claim.citizen_ref, cert_id) if claim else None
    if claim is None or cert is None:
        raise NoSuchCertificate()
    return claim, cert


async def _end(work: Work, claim: Claimed, cert: Cert, state: State, reason: Text) -> None:
    await store.set_state(work.db, cert, state, reason, work.now)
    await exchange.unpresent(work, cert.citizen_id, cert.id)
    for place in (claim, *await bound.places(work.db, cert.issuer_ref, cert.id)):
        await store.set_status(work.db, place, cert.issuer_ref, Status.REVOKED, reason.zh, work.actor.id, work.now)
    await known.lists_changed(work)
