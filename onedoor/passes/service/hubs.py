"""By a hub's rules: two people here agree to a hub and to the keys of its signers; its list says which nodes, and what levels are."""

import msgspec

from onedoor.kernel import jose
from onedoor.kernel.jose import Malformed
from onedoor.kernel.memory import changed
from onedoor.kernel.work import Work
from onedoor.passes import policy
from onedoor.passes.errors import NoSuchPeer
from onedoor.passes.recognition import hub as lists
from onedoor.passes.recognition.hub import HubList
from onedoor.passes.regions import Hub, PeerState
from onedoor.passes.store import hubs as store

NAME = "passes.regions"
WHERE = "/.well-known/onedoor-hub"


def read_again(one: Hub) -> HubList | None:
    """What was believed when it was fetched; whether it still holds is asked each time it is used."""
    try:
        said = jose.parse((one.document or "").encode())
        issued = msgspec.convert(jose.parse(jose.unb64(said["payload"])), HubList).iat if isinstance(said, dict) else 0
        return lists.read(one.document or "", frozenset(one.signers), one.seq, issued)
    except (Malformed, KeyError, msgspec.ValidationError):
        return None


async def ask(work: Work, hub: str, signers: list[str]) -> None:
    """One person names a hub and its signers' fingerprints; nothing counts before another agrees."""
    await store.put(work.db, hub, sorted(set(signers)), str(work.actor.id))
    await changed(work.db, NAME)


async def approve(work: Work, hub: str) -> None:
    """The second person. What was withdrawn waits for nobody: it is named anew."""
    if not await store.approve(work.db, hub, str(work.actor.id)):
        policy.must_be_approved(next((one.state for one in await store.hubs(work.db) if one.hub == hub), None))
    await changed(work.db, NAME)


async def withdraw(work: Work, hub: str) -> None:
    """From now on its rules are nobody's."""
    if not await store.withdraw(work.db, hub):
        raise NoSuchPeer()
    await changed(work.db, NAME)


async def active(work: Work) -> list[Hub]:
    return [one for one in await store.hubs(work.db) if one.state is PeerState.ACTIVE]


async def take(work: Work, one: Hub, text: str) -> str | None:
    """What a hub published: kept when two of its signers have signed it, else the reason."""
    try:
        found = lists.read(text.strip(), frozenset(one.signers), one.seq, int(work.now.timestamp()))
    except Malformed as bad:
        await store.put_fault(work.db, one.hub, str(bad))
        return str(bad)
    if found.hub != one.hub:
        await store.put_fault(work.db, one.hub, "hub")
        return "hub"
    if await store.put_document(work.db, one.hub, found.seq, text.strip(), work.now):
        await changed(work.db, NAME)
    return None
