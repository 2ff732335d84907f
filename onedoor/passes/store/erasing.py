"""What is kept of a scheme goes by the batch: each statement deletes at most so many rows, and says how many, with a hash over their keys.

Rows of persons go in the order of the persons, so that a batch begins where the one before it ended.
"""

import datetime as dt

import msgspec

from onedoor.kernel.db import Db


class Erased(msgspec.Struct, frozen=True):
    """How many rows went, the SHA-256 over their keys, and the last person among them."""

    rows: int
    sha256: bytes | None
    last: str | None


async def declarations(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.declaration where (citizen_id, id) in (
                    select citizen_id, id from passes.declaration where scheme = $scheme and citizen_id >= $after::text::uuid
                     order by citizen_id limit $most)
                returning citizen_id::text as person, id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def decisions(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.decision where (citizen_id, id) in (
                    select citizen_id, id from passes.decision where scheme = $scheme and citizen_id >= $after::text::uuid
                     order by citizen_id limit $most)
                returning citizen_id::text as person, id::text || encode(inputs_sha256, 'hex') as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def standings(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.person_index where (citizen_id, scheme) in (
                    select citizen_id, scheme from passes.person_index where scheme = $scheme and citizen_id >= $after::text::uuid
                     order by citizen_id limit $most)
                returning citizen_id::text as person, shard::text || '.' || row_no::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def appeals(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.appeal where (citizen_id, id) in (
                    select citizen_id, id from passes.appeal where scheme = $scheme and citizen_id >= $after::text::uuid
                     order by citizen_id limit $most)
                returning citizen_id::text as person, id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def slots(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.slot where (citizen_id, scheme, t0, device) in (
                    select citizen_id, scheme, t0, device from passes.slot where scheme = $scheme and citizen_id >= $after::text::uuid
                     order by citizen_id limit $most)
                returning citizen_id::text as person, citizen_id::text || '.' || t0::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def visits(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.visit where (citizen_id, at, scan_id) in (
                    select citizen_id, at, scan_id from passes.visit where scheme = $scheme and citizen_id >= $after::text::uuid
                     order by citizen_id limit $most)
                returning citizen_id::text as person, citizen_id::text || '.' || encode(scan_id, 'hex') as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def consents(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.member_consent where (citizen_id, org_ref, scheme) in (
                    select citizen_id, org_ref, scheme from passes.member_consent
                     where scheme = $scheme and citizen_id >= $after::text::uuid order by citizen_id limit $most)
                returning citizen_id::text as person, citizen_id::text || org_ref::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def away_visits(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.away_visit where (citizen_id, at, scan_id) in (
                    select citizen_id, at, scan_id from passes.away_visit where scheme = $scheme and citizen_id >= $after::text::uuid
                     order by citizen_id limit $most)
                returning citizen_id::text as person, citizen_id::text || encode(scan_id, 'hex') as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def recognised(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.recognised where (citizen_id, scheme, node) in (
                    select citizen_id, scheme, node from passes.recognised
                     where $scheme in (scheme, here) and citizen_id >= $after::text::uuid order by citizen_id limit $most)
                returning citizen_id::text as person, citizen_id::text || node as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def evidence(db: Db, scheme: str, after: str, most: int) -> Erased:
    """Papers of appeals, which go first."""
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.evidence where (citizen_id, id) in (
                    select e.citizen_id, e.id from passes.evidence e
                      join passes.appeal a on a.citizen_id = e.citizen_id and a.id = e.appeal_id
                     where a.scheme = $scheme and e.citizen_id >= $after::text::uuid order by e.citizen_id limit $most)
                returning citizen_id::text as person, id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def scans(db: Db, scheme: str, after: str, most: int) -> Erased:
    """Of one day, which is a partition."""
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.scan where day = $day and (org_id, scan_id, day) in (
                    select org_id, scan_id, day from passes.scan where scheme = $scheme and day = $day limit $most)
                returning encode(scan_id, 'hex') as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, day=dt.date.fromisoformat(after), most=most,
    )  # fmt: skip


async def inbox(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.appeal_inbox where (org_id, id) in (
                    select org_id, id from passes.appeal_inbox where scheme = $scheme limit $most)
                returning id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def claims(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.index_claim where (org_id, shard, row_no) in (
                    select org_id, shard, row_no from passes.index_claim where scheme = $scheme limit $most)
                returning shard::text || '.' || row_no::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def runs(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """with gone as (delete from passes.replay_run where (scheme, from_version, to_version, since) in (
                    select scheme, from_version, to_version, since from passes.replay_run where scheme = $scheme limit $most)
                returning from_version::text || '>' || to_version::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def papers(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.paper where (shard, row_no) in (
                    select shard, row_no from passes.paper where scheme = $scheme limit $most)
                returning shard::text || '.' || row_no::text || '.' || seq::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def colour_deltas(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.colour_delta where (shard, from_seq) in (
                    select shard, from_seq from passes.colour_delta where scheme = $scheme limit $most)
                returning encode(sha256(body), 'hex') as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def colour_lists(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.colour_list where shard in (
                    select shard from passes.colour_list where scheme = $scheme limit $most)
                returning encode(sha256(packed), 'hex') as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def sms_wishes(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.sms_wish where (citizen_id, scheme) in (
                    select citizen_id, scheme from passes.sms_wish
                     where scheme = $scheme and citizen_id >= $after::text::uuid order by citizen_id limit $most)
                returning citizen_id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(key) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def number_lists(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """with gone as (delete from passes.number_list where scheme in (
                    select scheme from passes.number_list where scheme = $scheme limit $most)
                returning encode(sha256(body), 'hex') as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def watched(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """with gone as (delete from passes.watch where (scope, scheme, citizen_ref) in (
                    select scope, scheme, citizen_ref from passes.watch where scheme = $scheme limit $most)
                returning citizen_ref::text || scope as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def people_now(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """with gone as (delete from passes.people_now where (scope, scheme, colour) in (
                    select scope, scheme, colour from passes.people_now where scheme = $scheme limit $most)
                returning scope || colour as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def rollups(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """with gone as (delete from passes.rollup where (scope, scheme, hour) in (
                    select scope, scheme, hour from passes.rollup where scheme = $scheme limit $most)
                returning scope || hour::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def members(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.member where (org_id, scheme, citizen_ref) in (
                    select org_id, scheme, citizen_ref from passes.member where scheme = $scheme limit $most)
                returning citizen_ref::text || org_id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def exports(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """with gone as (delete from passes.export where id in (
                    select id from passes.export where scheme = $scheme limit $most)
                returning id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def orders(db: Db, scheme: str, _: str, most: int) -> Erased:
    """Orders to trace, with the contacts found under them."""
    return await db.one(
        Erased,
        """with gone as (delete from passes.trace_order where id in (
                    select id from passes.trace_order where scheme = $scheme limit $most) returning id),
                found as (delete from passes.trace_contact c using gone where c.order_id = gone.id),
                away as (delete from passes.trace_away a using gone where a.order_id = gone.id)
           select count(*) as rows, sha256(string_agg(id::text, ',' order by id)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def vehicles(db: Db, scheme: str, after: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.vehicle where (citizen_id, id) in (
                    select citizen_id, id from passes.vehicle where scheme = $scheme and citizen_id >= $after::text::uuid
                     order by citizen_id limit $most)
                returning citizen_id::text as person, id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, max(person) as last from gone""",
        scheme=scheme, after=after, most=most,
    )  # fmt: skip


async def requests(db: Db, scheme: str, _: str, most: int) -> Erased:
    """What other regions asked of our people."""
    return await db.one(
        Erased,
        """with gone as (delete from passes.trace_request where (node, jti) in (
                    select node, jti from passes.trace_request where scheme = $scheme limit $most) returning jti)
           select count(*) as rows, sha256(string_agg(jti::text, ',' order by jti)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip


async def case_reports(db: Db, scheme: str, _: str, most: int) -> Erased:
    return await db.one(
        Erased,
        """-- scatter
           with gone as (delete from passes.case_report where (org_id, id) in (
                    select org_id, id from passes.case_report where scheme = $scheme limit $most)
                returning id::text as key)
           select count(*) as rows, sha256(string_agg(key, ',' order by key)::bytea) as sha256, null::text as last from gone""",
        scheme=scheme, most=most,
    )  # fmt: skip
