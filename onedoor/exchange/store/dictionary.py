"""Reference data: read whole into memory, written by the loader of a city and by stewards."""

import datetime as dt
from typing import Any

from msgspec import Struct

from onedoor.exchange.dictionary import Agreement, Element, Purpose, Reading, Register, Resource
from onedoor.exchange.records import Circuit, Incident, MappingVersion
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


async def elements(db: Db) -> list[Element]:
    return await db.all(Element, "select code, title, schema, sensitivity, mask, source from exchange.element order by code")


async def registers(db: Db) -> list[Register]:
    return await db.all(
        Register, "select code, org_ref, title, transport, hours, contact, limits, settings, state from exchange.register order by code"
    )


async def resources(db: Db) -> list[Resource]:
    return await db.all(
        Resource,
        "select code, version, register, title, way, operation, keys, elements, sharing, basis, cycle, fresh_s, review_on, backflow "
        "from exchange.resource order by code",
    )


async def readings(db: Db) -> list[Reading]:
    return await db.all(Reading, "select resource, version, rules, codes from exchange.mapping where live order by resource")


async def purposes(db: Db) -> list[Purpose]:
    return await db.all(Purpose, "select code, title, law, keep_days from exchange.purpose order by code")


async def agreements(db: Db) -> list[Agreement]:
    return await db.all(
        Agreement,
        "select id, asker, resource, elements, purposes, items, ground, basis, per_day, from_on, until_on, state, scope, every "
        "from exchange.agreement order by id",
    )


async def put_elements(db: Db, rows: list[dict[str, Any]]) -> int:
    return await db.run(
        "insert into exchange.element as e (code, title, schema, sensitivity, mask, source) "
        "select code, title, schema, sensitivity, mask, source from jsonb_to_recordset($rows::jsonb) as x (code text, title jsonb, "
        "schema jsonb, sensitivity int, mask text, source text) on conflict (code) do update set title = excluded.title, "
        "schema = excluded.schema, sensitivity = excluded.sensitivity, mask = excluded.mask, source = excluded.source "
        "where (e.title, e.schema, e.sensitivity, e.mask, e.source) is distinct from "
        "(excluded.title, excluded.schema, excluded.sensitivity, excluded.mask, excluded.source)",
        rows=rows,
    )  # fmt: skip


async def put_purposes(db: Db, rows: list[dict[str, Any]]) -> int:
    return await db.run(
        "insert into exchange.purpose as p (code, title, law, keep_days) select code, title, law, keep_days "
        "from jsonb_to_recordset($rows::jsonb) as x (code text, title jsonb, law text, keep_days int) on conflict (code) do update "
        "set title = excluded.title, law = excluded.law, keep_days = excluded.keep_days where (p.title, p.law, p.keep_days) "
        "is distinct from (excluded.title, excluded.law, excluded.keep_days)",
        rows=rows,
    )  # fmt: skip


async def put_registers(db: Db, rows: list[dict[str, Any]]) -> int:
    """Whether a register is on is the steward's to say, not the file's."""
    return await db.run(
        "insert into exchange.register as r (code, org_ref, title, transport, hours, contact, limits, settings, sha256) "
        "select code, org_ref, title, transport, hours, contact, limits, settings, sha256 from jsonb_to_recordset($rows::jsonb) "
        "as x (code text, org_ref uuid, title jsonb, transport text, hours text, contact text, limits jsonb, settings jsonb, sha256 text) "
        "on conflict (code) do update set org_ref = excluded.org_ref, title = excluded.title, transport = excluded.transport, "
        "hours = excluded.hours, contact = excluded.contact, limits = excluded.limits, settings = excluded.settings, "
        "sha256 = excluded.sha256 where r.sha256 <> excluded.sha256",
        rows=rows,
    )  # fmt: skip


async def put_resources(db: Db, rows: list[dict[str, Any]]) -> int:
    return await db.run(
        "insert into exchange.resource as r (code, version, register, title, way, operation, keys, elements, sharing, basis, cycle, "
        "fresh_s, review_on, backflow) select code, version, register, title, way, operation, keys, elements, sharing, basis, cycle, "
        "fresh_s, review_on, backflow from jsonb_to_recordset($rows::jsonb) as x (code text, version int, register text, title jsonb, "
        "way text, operation text, keys text[], elements text[], sharing text, basis text, cycle text, fresh_s int, review_on date, "
        "backflow text[]) "
        "on conflict (code) do update set version = excluded.version, register = excluded.register, title = excluded.title, "
        "way = excluded.way, operation = excluded.operation, keys = excluded.keys, elements = excluded.elements, "
        "sharing = excluded.sharing, basis = excluded.basis, cycle = excluded.cycle, fresh_s = excluded.fresh_s, "
        "review_on = excluded.review_on, backflow = excluded.backflow where row(r.*) is distinct from row(excluded.*)",
        rows=rows,
    )  # fmt: skip


