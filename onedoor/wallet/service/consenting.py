"""授权用证: a department reads facts of a certificate because its holder said so, for one case, and never more than was ticked.

What is signed when the consent is given names the department and the case, so that it can be proven later what was got, and is good to
nobody else. Each reading is written twice: into the holder's record of data, and beside the certificate.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import jose, outbox
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs.models import Department, OrgId
from onedoor.wallet import sdjwt
from onedoor.wallet.errors import NoCertificateConsent
from onedoor.wallet.events import ConsentGiven, ConsentWithdrawn
from onedoor.wallet.models import Cert, CertType, Consent, ConsentId, Mask, Mode, Need, Present, PresentId, State, masked
from onedoor.wallet.sdjwt import Binding
from onedoor.wallet.store import certs, consents
from onedoor.wallet.words import fact, labels

from . import known, standing
from .binding import facts, prove
from .holding import holds, me_of

LIVES = {Mode.ONCE: dt.timedelta(days=30), Mode.CASE: dt.timedelta(days=180)}
LONGEST = dt.timedelta(days=365)
PAGE = 30
COMMON = {"holder_name": Mask.NAME, "holder_number": Mask.NUMBER, "certificate_number": Mask.NUMBER}
"""How what each certificate has looks to others."""


class Line(Struct, frozen=True):
    """One fact on the sheet, with the value that would go."""

    name: str
    label: str
    value: str
    required: bool


class Offered(Struct, frozen=True):
    """One need, and the certificate that answers it; None when the wallet has none."""

    need: Need
    type_name: Text
    cert: Cert | None
    lines: list[Line]


class Read(Struct, frozen=True):
    """What a department read: the facts, and the text that proves them."""

    consent: Consent
    type_name: Text
    lines: list[Line]
    presentation: str


async def sheet(work: Work, needs: Sequence[Need]) -> list[Offered]:
    """Field by field what would go, for each need."""
    me, out = me_of(work), list[Offered]()
    for need in needs:
        kind, cert = await known.type_of(work, need.type), await holds(work, me, need.type)
        cert = cert if standing.opens(work.actor, need.type) else None
        have: dict[str, Any] = facts(work, cert, kind) if cert else {}
        said = labels(work.locale, kind)
        lines = [
            Line(name, said.get(name, name), _value(work, kind, name, have[name]), name in need.required)
            for name in need.claims if name in have
        ]  # fmt: skip
        out.append(Offered(need, kind.name, cert, lines))
    return out


def _value(work: Work, kind: CertType, name: str, value: Any) -> str:
    """As it goes; to somebody who stands in for the holder as others see it."""
    whole = fact(work.locale, kind, name, value)
    claim = next((one for one in kind.claims if one.name == name), None)
    if not standing.veiled(work.actor):
        return whole
    return masked(whole, claim.mask if claim else COMMON.get(name, Mask.NONE))


def address_of(org: Department) -> str:
    """Whom what is signed is for: by the code that every organisation has."""
    return f"urn:uscc:{org.uscc}"


async def give(
    work: Work, need: Need, claims: frozenset[str], org: Department, case_ref: str, mode: Mode, until: dt.date | None = None
) -> Consent:
    """Let a department read the ticked facts of my certificate for this case."""
    cert = await holds(work, me_of(work), need.type)
    if cert is None or not standing.opens(work.actor, need.type):
        raise NoCertificateConsent()
    kind = await known.type_of(work, need.type)
    wanted = frozenset(need.claims) & facts(work, cert, kind).keys()
    if not need.required & wanted <= claims <= wanted:
        raise Invalid(errors=[{"pointer": "/claims", "detail": say(work.locale, "请核对勾选的内容，必需的不能去掉")}])
    one = Consent(
        cert.citizen_id, ConsentId.new(), cert.id, [name for name in need.claims if name in claims], org.id, org.name, need.why, need.basis,
        case_ref, mode, work.now, _ends(work, mode, until), None, 0, None,
    )  # fmt: skip
    await certs.locked(work.db, cert.citizen_id, cert.id)  # of two at one moment the later one ends the earlier
    for old in await consents.of_case(work.db, cert.citizen_id, case_ref):
        if old.cert_id == cert.id and old.to_org == org.id:
            await consents.end(work.db, old.citizen_id, old.id, work.now)
    binding = Binding(address_of(org), case_ref)
    presentation = await prove(work, cert, claims, binding, one.expires_at - work.now)
    await consents.add(work.db, one, presentation)
    await standing.used(work, cert, standing.CONSENT, tuple(one.claims))
    await outbox.publish(work.db, ConsentGiven(cert.citizen_id, one.id, cert.id, org.id, case_ref))
    return one


def _ends(work: Work, mode: Mode, until: dt.date | None) -> dt.datetime:
    if mode is not Mode.UNTIL:
        return work.now + LIVES[mode]
    if until is None or not work.today < until <= work.today + LONGEST:
        raise Invalid(errors=[{"pointer": "/until", "detail": say(work.locale, "请选一个明天以后、一年以内的日期")}])
    return dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), work.zone).astimezone(dt.UTC)


async def mine(work: Work, before: ConsentId | None) -> tuple[list[Consent], ConsentId | None]:
    """What I have let departments read, the latest first, and where the next page begins."""
    found = await consents.of_citizen(work.db, me_of(work), before, PAGE + 1)
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


async def withdraw(work: Work, consent_id: ConsentId) -> Consent:
    """From the next reading on it is refused. What was filed already stays; doing it twice changes nothing."""
    me = me_of(work)
    found = await consents.locked(work.db, me, consent_id)
    if found is None:
        raise NoCertificateConsent()
    if found.ended_at is None:
        await consents.end(work.db, me, consent_id, work.now)
        await outbox.publish(work.db, ConsentWithdrawn(me, found.id, found.cert_id, found.to_org, found.case_ref))
    return found


async def for_case(work: Work, citizen: PersonId, case_ref: str) -> list[tuple[Consent, Text]]:
    """What may be read for a case, without a value of it. Whoever calls has been let see the case."""
    kinds, out = await known.all_types(work), list[tuple[Consent, Text]]()
    for one in await consents.of_case(work.db, citizen, case_ref):
        cert = await certs.get(work.db, citizen, one.cert_id)
        if cert is not None:
            out.append((one, kinds[cert.type].name))
    return out


async def read(work: Work, citizen: PersonId, consent_id: ConsentId, case_ref: str, case_number: str, second: str = "") -> Read:
    """A member of the department reads. Refused when it was withdrawn, has run out, was for once, or the certificate is no longer good.
    `second` is the colleague who had to allow it, where somebody had to."""
    found = await consents.locked(work.db, citizen, consent_id)
    org = work.actor.org
    if found is None or org is None or found.to_org.uuid != org.uuid or found.case_ref != case_ref or not found.stands(work.now):
        raise NoCertificateConsent()
    cert = await certs.get(work.db, citizen, found.cert_id)
    signed = await consents.presentation(work.db, citizen, found.id, OrgId(org.uuid))
    if cert is None or signed is None or cert.state_on(work.today) is not State.EFFECTIVE:
        raise NoCertificateConsent()
    kind = await known.type_of(work, cert.type)
    claims = sdjwt.Unfolding(signed.split("~")[1:-1]).whole(jose.Jws(signed.split("~")[0]).payload)
    said = labels(work.locale, kind)
    lines = [Line(name, said.get(name, name), fact(work.locale, kind, name, claims[name]), False) for name in found.claims]
    await consents.count_read(work.db, citizen, found.id, work.now)
    purpose = text("按您的授权读取{name}", name=kind.name)
    if second:
        purpose = text("{purpose}（经 {name} 同意）", purpose=purpose, name=second)
    await identity.record_access(work, citizen, purpose, tuple(f"certificate.{name}" for name in found.claims), case_number)
    row = Present(PresentId.new(), work.now, cert.id, list(found.claims), found.to_name, "consent", "valid", False)
    await certs.add_present(work.db, citizen, row)
    return Read(found, kind.name, lines, signed)
