"""The rules that let these tables be spread over many machines, read from PostgreSQL's own catalogue after every migration.

The label of a table is the start of its comment: `C: ` (key citizen_id), `O: ` (key org_id), `R: ` (copied everywhere), `L: ` (local),
or `C by tel: ` for a claim table distributed by the value it claims. See ADR 0002.
"""

import re
from typing import Any

LABEL = re.compile(r"(?P<kind>[CORL])( by (?P<by>\w+))?: ")
KEY = {"C": "citizen_id", "O": "org_id"}
EXTENSIONS = {
    "plpgsql", "pg_trgm", "btree_gist", "btree_gin", "unaccent", "cube", "earthdistance",
    "citext", "hstore", "pg_stat_statements",
}
ALLOWED = {"CC", "OO", "CR", "OR", "RR", "LR", "LL"}          # foreign keys, from kind to kind

TABLES = """
select c.oid, n.nspname as schema, n.nspname || '.' || c.relname as name, obj_description(c.oid, 'pg_class') as comment,
          c.relrowsecurity as rls,
       (select array_agg(a.attname::text order by a.attnum)
           from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and a.attnotnull) as present,
       (select array_agg(a.attname::text) from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = c.oid and a.attnum > 0 and (a.attidentity <> '' or pg_get_expr(d.adbin,
          d.adrelid) like 'nextval(%')) as counted,
       (select array_agg(a.attname || ' ' || format_type(a.atttypid, null)) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid in ('timestamp'::regtype, 'timetz'::regtype,
          'money'::regtype, 'json'::regtype)) as odd,
       (select array_agg(t.tgname::text) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema|public)'"""
UNIQUES = """
select i.indrelid as oid, i.indexrelid::regclass::text as name, i.indisprimary as main,
       (select array_agg(a.attname::text order by k.n) from unnest(i.indkey::int2[]) with ordinality k(att, n)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.att where k.n <= i.indnkeyatts) as columns
  from pg_index i where i.indisunique or i.indisexclusion"""
KEYS = """
select f.conrelid as oid, f.confrelid as target, f.conname as name, f.confdeltype::text as on_delete,
       (select array_agg(a.attname::text order by k.n) from unnest(f.conkey) with ordinality k(att, n)
          join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.att) as near,
       (select array_agg(a.attname::text order by k.n) from unnest(f.confkey) with ordinality k(att, n)
          join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.att) as far
  from pg_constraint f where f.contype = 'f' and f.conparentid = 0"""


async def broken(conn: Any) -> list[str]:
    """Each broken rule as one line naming the table; an empty list is a pass."""
    tables = {t["oid"]: t for t in await conn.fetch(TABLES)}
    kinds: dict[int, str] = {}
    keys: dict[int, str | None] = {}
    bad: list[str] = []
    for oid, t in tables.items():
        if label := LABEL.match(t["comment"] or ""):
            kinds[oid], keys[oid] = label["kind"], label["by"] or KEY.get(label["kind"])
            bad += _table(t, label["kind"], label["by"], keys[oid])
        else:
            bad.append(f"{t['name']}: no label (comment must start with 'C: ', 'O: ', 'R: ', 'L: ' or 'C by column: ')")
    bad += _uniques(await conn.fetch(UNIQUES), tables, kinds, keys)
    for f in await conn.fetch(KEYS):
        if f["oid"] in kinds and f["target"] in kinds:
            bad += _foreign(f, tables, kinds, keys)
    have = {r[0] for r in await conn.fetch("select extname::text from pg_extension")}
    return bad + [f"extension {e} is not allowed" for e in sorted(have - EXTENSIONS - {"citus", "citus_columnar"})]


def _table(t: Any, kind: str, claim: str | None, key: str | None) -> list[str]:
    bad: list[str] = []
    if key and not claim and t["columns"][0] != key:
        bad.append(f"{t['name']}: first column must be {key}")
    if key and key not in (t["present"] or []):
        bad.append(f"{t['name']}: {key} must be NOT NULL")
    if kind != "L" and t["counted"]:
        bad.append(f"{t['name']}: {t['counted']} count up; use uuidv7()")
    if kind != "L" and t["triggers"]:
        bad.append(f"{t['name']}: triggers {t['triggers']}; write the row in the same statement")
    if kind == "C" and not claim and not t["rls"]:
        bad.append(f"{t['name']}: row level security is off")
    if t["odd"]:
        bad.append(f"{t['name']}: {t['odd']}; use timestamptz, bigint fen, jsonb")
    return bad


def _uniques(found: list[Any], tables: dict[int, Any], kinds: dict[int, str], keys: dict[int, str | None]) -> list[str]:
    bad: list[str] = []
    mains: set[int] = set()
    for u in found:
        if u["main"]:
            mains.add(u["oid"])
        if (key := keys.get(u["oid"])) is None:
            continue
        name = tables[u["oid"]]["name"]
        if u["main"] and u["columns"][0] != key:
            bad.append(f"{name}: primary key must begin with {key}")
        elif not u["main"] and key not in (u["columns"] or []):
            bad.append(f"{name}: unique {u['name']} lacks {key}; use a claim table")
    return bad + [f"{tables[oid]['name']}: no primary key" for oid in kinds if oid not in mains]


def _foreign(f: Any, tables: dict[int, Any], kinds: dict[int, str], keys: dict[int, str | None]) -> list[str]:
    bad: list[str] = []
    near, far = tables[f["oid"]], tables[f["target"]]
    here = f"{near['name']}: foreign key {f['name']}"
    if near["schema"] != far["schema"]:
        bad.append(f"{here} leaves the room; keep a bare …_ref")
    pair = kinds[f["oid"]] + kinds[f["target"]]
    if pair not in ALLOWED:
        bad.append(f"{here} goes {pair[0]} to {pair[1]}; keep a bare …_ref")
    elif pair in ("CC", "OO") and (keys[f["oid"]], keys[f["target"]]) not in list(zip(f["near"], f["far"], strict=True)):
        bad.append(f"{here} lacks {keys[f['oid']]}")
    if kinds[f["oid"]] != "L" and f["on_delete"] not in "acr":
        bad.append(f"{here}: ON DELETE may be CASCADE, RESTRICT or NO ACTION")
    return bad
