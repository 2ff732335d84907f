"""A leg that is ready becomes a case, once. Whoever comes first does it: the request that pressed, or the worker, also after a crash."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from msgspec.structs import replace

from onedoor.cases.models import AttachmentId
from onedoor.cases.service import bundling
from onedoor.cases.service.bundling import Part
from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.journeys.models import Leg, LegState, Run, RunId
from onedoor.journeys.store import runs as store
from onedoor.kernel.i18n import ENGLISH, Text, translate
from onedoor.kernel.log import NAME
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Actor, Begin, Work, system
from onedoor.wallet import service as wallet
from onedoor.wallet.models import CertId

from .following import changed

log = structlog.get_logger(NAME)


async def start_all(begin: Begin, run: Run) -> None:
    """Every leg of a fresh run that waits for nothing, one transaction each. What fails here stays with its job, and the press is made."""
    async with begin() as work:
        legs = await store.legs(work.db, run.citizen_id, run.id)
    for leg in legs:
        if leg.state is LegState.READY:
            with _going_on([], leg):
                await start(begin, run.citizen_id, run.id, leg.code)


@contextmanager
def _going_on(failed: list[Exception], leg: Leg | store.Ready) -> Generator[None]:
    """What happens to one leg is noted, and the next one has its turn."""
    try:
        yield
    except Exception as bad:
        log.warning("leg_not_begun", run=str(leg.run_id), leg=leg.code, error=repr(bad))
        failed.append(bad)


async def start(begin: Begin, citizen: PersonId, run_id: RunId, code: str) -> None:
    """What the department refuses to take is told and stops no other leg; what is away is tried again by the worker."""
    actor = await _pressed_by(begin, citizen)
    try:
        async with begin(actor=actor) as work:
            leg = await _ready(work, citizen, run_id, code)
            if leg is not None:
                await _become_case(work, leg)
    except Problem as bad:
        if bad.status >= 500:
            raise
        async with begin(actor=actor) as work:
            leg = await _ready(work, citizen, run_id, code)
            if leg is not None:
                await changed(work, leg, replace(leg, state=LegState.FAILED, why=_words(bad), changed_at=work.now))


async def _pressed_by(begin: Begin, citizen: PersonId) -> Actor:
    """The person whose press it was, as they are known today."""
    async with begin(actor=system("journeys.start")) as work:
        person = await identity.person(work, citizen)
    return Actor(id=citizen, assurance=person.assurance if person else 0, name=(person.name if person else "") or "")


async def _ready(work: Work, citizen: PersonId, run_id: RunId, code: str) -> Leg | None:
    if await store.locked(work.db, citizen, run_id) is None:
        return None
    legs = await store.legs(work.db, citizen, run_id)
    return next((leg for leg in legs if leg.code == code and leg.state is LegState.READY), None)


async def _become_case(work: Work, leg: Leg) -> None:
    run = await store.shown(work.db, leg.citizen_id, leg.run_id)
    assert run is not None, "its leg was found"
    answers = {**leg.answers, **await _taken(work, leg)}
    files = {AttachmentId.parse(ident): code for ident, code in leg.files.items()}
    case = await bundling.hand_in(work, Part(leg.item, answers, files, leg.key, "journey", run.href, run.title))
    await changed(work, leg, replace(leg, state=LegState.CASE, case_ref=case.id, answers={}, files={}, changed_at=work.now))


async def _taken(work: Work, leg: Leg) -> dict[str, Any]:
    """What the certificates of earlier legs say; of a leg that was not needed, the certificate that is there already."""
    found: dict[str, Any] = {}
    legs = {one.code: one for one in await store.legs(work.db, leg.citizen_id, leg.run_id)} if leg.takes else {}
    cases = await bundling.some(work, [one.case_ref for one in legs.values() if one.case_ref])
    for name, (before, claim, kind) in leg.takes.items():
        case = cases.get(ref) if (ref := legs[before].case_ref) else None
        cert = (
            await wallet.show(work, CertId.parse(case.certificate_ref))
            if case and case.certificate_ref else await wallet.holds(work, leg.citizen_id, kind)
        )  # fmt: skip
        value = None if cert is None else cert.number if claim == "number" else cert.claims.get(claim)
        if value is not None:
            found[name] = value
    return found


def _words(bad: Problem) -> Text:
    """Why it was not taken, in the person's words."""
    details = [str(one["detail"]) for one in getattr(bad, "errors", [])] or [bad.detail]
    reason = next((detail for detail in details if detail), "")
    said = Text(bad.title, translate(ENGLISH, bad.title))
    return Text(f"{said.zh}：{reason}", f"{said.en}: {reason}") if reason else said


LATE = timedelta(minutes=10)
MOST = 200


async def forgotten(begin: Begin, most: int = MOST) -> int:
    """Legs that should have become cases long ago and have not, for whatever reason: begun now. How many there were. One that cannot be
    begun stops no other: it is raised at the end, for whoever watches the jobs."""
    failed, count, last = list[Exception](), 0, None
    while True:
        async with begin(actor=system("journeys.forgotten")) as work:
            found = await store.forgotten(work.db, work.now - LATE, last, most)
        for one in found:
            with _going_on(failed, one):
                await start(begin, one.citizen_id, one.run_id, one.code)
        count += len(found)
        if len(found) < most:
            break
        last = found[-1]
    if failed:
        raise failed[0]
    return count
