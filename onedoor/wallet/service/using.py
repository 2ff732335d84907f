"""用我的证照 A form of this city is filled from the wallet here when no register answers: only by somebody's own certificate, only while it
is good. The use stands in the certificate's own record and in its holder's record of data.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from msgspec import Struct

from onedoor.exchange import service as exchange
from onedoor.identity import service as identity
from onedoor.identity.models import Action
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Actor, Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from onedoor.wallet.errors import CertificateNotEffective, NoSuchCertificate
from onedoor.wallet.models import Cert, CertId, Present, PresentId, State
from onedoor.wallet.store import certs as store

from . import known
from .holding import me_of, show


class Use(Struct, frozen=True):
    """One certificate of mine, and which facts its fields are."""

    cert: Cert
    name: Text
    elements: dict[str, str]

    @property
    def values(self) -> dict[str, Any]:
        """Fact by fact what it says."""
        return {element: self.cert.claims[claim] for claim, element in self.elements.items()}


async def uses(work: Work, elements: Collection[str]) -> list[Use]:
    """By which of my certificates some of these facts can be had, the newest of each kind."""
    kinds = {kind.code: kind for kind in (await known.all_types(work)).values() if set(elements) & set(kind.fills.values())}
    if not kinds:
        return []
    me, found = me_of(work), dict[str, Use]()
    person, certs = await identity.person(work, me), await store.of_citizen(work.db, me)
    for cert in sorted(certs, key=lambda one: (one.issued_on, one.version), reverse=True):
        good = cert.state_on(work.today) is State.EFFECTIVE and person is not None and cert.holder.number == person.id_number
        if good and cert.type in kinds and cert.type not in found:
            kind = kinds[cert.type]
            says = {claim: e for claim, e in kind.fills.items() if e in elements and cert.claims.get(claim) not in (None, "")}
            if says:
                found[cert.type] = Use(cert, kind.name, says)
    return list(found.values())


async def use(work: Work, which: CertId, elements: Collection[str], item: str, title: Text, org: OrgId) -> Use:
    """Facts of one of mine go into a form of this organisation. One that has ended, or that is somebody else's, goes nowhere."""
    cert = await show(work, which)
    if (state := cert.state_on(work.today)) is not State.EFFECTIVE:
        raise CertificateNotEffective(state=state)
    one = next((one for one in await uses(work, elements) if one.cert.id == which), None)
    if one is None:
        raise NoSuchCertificate()
    kept = await exchange.presented(work, cert.citizen_id, item, one.values, one.name, cert=which, until=_ends(work, cert))
    asker = await orgs.department_of(work, org)
    shown = [claim for claim, element in one.elements.items() if element in kept]
    row = Present(PresentId.new(), work.now, which, shown, asker.name if asker else None, "consent", "valid", False)
    await store.add_present(work.db, cert.citizen_id, row)
    words, by = text("您用{name}填写“{item}”", name=one.name, item=title), Actor(org=org, system="wallet.use")
    await identity.record_access(work, cert.citizen_id, words, tuple(kept), None, action=Action.READ, by=by)
    return one


def _ends(work: Work, cert: Cert) -> dt.datetime | None:
    """When the certificate's last day is over."""
    return dt.datetime.combine(cert.valid_to + dt.timedelta(days=1), dt.time(), work.zone) if cert.valid_to else None