async def put_mappings(db: Db, rows: list[dict[str, Any]]) -> int:
    """A resource that has no mapping of a steward's own reads as the city's file says."""
    return await db.run(
        "insert into exchange.mapping as m (resource, version, rules, codes, samples, live, origin) "
        "select resource, 1, rules, codes, samples, not exists (select from exchange.mapping o where o.resource = x.resource and o.live "
        "and o.version > 1), 'city' from jsonb_to_recordset($rows::jsonb) as x (resource text, rules jsonb, codes jsonb, "
        "samples jsonb) on conflict (resource, version) do update set rules = excluded.rules, codes = excluded.codes, "
        "samples = excluded.samples where (m.rules, m.codes, m.samples) is distinct from "
        "(excluded.rules, excluded.codes, excluded.samples)",
        rows=rows,
    )  # fmt: skip


async def put_agreements(db: Db, rows: list[dict[str, Any]]) -> int:
    """What a steward has ended stays ended."""
    return await db.run(
        "insert into exchange.agreement as a (id, asker, resource, elements, purposes, items, ground, basis, per_day, from_on, until_on) "
        "select id, asker, resource, elements, purposes, items, ground, basis, per_day, from_on, until_on "
        "from jsonb_to_recordset($rows::jsonb) as x (id text, asker uuid, resource text, elements text[], purposes text[], items text[], "
        "ground text, basis text, per_day int, from_on date, until_on date) on conflict (id) do update set asker = excluded.asker, "
        "resource = excluded.resource, elements = excluded.elements, purposes = excluded.purposes, items = excluded.items, "
        "ground = excluded.ground, basis = excluded.basis, per_day = excluded.per_day, from_on = excluded.from_on, "
        "until_on = excluded.until_on where (a.asker, a.resource, a.elements, a.purposes, a.items, a.ground, a.basis, a.per_day, "
        "a.from_on, a.until_on) is distinct from (excluded.asker, excluded.resource, excluded.elements, excluded.purposes, "
        "excluded.items, excluded.ground, excluded.basis, excluded.per_day, excluded.from_on, excluded.until_on)",
        rows=rows,
    )  # fmt: skip


async def drop_missing(db: Db, elements: list[str], resources: list[str], registers: list[str], agreements: list[str]) -> int:
    """What the city's files no longer name goes; what was agreed in the browser stays."""
    return sum([
        await db.run("delete from exchange.agreement where origin = 'city' and not id = any($ids)", ids=agreements),
        await db.run("delete from exchange.resource where not code = any($codes)", codes=resources),
        await db.run("delete from exchange.register where not code = any($codes)", codes=registers),
        await db.run("delete from exchange.element where not code = any($codes)", codes=elements),
    ])


async def end_agreement(db: Db, agreement: str, now: dt.datetime, by: PersonId | None, reason: str) -> int:
    return await db.run(
        "update exchange.agreement set state = 'ended', ended_at = $now, ended_by = $by, reason = $reason "
        "where id = $agreement and state = 'granted'",
        agreement=agreement, now=now, by=by, reason=reason,
    )  # fmt: skip


async def add_agreement(db: Db, row: Agreement, by: PersonId | None) -> int:
    return await db.run(
        "insert into exchange.agreement (id, asker, resource, elements, purposes, items, ground, basis, per_day, from_on, until_on, "
        "origin, granted_by, scope, every) values ($id, $asker, $resource, $elements, $purposes, $items, $ground, $basis, $per_day, "
        "$from_on, $until_on, 'demand', $by, $scope, $every) on conflict do nothing",
        id=row.id, asker=row.asker, resource=row.resource, elements=list(row.elements), purposes=list(row.purposes),
        items=list(row.items), ground=str(row.ground), basis=row.basis, per_day=row.per_day, from_on=row.from_on, until_on=row.until_on,
        by=by, scope=row.scope, every=row.every,
    )  # fmt: skip


async def set_register(db: Db, register: str, state: str) -> int:
    return await db.run(
        "update exchange.register set state = $state where code = $register and state <> $state", register=register, state=state
    )


