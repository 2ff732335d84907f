"""My records as a file that anybody can check without this house."""

from onedoor.identity import service as identity
from onedoor.identity.models import Link, PersonId
from onedoor.identity.service import chain
from onedoor.kernel.work import Begin, system
from onedoor.tracker import file, merkle
from onedoor.tracker.models import Leaf
from onedoor.tracker.store import seals as store
from onedoor.tracker.vault import vault

MOST_SEALS, BATCH = 2_000, 10_000


async def proofs(begin: Begin, citizen: PersonId) -> file.Proofs:
    """Everything about one person. What may not be shown to them yet stands there as its hash."""
    async with begin(actor=system("tracker.proofs"), seconds=30) as work:
        links: list[Link] = []
        while part := await identity.chain_of(work, citizen, links[-1].seq if links else 0, BATCH):
            links += part
        hidden = await identity.hidden_looks(work, citizen)
        leaves = sorted(await store.leaves_of(work.db, citizen, MOST_SEALS), key=lambda leaf: leaf.seal)
        seals = {seal.n: seal for seal in await store.some(work.db, [leaf.seal for leaf in leaves])}
        needed = [(leaf.seal, *one) for leaf in leaves if leaf.seal in seals for one in merkle.beside(leaf.place, seals[leaf.seal].heads)]
        found = await store.nodes(work.db, [one[0] for one in needed], [one[1] for one in needed], [one[2] for one in needed])
        hashes = {(node.seal, node.level, node.place): node.hash for node in found}
        made_at, city = chain.instant(work.now), work.city
    return file.Proofs(
        v=1, city=city, made_at=made_at, tag=vault().tag(citizen).hex(),
        rows=[_row(link, link.seq in hidden) for link in links],
        seals=[
            file.SealText(n=one.n, body=one.body.decode(), signature=one.signature.hex(), kid=one.kid) for one in seals.values()
        ],
        ways=[_way(leaf, seals[leaf.seal].heads, hashes) for leaf in leaves if leaf.seal in seals],
        keys={kid: key.hex() for kid, key in vault().keys().items()},
    )  # fmt: skip


def _row(link: Link, hidden: bool) -> file.Row:
    withheld = "later" if hidden else "" if link.body else "expired"
    return file.Row(
        seq=link.seq, at=chain.instant(link.at), hash=link.hash.hex(), body="" if hidden else link.body.decode(), withheld=withheld
    )


def _way(leaf: Leaf, heads: int, hashes: dict[tuple[int, int, int], bytes]) -> file.Way:
    path = [hashes[(leaf.seal, *one)].hex() for one in merkle.beside(leaf.place, heads) if (leaf.seal, *one) in hashes]
    return file.Way(n=leaf.seal, seq=leaf.seq, place=leaf.place, path=path)
