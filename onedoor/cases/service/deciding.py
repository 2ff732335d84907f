"""办结 Deciding: grant, with the certificate in the same transaction, or refuse, with reason, law and where to object; revoke, reissue."""
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from onedoor.cases import policy
from onedoor.cases.duty import Letter, Refusing
from onedoor.cases.errors import FilesNotScanned, NoCertificate, PapersOwed
from onedoor.cases.events import Decided
from onedoor.cases.forms.engine import Form, Question
from onedoor.cases.models import Attachment, By, Case, CaseId, Move, Outcome, ProcessVersion, Scan, Status
from onedoor.cases.store import drafts, files
from onedoor.catalog import service as catalog
from onedoor.identity import service as identity
from onedoor.identity.models import Fact
from onedoor.kernel.i18n import Text, say, text
from onedoor.kernel.outbox import publish
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.wallet import service as wallet
from onedoor.wallet.models import CertId, ClaimKind

from . import announcing, consulting, handing, moves, objecting, owing
from .assessing import MARK, for_certificate
from .definitions import form_of, process_of
from .handling import at_desk


async def grant(work: Work, case_id: CaseId, *, rev: int | None = None, words: str = "") -> Case:
    """准予: the department says yes; the certificate is in the wallet when the transaction has committed, or nothing has happened."""
    return await give(work, await at_desk(work, case_id, rev), by=By.STAFF, words=words)


async def give(
    work: Work, case: Case, *, by: By, words: str = "", how: Text | None = None, detail: dict[str, Any] | None = None
) -> Case:
    """The same, whoever decides. `words` are a clerk's; `how` is told of a decision that no clerk made."""
    policy.must_allow(case, Move.DECIDE)
    papers = await drafts.files_of_case(work.db, case.citizen_id, case.id)
    _must_be_scanned(work, waiting(papers) + infected(papers))
    await consulting.must_be_heard(work, case)
    await objecting.must_be_answered(work, case)
    rests = await owing.of_case(work, case.citizen_id, case.id)
    owing.must_be_given(work, rests)
    process = await process_of(work, case.item, case.process_version)
    held_back = bool(rests.open())
    certificate = await _certificate(work, case, process) if process.cert_type and not held_back else ""
    after = replace(
        case, status=Status.DECIDED, outcome=Outcome.GRANTED, decided_at=work.now, letter=words, certificate_ref=certificate
    )
    told = {"outcome": "granted", "certificate": certificate, **(detail or {})}
    after = await moves.save(work, case, after, Move.DECIDE, process, by=by, note=words, detail=told)
    await handing.granted(work, after, process)
    await announcing.granted(work, after, words, owing.joined(rests.open()) if held_back else None, how)
    await publish(work.db, _decided(work, after))
    return after


async def deliver(work: Work, case_id: CaseId, *, rev: int | None = None) -> Case:
    """发证: the papers that were owed when the case was granted have come and are in order, so the certificate goes into the wallet."""
    case = await at_desk(work, case_id, rev, hold=False)
    policy.must_allow(case, Move.DELIVER)
    process = await process_of(work, case.item, case.process_version)
    if case.outcome is not Outcome.GRANTED or case.certificate_ref or not process.cert_type:
        raise NoCertificate(case=str(case_id))
    if missing := (await owing.of_case(work, case.citizen_id, case.id)).open():
        raise PapersOwed(documents=[o.document for o in missing])
    papers = await drafts.files_of_case(work.db, case.citizen_id, case.id)
    _must_be_scanned(work, waiting(papers) + infected(papers))
    certificate = await _certificate(work, case, process)
    detail = {"certificate": certificate}
    after = await moves.save(work, case, replace(case, certificate_ref=certificate), Move.DELIVER, process, by=By.STAFF, detail=detail)
    await handing.granted(work, after, process)
    await announcing.granted(work, after, "", None)
    return after


