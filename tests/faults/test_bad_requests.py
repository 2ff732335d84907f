"""Requests that no program of ours would send: each is answered as what it is, in words, and never as our own mistake."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.cases.kit import ANSWERS, PERMIT

from .conftest import Live

JSON = {"content-type": "application/json"}


def case(answers: str) -> bytes:
    return f'{{"item":"{PERMIT}","answers":{answers}}}'.encode()


LONE = r'{"kind":"\ud800"}'
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "cut short": (b'{"item":"ga-juzhu', {400}),
    "empty": (b"", {422}),
    "5,000 deep": (case('{"a":' * 5000 + "1" + "}" * 5000), {400, 422}),
    "5,000 lists deep": (case('{"a":' + "[" * 5000 + "]" * 5000 + "}"), {400, 422}),
    "10,000 entries": (case(json.dumps({"kind": ["x"] * 10_000})), {413, 422}),
    "10,000 files": (json.dumps({"item": PERMIT, "answers": {}, "attachments": ["x"] * 10_000}).encode(), {413, 422}),
    "10,000 answers": (case(json.dumps({f"k{n}": 1 for n in range(10_000)})), {413, 422}),
    "NaN": (case('{"kind":NaN}'), {400, 422}),
    "Infinity": (case('{"kind":1e999}'), {400, 422}),
    "a number of 5,000 digits": (case('{"kind":' + "9" * 5000 + "}"), {400, 422}),
    "half a surrogate pair": (case(LONE), {400, 422}),
    "half a pair in a name": (case(r'{"\ud800":"x"}'), {400, 422}),
    "NUL": (case(r'{"address":"a\u0000b"}'), {422}),
    "NUL in a name": (case(r'{"a\u0000b":"x"}'), {422}),
    "right to left": (case(r'{"address":"\u202eabc"}'), {422}),
    "broken UTF-8": (case('{"address":"XX"}').replace(b"XX", b"\xc3\x28"), {400, 422}),
    "UTF-16": ('{"item":"x","answers":{}}'.encode("utf-16"), {400}),
    "an unknown field": (b'{"item":"x","answers":{},"more":1}', {422}),
    "an unknown question": (case('{"shoe":"43"}'), {422}),
    "null": (b"null", {422}),
    "a list": (b"[]", {422}),
    "two megabytes": (b'{"item":"' + b"x" * 2_000_000 + b'"}', {413}),
    "10,000 characters": (case(json.dumps({**ANSWERS, "address": "名" * 10_000})), {422}),
}


def told(answer: httpx.Response) -> dict[str, Any]:
    """A problem that says what and where in words."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said = answer.json()
    assert said["status"] == answer.status_code
    assert said["title"]
    assert said["detail"] or said.get("errors"), said
    for error in said.get("errors", []):
        assert error["detail"]
        assert error["pointer"] == "" or error["pointer"].startswith("/")
        assert "'data'" not in error["detail"]
    assert "Traceback" not in answer.text
    return said


@pytest.mark.parametrize("name", BODIES)
def test_a_body(program: httpx.Client, name: str) -> None:
    body, right = BODIES[name]
    answer = program.post("/api/cases", content=body, headers=JSON)
    assert answer.status_code in right, answer.text[:500]
    told(answer)


@pytest.mark.parametrize("name", BODIES)
def test_the_same_by_somebody_unknown(client: httpx.Client, name: str) -> None:
    body, _ = BODIES[name]
    for path in ("/api/codes", "/api/sessions", "/api/verifications"):
        answer = client.post(path, content=body, headers=JSON)
        assert answer.status_code in (400, 413, 422), f"{path}: {answer.status_code} {answer.text[:300]}"
        told(answer)


def test_a_key_that_stands_twice_means_the_last(program: httpx.Client) -> None:
    body = case(json.dumps(ANSWERS)[:-1] + ', "delivery":"post", "delivery":"wallet"}')
    made = program.post("/api/cases", content=body, headers=JSON)
    assert made.status_code == 201, made.text
    assert program.get(f"/api/cases/{made.json()['id']}").json()["answers"]["delivery"] == "wallet"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense"])
def test_a_body_that_does_not_say_it_is_json(program: httpx.Client, kind: str) -> None:
    answer = program.post("/api/cases", content=case(json.dumps(ANSWERS)), headers={"content-type": kind})
    assert answer.status_code == 415
    assert "application/json" in told(answer)["detail"]


