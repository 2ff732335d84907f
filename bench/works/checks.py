"""Checks at turnstiles: fifty codes a request over HTTP, judged and kept; and gate logs of 500 lines. CPU of application and PostgreSQL."""

import asyncio
import base64
import hashlib
import json
import os
import secrets
import statistics
import sys
import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench import cpu
from bench.client import Load, fire, request
from bench.place import CITY, Place
from onedoor.identity.models import PersonId
from onedoor.kernel import jose
from onedoor.kernel.work import Actor, system
from onedoor.orgs import service as orgs
from onedoor.passes import service
from onedoor.passes.gates import Direction, GateKind
from onedoor.passes.od1 import layout
from onedoor.passes.od1.chain import chain
from onedoor.passes.od1.minting import shown
from onedoor.passes.od1.pid import Pid
from onedoor.passes.od1.scans import linked, scan_id
from onedoor.passes.vault import vault
from onedoor.web.city import load
from onedoor.web.house import House

NAME, SCHEME, BATCH, LIMIT_MS = "checks", "epi-2026", 50, 1.0
JSON = {"accept": "application/json"}


class Post:
    """A turnstile and a guard's gate, and codes that are good now."""

    def __init__(self, place: Place) -> None:
        self.place, self.key = place, Ed25519PrivateKey.generate()
        self.turnstile: service.Enrolled
        self.guard: service.Enrolled
        self.seq, self.head = 0, bytes(32)

    async def open(self) -> None:
        from onedoor.kernel.migrate import migrate

        await migrate(self.place.dsn)
        await load(self.place.settings, CITY, demo=True)
        house = House(self.place.settings)
        await house.open(listen=False)
        async with house.begin(actor=system("bench"), seconds=60) as work:
            await service.build_lists(work)
            org = (await orgs.department(work, "weijian")).id
        self.shard = (await self._scheme(house)).shard
        keeper = Actor(id=PersonId.new(), org=org, grants=frozenset({"passes:gates"}))
        self.turnstile = await self._gate(house, keeper, GateKind.TURNSTILE, "")
        self.guard = await self._gate(house, keeper, GateKind.GUARD, jose.b64(self.key.public_key().public_bytes_raw()))
        await house.close()

    async def _scheme(self, house: House) -> Any:
        async with house.begin(actor=system("bench")) as work:
            return await service.scheme(work, SCHEME)

    async def _gate(self, house: House, keeper: Actor, kind: GateKind, key: str) -> service.Enrolled:
        async with house.begin(actor=keeper) as work:
            new = service.NewGate("门", place_name="站", division="9901", direction=Direction.BOTH, kind=kind)
            invite = (await service.invite_gate(work, new)).invite
        async with house.begin(actor=system("bench")) as work:
            return await service.enrol(work, invite, key)

    def codes(self, many: int) -> list[bytes]:
        """Each of another person, at a step of its own; the slot began up to an hour ago."""
        now = int(time.time())
        ring = vault().ring(SCHEME, now)
        made = []
        for n in range(many):
            t0 = now - (n * 15) % 3600
            links = chain(secrets.token_bytes(16), t0.to_bytes(4, "big"))
            pid = Pid(self.shard, secrets.randbelow(1 << 24), 1)
            ticket = ring.minter.ticket(ring.pids[f"day.{t0 // 86_400}"], pid, 0, t0, links[0])
            step = (now - t0) // 15 + 1
            made.append(shown(ticket, min(step, 240), links[min(step, 240)]))
        return made

    def asked(self, batches: int) -> list[str]:
        headers = {**JSON, "authorization": f"Gate {self.turnstile.secret}"}
        codes = [{"code": layout.text_of(one)} for one in self.codes(batches * BATCH)]
        path = f"/api/gates/{self.turnstile.id}/checks"
        return [request("POST", path, headers, {"checks": codes[n : n + BATCH]}) for n in range(0, len(codes), BATCH)]

    def sent(self, batches: int, size: int) -> list[str]:
        """The next pieces of the guard's log, each signed."""
        path, raw, found = f"/api/gates/{self.guard.id}/scans", bytes.fromhex(self.guard.raw), []
        now = int(time.time())
        for _ in range(batches):
            lines = []
            for code in self.codes(size):
                self.seq += 1
                scan = scan_id(raw, code, now).hex()
                line = {
                    "seq": self.seq, "id": scan, "code": base64.b64encode(code).decode(), "at": now, "method": "code", "result": "ok",
                    "colour": 0, "direction": "in", "temp": None, "companions": 0, "undone": False, "prev": self.head.hex(),
                }  # fmt: skip
                self.head = linked(self.head, self.seq, bytes.fromhex(scan), now, "ok", "code.in..0.0")
                lines.append(line)
            body = json.dumps({"scans": lines}, ensure_ascii=False)
            text = f"OD1u\nPOST {path}\n{now}\n{hashlib.sha256(body.encode()).hexdigest()}"
            headers = {**JSON, "authorization": f"Gate at={now},sig={jose.b64(self.key.sign(text.encode()))}"}
            found.append(request("POST", path, headers, {"scans": lines}))
        return found


def measured(place: Place, requests: list[str], each: int, connections: int) -> float:
    """CPU milliseconds of one check, application and PostgreSQL together."""
    assert place.web is not None
    before = cpu.seconds(place.web.pid), cpu.seconds(place.postmaster)
    got = fire(Load(place.port, requests, 60, connections, 0.0, True))
    after = cpu.seconds(place.web.pid), cpu.seconds(place.postmaster)
    if set(got.statuses) != {"200"} or got.all_done != len(requests):
        raise SystemExit(f"WRONG: {got.statuses} of {len(requests)}")
    app, pg = ((b - a) * 1000 / (len(requests) * each) for a, b in zip(before, after, strict=True))
    print(f"  app {app:.3f} + pg {pg:.3f} ms CPU a check, p50 {got.p50_ms:.1f} ms a request")
    return app + pg


def main() -> int:
    quick = "--quick" in sys.argv
    rounds, batches = (3, 10) if quick else (5, 30)
    place = Place(2)
    try:
        post = Post(place)
        asyncio.run(post.open())
        place.start()
        online, logs = [], []
        for _ in range(rounds):
            print("fifty checks a request:")
            online.append(measured(place, post.asked(batches), BATCH, 2))
            print("five hundred lines of a log:")
            logs.append(measured(place, post.sent(max(1, batches // 10), 500), 500, 1))
        kept = place.count("select count(*) from passes.scan where row_no is not null")
        wanted = rounds * (batches * BATCH + max(1, batches // 10) * 500)
    finally:
        place.close()
    cost = statistics.median(online)
    print(json.dumps({
        "work": NAME, "online_ms": round(cost, 3), "limit_ms": LIMIT_MS, "log_ms": round(statistics.median(logs), 3), "rows": kept,
        "sent": wanted, "load": os.getloadavg()[0],
    }))  # fmt: skip
    return int(cost > LIMIT_MS or kept != wanted)


if __name__ == "__main__":
    sys.exit(main())
