"""审核 The operator looks at a registration and answers with a reason; each look is on the applicant's record."""

import datetime as dt
import uuid

from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.kernel.i18n import say, text
from onedoor.kernel.outbox import publish
from onedoor.kernel.ports import Scan
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.text import fault as text_fault
from onedoor.kernel.work import Work
from onedoor.orgs.errors import HasPost, NoSuchProof, NoSuchRegistration, RegistrationChanged
from onedoor.orgs.events import RegistrationAnswered
from onedoor.orgs.models import OrgId, Role
from onedoor.orgs.registered import Proof, ProofId, Queued, Registration, RegistrationId, State
from onedoor.orgs.store import registrations as store

from .members import join
from .registering import Followed, followed, locked, move

PAGE, SETTLED = 30, 20
LONGEST = 500


async def waiting(work: Work, after: str) -> tuple[list[Queued], str | None]:
    """Registrations to be looked at, the longest waiting first, and where the next page begins: a place in the list, which stays where it
    is when the registration that stood there is answered."""
    since, last = _place(after) if after else (None, None)
    found = await store.waiting(work.db, since, last, PAGE + 1)
    return found[:PAGE], _named(found[PAGE - 1]) if len(found) > PAGE else None


def _named(line: Queued) -> str:
    return f"{line.since.astimezone(dt.UTC).replace(tzinfo=None).isoformat()}Z_{line.id.hex}"


def _place(named: str) -> tuple[dt.datetime, uuid.UUID]:
    at, _, last = named.partition("Z_")
    try:
        return dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC), uuid.UUID(hex=last)
    except ValueError:
        raise NoSuchRegistration() from None


async def settled(work: Work) -> list[Queued]:
    """The latest that were answered."""
    return await store.settled(work.db, SETTLED)


async def look(work: Work, registration: RegistrationId) -> Followed:
    """Open a registration; the applicant reads that it was opened."""
    line = await store.queued(work.db, registration)
    made = await store.registration(work.db, line.citizen_ref, registration) if line else None
    if made is None:
        raise NoSuchRegistration()
    await identity.record_access(work, made.citizen_id, text("审核机构入驻"), ("registration", "proofs"), None)
    return await followed(work, made)


async def proof(work: Work, registration: RegistrationId, proof: ProofId) -> Proof:
    """One paper of a registration, for whoever reviews it."""
    seen = await look(work, registration)
    found = next((one for one in seen.proofs if one.id == proof), None)
    if found is None:
        raise NoSuchProof()
    return found


async def answer(work: Work, registration: RegistrationId, state: State, reason: str, rev: int) -> Registration:
    """Accept, decline, or ask again; the last two never without a reason. An accepted organisation has its applicant as administrator."""
    line = await store.queued(work.db, registration)
    if line is None:
        raise NoSuchRegistration()
    if line.citizen_ref == work.actor.id:
        raise Forbidden(say(work.locale, "自己的入驻申请请由同事审核"))
    made = await locked(work, line.citizen_ref, registration, rev)
    if made.state is not State.SUBMITTED:
        raise RegistrationChanged(state=str(made.state))
    if len(reason) > LONGEST or text_fault(reason, lines=True):
        said = say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=LONGEST)
        raise Invalid(errors=[{"pointer": "/reason", "detail": said}])
    if state is not State.ACCEPTED and not reason.strip():
        raise Invalid(errors=[{"pointer": "/reason", "detail": say(work.locale, "请写明原因，申请人会看到")}])
    if state is State.ACCEPTED:
        made = await _accepted(work, made)
    after = await move(work, made, state, reason, by_staff=True)
    await publish(work.db, RegistrationAnswered(after.citizen_id, after.id, after.name, state, reason))
    return after


async def _accepted(work: Work, made: Registration) -> Registration:
    proofs = await store.proofs(work.db, made.citizen_id, made.id)
    if any(one.scan in (Scan.INFECTED, Scan.UNREADABLE) for one in proofs):
        raise Invalid(errors=[{"pointer": "/reason", "detail": say(work.locale, "有证明材料没有通过安全扫描，请让申请人重新上传")}])
    org = OrgId.new()
    await store.add_organisation(work.db, org, made, work.now)
    person = await identity.person(work, made.citizen_id)
    if not await join(work, org, made.citizen_id, (person.name if person else None) or made.contact_name, Role.ADMIN):
        raise HasPost(say(work.locale, "申请人已经在别的机构任职，请让单位换一位管理员来申请"))
    return replace(made, org_ref=org)


