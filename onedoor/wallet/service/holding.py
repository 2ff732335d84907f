"""亮证: what a holder sees, shows and downloads, and who has seen it."""

import datetime as dt
from collections import deque

from msgspec import Struct, structs

from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId
from onedoor.kernel.db import unavailable
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.problems import Unauthorized, Unavailable
from onedoor.kernel.text import mask_number
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs.models import OrgId
from onedoor.wallet import ticket
from onedoor.wallet.errors import CertificateNotEffective, NoSuchCertificate
from onedoor.wallet.models import Cert, CertId, Code, Front, ListId, Logged, Present, PresentId, State
from onedoor.wallet.store import bound
from onedoor.wallet.store import certs as store
from onedoor.wallet.vault import vault

from . import standing

SAME_SHOW = dt.timedelta(minutes=10)
"""A page that renews its code is one show, not thirty."""
MOST_WAITING = 10_000
PAGE = 30


async def list(work: Work, *, hidden: bool = False) -> tuple[Cert, ...]:  # noqa: A001 - the wallet lists; nothing below needs the built-in one
    """My certificates: effective ones first, those I show most before the others. With `hidden`, those I have taken out of the wallet."""
    me = me_of(work)
    certs = [cert for cert in await store.of_citizen(work.db, me) if standing.opens(work.actor, cert.type) and cert.hidden == hidden]
    times = {use.cert_id: use.times for use in await store.uses(work.db, me, work.now - dt.timedelta(days=90))}
    ranked = sorted(certs, key=lambda cert: (cert.state_on(work.today) is not State.EFFECTIVE, -times.get(cert.id, 0), cert.type))
    return tuple(ranked)


async def looked_through(work: Work, *, hidden: bool = False) -> tuple[Cert, ...]:
    """The same with all that stands on them: somebody who stands in has looked at each."""
    found = await list(work, hidden=hidden)
    for cert in found:
        await standing.used(work, cert, standing.LOOK)
    return found


async def front(work: Work, most: int) -> tuple[Front, ...]:
    """The certificates that are good today, those I show most first."""
    return tuple(await store.front(work.db, me_of(work), work.today, work.now - dt.timedelta(days=90), most))


async def holds(work: Work, citizen: PersonId, type_code: str) -> Cert | None:
    """The newest certificate of this type that is effective today, or None."""
    certs = await store.of_type(work.db, citizen, type_code)
    return next((cert for cert in certs if cert.state_on(work.today) is State.EFFECTIVE), None)


async def show(work: Work, cert_id: CertId) -> Cert:
    """One of my certificates; of a holder for whom I stand in, one that the power names."""
    found = await store.get(work.db, me_of(work), cert_id)
    if found is None or not standing.opens(work.actor, found.type):
        raise NoSuchCertificate()
    return found


async def hide(work: Work, cert_id: CertId, hidden: bool) -> Cert:
    """Out of the wallet, or back into it: my view alone. It stays as good as it is, for departments and for whoever else holds it."""
    found = await show(work, cert_id)
    await store.hide(work.db, found.citizen_id, found.id, hidden)
    return structs.replace(found, hidden=hidden)


async def looked(work: Work, cert_id: CertId) -> Cert:
    """The same on a page of its own: a look by somebody who stands in is written down."""
    found = await show(work, cert_id)
    await standing.used(work, found, standing.LOOK)
    return found


async def credential(work: Work, cert_id: CertId) -> str:
    """One of my certificates as its issuer signed it, with every field."""
    found = await store.seal_of(work.db, me_of(work), cert_id)
    if found is None:
        raise NoSuchCertificate()
    return found.credential


async def download(work: Work, cert_id: CertId) -> str:
    """The signed text, with a line in the record."""
    cert, found = await show(work, cert_id), await credential(work, cert_id)
    await store.add_present(work.db, me_of(work), _done(work, cert, "download", "given"))
    await standing.used(work, cert, standing.COPY)
    return found


async def versions(work: Work, cert: Cert) -> tuple[Cert, ...]:
    """The earlier and later versions of the same certificate, newest first."""
    same = await store.of_type(work.db, cert.citizen_id, cert.type)
    return tuple(one for one in same if one.serial == cert.serial)


async def presents(work: Work, cert_id: CertId) -> tuple[Present, ...]:
    """Who has seen it: shows and checks, the latest first."""
    return tuple(await store.presents(work.db, me_of(work), cert_id))


