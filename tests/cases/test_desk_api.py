"""The clerk's programs: the same moves as the pages, in JSON."""

from typing import Any

import httpx
import pytest

from .kit import bearer, submitted

CLERK, ELSEWHERE = "13800990101", "13800990201"


@pytest.fixture(scope="session")
def clerk(site: Any) -> httpx.Client:
    return bearer(site, CLERK)


@pytest.fixture(scope="session")
def stranger(site: Any) -> httpx.Client:
    return bearer(site, ELSEWHERE)


def test_accept_and_grant(clerk: httpx.Client, program: httpx.Client) -> None:
    case = submitted(program)["id"]
    claimed = clerk.post(f"/api/cases/{case}/claims")
    assert claimed.status_code == 201
    assert "citizen" not in claimed.text
    seen = clerk.get(f"/api/desk/cases/{case}").json()
    assert seen["answers"]["name"] == "林晓"
    accepted = clerk.post(f"/api/cases/{case}/acceptances", json={"rev": seen["case"]["rev"]}, headers={"idempotency-key": case})
    assert accepted.status_code == 201, accepted.text
    again = clerk.post(f"/api/cases/{case}/acceptances", json={"rev": seen["case"]["rev"]}, headers={"idempotency-key": case})
    assert again.json() == accepted.json()
    stale = clerk.post(f"/api/cases/{case}/decisions", json={"outcome": "granted", "rev": seen["case"]["rev"]})
    assert stale.status_code == 409
    assert stale.json()["type"] == "/problems/changed-meanwhile"
    granted = clerk.post(f"/api/cases/{case}/decisions", json={"outcome": "granted", "rev": accepted.json()["rev"]})
    assert granted.status_code == 201, granted.text
    assert granted.json()["certificate"].startswith("cert_")
    assert clerk.post(f"/api/cases/{case}/decisions", json={"outcome": "granted"}).status_code == 409


def test_the_list_pages_by_key(clerk: httpx.Client, program: httpx.Client) -> None:
    for _ in range(32):
        submitted(program)
    seen: list[str] = []
    after = ""
    while True:
        found = clerk.get("/api/desk/inbox", params={"after": after, "q": "林晓"}).json()
        seen += [row["id"] for row in found["items"]]
        assert len(found["items"]) <= 30
        if not (after := found["next"] or ""):
            break
    assert len(seen) == len(set(seen))
    assert len(seen) >= 32
    assert clerk.get("/api/desk/inbox", params={"after": "nonsense"}).status_code == 422
    assert clerk.get("/api/desk/inbox", params={"tab": "nonsense"}).status_code in (400, 422)


@pytest.mark.parametrize(("path", "body"), [
    ("claims", None), ("acceptances", {}), ("declines", {"reason": "other", "words": "不归"}), ("notes", {"words": "记一笔"}),
    ("supplement-requests", {"things": [{"label": "照片"}]}), ("decisions", {"outcome": "granted"}),
    ("transfers", {"department": "minzheng", "reason": "不归我们"}),
])  # fmt: skip
def test_who_may_not(clerk: httpx.Client, stranger: httpx.Client, program: httpx.Client, path: str, body: Any, site: Any) -> None:
    case = submitted(program)["id"]
    assert stranger.post(f"/api/cases/{case}/{path}", json=body).status_code == 404
    assert program.post(f"/api/cases/{case}/{path}", json=body).status_code == 403
    assert site.client().post(f"/api/cases/{case}/{path}", json=body).status_code == 401
    assert clerk.post(f"/api/cases/nonsense/{path}", json=body).status_code == 404


@pytest.mark.parametrize(("path", "body"), [
    ("declines", {"reason": "not_ours", "words": "不归"}), ("declines", {"reason": "other", "words": ""}), ("declines", {}),
    ("supplement-requests", {"things": []}), ("supplement-requests", {"things": [{}]}),
    ("supplement-requests", {"things": [{"document": "x"}]}),
    ("notes", {"words": "a\u0000b"}), ("notes", {"words": "x" * 3000}), ("notes", {"words": "好", "more": 1}),
    ("transfers", {"department": "nowhere", "reason": "不归"}), ("transfers", {"department": "gongan", "reason": "不归"}),
])  # fmt: skip
def test_bad_bodies_are_named(clerk: httpx.Client, program: httpx.Client, path: str, body: Any) -> None:
    case = submitted(program)["id"]
    answer = clerk.post(f"/api/cases/{case}/{path}", json=body)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["errors"]
