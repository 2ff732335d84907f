"""代 What whoever stands in for a holder may open, and what is written of it: the power says which kinds, the holder reads each use."""

from onedoor.identity.models import PersonId
from onedoor.kernel import outbox
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Actor, Work
from onedoor.wallet.events import CertUsed
from onedoor.wallet.models import Cert
from onedoor.wallet.store import certs as store
from onedoor.wallet.store.certs import Kept

from . import known

LOOK, SHOW, COPY, CONSENT = "look", "show", "copy", "consent"


def opens(actor: Actor, type_code: str) -> bool:
    """Whether a kind of certificate is there for this actor: for the holder always."""
    return actor.behalf is None or type_code in actor.behalf.papers


def veiled(actor: Actor) -> bool:
    """Whether numbers and names stay hidden from this actor, whatever page it is."""
    return actor.behalf is not None and not actor.behalf.whole


def agent(actor: Actor) -> str:
    """Who acts for the holder, as others read it; nothing for the holder."""
    return mask_name(actor.name) if actor.behalf is not None else ""


async def used(work: Work, cert: Cert, deed: str, fields: tuple[str, ...] = ()) -> None:
    """Tell the rooms above, who know the power: the holder reads it in the record of data, and is told of all but looking."""
    actor = work.actor
    if actor.behalf is None or not isinstance(actor.id, PersonId):
        return
    kind = await known.type_of(work, cert.type)
    said = CertUsed(
        cert.citizen_id, cert.id, cert.type, kind.name, deed, list(fields), actor.id, actor.name[:60], str(actor.behalf.power),
        work.now,
    )  # fmt: skip
    await outbox.publish(work.db, said)


async def kept(work: Work, citizens: list[PersonId]) -> list[Kept]:
    """What lies in the wallets of several people, without any content; whoever asks has a power for each."""
    return await store.of_citizens(work.db, citizens) if citizens else []
