"""From the wallet: certificates that a service needs are read by consent, so that nobody uploads what the city has issued itself."""

import datetime as dt

from onedoor.cases import policy
from onedoor.cases.models import Case, CaseId
from onedoor.catalog import service as catalog
from onedoor.catalog.models import MaterialFrom
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department
from onedoor.wallet import service as wallet
from onedoor.wallet.errors import NoCertificateConsent
from onedoor.wallet.models import Consent, ConsentId, Mode, Need
from onedoor.wallet.service import consenting
from onedoor.wallet.service.consenting import Offered, Read

from . import claiming, following, guarding

ALWAYS = ("holder_name", "certificate_number")
"""Without these a department cannot tell whose certificate it is."""


async def needs_of(work: Work, case: Case) -> list[Need]:
    """What the guide says is taken from the wallet, by the types of this city: the front of each, name and number required."""
    item = catalog.find_item(case.item)
    if item is None or item.guide is None:
        return []
    kinds = {kind.name.zh: kind for kind in (await wallet.all_types(work)).values()}
    basis = item.guide.basis[0] if item.guide.basis else ""
    asked = [(one, kinds[one.name.zh]) for one in item.guide.materials if one.origin is MaterialFrom.WALLET and one.name.zh in kinds]
    required = frozenset(ALWAYS)
    return [
        Need(kind.code, (*ALWAYS, *(claim.name for claim in kind.claims if claim.face)), required, one.note or _why(item.name), basis)
        for one, kind in asked
    ]


def _why(name: Text) -> Text:
    return text("办理{item}需要核对", item=name)


async def _department(work: Work, case: Case) -> Department:
    found = await orgs.department_of(work, case.org_ref)
    assert found is not None, "a case lies with a department"
    return found


async def sheet(work: Work, case_id: CaseId) -> tuple[Case, Department, list[Offered], list[tuple[Consent, Text]]]:
    """What my case needs from my wallet, field by field, and what I have let be read already."""
    case = await following.one(work, case_id)
    given = await consenting.for_case(work, case.citizen_id, str(case.id))
    return case, await _department(work, case), await consenting.sheet(work, await needs_of(work, case)), given


async def give(work: Work, case_id: CaseId, type_code: str, claims: frozenset[str], mode: Mode, until: dt.date | None = None) -> Consent:
    """Let the department of my case read what I ticked."""
    case = await following.one(work, case_id)
    need = next((one for one in await needs_of(work, case) if one.type == type_code), None)
    if need is None:
        raise NoCertificateConsent()
    return await consenting.give(work, need, claims, await _department(work, case), str(case.id), mode, until)


async def readable(work: Work, case_id: CaseId) -> list[tuple[Consent, Text]]:
    """What may be read for a case on the own desk; no value yet."""
    row = await claiming.line(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    return await consenting.for_case(work, row.citizen_ref, str(case_id))


async def read(work: Work, case_id: CaseId, consent: ConsentId) -> Read:
    """Read one; the holder sees it."""
    row = await claiming.line(work, case_id)
    policy.may_not_be_own(work.actor, row.citizen_ref)
    second = await guarding.second_of(work, row)
    return await consenting.read(work, row.citizen_ref, consent, str(case_id), row.number, second)

