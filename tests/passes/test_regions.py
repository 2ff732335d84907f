"""Two nodes that recognise each other's residents, and a third whose document has run out."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bench.place import free_port
from onedoor.kernel import jose
from onedoor.kernel import trust as document
from onedoor.kernel.keys import Keys
from onedoor.passes.od1 import layout
from onedoor.passes.od1.bundles import known_of
from onedoor.passes.od1.checking import Checker
from onedoor.passes.recognition import hub, levels
from tests import nursery
from tests.conftest import ROOT, TEMPLATE, _admin, _named

PHONE, GUEST = "13900990001", "13900990002"
HUB = [""]
"""What the third node publishes as a hub."""
MOVED = (
    "set session_replication_role = replica",
    "update orgs.district set code = '9902' || substr(code, 5), parent = '9902' || substr(parent, 5), path = replace(path, '9901', '9902')",
)
"""The second node is another city's: the same tree under another number."""


class Node:
    """One house in a process of its own."""

    def __init__(self, dsn: str, home: Path, module: str = "tests.passes.node_process") -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = nursery.Popen(
            [sys.executable, "-m", module, dsn, str(home), str(self.port)], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def said(self, begins: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(begins):
                return line.removeprefix(begins).strip()
        raise AssertionError("the node has ended")

    def do(self, act: str, *args: str) -> Any:
        assert self.process.stdin is not None
        print(json.dumps([act, *args]), file=self.process.stdin, flush=True)
        answer = json.loads(self.said("answer "))
        assert answer != "fault", f"{act}: see stderr"
        return answer

    def reads(self, text: str) -> dict[str, Any]:
        return httpx.post(f"{self.url}/api/passes/readings", json={"text": text}, timeout=20).json()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="module")
def nodes(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    names = [f"onedoor_node_{n}_{time.time_ns()}" for n in range(2)]
    asyncio.run(_admin(template, *(f"create database {name} template {TEMPLATE}" for name in names)))
    asyncio.run(_moved(_named(template, names[1])))
    made = [Node(_named(template, name), tmp_path_factory.mktemp(name)) for name in names]
    for node in made:
        node.said("ready")
    yield made[0], made[1]
    for node in made:
        node.close()
    asyncio.run(_admin(template, *(f"drop database if exists {name} with (force)" for name in names)))


async def _moved(dsn: str) -> None:
    import asyncpg

    conn = await asyncpg.connect(dsn)
    for statement in MOVED:
        await conn.execute(statement)
    await conn.close()


@pytest.fixture
def third(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A node that published its document nine days ago: its address and fingerprint."""
    port = free_port()
    url, then = f"http://127.0.0.1:{port}", int(time.time()) - 9 * 86_400
    ring = Keys(tmp_path, url, "federation").ring()
    said = document.Document(1, url, ("9903",), 1, then, then + 7 * 86_400)
    text = document.sign(ring, said)

    class Published(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write((HUB[0] if self.path.endswith("onedoor-hub") else text).encode())

        def log_message(self, *given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Published)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield url, document.fingerprint(ring.active.entry.jwk)
    server.shutdown()


def test_two_nodes_and_a_third(nodes: tuple[Node, Node], third: tuple[str, str]) -> None:
    here, there = nodes
    for node, other, division in ((here, there, "9902"), (there, here, "9901")):
        assert node.do("believe", other.url, other.do("fingerprint"), division, "verify") == "agreed"
    assert here.do("believe", *third, "9903", "verify") == "agreed"
    green = there.do("code", PHONE, "990202001001", "none")
    assert here.reads(green)["result"] == "unknown_issuer", "nothing is known of the other node before it has been asked"
    assert here.do("job") == {there.url: None, third[0]: "expired"}, "the third is refused by name"
    assert there.do("job") == {here.url: None}

    seen = here.reads(green)
    assert (seen["result"], seen["node"], seen["scheme"], seen["colour"], seen["ask"]) == ("ok", there.url, "epi-2026", "green", False)
    yellow = here.do("code", PHONE, "990102001001", "fever")
    assert here.reads(yellow)["colour"] == "yellow"
    assert there.reads(yellow)["colour"] == "red", "by the other node's map, which may worsen"

    alone = Checker(known_of(there.do("bundle"), [], now := int(time.time())))
    found = alone.check(layout.read(yellow), now)
    assert (found.result, found.colour, found.ask) == ("ok", layout.Colour.RED, False), "without a network, by the same map"

    result, colour, waiting, known = here.do("turnstile", green)
    assert (result, colour, waiting) == ("ok", 0, 1)
    assert known == 0, "whose it is cannot be read here"
    here.do("job")
    assert there.do("away", PHONE) == [f"{here.url} 界河大桥 in"], "told to the person by the person's own node"
    assert here.do("turnstile", yellow)[2] == 0, "our own people are not sealed away"
    here.do("job")
    assert len(there.do("away", PHONE)) == 1, "once"

    assert there.do("believe", here.url, here.do("fingerprint"), "9901", "report") == "agreed", "now it is below this one"
    there.do("job")
    assert there.do("report") == []
    told = next(one for one in here.do("reported", "9901") if one["scheme"] == "epi-2026")
    assert (told["node"], told["said"]["division"], told["said"]["scheme"]) == (there.url, "9902", "epi-2026")
    assert told["said"]["people"] is None, "one person is not a number that leaves the city"
    assert told["said"]["colours"]["red"] == 0
    assert here.do("reported", "9901.990102") == ["no-such-area"]
    bent = httpx.post(f"{here.url}/api/passes/federation/figures", json={"token": "a.b.c"}, timeout=20)
    assert bent.status_code in (404, 409)
    assert there.do("believe", here.url, here.do("fingerprint"), "9901", "verify") == "agreed"
    there.do("job")

    token = there.do("assertion", PHONE, here.url)
    assert here.do("exchange", PHONE, token) == ["peer-not-believed", "mode"]
    assert here.do("believe", there.url, there.do("fingerprint"), "9902", "convert") == "agreed"
    here.do("job")
    assert here.do("exchange", PHONE, token) == ["green", False]
    assert here.do("exchange", GUEST, token) == ["peer-not-believed", "name"], "what is said of one person is not another's"
    there.do("code", GUEST, "990202001001", "none")
    assert here.do("exchange", GUEST, there.do("assertion", GUEST, here.url)) == ["green", False]
    assert here.do("visitor", GUEST) == ["invalid", 23, 0, True], "codes of this house for a day, and not beyond"
    assert there.do("exchange", PHONE, token) == ["no-such-peer", None], "made for another node, by ourselves"
    assert here.reads(green)["result"] == "unknown_issuer", "exchanged, and no longer read directly"
    signers = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    prints, now = [document.fingerprint(jose.jwk_of(key.public_key())) for key in signers], int(time.time())
    vouched = hub.Vouched(there.url, there.url, there.do("fingerprint"), ("9902",))
    said = hub.HubList(third[0], 1, now, now + 86_400, (vouched,), (levels.Mapped(there.url, "epi-2026", "green", "yellow"),))
    assert here.do("believe", there.url, there.do("fingerprint"), "9902", "adopt") == "agreed"
    assert here.do("adopt", third[0], *prints) == "agreed"
    HUB[0] = hub.sign(signers[:1], said)
    here.do("job")
    assert here.reads(green)["result"] == "unknown_issuer", "one of the hub's people vouches for nothing"
    HUB[0] = hub.sign(signers, said)
    here.do("job")
    assert here.reads(green)["colour"] == "yellow", "by the hub's map, not by ours"
    bent = httpx.post(f"{there.url}/api/passes/federation/scans", json={"token": token}, timeout=20)
    assert bent.status_code in (404, 409)
    for text in ("", "x" * 30_000):
        assert httpx.post(f"{here.url}/api/passes/readings", json={"text": text}, timeout=20).status_code in (400, 422)
    assert here.reads("OD1:???")["result"] == "format"
    assert here.reads("HC1:ABC")["result"] == "damaged"
