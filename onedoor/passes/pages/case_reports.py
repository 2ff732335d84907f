"""疫情直报: the form of a clinic, its receipt, and the list of those who trace."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from onedoor.identity.ports import Secrets
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import covers
from onedoor.passes.models import Grants
from onedoor.passes.service import case_reports
from onedoor.passes.tracing import CaseReport
from onedoor.ui.edge import AnyRequest, form, local, may, once, page

from . import _view

COUNTER, TRACE = str(Grants.COUNTER), str(Grants.TRACE)
Short = Annotated[str, msgspec.Meta(max_length=80)]


class Typed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A suspected case: who, of what, since when, where, and whom to ring back."""

    id_number: Short = ""
    disease: Short = ""
    onset: Short = ""
    division: Short = ""
    phone: Short = ""

    @property
    def said(self) -> case_reports.Said:
        return case_reports.Said(self.id_number, self.disease, self.onset, self.division, self.phone)


def _form(request: AnyRequest, work: Work, typed: Typed, errors: list[dict[str, str]], made: CaseReport | None = None) -> Response[str]:
    own = [one for one in orgs.districts() if covers(work.actor.districts, one.path)]
    places = [{"value": one.code, "label": _view.place(work.locale, one.code)} for one in own]
    return page(request, "passes/case_report.html", 422 if errors else 200, typed=typed, errors=errors, places=places, made=made)


@get("/desk/passes/report", **may(COUNTER), include_in_schema=False)
async def blank(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """The form: five fields."""
    return _form(request, work, Typed(), [])


@post("/desk/passes/report", **may(COUNTER), include_in_schema=False, status_code=200)
async def report(request: AnyRequest, begin: NamedDependency[Begin], ports: NamedDependency[Ports]) -> Response[str]:
    """The receipt, or what is still wrong, with everything that was typed."""
    typed = await form(request, Typed)
    try:
        async with begin() as work:
            made = await case_reports.report(work, ports.get(Secrets), typed.said)
    except Invalid as bad:
        async with begin() as work:
            return _form(request, work, typed, bad.errors)
    async with begin() as work:
        return _form(request, work, Typed(division=typed.division, phone=typed.phone), [], made)


@post("/api/passes/case-reports", **may(COUNTER), tags=["passes"])
async def by_program(
    request: AnyRequest, work: NamedDependency[Work], data: JSONBody[Typed], ports: NamedDependency[Ports]
) -> Response[Any]:
    """The same from a clinic's own system."""

    async def make() -> CaseReport:
        return await case_reports.report(work, ports.get(Secrets), data.said)

    return await once(request, work, make)


@get("/supervise/reports", **may(TRACE), include_in_schema=False)
async def listed(request: AnyRequest, work: NamedDependency[Work], after: FromQuery[str] = "") -> Response[str]:
    """Suspected cases of my part of the city, the latest first, with whom to ring back."""
    found, more = await case_reports.reports(work, after)
    rows = [(one, local(request, one.at), _view.place(work.locale, one.path.rpartition(".")[2])) for one in found]
    older = f"/supervise/reports?after={more}".replace("+", "%2B") if more else None
    return page(request, "passes/case_reports.html", rows=rows, more=older)


handlers = [blank, report, by_program, listed]
