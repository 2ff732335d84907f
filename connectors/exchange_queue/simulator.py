"""青禾一院 A hospital: `python -m connectors.exchange_queue.simulator --port N --home DIR`.

It tells of check-ups and of disability assessments by signed events: pushed to $ONEDOOR_PUBLIC_URL/api/exchange/push/hospital until they
are taken, and kept under GET /events?after=&limit=. Some come twice, some in the wrong order, and a result may be corrected days later.
POST /inbox takes referrals. The doctor's desk: GET /_desk for people; POST /_assess {id_number, category, grade}, POST /_checkup
{id_number, site}, POST /_correct {report, grade}. Besides: GET /_state, POST /_fault.
"""

import asyncio
import contextlib
import datetime as dt
import json
import os
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx

from connectors.demo_people import Kept, by_number, chance, people, told
from connectors.faults import Faults, faulty
from connectors.simulating import Asked, Handle, Told, run, started
from onedoor.exchange.pushed import Untrusted, signature, trusted
from onedoor.kernel import crypto

from . import desk

CODE, CHINA = "hospital", dt.timezone(dt.timedelta(hours=8))
CATEGORIES = ("VIS", "HEA", "SPE", "PHY", "INT", "MEN", "MUL")
SITES = {"cdc": "QHCDC", "first": "QHYY1", "second": "QHYY2", "hefeng": "HFXYY"}


