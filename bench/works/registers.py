"""Departments' registers: a SOAP answer of twenty rows in GB18030 as elements, a call over REST beside a bare one, and a workbook of
fifty thousand rows from its bytes to sealed rows in PostgreSQL. CPU of this process; the registers are processes of their own.
"""

import asyncio
import datetime as dt
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from openpyxl import Workbook

from bench.place import CITY, Place, free_port
from connectors.asking import settings_of
from connectors.demo_people import _number
from connectors.exchange_rest.plugin import Rest
from connectors.exchange_soap import plugin as soap
from connectors.outgoing import Reply
from onedoor.exchange.drops.checks import Way, staged
from onedoor.exchange.mapping.applying import Mapping
from onedoor.exchange.models import AskOut, State, System, Transport
from onedoor.exchange.vault import open_vault, vault
from onedoor.kernel import crypto

NAME = "registers"
ROWS, CALLS, AT_ONCE = 50_000, 400, 20
SOAP_MS, DROP_S, CALL_MS = 0.5, 5.0, 1.0
WANG_MIN = "990102197811050423"


def register(code: str) -> dict[str, Any]:
    return tomllib.loads((CITY / "exchange" / "registers" / f"{code}.toml").read_text("utf-8"))


def mapping(told: dict[str, Any], operation: str) -> Mapping:
    tables = {name: {code: one["value"] for code, one in table.items()} for name, table in told.get("codes", {}).items()}
    return Mapping(next(r["rules"] for r in told["resource"] if r["operation"] == operation), tables)


def soap_ms(rounds: int) -> float:
    """CPU of one answer, from its bytes to its elements."""
    told = register("social")
    settings = settings_of(System("social", Transport.SOAP, "", told["settings"]), soap.Settings)
    asked, reading = settings.operations["insured"], mapping(told, "insured")
    row = "<row><aae140>110</aae140><aac008>1</aac008><aae201>240</aae201><aae180>8200.00</aae180><aab004>青禾市𠮷田商行</aab004></row>"
    words = (
        '<?xml version="1.0" encoding="GBK"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><queryInsuredResponse>'
        f"<result><aac002>{WANG_MIN}</aac002><aae036>2026-11-25</aae036><aab004>青禾市书院印务</aab004><aae031>00000000</aae031>{row * 20}"
        "</result></queryInsuredResponse></s:Body></s:Envelope>"
    )
    reply = Reply(200, words.encode("gb18030"))
    took = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(100):
            got = soap.answered(reply, settings, asked)
            outcomes = reading.apply(got.document)
        took.append((time.process_time() - began) * 10)
        assert len(outcomes["insurance.kinds"].value) == 20
    return statistics.median(took)


async def cpu_ms(call: Callable[[], Awaitable[object]]) -> float:
    """CPU of one call, twenty at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with places:
            await call()

    await asyncio.gather(*[one() for _ in range(AT_ONCE)])
    began = time.process_time()
    await asyncio.gather(*[one() for _ in range(CALLS)])
    return (time.process_time() - began) / CALLS * 1000


async def calls(home: Path, rounds: int) -> tuple[float, float]:
    """A question as it is asked, and a bare GET of the same client library, in turns."""
    port = free_port()
    command = [sys.executable, "-m", "connectors.exchange_rest.simulator", "--port", str(port), "--home", str(home)]
    process, url = subprocess.Popen(command), f"http://127.0.0.1:{port}"
    connector = Rest()
    there = System("police", Transport.REST, url, register("police")["settings"], crypto.secret(home, "register_police"))
    question = AskOut("r", "household", {"person.id_number": WANG_MIN}, 10_000)
    try:
        async with aiohttp.ClientSession() as bare:
            for _ in range(200):
                if (await connector.health(there)).well:
                    break
                await asyncio.sleep(0.1)
            assert (await connector.ask(there, question)).state is State.HELD

            async def get() -> None:
                async with bare.get(f"{url}/") as answer:
                    await answer.read()

            pairs = [(await cpu_ms(lambda: connector.ask(there, question)), await cpu_ms(get)) for _ in range(rounds)]
    finally:
        await connector.close()
        process.terminate()
        process.wait()
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def workbook() -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["残疾人证登记册"])
    sheet.append(["姓名", "身份证号", "类别", "等级", "证号", "发证日期"])
    for n in range(ROWS):
        number = _number("990102", dt.date(1930, 1, 1) + dt.timedelta(days=n // 3), n % 3 + 1)
        sheet.append(["王敏", number, "视力", "一级", f"{number}11", "2020-01-15"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def dropped(place: Place, content: bytes) -> tuple[float, float]:
    """Seconds from the bytes to sealed rows, and of putting them into the table."""
    told = register("disabled")
    way, reading = Way("person.id_number", "身份证号", "发证日期"), mapping(told, "card")
    began = time.perf_counter()
    drop = staged("CARD_20261126_001.xlsx", content, way, reading)
    assert (len(drop.rows), drop.problems) == (ROWS, [])
    hashes = [vault().hashed("disabled.card", {"person.id_number": key}) for key in drop.rows]
    bodies = [vault().seal_copy(hashed, {"row": row}) for hashed, row in zip(hashes, drop.rows.values(), strict=True)]
    read = time.perf_counter() - began

    async def put() -> float:
        conn = await asyncpg.connect(place.dsn)
        await conn.execute("create table if not exists copy (key_hash bytea primary key, body bytea not null); truncate copy")
        began = time.perf_counter()
        await conn.execute("insert into copy select * from unnest($1::bytea[], $2::bytea[])", hashes, bodies)
        took = time.perf_counter() - began
        await conn.close()
        return took

    return read, asyncio.run(put())


def main() -> int:
    rounds = 3 if "--quick" in sys.argv else 7
    answer = soap_ms(rounds)
    with tempfile.TemporaryDirectory() as home:
        open_vault(Path(home))
        asked, bare = asyncio.run(calls(Path(home), rounds))
    content, place = workbook(), Place(1)
    try:
        pairs = [dropped(place, content) for _ in range(3)]
    finally:
        place.close()
    read, put = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"SOAP answer of 20 rows {answer:.2f} CPU-ms (limit {SOAP_MS}) · REST question {asked:.2f} CPU-ms, a bare GET {bare:.2f} (limit "
          f"{CALL_MS}) · {ROWS:,} rows of .xlsx read and sealed {read:.2f} s + put {put:.2f} s (limit {DROP_S})")
    fast = answer <= SOAP_MS and asked <= CALL_MS and read + put <= DROP_S
    figures = {"soap_cpu_ms": round(answer, 3), "rest_cpu_ms": round(asked, 3), "bare_cpu_ms": round(bare, 3)}
    figures["drop_s"] = round(read + put, 2)
    print(json.dumps({"work": NAME, **figures, "load": os.getloadavg()[0], "fast_enough": fast}))
    return int(not fast)


if __name__ == "__main__":
    sys.exit(main())
