"""A form of twelve fields from four registers, one of which takes two seconds: how soon the page is there, and what handing in costs.

Registers are processes of their own; people arrive at a fixed rate, come what may. The page is timed from the press that opens the form's
first page; two and a half seconds later every field must have come. Handing in is CPU of application and PostgreSQL.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from typing import Any

import aiohttp

from bench import cpu
from bench.place import CITY, Place
from bench.seed import person

NAME = "prefill"
LIMITS = {"page p99": 150.0, "submit CPU": 6.0}
PEOPLE, RATE = int(os.environ.get("ONEDOOR_BENCH_PEOPLE", "1000")), int(os.environ.get("ONEDOOR_BENCH_RATE", "10"))
SLOW_S, WAIT_S = 2.0, 2.5
ITEM, REGISTERS = "mz-dianzi-jiehunzheng", ("one", "two", "three", "slow")
ELEMENTS = {code: [f"{code}.{part}" for part in ("first", "second", "third")] for code in REGISTERS}
SERVER = """
import asyncio, json, random, sys
slow = float(sys.argv[1])
async def talk(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            size = next(int(l.split(b":")[1]) for l in head.split(b"\\r\\n") if l.lower().startswith(b"content-length"))
            key = json.loads(await reader.readexactly(size))["id"]
            await asyncio.sleep(slow or random.uniform(.02, .06))
            body = json.dumps({"id": key, "first": "\\u4e00" * 6, "second": "\\u4e8c" * 6, "third": "\\u4e09" * 6}).encode()
            head = b"HTTP/1.1 200 OK\\r\\ncontent-type: application/json\\r\\ncontent-length: %d\\r\\n\\r\\n" % len(body)
            writer.write(head + body)
    except Exception:
        writer.close()
async def main():
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}


def directory() -> dict[str, list[dict[str, Any]]]:
    """Four registers with three facts each, all of which the service may ask for."""
    settings = {"operations": {"all": {"path": "/", "body": {"id": "{person.id_number}"}, "echo": {"person.id_number": "/id"}}}}
    registers = [
        {
            "code": code, "department": "minzheng", "title": text(code), "transport": "rest", "hours": "00:00-24:00", "contact": "-",
            "limits": {"rps": 500, "concurrent": 100, "timeout_ms": 5000}, "settings": settings,
            "resource": [{
                "code": f"{code}.all", "version": 1, "title": text(code), "way": "interface", "operation": "all",
                "keys": ["person.id_number"], "elements": parts, "sharing": "open", "cycle": "live", "fresh_for": "1d",
                "rules": [{"to": part, "from": f"/{part.split('.')[1]}"} for part in parts],
            }],
        }
        for code, parts in ELEMENTS.items()
    ]  # fmt: skip
    shape = {"schema": {"type": "string"}, "sensitivity": 3, "mask": "hidden"}
    return {
        "registers": registers, "purposes": [{"code": "apply", "title": text("apply"), "law": "-", "keep_days": 30}],
        "elements": [{"code": e, "title": text(e), "source": code, **shape} for code, parts in ELEMENTS.items() for e in parts],
        "agreements": [
            {
                "id": f"bench-{code}", "asker": "minzheng", "resource": f"{code}.all", "elements": parts, "purposes": ["apply"],
                "items": [ITEM], "ground": "duty", "basis": "-", "per_day": 1_000_000, "from": "2020-01-01", "until": "2022-12-31",
            }
            for code, parts in ELEMENTS.items()
        ],
    }  # fmt: skip


def form() -> dict[str, Any]:
    """Name and number as always, twelve facts of registers on one page, and one question of its own."""
    names = [e.replace(".", "_") for parts in ELEMENTS.values() for e in parts]
    properties: dict[str, Any] = {"name": {"$ref": "od:name"}, "id_number": {"$ref": "od:citizen-id"}}
    properties |= {name: {"type": "string"} for name in names} | {"wish": {"enum": ["yes", "no"]}}
    bound = {"/name": "person.name", "/id_number": "person.id_number"}
    bound |= {f"/{e.replace('.', '_')}": e for parts in ELEMENTS.values() for e in parts}
    return {
        "version": 99, "title": text("bench"),
        "schema": {"type": "object", "additionalProperties": False, "required": ["wish"], "properties": properties},
        "fields": {n: {"label": text(n), "as": "radios" if n == "wish" else "text"} for n in properties},
        "pages": [{"id": "all", "ask": [*names[:11], "wish"], "title": text("all")}, {"id": "last", "ask": names[11:]}], "bindings": bound,
    }  # fmt: skip


