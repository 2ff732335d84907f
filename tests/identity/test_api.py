"""The JSON API of identity."""

import datetime as dt
from typing import Any

import httpx
import pytest


def token(site: Any, browser: httpx.Client, phone: str) -> dict[str, Any]:
    assert browser.post("/api/codes", json={"phone": phone}).status_code == 202
    site.jobs()
    code = site.outbox.sign_in_code(phone)
    answer = browser.post("/api/sessions", json={"phone": phone, "code": code})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_program_signs_in_and_out(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    opened = token(site, client, phone)
    assert opened["person"].startswith("person_")
    days = dt.datetime.fromisoformat(opened["expires_at"]) - dt.datetime.now(dt.UTC)
    assert 29 <= days.days <= 30
    bearer = {"authorization": f"Bearer {opened['token']}"}
    me = client.get("/api/me", headers=bearer).json()
    assert me["id"] == opened["person"]
    assert me["phone"] == f"{phone[:3]}****{phone[-4:]}"
    assert (me["assurance"], me["real_name"], me["name"]) == (1, False, None)
    assert [s["kind"] for s in client.get("/api/sessions", headers=bearer).json()["items"]] == ["api"]
    assert client.delete("/api/sessions/current", headers=bearer).status_code == 204
    gone = client.get("/api/me", headers=bearer)
    assert (gone.status_code, gone.json()["type"]) == (401, "/problems/unauthorized")


def test_a_session_without_code_sends_one(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    answer = client.post("/api/sessions", json={"phone": phone})
    assert answer.status_code == 202
    assert answer.json() == {"phone": f"{phone[:3]}****{phone[-4:]}", "resend_after": 60, "expires_in": 300}
    assert "token" not in answer.text


@pytest.mark.parametrize(("body", "pointers"), [
    ({"phone": "1", "code": "2"}, {"/phone", "/code"}),
    ({"phone": "13800000000", "code": "12345"}, {"/code"}),
    ({"phone": "13800000000", "code": "１２３４５６"}, {"/code"}),
])  # fmt: skip
def test_wrong_fields_are_named(client: httpx.Client, body: dict[str, str], pointers: set[str]) -> None:
    answer = client.post("/api/sessions", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {e["pointer"] for e in answer.json()["errors"]} == pointers


@pytest.mark.parametrize("body", [
    b'{"phone": "138', b'{"phone": 1}', b'{"phone": "13800000000", "x": 1}', b"[]", b'{"phone": "\xff"}', b"{}",
])  # fmt: skip
def test_malformed_bodies_are_refused(client: httpx.Client, body: bytes) -> None:
    for path in ("/api/codes", "/api/sessions"):
        answer = client.post(path, content=body, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422), answer.text


def test_real_name_by_api(site, client: httpx.Client) -> None:
    bearer = {"authorization": f"Bearer {token(site, client, site.new_phone())['token']}"}
    row = [r for r in site.register.rows.values() if r.get("status", "normal") == "normal"][-12]
    wrong = client.post("/api/me/real-name", json={"name": "甲", "id_number": row["id_number"]}, headers=bearer)
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/not-matched")
    for _ in range(2):
        me = client.post("/api/me/real-name", json={"name": row["name"], "id_number": row["id_number"]}, headers=bearer)
        assert me.status_code == 200, me.text
        assert (me.json()["assurance"], me.json()["real_name"]) == (2, True)
    assert row["id_number"] not in me.text
    taken = client.post("/api/me/real-name", json={"name": row["name"], "id_number": row["id_number"]},
                        headers={"authorization": f"Bearer {token(site, site.client(), site.new_phone())['token']}"})  # fmt: skip
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/id-number-taken")


@pytest.mark.parametrize("given", ["", "x", "x" * 5000, "Bearer", "中文".encode().decode("latin-1")])
def test_a_strange_token_is_nobody(client: httpx.Client, given: str) -> None:
    assert client.get("/api/me", headers={b"authorization": b"Bearer " + given.encode("latin-1")}).status_code == 401


def test_the_actor_costs_one_statement(site, login, queries: list[str]) -> None:
    browser = login()
    browser.get("/api/me")
    queries.clear()
    browser.get("/api/me")
    assert len(queries) == 2
    assert "identity.session" in queries[0]
