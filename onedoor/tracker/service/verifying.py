"""Working it out again: chains, ends, seals. What does not fit is kept as a finding, and whose record it is is told."""

import datetime as dt
import hashlib

import msgspec
from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.models import Head, PersonId
from onedoor.identity.service.access import FIRST
from onedoor.kernel.i18n import text
from onedoor.kernel.work import Begin, Work, system
from onedoor.notify import service as notify
from onedoor.tracker import checking, merkle
from onedoor.tracker.models import Checked, Fault, Finding, FindingId, Leaf, Seal
from onedoor.tracker.store import seals as store
from onedoor.tracker.vault import signed, vault

from . import sealing

ACTOR = system("tracker.verify")
PEOPLE, SAMPLE, SWEEP, NIGHTLY, SEALS = 500, 200, 1_000, 20_000, 500
LAST = PersonId.parse("person_" + "f" * 32)
PAGE = 20


class Verdict(Struct, frozen=True):
    """What was worked out again, and what does not fit."""

    people: int
    looks: int
    seals: int
    findings: list[Finding]


class Done(Struct, frozen=True):
    """How far a night's work has come: everybody looked at since then, up to this person."""

    since: dt.datetime | None
    after: PersonId
    people: int
    looks: int


async def everything(begin: Begin) -> Verdict:
    """Every chain and every seal."""
    found, seals = await _seals(begin)
    people, looks, after = 0, 0, FIRST
    while after != LAST:
        async with begin(actor=ACTOR, seconds=60) as work:
            heads = await identity.heads(work, after, PEOPLE)
            last = heads[-1].citizen_id if len(heads) == PEOPLE else LAST
            leaves = await store.leaves_between(work.db, after, last)
            links = await identity.links_between(work, after, last)
            found += await _kept(work, checking.flaws(heads, leaves, links, vault().tag, await _tree(work, leaves)))
        people, looks, after = people + len(heads), looks + len(links), last
    async with begin(actor=ACTOR) as work:
        await store.put_checked(work.db, "all", work.now, people, looks)
    return Verdict(people, looks, seals, found)


async def sample(begin: Begin) -> list[Finding]:
    """Some people who were looked at today, and the next ones of all, from where the last sample ended."""
    async with begin(actor=ACTOR, seconds=30) as work:
        before = next((one.after for one in await store.checked(work.db) if one.kind == "sample"), None)
        lately = await identity.sampled(work, work.now - dt.timedelta(days=1), work.now, SAMPLE)
        others = await identity.heads(work, before or FIRST, SWEEP)
        whom = list({head.citizen_id: head for head in [*lately, *others]}.values())
        found, looks = await _people(work, whom)
        ends = others[-1].citizen_id if len(others) == SWEEP else None
        await store.put_checked(work.db, "sample", work.now, len(whom), looks, ends)
    return found


async def yesterday(begin: Begin, done: Done | None = None) -> tuple[list[Finding], Done | None]:
    """Everybody who was looked at since yesterday, a stretch of people at a time; and from where the next stretch goes on."""
    found: list[Finding] = []
    done = done or Done(None, FIRST, 0, 0)
    stop = done.people + NIGHTLY
    while done.people < stop:
        async with begin(actor=ACTOR, seconds=30) as work:
            since = done.since or work.now - dt.timedelta(hours=25)
            heads = await identity.changed_heads(work, since, done.after, PEOPLE)
            some, rows = await _people(work, heads)
        found += some
        done = Done(since, heads[-1].citizen_id if heads else done.after, done.people + len(heads), done.looks + rows)
        if len(heads) < PEOPLE:
            async with begin(actor=ACTOR) as work:
                await store.put_checked(work.db, "day", work.now, done.people, done.looks)
            return found, None
    return found, done


async def _people(work: Work, heads: list[Head]) -> tuple[list[Finding], int]:
    whom = [head.citizen_id for head in heads]
    leaves = await store.leaves_of_many(work.db, whom)
    links = await identity.links_of(work, whom)
    return await _kept(work, checking.flaws(heads, leaves, links, vault().tag, await _tree(work, leaves))), len(links)