async def fill(place: Place, addresses: dict[str, str]) -> list[str]:
    """The city, its people with sessions, and the directory of the bench in place of the city's own; sessions' tokens."""
    from onedoor.cases.models import PublishedItem
    from onedoor.cases.service.definitions import put_form
    from onedoor.exchange import service as exchange
    from onedoor.identity import service as identity
    from onedoor.identity.models import SessionKind
    from onedoor.identity.ports import Secrets
    from onedoor.identity.service.signing import begin_session
    from onedoor.kernel.i18n import Text
    from onedoor.kernel.migrate import migrate
    from onedoor.kernel.work import system
    from onedoor.orgs import service as orgs
    from onedoor.web.city import load
    from onedoor.web.house import House

    await migrate(place.dsn)
    await load(place.settings, CITY)
    house = House(place.settings)
    await house.open(listen=False)
    async with house.begin(actor=system("bench"), seconds=120) as work:
        files = directory()
        for one in files["agreements"]:
            one |= {"from": work.today, "until": work.today}
        await exchange.put_dictionary(work, files)
    async with house.begin(actor=system("bench"), seconds=120) as work:
        await exchange.dictionary(work)
        org = next(d.id for d in await orgs.departments(work) if d.code == "minzheng")
        await put_form(work, PublishedItem(ITEM, Text("bench", "bench"), org, 1, 5, {"min_assurance": 2}, form()))
        known = await identity.put_people(work, [person(n) for n in range(PEOPLE)], house.ports.get(Secrets))
        tokens = [(await begin_session(work, one, SessionKind.WEB, "bench")).token for one in known.values()]
    await house.close()
    os.environ.update({f"ONEDOOR_REGISTER_{code.upper()}": address for code, address in addresses.items()})
    return tokens


async def opened(http: aiohttp.ClientSession, base: str, token: str, took: list[float]) -> str:
    """Press, then the page of twelve fields; the draft's address."""
    headers = {"cookie": f"onedoor={token}", "accept": "text/html"}
    async with http.post(f"{base}/apply/{ITEM}", data={"new": "1"}, headers=headers, allow_redirects=False) as said:
        draft = said.headers.get("location", "")
        assert said.status == 303, await said.text()
    begun = time.perf_counter()
    async with http.get(f"{base}{draft}/all", headers=headers) as page:
        await page.read()
        assert page.status == 200, page.status
    took.append((time.perf_counter() - begun) * 1000)
    return draft


async def measured(place: Place, tokens: list[str]) -> bool:
    base, took = f"http://127.0.0.1:{place.port}", list[float]()
    assert place.web is not None
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        for token in tokens[:20]:
            await opened(http, base, token, [])
        people, begun, tasks = tokens[20:], time.perf_counter(), []
        spent = cpu.seconds(place.web.pid) + cpu.seconds(place.postmaster)
        for n, token in enumerate(people):
            tasks.append(asyncio.create_task(opened(http, base, token, took)))
            await asyncio.sleep(max(0.0, begun + (n + 1) / RATE - time.perf_counter()))
        drafts = await asyncio.gather(*tasks)
        opening = (cpu.seconds(place.web.pid) + cpu.seconds(place.postmaster) - spent) * 1000 / len(people)
        await asyncio.sleep(WAIT_S)
        empty = await asyncio.to_thread(place.count, "select count(*) from exchange.ask where state <> 'held'")
        headers = [{"cookie": f"onedoor={token}", "accept": "text/html"} for token in people]
        for draft, head in zip(drafts, headers, strict=True):
            async with http.post(f"{base}{draft}/all", data={"wish": "yes"}, headers=head, allow_redirects=False) as said:
                assert said.status == 303, await said.text()
        before = cpu.seconds(place.web.pid) + cpu.seconds(place.postmaster)
        for draft, head in zip(drafts, headers, strict=True):
            async with http.post(f"{base}{draft}/check", headers=head, allow_redirects=False) as said:
                assert said.status == 303, re.sub("<[^>]+>", " ", await said.text())[-600:]
        submit = (cpu.seconds(place.web.pid) + cpu.seconds(place.postmaster) - before) * 1000 / len(people)
    proofs = await asyncio.to_thread(place.count, "select min(jsonb_array_length(evidence)) from cases.case_file")
    took.sort()
    found = {"page p50": took[len(took) // 2], "page p99": took[int(len(took) * 0.99)], "open CPU": opening, "submit CPU": submit}
    print("  ".join(f"{what} {value:.1f} ms" for what, value in found.items()), flush=True)
    asks = f"{empty} of {4 * len(tokens)} asks not held"
    print(f"{len(people)} people at {RATE}/s, {asks}, at least {proofs} proofs with each case", flush=True)
    print(json.dumps({"work": NAME, **{what: round(value, 2) for what, value in found.items()}}), flush=True)
    return empty == 0 and proofs == 14 and all(found[what] <= limit for what, limit in LIMITS.items())


def main() -> int:
    global PEOPLE
    if "--quick" in sys.argv:
        PEOPLE = min(PEOPLE, 220)
    servers = [
        subprocess.Popen([sys.executable, "-c", SERVER, str(SLOW_S if code == "slow" else 0)], stdout=subprocess.PIPE, text=True)
        for code in REGISTERS
    ]
    place = Place(1)
    try:
        ports = {code: server.stdout.readline().strip() for code, server in zip(REGISTERS, servers, strict=True) if server.stdout}
        tokens = asyncio.run(fill(place, {code: f"http://127.0.0.1:{port}" for code, port in ports.items()}))
        place.start()
        return int(not asyncio.run(measured(place, tokens)))
    finally:
        place.close()
        for server in servers:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main())
