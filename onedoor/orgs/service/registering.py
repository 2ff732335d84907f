"""机构入驻 Registering an organisation: what it is, papers that prove it, one code one organisation; and following what comes of it."""

import asyncio
import uuid
from collections.abc import Mapping
from datetime import timedelta

import msgspec
from msgspec.structs import replace

from onedoor.identity.models import PersonId
from onedoor.kernel import papers, scanning
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports, Scan, Vault
from onedoor.kernel.problems import Invalid, Problem, Unauthorized
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import policy
from onedoor.orgs.errors import NoSuchProof, NoSuchRegistration, RegistrationChanged, TooManyRegistrations, UsccTaken
from onedoor.orgs.registered import UNDER_WAY, Proof, ProofId, Registration, RegistrationId, RegistrationStep, State
from onedoor.orgs.store import registrations as store

from .known import snapshot

MOST_PROOFS, MOST_UNDER_WAY = 6, 5
LOOSE = timedelta(days=7)
NOT_BEFORE = 86400
"""Seconds after which it is worth another try to hand in one more."""


class Followed(msgspec.Struct, frozen=True):
    """A registration with its papers and everything that happened to it."""

    made: Registration
    proofs: list[Proof]
    steps: list[RegistrationStep]


def me(work: Work) -> PersonId:
    """Whose registrations these are."""
    if not isinstance(work.actor.id, PersonId):
        raise Unauthorized()
    return work.actor.id


async def add_proof(begin: Begin, vault: Vault, name: str, content: bytes) -> Proof:
    """Look into a paper and keep it, loose until the registration is handed in. Invalid says what is the matter with the file."""
    async with begin() as work:
        policy.may_register(work.actor)
        citizen, locale = me(work), work.locale
        if len(await store.proofs(work.db, citizen, None)) >= MOST_PROOFS:
            raise Invalid(errors=[{"pointer": "/proof", "detail": say(locale, "最多 {n} 个文件，请先删掉一个", n=MOST_PROOFS)}])
    try:
        if len(content) > papers.MOST_BYTES:
            raise papers.Refused(papers.Why.LARGE)
        paper = await asyncio.to_thread(papers.examined, name, content)
    except papers.Refused as bad:
        detail = say(locale, "“{name}”不能用：{why}", name=name[:80], why=_why(locale, bad.why))
        raise Invalid(errors=[{"pointer": "/proof", "detail": detail}]) from bad
    sha256 = await asyncio.to_thread(vault.put, paper.content)
    async with begin() as work:
        for one in await store.proofs(work.db, citizen, None):
            if one.sha256 == sha256:
                return one  # sent again with a form that had a mistake in it
        kept = Proof(citizen, ProofId.new(), None, sha256, len(paper.content), paper.kind, paper.name, Scan.WAITING, work.now)
        await store.add_proof(work.db, kept)
        await enqueue(work.db, "orgs.scan", {"citizen": str(citizen), "proof": str(kept.id)})
        return kept


def _why(locale: str, why: papers.Why) -> str:
    known = {
        papers.Why.EMPTY: say(locale, "是空文件"), papers.Why.LARGE: say(locale, "超过 20 MB"),
        papers.Why.PROGRAM: say(locale, "其实是程序"), papers.Why.ARCHIVE: say(locale, "是压缩包"),
        papers.Why.ENCRYPTED: say(locale, "有密码"), papers.Why.ACTIVE: say(locale, "里面带有程序"),
        papers.Why.BROKEN: say(locale, "打不开"),
    }  # fmt: skip
    return known.get(why) or say(locale, "请上传 JPG、PNG 照片或 PDF")


async def loose_proofs(work: Work) -> list[Proof]:
    """My papers that wait for a registration."""
    return await store.proofs(work.db, me(work), None)


async def take_back(work: Work, proof: ProofId) -> None:
    """Take a paper away that was not handed in yet."""
    await store.drop_proof(work.db, me(work), proof)


async def scan(begin: Begin, ports: Ports, citizen: PersonId, proof: ProofId) -> None:
    """Ask the scanner and write down what it says."""

    async def find(work: Work) -> str | None:
        found = await store.proof(work.db, citizen, proof)
        return found.sha256 if found and found.scan is Scan.WAITING else None

    async def write(work: Work, verdict: Scan) -> None:
        await store.proof_scanned(work.db, citizen, proof, verdict)

    await scanning.scan(begin, ports, "orgs.scan", find, write)


async def sweep_loose(work: Work) -> set[str]:
    """Papers that nobody handed in for a week go. The hashes of their contents, which whoever sweeps the vault may drop."""
    return {blob.sha256 for blob in await store.sweep_loose(work.db, work.now - LOOSE)}


async def still_listed(work: Work, hashes: set[str]) -> set[str]:
    """Which of these contents a paper still names."""
    return {blob.sha256 for blob in await store.still_listed(work.db, sorted(hashes))}


async def content(ports: Ports, proof: Proof) -> bytes:
    """What is in the paper; an infected one is shown to nobody."""
    if proof.scan is Scan.INFECTED:
        raise NoSuchProof()
    try:
        return await asyncio.to_thread(ports.get(Vault).get, proof.sha256)
    except LookupError as gone:
        raise NoSuchProof() from gone


