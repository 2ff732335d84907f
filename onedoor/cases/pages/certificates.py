"""From the wallet: the resident's sheet, and the clerk's reading of what was ticked on it."""

import datetime as dt
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.cases.models import CaseId
from onedoor.cases.service import certificates
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.ui.edge import AnyRequest, may, page, see_other
from onedoor.wallet.errors import NoCertificateConsent
from onedoor.wallet.models import ConsentId, Mode

from ._view import case_of


@get("/cases/{case:str}/certificates", **may("signed-in", acting="consent"), include_in_schema=False)
async def sheet(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Field by field what the department would read; optional ones can be unticked."""
    return await _sheet(request, work, case_of(case))


async def _sheet(request: AnyRequest, work: Work, case: CaseId, errors: Any = (), status: int = 200) -> Response[Any]:
    found, office, offered, given = await certificates.sheet(work, case)
    standing = [(one, name) for one, name in given if one.stands(work.now)]
    return page(
        request, "cases/certificates.html", status=status, case=found, office=office, offered=offered, given=standing,
        errors=list(errors), tab="me",
    )  # fmt: skip


@post("/cases/{case:str}/certificates", **may("signed-in", acting="consent"), include_in_schema=False)
async def give(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Any:
    """Yes, these."""
    sent = await request.form()
    ticked = frozenset(value for value in sent.getall("claims", []) if isinstance(value, str))
    try:
        mode, until = _mode(work, str(sent.get("mode", "")), str(sent.get("until", "")))
        await certificates.give(work, case_of(case), str(sent.get("type", "")), ticked, mode, until)
    except Invalid as bad:
        return await _sheet(request, work, case_of(case), bad.errors, 422)
    return see_other(f"/cases/{case}/certificates")


def _mode(work: Work, mode: str, until: str) -> tuple[Mode, dt.date | None]:
    try:
        return Mode(mode), dt.date.fromisoformat(until) if mode == "until" else None
    except ValueError as bad:
        raise Invalid(errors=[{"pointer": "/mode", "detail": say(work.locale, "请选择可以读取多久")}]) from bad


@get("/desk/cases/{case:str}/certificates", **may("cases:handle"), include_in_schema=False)
async def readable(request: AnyRequest, case: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """What the applicant has let be read, without a value of it."""
    given = await certificates.readable(work, case_of(case))
    rows = [(one, name, one.stands(work.now)) for one, name in given]
    return page(request, "cases/desk_certificates.html", case=case_of(case), rows=rows, read=None, wide=True)


@post("/desk/cases/{case:str}/certificates/{consent:str}", **may("cases:handle"), include_in_schema=False, status_code=200)
async def read(request: AnyRequest, case: FromPath[str], consent: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Read one. Each reading is a line in the applicant's record."""
    try:
        which = ConsentId.parse(consent)
    except ValueError:
        raise NoCertificateConsent() from None
    found = await certificates.read(work, case_of(case), which)
    return page(request, "cases/desk_certificates.html", case=case_of(case), rows=[], read=found, wide=True)


handlers: list[Any] = [sheet, give, readable, read]