class Hospital:
    """Its events in the order in which it tells them, and the referrals it has been handed."""

    def __init__(self, home: Path, secret: bytes, address: str = "") -> None:
        self.secret, self.faults, self.address = secret, Faults(), address
        self.events = Kept(home / "registers" / CODE / "events.jsonl")
        self.referrals = Kept(home / "registers" / CODE / "referrals.jsonl")
        self.pushed = 0
        if not self.events.rows:
            self._begin()

    def handle(self) -> Handle:
        return faulty(self._answer, self.faults, self.state)

    def state(self) -> dict[str, Any]:
        events = [json.loads(row["body"]) for row in list(self.events.rows.values())[-20:]]
        counts = {"rows": len(self.events.rows), "pushed": self.pushed, "referrals": len(self.referrals.rows)}
        return {"registers": {CODE: self.address}, **counts, "last": events}

    def _begin(self) -> None:
        """What happened before anybody listened; every tenth pair in the wrong order."""
        today = dt.datetime.now(CHINA).replace(hour=9, minute=30, second=0, microsecond=0)
        found: list[tuple[str, dt.datetime, dict[str, Any]]] = []
        for person in people():
            drawn = ["second", 30 + chance("day", person, 300)] if chance("checkup", person, 60) == 0 else None
            if said := told(person, "checkup", drawn):
                at = today - dt.timedelta(days=said[1])
                found.append(("checkup.reported", at, _checkup(person.id_number, said[0], at)))
            elif chance("assessed", person, 100) == 0:
                at, kind, grade = today - dt.timedelta(days=40), CATEGORIES[chance("kind", person, 7)], 1 + chance("level", person, 4)
                found.append(("assessment.reported", at, _assessment(person.id_number, kind, grade, at)))
        for n in range(0, len(found) - 1, 10):
            found[n], found[n + 1] = found[n + 1], found[n]
        for kind, at, data in found:
            self.tell(kind, data, at)

    def tell(self, kind: str, data: dict[str, Any], at: dt.datetime | None = None) -> str:
        """One more event; its number is its place in the queue."""
        at = at or dt.datetime.now(CHINA)
        name = f"evt_{uuid.uuid5(uuid.NAMESPACE_OID, f'{kind} {data} {at}').hex}"
        body = json.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False)
        stamp = str(int(time.time()))
        signed = signature(self.secret, name, stamp, body.encode())
        mark = f"{len(self.events.rows) + 1:09d}"
        self.events.put(name, {"mark": mark, "id": name, "timestamp": stamp, "signature": signed, "body": body})
        return name

    async def _answer(self, asked: Asked, mode: str) -> Told:
        match asked.method, asked.path:
            case "GET", "/":
                return Told(200, {"status": "UP"})
            case _, "/events" | "/inbox" if not self._ours(asked):
                return Told(401, {"error": "signature"})
            case "GET", "/events":
                return Told(200, {"items": self._items(asked, mode)})
            case "POST", "/inbox":
                row = {**asked.json(), "number": f"ZZ{len(self.referrals.rows) + 1:06d}"}
                kept = self.referrals.put(asked.headers["webhook-id"], row)
                return Told(202, {"number": kept["number"]})
            case _, "/_desk":
                return self._screen(asked)
            case "POST", _ if asked.path.startswith("/_"):
                return self._desk(asked.path, asked.json())
            case _:
                return Told(404, {"error": "no such address"})

    def _items(self, asked: Asked, mode: str) -> list[dict[str, Any]]:
        after = "" if mode == "stale" else asked.query.get("after", "0").zfill(9)
        rows = [row for row in self.events.rows.values() if row["mark"] > after][: min(100, int(asked.query.get("limit", "100")))]
        rows = [row for n, row in enumerate(rows) for _ in range(2 if n % 10 == 3 and len(rows) < 100 else 1)]
        if mode == "wrong_schema":
            return [{**row, "sign": row["signature"], "signature": None} for row in rows]
        if mode == "wrong_person":
            return [{**row, "body": row["body"].replace('"idNo": "99', '"idNo": "98')} for row in rows]
        return rows

    def _ours(self, asked: Asked) -> bool:
        name, stamp, sign = (asked.headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
        try:
            trusted(self.secret, name, stamp, sign, asked.body, dt.datetime.now(dt.UTC))
        except Untrusted:
            return False
        return True

    def _screen(self, asked: Asked) -> Told:
        """The doctor's page; what is reported on it goes the way of every report."""
        if asked.method == "POST":
            told = self._desk("/_assess", {name: values[-1] for name, values in parse_qs(asked.body.decode()).items()})
            if told.status != 200:
                return told
        bodies = [json.loads(row["body"]) for row in self.events.rows.values()]
        found = {b["data"]["patient"]["idNo"]: b["data"]["reportNo"] for b in bodies if b["type"] == "assessment.reported"}
        names = {number: person.name for number, person in by_number().items()}
        return Told(200, raw=desk.page(list(self.referrals.rows.values()), names, found), kind="text/html; charset=utf-8")

    def _desk(self, path: str, given: dict[str, Any]) -> Told:
        number, now = str(given.get("id_number", "")), dt.datetime.now(CHINA)
        if path == "/_correct":
            return self._correct(str(given["report"]), int(given["grade"]))
        if number not in by_number():
            return Told(404, {"error": "no such patient"})
        if path == "/_assess":
            found = _assessment(number, str(given["category"]), int(given["grade"]), now)
            return Told(200, {"id": self.tell("assessment.reported", found)})
        return Told(200, {"id": self.tell("checkup.reported", _checkup(number, str(given.get("site", "first")), now))})

    def _correct(self, report: str, grade: int) -> Told:
        for row in reversed(self.events.rows.values()):
            data = json.loads(row["body"])["data"]
            if data["reportNo"] == report:
                return Told(200, {"id": self.tell("assessment.reported", {**data, "grade": grade, "revision": data["revision"] + 1})})
        return Told(404, {"error": "no such report"})

    async def push(self, url: str) -> None:
        """Every event, again and again until it is taken; a gate that says no is asked less and less often."""
        waits = 1.0
        async with httpx.AsyncClient(timeout=5, trust_env=False) as house:
            while True:
                rows = list(self.events.rows.values())
                if self.pushed < len(rows) and await self._taken(house, url, rows[self.pushed]):
                    self.pushed, waits = self.pushed + 1, 1.0
                    continue
                await asyncio.sleep(1.0 if self.pushed >= len(rows) else waits)
                waits = min(waits * 2, 10.0)

    async def _taken(self, house: httpx.AsyncClient, url: str, row: dict[str, Any]) -> bool:
        stamp = str(int(time.time()))
        signed = signature(self.secret, row["id"], stamp, row["body"].encode())
        headers = {"webhook-id": row["id"], "webhook-timestamp": stamp, "webhook-signature": signed, "content-type": "application/json"}
        with contextlib.suppress(httpx.HTTPError):
            return (await house.post(url, content=row["body"].encode(), headers=headers)).is_success
        return False


def _checkup(number: str, site: str, at: dt.datetime) -> dict[str, Any]:
    return {"patient": {"idNo": number, "name": by_number()[number].name}, "site": SITES[site], "examined": f"{at:%Y-%m-%d}",
            "reportNo": f"TJ{at:%Y%m%d}{number[-6:-1]}", "revision": 1, "result": "合格"}  # fmt: skip


def _assessment(number: str, category: str, grade: int, at: dt.datetime) -> dict[str, Any]:
    if category not in CATEGORIES or not 1 <= grade <= 4:
        raise ValueError(f"category must be one of {', '.join(CATEGORIES)}, grade 1 to 4")
    return {"patient": {"idNo": number, "name": by_number()[number].name}, "category": category, "grade": grade,
            "assessed": f"{at:%Y-%m-%d}", "reportNo": f"PD{at:%Y%m%d}{number[-6:-1]}", "revision": 1}  # fmt: skip


async def serve(port: int, home: Path) -> None:
    register = Hospital(home, crypto.secret(home, f"register_{CODE}"), f"http://127.0.0.1:{port}")
    pushing = None
    if url := os.environ.get("ONEDOOR_PUBLIC_URL"):
        pushing = asyncio.create_task(register.push(f"{url}/api/exchange/push/{CODE}"))
    await run(register.handle(), port)
    if pushing:
        pushing.cancel()


def main() -> None:
    given = started("exchange_queue")
    asyncio.run(serve(given.port, given.home))


if __name__ == "__main__":
    main()