async def refuse(work: Work, case_id: CaseId, refusing: Refusing, *, rev: int | None = None) -> Case:
    """不予许可: never without the reason, the law, and where to object."""
    case = await at_desk(work, case_id, rev)
    policy.must_allow(case, Move.DECIDE)
    _must_be_scanned(work, waiting(await drafts.files_of_case(work.db, case.citizen_id, case.id)))
    _must_say(work, refusing)
    await consulting.must_be_heard(work, case)
    await objecting.must_be_answered(work, case)
    process = await process_of(work, case.item, case.process_version)
    letter = Letter(refusing.reason, refusing.law, announcing.typed(refusing.objection) or objection_of(case))
    whole = announcing.joined(announcing.typed(letter.reason), text("依据：{law}", law=letter.law), letter.objection)
    after = replace(case, status=Status.DECIDED, outcome=Outcome.REFUSED, decided_at=work.now, letter=whole.zh)
    objection = {"zh": letter.objection.zh, "en": letter.objection.en}
    detail = {"outcome": "refused", "reason": letter.reason, "law": letter.law, "objection": objection}
    after = await moves.save(work, case, after, Move.DECIDE, process, by=By.STAFF, note=letter.reason, detail=detail)
    await announcing.refused(work, after, letter)
    await publish(work.db, _decided(work, after))
    return after


def _decided(work: Work, case: Case) -> Decided:
    assert case.outcome is not None, "just set"
    return Decided(
        case.citizen_id, case.id, case.item, case.org_ref, case.outcome, case.certificate_ref, work.today, case.due_on, case.legal_due_on
    )


def objection_of(case: Case) -> Text:
    """Where to object: as the item's guide says, else as the law has it for everybody."""
    item = catalog.find_item(case.item)
    if item is not None and item.guide is not None and item.guide.objection is not None:
        return item.guide.objection
    return text("不同意这个决定的，从收到之日起 60 日内可以向市政府申请行政复议，或者 6 个月内向法院起诉。")


def law_of(case: Case) -> str:
    """The law that the item's guide names, for the clerk to start from."""
    item = catalog.find_item(case.item)
    return "；".join(item.guide.basis) if item is not None and item.guide is not None else ""


def waiting(papers: list[Attachment]) -> list[Attachment]:
    """Files that the scanner has not looked at."""
    return [p for p in papers if p.scan is Scan.WAITING]


def infected(papers: list[Attachment]) -> list[Attachment]:
    """Files that must not be relied on, unless a later clean one of the same document took their place."""
    bad = (Scan.INFECTED, Scan.UNREADABLE)
    clean = {p.document: p.at for p in papers if p.scan is Scan.CLEAN}
    return [p for p in papers if p.scan in bad and (p.document not in clean or clean[p.document] < p.at)]


def _must_be_scanned(work: Work, bad: list[Attachment]) -> None:
    if bad:
        named = say(work.locale, "、").join(p.name for p in bad[:5])
        raise FilesNotScanned(say(work.locale, "没有通过的文件：{names}", names=named), files=[str(p.id) for p in bad])


def _must_say(work: Work, refusing: Refusing) -> None:
    errors: list[dict[str, str]] = []
    if not refusing.reason:
        errors.append({"pointer": "/reason", "detail": say(work.locale, "请写明不批准的原因，申请人会看到")})
    if not refusing.law:
        errors.append({"pointer": "/law", "detail": say(work.locale, "请写明依据哪部法律、哪一条")})
    if errors:
        raise Invalid(errors=errors)


async def _certificate(work: Work, case: Case, process: ProcessVersion) -> str:
    """The certificate as the process says: each claim from an answer or from what the city knows of the person."""
    assert process.cert_type is not None, "asked only where there is one"
    assessed = await for_certificate(work, case, process)
    known, holder = await written(work, case, process, await form_of(work, case.item, case.form_version))
    known |= assessed
    cert = await wallet.issue(
        work, case.citizen_id, process.cert_type, known, case.number, holder[0], holder[1], case.org_ref, process.valid_days or None
    )  # fmt: skip
    return str(cert.id)


