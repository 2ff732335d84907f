"""Invariant: for any interleaving of writers each person's rows are 1 to n and follow from one another; any change is found and named."""

import asyncio
import contextlib
import datetime as dt
import functools
import json
from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onedoor.identity import chain
from onedoor.identity import service as identity
from onedoor.identity.models import Action, PersonId, ReaderKind
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Actor, system
from onedoor.tracker import file, merkle
from onedoor.tracker.models import Fault
from onedoor.tracker.service import proving, sealing, verifying, watching

from .kit import OFFICER

FOUR = st.integers(0, 3)
LOOKS = st.lists(st.lists(FOUR, min_size=1, max_size=4), min_size=1, max_size=6)
"""Transactions that run at once; each looks at some of four people, one of them or several in one statement."""


async def look(site: Any, whom: list[PersonId], **said: Any) -> None:
    """One transaction that looks at these people."""
    async with site.house.begin(actor=Actor(id=PersonId.new(), grants=frozenset({"x"}), name="某人")) as work:
        if len(whom) > 1:
            await identity.record_accesses(work, whom, Text("查"), ("person.name",))
        for _ in range(len(whom)):
            await identity.record_access(work, whom[0], Text("查"), ("person.name",), None, **said)


async def links(site: Any, citizen: PersonId) -> list[Any]:
    async with site.house.begin(actor=system("test")) as work:
        return await identity.chain_of(work, citizen, 0, 10_000)


def whole_of(rows: list[Any], expected: int) -> None:
    assert [row.seq for row in rows] == list(range(1, expected + 1))
    assert chain.broken_at(rows) is None


class Writers(RuleBasedStateMachine):
    """Transactions over four people, at once and undone, with seals between."""

    site: Any

    @initialize()
    def begin(self) -> None:
        self.people = [PersonId.new() for _ in range(4)]
        self.expected = [0] * 4

    @rule(at_once=LOOKS)
    def write(self, at_once: list[list[int]]) -> None:
        async def all_of_them() -> None:
            await asyncio.gather(*[look(self.site, [self.people[n] for n in dict.fromkeys(some)]) for some in at_once])

        self.site.run(all_of_them)
        for whom in (list(dict.fromkeys(some)) for some in at_once):
            for n in [*(whom if len(whom) > 1 else []), *[whom[0]] * len(whom)]:
                self.expected[n] += 1

    @rule(n=FOUR)
    def undone(self, n: int) -> None:
        async def fails() -> None:
            async with self.site.house.begin(actor=system("test")) as work:
                await identity.record_access(work, self.people[n], Text("查"), ("x",), None)
                raise LookupError

        with pytest.raises(LookupError):
            self.site.run(fails)

    @rule()
    def seal(self) -> None:
        self.site.run(sealing.seal, self.site.house.begin)

    @invariant()
    def whole(self) -> None:
        for citizen, expected in zip(getattr(self, "people", []), getattr(self, "expected", []), strict=True):
            whole_of(self.site.run(links, self.site, citizen), expected)


def test_any_interleaving_of_writers_gives_whole_chains(site: Any) -> None:
    Writers.site = site
    few = settings(max_examples=6, stateful_step_count=5, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Writers, settings=few)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.data())
def test_each_leaf_leads_to_the_root_and_no_other_does(many: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf(bytes([n]), n, bytes(32)) for n in range(many)]
    tree = merkle.levels(leaves)
    assert [len(row) for row in tree] == merkle.widths(many)
    place = data.draw(st.integers(0, many - 1))
    path = [tree[level][other] for level, other in merkle.beside(place, many)]
    assert merkle.root_of(leaves[place], place, many, path) == tree[-1][0]
    assert merkle.root_of(b"x" * 32, place, many, path) != tree[-1][0]
    with pytest.raises(ValueError, match="fit"):
        merkle.root_of(leaves[place], place, many, [*path, b"y" * 32])