def test_idempotency_keys(program: httpx.Client) -> None:
    long = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}, headers={"idempotency-key": "k" * 201})
    assert long.status_code == 422
    assert "200" in told(long)["errors"][0]["detail"]
    key = {"idempotency-key": uuid4().hex}
    first = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}, headers=key)
    again = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}, headers=key)
    other = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS | {"phone": "13900001235"}}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["id"] == again.json()["id"] == other.json()["case"]
    assert other.json()["number"] == first.json()["number"]
    odd = program.post("/api/inbox/reads", headers=[(b"idempotency-key", b"\xff\xfe")])
    assert odd.status_code < 500


def test_an_id_of_another_kind(program: httpx.Client, browser: httpx.Client) -> None:
    made = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}).json()["id"]
    digits = made.removeprefix("case_")
    for wrong in (f"draft_{digits}", digits, f"case_{digits[:-1]}", f"CASE_{digits}", f"case_{digits}x", f"case_{uuid4()}", "case_", "%00"):
        answer = program.get(f"/api/cases/{wrong}")
        assert answer.status_code == 404, wrong
        page = browser.get(f"/cases/{wrong}")
        assert page.status_code == 404, wrong
        assert "<h1" in page.text


@pytest.mark.parametrize("path", ["/", "/api/items", "/api/cases", "/login", "/hall", "/nowhere"])
def test_methods(browser: httpx.Client, path: str) -> None:
    got = browser.get(path)
    head = browser.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    there = path != "/nowhere"
    options = browser.options(path)
    assert options.status_code == (204 if there else 404)
    if there:
        allowed = set(options.headers["allow"].split(", "))
        assert {"GET", "HEAD", "OPTIONS"} <= allowed <= {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"}
    for method in ("TRACE", "PATCH", "BREW"):
        answer = browser.request(method, path)
        assert answer.status_code == (405 if there else 404), method


def test_head_by_the_real_server(live: Live) -> None:
    with live.client() as anybody:
        for path in ("/", "/api/items", "/nowhere", "/static/none.js"):
            head, got = anybody.head(path), anybody.get(path)
            assert (head.status_code, head.content) == (got.status_code, b""), path
        assert anybody.get("/health/live").status_code == 200


@pytest.mark.parametrize("accept", ["", "nonsense", "text/html;q=x", "*/*;q=0", "application/xml", "text/html" * 3000])
def test_nonsense_is_accepted(client: httpx.Client, accept: str) -> None:
    assert client.get("/", headers={"accept": accept}).status_code == 200
    assert client.get("/api/items", headers={"accept": accept}).status_code == 200
    assert client.get("/api/me", headers={"accept": accept}).status_code == 401
    assert client.get("/nowhere", headers={"accept": accept}).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"x-large": "a" * 100_000}, {"cookie": "onedoor=" + "a" * 60_000}, {"cookie": "=; ;;; a=b=c; onedoor"}, {"cookie": "lang=xx"},
        {"accept-language": ",;q=,zh;q=banana"}, {"authorization": "Bearer"}, {"authorization": "Bearer " + "x" * 9000},
        {"authorization": "Basic eDp5"}, {"if-none-match": '"' * 2000}, {"host": "evil.example"}, {"hx-request": "true"},
        {"range": "bytes=9-1"}, {"content-length": "abc"}, {"if-modified-since": "yesterday"},
    ],
)  # fmt: skip
def test_headers(client: httpx.Client, headers: dict[str, str]) -> None:
    for path in ("/", "/api/items", "/static/none.js"):
        assert client.get(path, headers=headers).status_code < 500
    assert client.get("/api/me", headers=headers).status_code < 500


@pytest.mark.parametrize("broken", ["http://[", "https://[x]/", "http://[::1", "//[", "null", "\u00e9", "x" * 3000])
def test_addresses_that_are_none(client: httpx.Client, site: Any, broken: str) -> None:
    """A bracket that nothing closes is no host; whoever sends it as Origin is not this site."""
    said = broken.encode("latin-1")
    assert client.get("/items/ga-juzhuzheng", headers={"referer": said}).status_code == 200
    person = site.sign_in("13900990002")
    assert person.post("/me/frequent", data={"item": "ga-juzhuzheng", "action": "hide"}, headers={"origin": said}).status_code == 403
    asked = person.get("/wallet/asked", params={"client_id": "x", "request_uri": broken})
    assert asked.status_code == 404, asked.text


def test_huge_and_broken_headers_by_the_real_server(live: Live) -> None:
    with live.client() as anybody:
        for headers in ({"x-large": "a" * 200_000}, {"cookie": "onedoor=" + "a" * 60_000}):
            try:
                assert anybody.get("/", headers=headers).status_code in (200, 400, 413, 431)
            except httpx.TransportError:
                continue
        raw = anybody.get("/", headers=[(b"cookie", b"onedoor=\xff\xfe; lang=\xff"), (b"accept-language", b"\xff\xfe")])
        assert raw.status_code == 200
        assert anybody.get("/health/live").status_code == 200