async def mapping_versions(db: Db, resource: str) -> list[MappingVersion]:
    return await db.all(
        MappingVersion,
        "select resource, version, live, origin, checked_at, rules, codes from exchange.mapping where resource = $resource "
        "order by version desc limit 20",
        resource=resource,
    )


async def samples(db: Db, resource: str) -> list[Any]:
    """What the city's file has laid down for this resource."""
    found = await db.value("select samples from exchange.mapping where resource = $resource and origin = 'city' limit 1", resource=resource)
    return found or []


async def add_mapping(
    db: Db, resource: str, rules: list[dict[str, Any]], codes: dict[str, Any], now: dt.datetime, by: PersonId | None
) -> int:
    return await db.value(
        "insert into exchange.mapping (resource, version, rules, codes, live, origin, checked_at, by_ref) "
        "select $resource, coalesce(max(version), 0) + 1, $rules, $codes, false, 'steward', $now, $by from exchange.mapping "
        "where resource = $resource returning version",
        resource=resource, rules=rules, codes=codes, now=now, by=by,
    )  # fmt: skip


async def unlive(db: Db, resource: str) -> int:
    return await db.run("update exchange.mapping set live = false where resource = $resource and live", resource=resource)


async def enliven(db: Db, resource: str, version: int) -> int:
    return await db.run(
        "update exchange.mapping set live = true where resource = $resource and version = $version", resource=resource, version=version
    )


async def circuits(db: Db) -> list[Circuit]:
    return await db.all(Circuit, "select register, since, until, rest_s, failures, by_hand, note, told from exchange.circuit")


async def put_circuit(db: Db, circuit: Circuit) -> int:
    """What somebody has left alone by hand stays so: no process says otherwise."""
    return await db.run(
        "insert into exchange.circuit (register, since, until, rest_s, failures, by_hand, note) values ($register, $since, $until, "
        "$rest, $failures, $by_hand, $note) on conflict (register) do update set until = excluded.until, rest_s = excluded.rest_s, "
        "failures = excluded.failures, by_hand = excluded.by_hand, note = excluded.note "
        "where excluded.by_hand or not exchange.circuit.by_hand",
        register=circuit.register, since=circuit.since, until=circuit.until, rest=circuit.rest_s, failures=circuit.failures,
        by_hand=circuit.by_hand, note=circuit.note,
    )  # fmt: skip


async def tell_circuit(db: Db, register: str) -> int:
    return await db.run("update exchange.circuit set told = true where register = $register", register=register)


async def close_circuit(db: Db, register: str, by_hand: bool) -> bool | None:
    """Whether stewards had been told that it is away; None when it was not left alone. What was left alone by hand ends by hand."""
    return await db.value(
        "delete from exchange.circuit where register = $register and ($by_hand or not by_hand) returning told",
        register=register, by_hand=by_hand,
    )  # fmt: skip


async def add_incident(db: Db, incident: Incident) -> int:
    return await db.run(
        "insert into exchange.incident (id, register, resource, kind, note, at) values ($id, $register, $resource, $kind, $note, $at)",
        id=incident.id, register=incident.register, resource=incident.resource, kind=incident.kind, note=incident.note, at=incident.at,
    )  # fmt: skip


async def incidents(db: Db, register: str) -> list[Incident]:
    return await db.all(
        Incident,
        "select id, register, resource, kind, note, at from exchange.incident where register = $register order by at desc limit 20",
        register=register,
    )


async def wrongs_since(db: Db, register: str, since: dt.datetime) -> int:
    return await db.value(
        "select count(*)::int from exchange.incident where register = $register and kind = 'wrong' and at > $since",
        register=register, since=since,
    )  # fmt: skip


class Spent(Struct, frozen=True):
    """An agreement under which one more ask of today has been counted."""

    agreement: str


async def spend(db: Db, agreements: dict[str, int], on: dt.date) -> set[str]:
    """Count one more ask of today under each of these, which may be asked so often a day; those whose day is spent are missing. In one
    order, so that no two transactions wait for each other."""
    found = await db.all(
        Spent,
        "insert into exchange.spent as s (agreement, on_day, asks) select g.agreement, $on, 1 "
        "from unnest($agreements::text[], $most::int[]) g (agreement, most) order by g.agreement "
        "on conflict (agreement, on_day) do update set asks = s.asks + 1 "
        "where s.asks < (select g.most from unnest($agreements::text[], $most::int[]) g (agreement, most) where g.agreement = s.agreement) "
        "returning s.agreement",
        agreements=list(agreements), most=list(agreements.values()), on=on,
    )  # fmt: skip
    return {one.agreement for one in found}
