"""停用 Whoever has died, or can no longer decide, shows no certificate: the whole wallet stands still and verifiers are told to ask the
department. Nothing is revoked, so an error of the register is undone without a trace on the certificates."""

from onedoor.identity.events import LifeChanged
from onedoor.identity.models import Life
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.work import Work
from onedoor.wallet.models import Cert, Claimed, State
from onedoor.wallet.statuslist import Status
from onedoor.wallet.store import bound
from onedoor.wallet.store import certs as store
from onedoor.wallet.store import still as stills
from onedoor.wallet.words import doubted, in_doubt

from . import known


def why(life: Life) -> Text | None:
    """As it stands on the certificate."""
    return {
        Life.DIED: text("人口登记里本人已经去世，证照停用。"),
        Life.INCAPABLE: text("法院认定本人不能独立办事，证照停用，由监护人到窗口办理。"),
    }.get(life)  # fmt: skip


async def halt(work: Work, cert: Cert, reason: Text | None) -> None:
    """One certificate stands still for this reason; without one it is good again. Verifiers are told, of its copies elsewhere too."""
    await store.freeze(work.db, cert, reason is not None, reason, work.now)
    status = Status.SUSPENDED if reason else Status.VALID
    own = Claimed(cert.citizen_id, cert.id, cert.list_ref, cert.idx)
    for place in (own, *await bound.places(work.db, cert.issuer_ref, cert.id)):
        await store.set_status(work.db, place, cert.issuer_ref, status, reason.zh if reason else "", work.actor.id, work.now)
    await known.lists_changed(work)


async def changed(work: Work, event: LifeChanged) -> None:
    """All that are good today, and those whose number is in doubt, for this outweighs it, and they are in doubt again afterwards; again, it
    changes nothing."""
    reason = why(event.life)
    freezes = reason is not None
    await (stills.stop(work.db, event.citizen, reason, work.now) if reason else stills.go_on(work.db, event.citizen))
    unsure = {one.id for one in await stills.in_doubt(work.db, event.citizen)}
    for cert in await store.of_citizen(work.db, event.citizen):
        still = cert.frozen and not in_doubt(cert)
        if cert.state is not State.EFFECTIVE or still == freezes:
            continue
        left = reason or (doubted() if cert.id in unsure else None)
        await store.freeze(work.db, cert, left is not None, left, work.now)
        status = Status.SUSPENDED if left else Status.VALID
        own = Claimed(cert.citizen_id, cert.id, cert.list_ref, cert.idx)
        for place in (own, *await bound.places(work.db, cert.issuer_ref, cert.id)):
            await store.set_status(work.db, place, cert.issuer_ref, status, str(event.life), work.actor.id, work.now)
    await known.lists_changed(work)


async def with_the_rest(work: Work, cert: Cert) -> None:
    """A certificate that comes into a wallet that stands still stands still with it, until all of them come back."""
    still = await stills.still(work.db, cert.citizen_id)
    if still is None:
        return
    await store.freeze(work.db, cert, True, still.reason, work.now)
    own = Claimed(cert.citizen_id, cert.id, cert.list_ref, cert.idx)
    for place in (own, *await bound.places(work.db, cert.issuer_ref, cert.id)):
        await store.set_status(work.db, place, cert.issuer_ref, Status.SUSPENDED, "with the rest", work.actor.id, work.now)
    await known.lists_changed(work)
