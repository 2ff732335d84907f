"""试办 A try is decided as a case is: granted with a sample certificate, declined, or asked for more.

Nobody counts it, no text message goes out, and the sample is words on a page: nothing is signed, so nothing of it can be verified.
"""

from typing import Any

from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.duty import Wanted
from onedoor.cases.errors import NoSuchCase
from onedoor.cases.models import By, Case, Move, Outcome, ProcessVersion, Status
from onedoor.cases.store import trials as store
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.notify import service as notify
from onedoor.wallet import service as wallet

from . import moves
from .deciding import written
from .definitions import process_of, tried_form
from .handling import named


async def _locked(work: Work, item: str, number: str) -> tuple[Case, ProcessVersion]:
    await store.open_rows(work.db)
    key = await store.find(work.db, item, number)
    if key is None:
        raise NoSuchCase(number=number[:40])
    case = await moves.locked(work, key.citizen_id, key.id)
    return case, await process_of(work, case.item, case.process_version)


async def grant(work: Work, item: str, number: str, words: str) -> Case:
    """准予: where a certificate would be issued there is a sample, for the tester alone."""
    case, process = await _locked(work, item, number)
    case = await _accepted(work, case, process)
    policy.must_allow(case, Move.DECIDE)
    after = replace(case, status=Status.DECIDED, outcome=Outcome.GRANTED, decided_at=work.now, letter=words)
    detail: dict[str, Any] = {"outcome": "granted"} | ({"sample": await _sample(work, case, process)} if process.cert_type else {})
    after = await moves.save(work, case, after, Move.DECIDE, process, by=By.STAFF, note=words, detail=detail)
    return await _told(work, after, text("{item}：办好了", item=case.title), words)


async def _accepted(work: Work, case: Case, process: ProcessVersion) -> Case:
    """Taken on in the same step: a trial has no desk at which it would wait."""
    if case.status is not Status.SUBMITTED:
        return case
    due, legal = (work.calendar.after(work.today, days) for days in (process.promised_days, process.statutory_days))
    after = replace(case, status=Status.ACCEPTED, accepted_on=work.today, due_on=due, legal_due_on=legal)
    return await moves.save(work, case, after, Move.ACCEPT, process, by=By.STAFF)


async def _sample(work: Work, case: Case, process: ProcessVersion) -> dict[str, Any]:
    """What the certificate would say, by label."""
    assert process.cert_type is not None, "asked only where there is one"
    known, holder = await written(work, case, process, await tried_form(work, case.item, case.form_version))
    kind = await wallet.type_of(work, process.cert_type)
    lines = [{"label": {"zh": c.label.zh, "en": c.label.en}, "value": known[c.name]} for c in kind.claims if c.name in known]
    return {"code": kind.code, "name": {"zh": kind.name.zh, "en": kind.name.en}, "holder": holder[0], "lines": lines}


async def decline(work: Work, item: str, number: str, words: str) -> Case:
    """不予受理, with the words that an applicant would read."""
    case, process = await _locked(work, item, number)
    policy.must_allow(case, Move.DECLINE)
    if not words:
        raise Invalid(errors=[{"pointer": "/words", "detail": say(work.locale, "请写明原因，申请人会看到")}])
    after = replace(case, status=Status.DECLINED, decided_at=work.now, letter=words)
    after = await moves.save(work, case, after, Move.DECLINE, process, by=By.STAFF, note=words)
    return await _told(work, after, text("{item}：不予受理", item=case.title), words)


async def ask(work: Work, item: str, number: str, things: list[str], words: str) -> Case:
    """补正: a paper of the form by its code as `=code`, anything else in words. The tester answers on the same page as everybody."""
    case, process = await _locked(work, item, number)
    policy.must_allow(case, Move.ASK)
    wanted = [Wanted(code=one[1:]) if one.startswith("=") else Wanted(label=one) for one in things]
    asked = named(work, await tried_form(work, case.item, case.form_version), wanted)
    after = replace(
        case, status=Status.SUPPLEMENTING, paused_on=case.paused_on or work.today, supplements=case.supplements + 1, asked=asked,
        answer_by=work.calendar.after(work.today, process.supplement_days),
    )  # fmt: skip
    detail = {"asked": [{"ref": a.ref, "label": {"zh": a.label.zh, "en": a.label.en}, "note": a.note} for a in asked]}
    after = await moves.save(work, case, after, Move.ASK, process, by=By.STAFF, note=words, detail=detail)
    return await _told(work, after, text("{item}：请补正 {n} 项", item=case.title, n=len(asked)), words)


async def _told(work: Work, case: Case, title: Text, words: str) -> Case:
    """In the inbox alone."""
    body = Text(words, words) if words else text("这是试办，不是真的办理结果。")
    await notify.send(work, case.citizen_id, title, body, f"/cases/{case.id}", "cases.trial")
    return case
