"""The database is stopped under a running server: it says so, goes on with what it knows, refuses what it cannot, recovers by itself."""

import time
from typing import Any

import httpx
import pytest

from tests.cases.kit import ANSWERS, PERMIT

from .conftest import Live

KNOWN_BY_HEART = ["/", "/hall", "/items/ga-juzhuzheng", "/search?q=居住证", "/departments", "/verify", "/login", "/looks.css"]
NEEDS_IT = [
    ("POST", "/api/cases", {"item": PERMIT, "answers": ANSWERS}),
    ("POST", "/api/drafts", {"item": PERMIT}),
    ("POST", "/api/codes", {"phone": "13900990001"}),
    ("GET", "/api/cases", None),
    ("GET", "/api/me", None),
]


def eventually(ask: Any, seconds: float = 15) -> None:
    began = time.monotonic()
    while not ask():
        assert time.monotonic() - began < seconds
        time.sleep(0.1)


def test_without_a_database(live: Live, program: httpx.Client) -> None:
    token = {"authorization": program.headers["authorization"]}
    with live.client() as anybody, live.client(**token) as resident, live.client(accept="text/html", **token) as reader:
        for path in KNOWN_BY_HEART:
            assert anybody.get(path).status_code == 200, path
        assert resident.get("/api/me").status_code == 200
        live.away()
        try:
            eventually(lambda: anybody.get("/health/ready").status_code == 503)
            assert anybody.get("/health/live").status_code == 200
            for path in KNOWN_BY_HEART:
                assert anybody.get(path).status_code == 200, path
            for method, path, body in NEEDS_IT:
                began = time.monotonic()
                answer = resident.request(method, path, json=body)
                assert answer.status_code == 503, (path, answer.text)
                assert int(answer.headers["retry-after"]) > 0
                assert answer.headers["content-type"] == "application/problem+json"
                assert time.monotonic() - began < 5, path
            for path in ("/me", "/wallet", "/inbox", f"/apply/{PERMIT}"):
                answer = reader.get(path)
                assert answer.status_code == 503, path
                assert "暂时无法办理" in answer.text
            assert anybody.post("/status", data={"number": "QH"}).status_code in (404, 405, 503)
        finally:
            live.back()
        assert live.until_ready(30) < 30
        assert resident.get("/api/me").status_code == 200
        assert resident.get("/api/cases").status_code == 200


def large(form: list[tuple[str, str]], megabytes: int) -> Any:
    """A posted form with one huge file among its fields, made while it is sent."""
    head = b"".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in form[:1]
    ) + b'--edge\r\nContent-Disposition: form-data; name="FILE"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    tail = b"\r\n" + b"".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in form[1:]
    ) + b"--edge--\r\n"  # fmt: skip
    return head, tail, len(head) + len(tail) + megabytes * 1_048_576


def sent(client: httpx.Client, path: str, field: str, form: list[tuple[str, str]], megabytes: int = 200) -> httpx.Response:
    head, tail, size = large(form, megabytes)
    piece = b"\xff\xd8\xff" * 349_525 + b"\xff"

    def body() -> Any:
        yield head.replace(b"FILE", field.encode())
        for _ in range(megabytes):
            yield piece
        yield tail

    size += len(field) - 4
    headers = {"content-type": "multipart/form-data; boundary=edge", "content-length": str(size)}
    return client.post(path, content=body(), headers=headers)


@pytest.fixture
def papers(program: httpx.Client, site: Any) -> str:
    """A draft that asks for a paper."""
    for draft in program.get("/api/drafts").json()["items"]:
        program.delete(f"/api/drafts/{draft['id']}")
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()
    answers = ANSWERS | {"kind": "new", "housing": "rent"}
    said = program.put(f"/api/drafts/{draft['id']}/answers", json=answers, headers={"if-match": str(draft["rev"])})
    assert said.status_code == 200, said.text
    return str(draft["id"])


def test_200_megabytes(live: Live, program: httpx.Client, papers: str) -> None:
    token = {"authorization": program.headers["authorization"]}
    with live.client(accept="text/html", **token) as reader, live.client(**token) as resident:
        asked = next(p for p in resident.get(f"/api/drafts/{papers}").json()["pages"] if p.startswith("file-"))
        before = live.memory()
        answer = sent(reader, f"/drafts/{papers}/{asked}/upload", asked, [("to", "check"), ("act", "upload")])
        assert answer.status_code == 422, answer.text
        assert "文件太大了" in answer.text
        assert 'name="to" value="check"' in answer.text
        assert live.memory() - before < 60_000
        assert resident.get(f"/api/drafts/{papers}").json()["answers"]["kind"] == "new"
        try:
            refused = sent(resident, "/api/attachments", "file", [("document", "lease")])
        except httpx.TransportError:
            return  # refused so early that sending broke off
        assert refused.status_code == 413
        assert refused.json()["limit_bytes"] > 20_000_000
        assert live.memory() - before < 60_000