async def log(work: Work, before: PresentId | None) -> tuple[tuple[Logged, ...], PresentId | None]:
    """Shows and checks of all my certificates, a page at a time, and where the next one begins; for somebody who stands in, of those
    that the power names."""
    found = await store.log(work.db, me_of(work), before, PAGE + 1)
    return tuple(one for one in found[:PAGE] if standing.opens(work.actor, one.type)), found[PAGE - 1].id if len(found) > PAGE else None


async def present(work: Work, cert_id: CertId) -> tuple[Cert, Code]:
    """Open a certificate on the screen: its code for the next minutes, and a line in the record for each new show."""
    cert = await show(work, cert_id)
    made = code(work, cert, ticket.ON_SCREEN)
    row = _done(work, cert, "screen", "shown")
    if not await store.shown_since(work.db, cert.citizen_id, cert.id, "screen", row.agent, work.now - SAME_SHOW):
        await store.add_present(work.db, cert.citizen_id, row)
        await standing.used(work, cert, standing.SHOW)
    return cert, made


def _done(work: Work, cert: Cert, channel: str, result: str) -> Present:
    """What the holder has done, or somebody in the holder's stead."""
    by = work.actor.name[:60] if work.actor.behalf is not None else ""
    return Present(PresentId.new(), work.now, cert.id, [], None, channel, result, False, by)


def code(work: Work, cert: Cert, lifetime: int) -> Code:
    """A signed code. Only an effective certificate has one."""
    if (state := cert.state_on(work.today)) is not State.EFFECTIVE:
        raise CertificateNotEffective(state=state)
    now = int(work.now.timestamp())
    words = ticket.mint(
        vault().ring, type=cert.type, number=mask_number(cert.number, 4, 4), holder=cert.holder.shown, ends_on=cert.valid_to,
        list=cert.list_ref, idx=cert.idx, now=now, lifetime=lifetime, agent=standing.agent(work.actor),
    )  # fmt: skip
    return Code(words, dt.datetime.fromtimestamp(now + lifetime, dt.UTC))


def me_of(work: Work) -> PersonId:
    """Whose wallet it is."""
    me = work.actor.on_behalf_of or work.actor.id
    if not isinstance(me, PersonId):
        raise Unauthorized()
    return me


# ── checks made by others ──────────────────────────────────────────────────────────────────────────


class Seen(Struct, frozen=True):
    """A check that is still to be written into its holder's record."""

    id: PresentId
    at: dt.datetime
    org: OrgId
    list: ListId
    idx: int
    result: str
    verifier: Text | None
    fields: tuple[str, ...] = ()
    channel: str = "verify"
    late: bool = False
    """Made without a connection."""


class _Record:
    """Checks that wait to be written. One writer at a time: a database that hangs must not hold every connection."""

    def __init__(self) -> None:
        self.waiting: deque[Seen] = deque(maxlen=MOST_WAITING)
        self.writing = False


_record = _Record()


def noted(seen: Seen) -> None:
    """Remember a check; written down when the database answers."""
    _record.waiting.append(seen)


async def write_down(begin: Begin) -> None:
    """Each check into the record of whom it concerns, each in its own transaction; what cannot be written waits."""
    if _record.writing:
        return
    _record.writing = True
    try:
        while _record.waiting:
            await _write(begin, _record.waiting[0])
            _record.waiting.popleft()
    except Exception as away:
        if not isinstance(away, Unavailable) and unavailable(away) is None:
            _record.waiting.popleft()  # it would stand in the way of all others for ever
            raise
    finally:
        _record.writing = False


async def _write(begin: Begin, seen: Seen) -> None:
    async with begin(actor=system("wallet.checks")) as work:
        claim = await store.claimed_at(work.db, seen.org, seen.list, seen.idx)
        claim = claim or await bound.at_place(work.db, seen.org, seen.list, seen.idx)
        if claim is not None:
            offline = seen.late or work.now - seen.at > dt.timedelta(seconds=30)
            row = Present(seen.id, seen.at, claim.cert_ref, [*seen.fields], seen.verifier, seen.channel, seen.result, offline)
            if await store.add_present(work.db, claim.citizen_ref, row):
                await identity.record_access(work, claim.citizen_ref, text("核验您出示的证照"), ("certificate",), None, action=Action.SCAN)
