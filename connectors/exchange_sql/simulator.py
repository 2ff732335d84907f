"""民政局 Civil affairs: `python -m connectors.exchange_sql.simulator --port N --home DIR`.

A database of its own in the cluster of $ONEDOOR_DATABASE_URL, with a role that may read two views, v_hunyin (marriages) and v_butie (relief
and allowances), for a second at a time. Columns have pinyin names, numbers are padded to char(18), money is numeric yuan, a state is
'Y '; the wife's side of a marriage has no index. Over HTTP it has only what every simulated register has: GET /_state, POST /_fault.
"""

import asyncio
import datetime as dt
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg

from connectors.demo_people import Person, by_number, chance, differs, people, told
from connectors.faults import Faults
from connectors.simulating import Asked, Told, run, started
from onedoor.kernel import crypto

CODE, MONEY = "civil", {"01": 860, "02": 1290, "03": 3200}
TABLES = """
create table hunyin (zh text primary key, nan_sfz char(18) not null unique, nan_xm text not null, nv_sfz char(18) not null,
                     nv_xm text not null, djrq date not null, djd char(2) not null, zt char(2) not null);
create table butie (sfzh char(18) not null, xm text not null, lb char(4) not null, je numeric(10, 2) not null, zt char(2) not null);
create index on butie (sfzh);
"""
MARRIAGES = """
select nan_sfz as sfzh, nan_xm as xm, nv_xm as po_xm, nv_sfz as po_sfz, djrq, djd, zh, zt from hunyin
union all select nv_sfz, nv_xm, nan_xm, nan_sfz, djrq, djd, zh, zt from hunyin"""


class Civil:
    """The department's database, and the views over it as the fault of the moment makes them."""

    def __init__(self, dsn: str, secret: bytes, name: str) -> None:
        self.dsn, self.secret, self.name, self.faults = dsn, secret, name, Faults()
        self.rows: dict[str, int] = {}

    @property
    def address(self) -> str:
        return other(self.dsn, self.name, self.name)

    async def open(self) -> None:
        """Made anew at each start: what a department holds does not depend on our last run."""
        admin = await asyncpg.connect(self.dsn)
        try:
            await admin.execute(f"drop database if exists {self.name} with (force)")
            if not await admin.fetchval("select exists (select from pg_roles where rolname = $1)", self.name):
                await admin.execute(f"create role {self.name}")
            await admin.execute(f"""alter role {self.name} login password '{self.secret.hex()}' connection limit 10;
                alter role {self.name} set default_transaction_read_only = on; alter role {self.name} set statement_timeout = '1s'""")
            await admin.execute(f"create database {self.name}")
            await admin.execute(f"revoke all on database {self.name} from public; grant connect on database {self.name} to {self.name}")
        finally:
            await admin.close()
        await self._fill()
        await self._views("none")

    async def close(self) -> None:
        admin = await asyncpg.connect(self.dsn)
        await admin.execute(f"drop database if exists {self.name} with (force)")
        await admin.execute(f"drop role if exists {self.name}")
        await admin.close()

    async def _fill(self) -> None:
        own = await asyncpg.connect(other(self.dsn, self.name))
        try:
            await own.execute(TABLES)
            await own.copy_records_to_table("hunyin", records=marriages())
            await own.copy_records_to_table("butie", records=benefits())
            self.rows = {"hunyin": len(marriages()), "butie": len(benefits())}
        finally:
            await own.close()

    async def _views(self, mode: str) -> None:
        strikes, days = f"random() < {self.faults.rate}", 400 if mode == "stale" else 1
        before = {
            "slow": f"pg_sleep(case when {strikes} then {self.faults.ms / 1000} else 0 end)",
            "hang": f"pg_sleep(case when {strikes} then 3600 else 0 end)",
            "500": f"(select 1 / case when {strikes} then 0 else 1 end)",
            "half": f"(select case when {strikes} then pg_terminate_backend(pg_backend_pid()) end)",
            "flood": "generate_series(1, 100000)",
        }.get(mode, "(select 1)")
        spouse, name = ("peiou_xm" if mode == "wrong_schema" else "po_xm"), "xm || U&'\\FFFD'" if mode == "bad_encoding" else "po_xm"
        person = "reverse(sfzh)::char(18)" if mode == "wrong_person" else "sfzh"
        day, kind = f"current_date - {days} as gxrq", "lb as leibie" if mode == "wrong_schema" else "lb"
        own = await asyncpg.connect(other(self.dsn, self.name))
        try:
            await own.execute(f"""drop view if exists v_hunyin, v_butie;
                create view v_hunyin as select {person} as sfzh, xm, {name} as {spouse}, po_sfz, djrq, djd, zh, zt, {day}
                  from ({MARRIAGES}) m cross join {before} fault;
                create view v_butie as select {person} as sfzh, xm, {kind}, je, zt, {day} from butie cross join {before} fault;
                grant select on v_hunyin, v_butie to {self.name}""")
            await own.execute(f"alter role {self.name} {'nologin' if mode == 'down' else 'login'}")
            await own.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = $1", self.name)
        finally:
            await own.close()

    async def handle(self, asked: Asked) -> Told:
        match asked.method, asked.path:
            case "GET", "/_state":
                return Told(200, {"registers": {CODE: self.address}, "rows": self.rows, "fault": self.faults.said()})
            case "POST", "/_fault":
                answer = self.faults.told(asked.json())
                if answer.status == 200:
                    await self._views(self.faults.mode)
                return answer
            case _:
                return Told(404, {"error": "this register is asked in SQL"})