async def _tree(work: Work, leaves: list[Leaf]) -> dict[tuple[int, int], bytes]:
    nodes = await store.nodes(work.db, [one.seal for one in leaves], [0] * len(leaves), [one.place for one in leaves])
    return {(node.seal, node.place): node.hash for node in nodes}


async def _kept(work: Work, flaws: list[checking.Flaw]) -> list[Finding]:
    """Each as a finding; whoever it is about is told once."""
    found: list[Finding] = []
    for flaw in flaws:
        seal = await store.one(work.db, flaw.seal) if flaw.seal else None
        day = seal.at.astimezone(work.zone).date() if seal else None
        made = Finding(FindingId.new(), flaw.fault, flaw.citizen, flaw.seq, flaw.seal, day, work.now)
        if await store.put_finding(work.db, made):
            title = text("您的访问记录有一处对不上")
            body = text("我们正在查，数据保护官已经知道。您以前下载的记录文件请保存好，它能证明原来的内容。")
            await notify.send(work, flaw.citizen, title, body, "/me/data", "tracker.broken")
        found.append(made)
    return found


# ── seals ────────────────────────────────────────────────────────────────────────────────────────────
class _Said(Struct, frozen=True):
    n: int
    heads: int
    root: str
    previous: str


async def _seals(begin: Begin) -> tuple[list[Finding], int]:
    """Every seal from the first one: who signed it, what it follows from, what it stands on, and the file on disk. One that is made
    meanwhile is not looked at: its leaves were not counted."""
    found: list[Finding] = []
    count, before, noted = 0, None, vault().last_noted()
    async with begin(actor=ACTOR, seconds=60) as work:
        newest = await store.last(work.db)
        sealed = {one.seal: one.n for one in await store.leaf_counts(work.db)}
    while True:
        async with begin(actor=ACTOR, seconds=60) as work:
            part = [one for one in await store.after(work.db, before.n if before else 0, SEALS) if newest and one.n <= newest.n]
            for seal in part:
                if fault := await _fault(work, seal, before, sealed.get(seal.n, 0)):
                    found.append(await _noted(work, fault, seal.n, seal.at))
                before, count = seal, count + 1
            if not part:
                if noted > count:
                    found.append(await _noted(work, Fault.ORDER, count + 1, work.now))
                return found, count


async def _fault(work: Work, seal: Seal, before: Seal | None, leaves: int) -> Fault | None:
    public = vault().keys().get(seal.kid)
    if public is None or not signed(public, seal.body, seal.signature):
        return Fault.SIGNATURE
    said = msgspec.json.decode(seal.body, type=_Said)
    if said.n != seal.n or seal.n != (before.n if before else 0) + 1 or said.previous != sealing.link(before).hex():
        return Fault.ORDER
    raw = await store.leaves(work.db, seal.n) or b""
    tree = merkle.levels([raw[at : at + 32] for at in range(0, len(raw), 32)]) if raw else [[b""]]
    if (said.root, said.heads, said.heads) != (tree[-1][0].hex(), len(tree[0]), leaves) or seal.root.hex() != said.root:
        return Fault.TREE
    noted = vault().noted(seal.n)
    if noted is not None and hashlib.sha256(noted).digest() != hashlib.sha256(sealing.published(seal)).digest():
        return Fault.NOTED
    return None


async def _noted(work: Work, fault: Fault, n: int, at: dt.datetime) -> Finding:
    made = Finding(FindingId.new(), fault, None, None, n, at.astimezone(work.zone).date(), work.now)
    await store.put_finding(work.db, made)
    return made


# ── for whoever looks at it ──────────────────────────────────────────────────────────────────────────
async def findings(work: Work, before: FindingId | None = None) -> list[Finding]:
    """What did not fit, the latest first."""
    return await store.findings(work.db, before, PAGE)


async def checked(work: Work) -> list[Checked]:
    """When what was last worked out again."""
    return await store.checked(work.db)