def test_a_body_is_canonical_and_names_no_value() -> None:
    said = chain.Said(v=1, at="2026-11-21T02:02:00.000000Z", action=Action.READ, actor_kind=ReaderKind.CLERK, elements=["person.name"],
                      purpose=Text("办理", "handle"))  # fmt: skip
    body = chain.body_of(said)
    assert body == json.dumps(json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert chain.body_of(said) == body


FORGED = "convert_to(replace(convert_from(body, 'UTF8'), '某人', '别人'), 'UTF8')"
ANEW = f"""
with n as (select seq, {FORGED} as body from identity.access where citizen_id = $1),
h1 as (select sha256(body) as hash from n where seq = 1), h2 as (select sha256(h1.hash || body) as hash from n, h1 where seq = 2),
h3 as (select sha256(h2.hash || body) as hash from n, h2 where seq = 3),
done as (update identity.access a set body = n.body,
         hash = case a.seq when 1 then (select hash from h1) when 2 then (select hash from h2) else (select hash from h3) end
         from n where a.citizen_id = $1 and a.seq = n.seq)
update identity.access_head set hash = (select hash from h3) where citizen_id = $1"""
SWAPPED = """
update identity.access a set body = b.body, hash = b.hash from identity.access b
where a.citizen_id = $1 and b.citizen_id = $1 and (a.seq, b.seq) in ((2, 3), (3, 2))"""
CUT = """
with gone as (delete from identity.access where citizen_id = $1 and seq = 3) update identity.access_head
set seq = 2, hash = (select hash from identity.access where citizen_id = $1 and seq = 2) where citizen_id = $1"""
REMOVED = "with gone as (delete from identity.access where citizen_id = $1) delete from identity.access_head where citizen_id = $1"
LAST = "$1::uuid is not null and {} = (select max(n) from tracker.seal)"
RESEALED = f"update tracker.seal set body = replace(convert_from(body, 'UTF8'), '\"v\":1', '\"v\":2')::bytea where {LAST.format('n')}"
FELLED = "update tracker.node set hashes = set_byte(hashes, 0, (get_byte(hashes, 0) + 1) % 256) where level = 0 and chunk = 0 and "
TAMPERINGS = {
    "a body changed": (f"update identity.access set body = {FORGED} where citizen_id = $1 and seq = 2", Fault.CHAIN, 2),
    "a body emptied": ("update identity.access set body = '' where citizen_id = $1 and seq = 2", Fault.CHAIN, 2),
    "a row dropped": ("delete from identity.access where citizen_id = $1 and seq = 2", Fault.CHAIN, 2),
    "two rows swapped": (SWAPPED, Fault.CHAIN, 2),
    "a moment changed": ("update identity.access set at = at - interval '1 day' where citizen_id = $1 and seq = 1", Fault.MOMENT, 1),
    "the last row dropped": (CUT, Fault.SEAL, 3),
    "the end changed": ("update identity.access_head set seq = 2 where citizen_id = $1", Fault.HEAD, 3),
    "the chain removed": (REMOVED, Fault.SEAL, 3),
    "the chain made anew": (ANEW, Fault.SEAL, 3),
    "a leaf dropped": ("delete from tracker.leaf where citizen_id = $1", Fault.TREE, None),
    "a leaf changed": ("update tracker.leaf set seq = 2 where citizen_id = $1", Fault.TREE, 2),
    "a seal dropped": (f"delete from tracker.seal where {LAST.format('n')}", Fault.ORDER, None),
    "a seal changed": (RESEALED, Fault.SIGNATURE, None),
    "a tree changed": (FELLED + LAST.format("seal"), Fault.TREE, None),
}
KEPT = ("identity.access", "identity.access_head", "tracker.leaf", "tracker.seal", "tracker.node")


def test_whatever_the_owner_of_the_database_changes_is_found_and_its_day_named(site: Any, dsn: str) -> None:
    """Each tampering in turn, undone again afterwards; the officer sees the red line and the person is told."""
    citizen, other = PersonId.new(), PersonId.new()
    for whom in (citizen, citizen, citizen, other):
        site.run(look, site, [whom])
    made = site.run(sealing.seal, site.house.begin)
    wrong: dict[str, Any] = {}
    asyncio.run(owner(dsn, "; ".join(f"create table {was(t)} as table {t}" for t in KEPT)))
    for name, (sql, fault, seq) in TAMPERINGS.items():
        asyncio.run(owner(dsn, sql, citizen.uuid))
        found = site.run(verifying.everything, site.house.begin).findings
        named = [(one.fault, one.seq, one.seal, one.day) for one in found if one.citizen_ref in (citizen, None)]
        today = dt.datetime.now(dt.UTC).astimezone(site.house.settings.zone).date()
        if not any(one[0] is fault and one[1] in (seq, None) and one[2] in (made.n, made.n + 1) and one[3] == today for one in named):
            wrong[name] = named
        asyncio.run(owner(dsn, "; ".join(f"delete from {t}; insert into {t} table {was(t)}" for t in KEPT)))
    assert wrong == {}
    assert site.run(verifying.everything, site.house.begin).findings == []
    officer = site.sign_in(OFFICER)
    assert "访问记录被改动过" in officer.get("/audit").text
    assert "封签以后被改写过" in officer.get("/audit/findings").text
    told = "select count(*) from notify.message where kind = 'tracker.broken' and citizen_id = $1"
    assert asyncio.run(owner(dsn, told, citizen.uuid)) > 0
    asyncio.run(owner(dsn, "delete from tracker.finding; " + "; ".join(f"drop table {was(t)}" for t in KEPT)))


def was(table: str) -> str:
    return f"public.was_{table.replace('.', '_')}"


async def owner(dsn: str, sql: str, *args: Any) -> Any:
    """As whoever owns the database, whom no grant and no row security holds."""
    conn = await asyncpg.connect(dsn)
    try:
        return await (conn.fetchval(sql, *args) if sql.startswith("select") else conn.execute(sql, *args))
    finally:
        await conn.close()


def test_a_seal_that_is_made_while_all_are_checked_is_no_finding(site: Any) -> None:
    opened = 0

    @contextlib.asynccontextmanager
    async def begin(**said: Any) -> AsyncGenerator[Any]:
        nonlocal opened
        async with site.house.begin(**said) as work:
            yield work
        opened += 1
        if opened == 1:
            await look(site, [PersonId.new()])
            assert await sealing.seal(site.house.begin) is not None

    assert site.run(verifying.everything, begin).findings == []
    assert site.run(verifying.everything, site.house.begin).findings == []


def test_the_application_cannot_change_what_was_written(site: Any, dsn: str) -> None:
    async def tried() -> list[str]:
        conn = await asyncpg.connect(dsn)
        refused = []
        for sql in ("update identity.access set at = now()", "delete from identity.access", "truncate identity.access",
                    "delete from identity.access_head", "update tracker.seal set heads = 0", "delete from tracker.leaf"):  # fmt: skip
            try:
                async with conn.transaction():
                    await conn.execute("set local role onedoor_app; set local app.role = 'job'")
                    await conn.execute(sql)
            except asyncpg.InsufficientPrivilegeError:
                refused.append(sql)
        await conn.close()
        return refused

    assert len(asyncio.run(tried())) == 6


def test_what_is_too_old_is_emptied_and_the_chain_still_holds(site: Any, dsn: str) -> None:
    citizen = PersonId.new()
    for _ in range(3):
        site.run(look, site, [citizen])
    site.run(functools.partial(look, shown_after=dt.datetime.now(dt.UTC) + dt.timedelta(days=9)), site, [citizen])
    site.run(sealing.seal, site.house.begin)

    async def try_to_empty_what_is_young() -> int:
        async with site.house.begin(actor=system("test")) as work:
            return await identity.expire_access(work, work.now, 100)

    assert site.run(try_to_empty_what_is_young) == 0
    old = "update identity.access set at = at - interval '4 years' where citizen_id = '{}' and seq < 3"
    asyncio.run(owner(dsn, old.format(citizen.uuid)))
    site.run(watching.forget, site.house.begin)
    rows = site.run(links, site, citizen)
    assert [bool(row.body) for row in rows] == [False, False, True, True]
    assert chain.broken_at(rows) is None
    assert [f for f in site.run(verifying.everything, site.house.begin).findings if f.citizen_ref == citizen] == []
    proofs = site.run(proving.proofs, site.house.begin, citizen)
    assert [row.withheld for row in proofs.rows] == ["expired", "expired", "", "later"], "an order hides it, the seal covers it"
    assert file.check(proofs).faults == []


def test_the_command_checks_a_file_without_a_house(site: Any, tmp_path: Any) -> None:
    import msgspec

    from onedoor.web.cli.watching import audit

    citizen = PersonId.new()
    site.run(look, site, [citizen])
    site.run(sealing.seal, site.house.begin)
    path = tmp_path / "mine.json"
    raw = msgspec.json.encode(site.run(proving.proofs, site.house.begin, citizen))
    path.write_bytes(raw)
    good = CliRunner().invoke(audit, ["verify", str(path)])
    assert (good.exit_code, "1 records" in good.output, "1 of them are sealed" in good.output) == (0, True, True)
    path.write_bytes(raw.replace("某人".encode(), "别人".encode()))
    assert "does not follow" in CliRunner().invoke(audit, ["verify", str(path)]).output
    for broken in (b"", b"{}", raw[:-20], raw.replace(b'"hash":"', b'"hash":"zz')):
        path.write_bytes(broken)
        assert "no file of records" in str(CliRunner().invoke(audit, ["verify", str(path)]).exception)