async def my_proof(work: Work, proof: ProofId) -> Proof:
    """One of my papers."""
    found = await store.proof(work.db, me(work), proof)
    if found is None:
        raise NoSuchProof()
    return found


async def register(work: Work, given: Mapping[str, str], key: uuid.UUID) -> Registration:
    """Hand in. The same key again is the same registration; a code that somebody has is refused."""
    policy.may_register(work.actor)
    citizen = me(work)
    if known := await store.registration_by_key(work.db, citizen, key):
        return known
    try:
        return await _registered(work, citizen, given, key)
    except Problem:
        if known := await store.registration_by_key(work.db, citizen, key):  # pressed twice, and the other press was first
            return known
        raise


async def _registered(work: Work, citizen: PersonId, given: Mapping[str, str], key: uuid.UUID) -> Registration:
    proofs = await store.proofs(work.db, citizen, None)
    said, errors = policy.stated(work.locale, given)
    if not proofs:
        errors.append({"pointer": "/proof", "detail": say(work.locale, "请上传登记证书或营业执照的照片")})
    if said is None or errors:
        raise Invalid(errors=errors)
    mine = await store.registrations_of(work.db, citizen)
    if sum(one.state in UNDER_WAY for one in mine) >= MOST_UNDER_WAY:
        raise TooManyRegistrations(retry_after=NOT_BEFORE)
    made = Registration(
        citizen, RegistrationId.new(), said.uscc, said.name, said.kind, said.legal_name, said.contact_name, said.contact_phone,
        State.SUBMITTED, "", 1, work.now, work.now, None,
    )  # fmt: skip
    if any(d.uscc == said.uscc for d in (await snapshot(work.db)).departments.values()):
        raise UsccTaken(uscc=said.uscc)
    if not await store.claim_uscc(work.db, said.uscc, citizen, made.id):
        raise UsccTaken(uscc=said.uscc)
    await store.add_registration(work.db, made, key)
    await store.bind_proofs(work.db, citizen, made.id)
    await _moved(work, made, "", by_staff=False)
    return made


async def _moved(work: Work, made: Registration, note: str, *, by_staff: bool) -> None:
    step = RegistrationStep(work.now, made.state, by_staff, note)
    await store.add_step(work.db, made.citizen_id, made.id, step, work.actor.id)
    await store.queue_up(work.db, made)


async def mine(work: Work) -> list[Registration]:
    """My registrations, the latest first."""
    return await store.registrations_of(work.db, me(work))


async def follow(work: Work, registration: RegistrationId) -> Followed:
    """One of my registrations."""
    made = await store.registration(work.db, me(work), registration)
    if made is None:
        raise NoSuchRegistration()
    return await followed(work, made)


async def followed(work: Work, made: Registration) -> Followed:
    """With its papers and its history; who may see it is the caller's to decide."""
    proofs = await store.proofs(work.db, made.citizen_id, made.id)
    return Followed(made, proofs, await store.steps(work.db, made.citizen_id, made.id))


async def locked(work: Work, citizen: PersonId, registration: RegistrationId, rev: int | None = None) -> Registration:
    """The only way to a registration for writing."""
    made = await store.registration_locked(work.db, citizen, registration)
    if made is None:
        raise NoSuchRegistration()
    if rev is not None and made.rev != rev:
        raise RegistrationChanged(state=str(made.state))
    return made


async def move(work: Work, made: Registration, state: State, note: str, *, by_staff: bool) -> Registration:
    """The registration in its next state, with the step that says why."""
    after = replace(made, state=state, reason=note, rev=made.rev + 1, changed_at=work.now)
    await store.save_registration(work.db, after)
    await _moved(work, after, note, by_staff=by_staff)
    if state in (State.DECLINED, State.WITHDRAWN):
        await store.release_uscc(work.db, made.uscc, made.id)
    return after


async def answer(work: Work, registration: RegistrationId, given: Mapping[str, str]) -> Registration:
    """Hand in again what the operator asked for: corrected, with more papers. The code stays what it was."""
    made = await locked(work, me(work), registration)
    if made.state is not State.ASKED:
        raise RegistrationChanged(state=str(made.state))
    said, errors = policy.stated(work.locale, {**given, "uscc": made.uscc})
    if said is None:
        raise Invalid(errors=errors)
    await store.bind_proofs(work.db, made.citizen_id, made.id)
    fresh = replace(
        made, name=said.name, kind=said.kind, legal_name=said.legal_name, contact_name=said.contact_name, contact_phone=said.contact_phone
    )
    return await move(work, fresh, State.SUBMITTED, "", by_staff=False)


async def withdraw(work: Work, registration: RegistrationId) -> Registration:
    """Take it back while it is not answered; the code is free again."""
    made = await locked(work, me(work), registration)
    if made.state not in UNDER_WAY:
        raise RegistrationChanged(state=str(made.state))
    return await move(work, made, State.WITHDRAWN, "", by_staff=False)


