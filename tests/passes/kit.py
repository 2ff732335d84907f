"""A phone and a gate in Python, speaking to the application as the browser's do."""

import base64
import hashlib
import json
import re
import secrets
import uuid
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onedoor.kernel import jose
from onedoor.kernel.work import system
from onedoor.passes import service
from onedoor.passes.od1 import layout
from onedoor.passes.od1.chain import chain
from onedoor.passes.od1.minting import shown
from onedoor.passes.od1.scans import FIRST, linked, scan_id

KEEPER, OTHER = "13800990609", "13800990103"
SCHEME = "epi-2026"
WELL = {"symptoms": "none", "contact": "no", "division": "990102001001"}
ILL = {"symptoms": ["fever", "breath"], "temp": "38.5"}
JSON = {"accept": "application/json"}


def declared(site: Any, **answers: str) -> httpx.Client:
    """Somebody new, signed in, with a colour."""
    browser = site.sign_in()
    assert browser.post(f"/passes/{SCHEME}/declare", data=WELL | answers).status_code == 200
    return browser


def lists(site: Any) -> None:
    """The clock's five minutes have passed."""

    async def make() -> None:
        async with site.house.begin(actor=system("test"), seconds=30) as work:
            await service.build_lists(work)

    site.run(make)


class Phone:
    """Makes chains, asks for tickets, shows steps."""

    def __init__(self, browser: httpx.Client, now: int) -> None:
        self.browser, self.now, self.device = browser, now, str(uuid.uuid4())
        self.first = now - now % 3600
        self.links = {self.first + n * 3600: chain(secrets.token_bytes(16), (self.first + n * 3600).to_bytes(4, "big")) for n in range(24)}
        self.tickets: dict[int, bytes] = {}

    def asked(self, **changed: Any) -> dict[str, Any]:
        anchors = [jose.b64(links[0]) for links in self.links.values()]
        return {"scheme": SCHEME, "device": self.device, "first_t0": self.first, "anchors": anchors} | changed

    def ask(self, **changed: Any) -> httpx.Response:
        return self.browser.post("/passes/slots", json=self.asked(**changed), headers=JSON)

    def refill(self) -> "Phone":
        answer = self.ask()
        assert answer.status_code == 201, answer.text
        self.tickets = dict(zip(self.links, map(jose.unb64, answer.json()["tickets"]), strict=True))
        return self

    def code(self, at: int) -> bytes:
        t0 = at - at % 3600
        step = (at - t0) // 15 + 1
        return shown(self.tickets[t0], step, self.links[t0][step])


class Gate:
    """Enrols by its link, keeps a log, uploads it."""

    def __init__(self, site: Any, *, kind: str = "guard", place: str = "测试小区") -> None:
        self.site, self.browser, self.key = site, site.client(), Ed25519PrivateKey.generate()
        self.keeper = site.sign_in(KEEPER)
        made = self.keeper.post("/passes/gates", data={"name": "东门", "place_name": place, "direction": "both", "kind": kind})
        assert made.status_code == 200, made.text
        found = re.search(r"/gate#enrol\.([\w-]+)", made.text)
        assert found is not None
        self.invite = found[1]
        answer = self.enrol()
        assert answer.status_code == 201, answer.text
        told = answer.json()
        self.id, self.raw, self.secret = told["id"], bytes.fromhex(told["raw"]), told["secret"]
        self.lines: list[dict[str, Any]] = []
        self.head = FIRST

    def enrol(self) -> httpx.Response:
        key = jose.b64(self.key.public_key().public_bytes_raw())
        return self.browser.post("/api/gates/enrolments", json={"invite": self.invite, "public_key": key}, headers=JSON)

    def now(self) -> int:
        return int(self.site.house.now().timestamp())

    def speak(
        self, method: str, path: str, body: Any = None, *, off: int = 0, key: Ed25519PrivateKey | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        path, raw, at = f"/api/gates/{self.id}/{path}", b"" if body is None else json.dumps(body).encode(), self.now() + off
        signed = (key or self.key).sign(f"OD1u\n{method} {path}\n{at}\n{hashlib.sha256(raw).hexdigest()}".encode())
        proof = self.secret or f"at={at},sig={jose.b64(signed)}"
        sent = {**JSON, "authorization": f"Gate {proof}", **(headers or {})} | ({"content-type": "application/json"} if raw else {})
        return self.browser.request(method, path, content=raw, headers=sent)

    def write(self, code: bytes, at: int, result: str = "ok", **more: Any) -> dict[str, Any]:
        """One more line of the log."""
        line = {
            "seq": len(self.lines) + 1, "id": scan_id(self.raw, code, at).hex() if len(code) > 41 else "",
            "code": base64.b64encode(code).decode(), "at": at,
            "method": "paper" if code[:1] == b"\x11" else "code", "result": result, "colour": 0, "direction": "in", "temp": None,
            "companions": 0, "undone": False, "prev": self.head.hex(),
        } | more  # fmt: skip
        details = f"{line['method']}.{line['direction']}.{line['temp'] or ''}.{line['companions']}.{int(line['undone'])}"
        self.head = linked(bytes.fromhex(line["prev"]), line["seq"], bytes.fromhex(line["id"]), at, line["result"], details)
        self.lines.append(line)
        return line

    def send(self, lines: list[dict[str, Any]]) -> dict[str, Any]:
        answer = self.speak("POST", "scans", {"scans": lines})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rows(self) -> list[Any]:
        """What is kept of this gate."""

        async def ask() -> list[Any]:
            async with self.site.house.begin(actor=system("test")) as work:
                gate = (await service.gating.memory.get(work.db))[service.gating.GateId.parse(self.id)]
                return await service.gating.store.stored(work.db, gate.org_id, gate.id, 0, 1 << 30)

        return self.site.run(ask)


__all__ = ["KEEPER", "SCHEME", "Gate", "Phone", "declared", "layout", "lists"]