async def written(work: Work, case: Case, process: ProcessVersion, form: Form) -> tuple[dict[str, Any], list[str]]:
    """What the certificate of a case says, and its holder's name and number."""
    filed = await files.filed(work.db, case.citizen_id, case.id)
    assert filed is not None, "a case has its answers"
    assert process.cert_type is not None, "asked only where there is one"
    facts = await identity.facts(work, case.citizen_id)
    kinds = {c.name: c.kind for c in (await wallet.type_of(work, process.cert_type)).claims}
    claims = {name: claimed(form, filed.answers, facts, source, kinds.get(name)) for name, source in process.claims.items()}
    which = ("firm.name", "firm.uscc") if "firm.uscc" in facts else ("person.name", "person.id_number")
    holder = [str(facts[e].value) if e in facts else "" for e in which]
    return {n: v for n, v in claims.items() if v not in (None, "")}, holder


def claimed(form: Form, answers: Mapping[str, Any], facts: Mapping[str, Fact], source: str, kind: ClaimKind | None) -> Any:
    """The value of one claim: `/name` of an answer, `@person.x` of a fact. A choice is written as its words, not as its code."""
    if source.startswith(MARK):
        return None
    if source.startswith("@"):
        fact = facts.get(source[1:])
        return None if fact is None else fact.shown.zh if fact.shown and kind is not ClaimKind.BOOL else _written(fact.value, kind)
    name = source.strip("/").split("/")[0]
    question, value = form.questions.get(name), answers.get(name)
    return _written(value if question is None else worded(question, value, kind), kind)


def worded(question: Question, value: Any, kind: ClaimKind | None) -> Any:
    """The words of the chosen option, of several joined; yes and no stay what they are where the certificate wants them so."""
    if isinstance(value, list):
        return "、".join(str(worded(question, v, kind)) for v in value)
    label = next((o.label.zh for o in question.options if o.value == value), None)
    if question.type == "od:money" and isinstance(value, int) and kind is not ClaimKind.NUMBER:
        return f"{value / 100:.2f}"
    return value if label is None or kind is ClaimKind.BOOL else label


def _written(value: Any, kind: ClaimKind | None) -> Any:
    return str(value) if isinstance(value, int) and kind in (ClaimKind.TEXT, ClaimKind.CODE, None) else value


async def revoke(work: Work, case_id: CaseId, reason: str) -> Case:
    """撤销: the certificate of this case ends, for every verifier at once. The wallet tells its holder."""
    case, process = await _with_certificate(work, case_id, Move.REVOKE, reason)
    await wallet.revoke(work, CertId.parse(case.certificate_ref), reason)
    detail = {"certificate": case.certificate_ref}
    return await moves.save(work, case, case, Move.REVOKE, process, by=By.STAFF, note=reason, detail=detail)


async def reissue(work: Work, case_id: CaseId, reason: str) -> Case:
    """换发: a new version with the same number takes the old one's place."""
    case, process = await _with_certificate(work, case_id, Move.REISSUE, reason)
    fresh = await wallet.reissue(work, CertId.parse(case.certificate_ref), reason)
    detail = {"certificate": str(fresh.id), "before": case.certificate_ref}
    after = replace(case, certificate_ref=str(fresh.id))
    return await moves.save(work, case, after, Move.REISSUE, process, by=By.STAFF, note=reason, detail=detail)


async def _with_certificate(work: Work, case_id: CaseId, move: Move, reason: str) -> tuple[Case, ProcessVersion]:
    case = await at_desk(work, case_id, None, hold=False)
    policy.must_allow(case, move)
    if not case.certificate_ref:
        raise NoCertificate(case=str(case_id))
    if not reason:
        raise Invalid(errors=[{"pointer": "/reason", "detail": say(work.locale, "请写明原因，持证人会看到")}])
    return case, await process_of(work, case.item, case.process_version)
