"""Pages come packed to whoever takes gzip, and are the same page; streams, small answers and packed files are left alone."""

import gzip
from typing import Any

import httpx
import msgspec
import pytest

from onedoor.web.packing import LEAST, accepts

PLAIN = {"accept-encoding": "identity", "accept": "text/html"}
PACKED = {"accept-encoding": "gzip, deflate, br", "accept": "text/html"}


def raw(client: httpx.Client, method: str, path: str, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
    with client.stream(method, path, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", [
    "/", "/hall", "/items/ga-juzhuzheng", "/departments", "/api/openapi.json", "/no-such-page",
])  # fmt: skip
def test_the_same_page_in_fewer_bytes(site: Any, path: str) -> None:
    client = site.client()
    plain, whole = raw(client, "GET", path, PLAIN)
    packed, small = raw(client, "GET", path, PACKED)
    assert plain.status_code == packed.status_code
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(small) < len(whole) / 2
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert gzip.decompress(small) == whole


def test_what_one_person_sees_is_packed_too(site: Any) -> None:
    mine, small = raw(site.sign_in("13900990001"), "GET", "/me", PACKED)
    assert mine.headers["content-encoding"] == "gzip"
    assert "林" in gzip.decompress(small).decode()
    nobody, _ = raw(site.client(), "GET", "/me", {**PACKED, "accept": "application/json"})
    assert nobody.status_code == 401


def test_head_tells_what_get_would_send(site: Any) -> None:
    got, small = raw(site.client(), "GET", "/hall", PACKED)
    head, nothing = raw(site.client(), "HEAD", "/hall", PACKED)
    assert nothing == b""
    assert head.headers["content-encoding"] == "gzip"
    assert abs(int(head.headers["content-length"]) - len(small)) < 50
    assert got.status_code == head.status_code == 200


def test_small_answers_stay_as_they_are(site: Any) -> None:
    answer, body = raw(site.client(), "GET", "/health/live", PACKED)
    assert len(body) < LEAST
    assert "content-encoding" not in answer.headers


def test_it_can_be_switched_off(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.house, "settings", msgspec.structs.replace(site.house.settings, compress=False))
    answer, _ = raw(site.client(), "GET", "/hall", PACKED)
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(("header", "takes"), [
    ("gzip", True), ("GZIP;q=0.5", True), ("br, gzip ;q=1.0", True), ("*", True), ("gzip;q=0", False), ("gzip; q=0.000", False),
    ("", False), ("identity", False), ("*;q=0", False), ("gzip;q=0, *", False), ("x-gzipped", False), ("\xff;q=", False), (",,;;q", False),
])  # fmt: skip
def test_who_takes_gzip(header: str, takes: bool) -> None:
    assert accepts(header.encode("latin-1")) is takes


