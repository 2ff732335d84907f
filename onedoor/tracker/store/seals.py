"""Seals, the trees under them, and what was found when they were checked."""

import datetime as dt

import msgspec

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.tracker.models import Checked, Finding, FindingId, Leaf, Node, Seal


class Counted(msgspec.Struct, frozen=True):
    """How many leaves of a seal are told by person."""

    seal: int
    n: int


CHUNK = 1000
"""Hashes in a row of a tree."""


async def alone(db: Db) -> None:
    """The hour's job and a command at the same moment: the second waits, and sees what the first has made."""
    await db.value("select pg_advisory_xact_lock(hashtext('tracker.seal'))")


async def last(db: Db) -> Seal | None:
    return await db.maybe(Seal, "select n, at, heads, root, body, kid, signature from tracker.seal order by n desc limit 1")


async def one(db: Db, n: int) -> Seal | None:
    return await db.maybe(Seal, "select n, at, heads, root, body, kid, signature from tracker.seal where n = $n", n=n)


async def after(db: Db, n: int, most: int) -> list[Seal]:
    return await db.all(
        Seal, "select n, at, heads, root, body, kid, signature from tracker.seal where n > $n order by n limit $most", n=n, most=most
    )


async def before(db: Db, n: int, most: int) -> list[Seal]:
    """The latest ones; those before a number when one is given."""
    return await db.all(
        Seal,
        "select n, at, heads, root, body, kid, signature from tracker.seal where $n = 0 or n < $n order by n desc limit $most",
        n=n, most=most,
    )  # fmt: skip


async def some(db: Db, numbers: list[int]) -> list[Seal]:
    return await db.all(
        Seal, "select n, at, heads, root, body, kid, signature from tracker.seal where n = any($numbers::int[]) order by n", numbers=numbers
    )


async def between(db: Db, begins: dt.datetime, ends: dt.datetime) -> list[Seal]:
    return await db.all(
        Seal,
        "select n, at, heads, root, body, kid, signature from tracker.seal where at >= $begins and at < $ends order by n limit 10000",
        begins=begins, ends=ends,
    )  # fmt: skip


async def put(db: Db, seal: Seal) -> None:
    await db.run(
        "insert into tracker.seal (n, at, heads, root, body, kid, signature) values ($n, $at, $heads, $root, $body, $kid, $signature)",
        n=seal.n, at=seal.at, heads=seal.heads, root=seal.root, body=seal.body, kid=seal.kid, signature=seal.signature,
    )  # fmt: skip


async def put_nodes(db: Db, seal: int, level: int, chunks: list[bytes]) -> None:
    await db.run(
        "insert into tracker.node (seal, level, chunk, hashes) select $seal, $level, n - 1, hashes "
        "from unnest($chunks::bytea[]) with ordinality as c (hashes, n)",
        seal=seal, level=level, chunks=chunks,
    )  # fmt: skip


async def put_leaves(db: Db, seal: int, first: int, citizens: list[PersonId], seqs: list[int], hashes: list[bytes]) -> None:
    await db.run(
        "insert into tracker.leaf (citizen_id, seal, place, seq, hash) select citizen, $seal, $first + n - 1, seq, hash "
        "from unnest($citizens::uuid[], $seqs::int[], $hashes::bytea[]) with ordinality as l (citizen, seq, hash, n)",
        seal=seal, first=first, citizens=citizens, seqs=seqs, hashes=hashes,
    )  # fmt: skip


async def leaves_of(db: Db, citizen: PersonId, most: int) -> list[Leaf]:
    """Where a person's chain was sealed, the latest first."""
    return await db.all(
        Leaf, "select citizen_id, seal, place, seq, hash from tracker.leaf where citizen_id = $citizen order by seal desc limit $most",
        citizen=citizen, most=most,
    )  # fmt: skip


async def leaves_of_many(db: Db, citizens: list[PersonId]) -> list[Leaf]:
    return await db.all(
        Leaf, "select citizen_id, seal, place, seq, hash from tracker.leaf where citizen_id = any($citizens::uuid[])", citizens=citizens
    )


async def leaves_between(db: Db, after: PersonId, last: PersonId) -> list[Leaf]:
    return await db.all(
        Leaf, "select citizen_id, seal, place, seq, hash from tracker.leaf where citizen_id > $after and citizen_id <= $last",
        after=after, last=last,
    )  # fmt: skip


async def leaf_counts(db: Db) -> list[Counted]:
    return await db.all(Counted, "select seal, count(*)::int as n from tracker.leaf group by seal")


async def nodes(db: Db, seals: list[int], levels: list[int], places: list[int]) -> list[Node]:
    """Single hashes out of trees."""
    return await db.all(
        Node,
        "select w.seal, w.level, w.place, substr(n.hashes, w.place % 1000 * 32 + 1, 32) as hash "
        "from unnest($seals::int[], $levels::int[], $places::int[]) as w (seal, level, place) "
        "join tracker.node n on n.seal = w.seal and n.level = w.level and n.chunk = w.place / 1000",
        seals=seals, levels=levels, places=places,
    )  # fmt: skip


async def leaves(db: Db, seal: int) -> bytes | None:
    """Every leaf of a tree, one after the other."""
    return await db.value(
        "select string_agg(hashes, ''::bytea order by chunk) from tracker.node where seal = $seal and level = 0", seal=seal
    )


async def checked(db: Db) -> list[Checked]:
    return await db.all(Checked, "select kind, at, people, looks, after from tracker.checked order by kind")


async def put_checked(db: Db, kind: str, at: dt.datetime, people: int, looks: int, last: PersonId | None = None) -> None:
    await db.run(
        "insert into tracker.checked (kind, at, people, looks, after) values ($kind, $at, $people, $looks, $last) on conflict (kind) "
        "do update set at = excluded.at, people = excluded.people, looks = excluded.looks, after = excluded.after",
        kind=kind, at=at, people=people, looks=looks, last=last,
    )  # fmt: skip


async def put_finding(db: Db, found: Finding) -> bool:
    """Whether it is new."""
    return bool(await db.run(
        "insert into tracker.finding (id, fault, citizen_ref, seq, seal, day, found_at) "
        "values ($id, $fault, $citizen, $seq, $seal, $day, $at) on conflict (fault, citizen_ref, seq, seal) do nothing",
        id=found.id, fault=found.fault.value, citizen=found.citizen_ref, seq=found.seq, seal=found.seal, day=found.day, at=found.found_at,
    ))  # fmt: skip


async def findings(db: Db, before: FindingId | None, most: int) -> list[Finding]:
    return await db.all(
        Finding,
        "select id, fault, citizen_ref, seq, seal, day, found_at from tracker.finding where $before::uuid is null or id < $before "
        "order by id desc limit $most",
        before=before, most=most,
    )  # fmt: skip