def other(dsn: str, database: str, role: str = "") -> str:
    """The same server's other database, as another role."""
    parts = urlsplit(dsn)
    query = dict(parse_qsl(parts.query))
    where = parts.netloc
    if role:
        query.pop("user", None)
        query.pop("password", None)
        where = f"{quote(role)}@{where.rpartition('@')[2]}"
    return urlunsplit((parts.scheme, where, f"/{database}", urlencode(query, safe="/"), ""))


def marriages() -> list[tuple[Any, ...]]:
    """Couples of one household, a man and a woman not far apart; what the demo tells of its own people goes first."""
    found: dict[str, tuple[Any, ...]] = {}
    taken: set[str] = set()
    for person in people():
        if (said := told(person, "marriage", None)) and person.sex == "male":
            wife = by_number()[said[0]]
            found[said[3]] = _couple(person, wife, dt.date.fromisoformat(said[1]), said[2], said[3])
            taken |= {person.id_number, wife.id_number}
    homes: dict[str, list[Person]] = {}
    for person in people():
        if person.living and person.age(dt.date.today()) >= 25 and person.id_number not in taken:
            homes.setdefault(person.household, []).append(person)
    for home in homes.values():
        man, wife = next((p for p in home if p.sex == "male"), None), next((p for p in home if p.sex == "female"), None)
        if man and wife and abs(man.birth_on.year - wife.birth_on.year) < 15:
            on = dt.date(max(man.birth_on.year, wife.birth_on.year) + 24, 1 + chance("month", man, 12), 1 + chance("day", man, 28))
            number = f"J{man.id_number[:6]}-{on.year}-{chance('certificate', man, 10**6):06d}"
            found.setdefault(number, _couple(man, wife, on, "B" if chance("place", man, 5) else "W", number))
    return list(found.values())


def _couple(man: Person, wife: Person, on: dt.date, place: str, number: str) -> tuple[Any, ...]:
    called = f"{man.name[:1]}某" if differs(CODE, man) else man.name
    return number, man.id_number, called, wife.id_number, wife.name, on, place, "Y"


def benefits() -> list[tuple[Any, ...]]:
    """A row for each that somebody draws; 00 for whoever draws nothing."""
    found: list[tuple[Any, ...]] = []
    for person in people():
        if person.living:
            drawn = ["03"] if person.birth_on.year < 1932 else [("00", "01", "02")[max(0, chance("relief", person, 40) - 37)]]
            kinds = told(person, "benefits", drawn) or ["00"]
            found += [(person.id_number, person.name, kind, MONEY.get(kind, 0), "Y") for kind in kinds]
    return found


async def serve(port: int, home: Path) -> None:
    """$ONEDOOR_GUEST names the database and the role: guest_…, see the map of users of `onedoor/kernel/postgres.py`."""
    name = os.environ.get("ONEDOOR_GUEST", f"guest_{CODE}")
    register = Civil(os.environ["ONEDOOR_DATABASE_URL"], crypto.secret(home, f"register_{CODE}"), name)
    await register.open()
    await run(register.handle, port)


def main() -> None:
    given = started("exchange_sql")
    asyncio.run(serve(given.port, given.home))


if __name__ == "__main__":
    main()
