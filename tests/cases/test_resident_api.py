"""Handing in, following, withdrawing and rating through the API."""

import re
from typing import Any

import httpx
import pytest

from onedoor.cases.numbers import is_right
from onedoor.kernel.i18n import day
from tests.exchange.conftest import rows

from .kit import ANSWERS, PERMIT, bearer, picture, submitted


def test_a_case_has_a_number_and_a_day_at_once(program: httpx.Client) -> None:
    case = submitted(program)
    assert re.fullmatch(r"QH\d{6}00[0-9A-Z]{7}", case["number"])
    assert is_right(case["number"])
    whole = program.get(f"/api/cases/{case['id']}").json()
    assert whole["status"] == "submitted"
    assert whole["answers"]["kind"] == "renew"
    assert whole["answers"]["name"]
    assert [s["kind"] for s in whole["steps"]] == ["submit"]
    assert case["id"] in [c["id"] for c in program.get("/api/cases").json()["items"]]


def test_the_same_key_is_the_same_case(program: httpx.Client) -> None:
    body, key = {"item": PERMIT, "answers": ANSWERS}, {"idempotency-key": "one key"}
    first = program.post("/api/cases", json=body, headers=key)
    again = program.post("/api/cases", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["number"] == again.json()["number"]
    other = program.post("/api/cases", json=body | {"answers": ANSWERS | {"phone": "13900009999"}}, headers=key)
    assert other.status_code == 409
    assert other.json()["number"] == first.json()["number"]


def test_nobody_else_sees_it(program: httpx.Client, other: httpx.Client, client: httpx.Client) -> None:
    case = submitted(program)
    assert other.get(f"/api/cases/{case['id']}").status_code == 404
    assert client.get(f"/api/cases/{case['id']}").status_code == 401
    assert other.post(f"/api/cases/{case['id']}/withdrawals", json={}).status_code == 404


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        ({"kind": "sideways"}, "/kind"),
        ({"phone": "12"}, "/phone"),
        ({"address": "a" * 10_000}, "/address"),
        ({"address": "null\x00byte here"}, "/address"),
        ({"address": "right\u202eto left"}, "/address"),
        ({"nonsense": 1}, "/nonsense"),
        ({"name": "别人"}, "/name"),
        ({"phone": {"deep": ["a"]}}, "/phone"),
        ({"housing": None}, "/housing"),
        ({"kind": ["renew"]}, "/kind"),
    ],
)
def test_wrong_answers_are_named(program: httpx.Client, answers: dict[str, object], pointer: str) -> None:
    answer = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS | answers})
    assert answer.status_code in (409, 422), answer.text
    assert pointer in [e["pointer"] for e in answer.json()["errors"]]


@pytest.mark.parametrize(
    "body",
    [
        b"{", b'{"item": "\\ud800", "answers": {}}', b'{"item": "x", "answers": {}, "more": 1}', b"[" * 20_000,
        b'{"item": "x", "answers": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}", b'{"item": "x", "answers": {"a": NaN}}', b"\xff\xfe",
        b'{"item": "", "answers": {}}', b'{"item": "x"}',
    ],
)  # fmt: skip
def test_bad_bodies_are_refused_in_words(program: httpx.Client, body: bytes) -> None:
    answer = program.post("/api/cases", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 404, 422), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_an_unproven_person_is_sent_to_prove_the_name(site: object) -> None:
    stranger = bearer(site, site.new_phone())  # type: ignore[attr-defined]
    answer = stranger.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS})
    assert answer.status_code == 403
    assert answer.json()["step_up"].startswith("/identity/real-name?next=")


def test_withdrawing_ends_it(program: httpx.Client) -> None:
    case = submitted(program)
    answer = program.post(f"/api/cases/{case['id']}/withdrawals", json={"reason": "搬走了"})
    assert answer.status_code == 201
    assert answer.json()["status"] == "withdrawn"
    again = program.post(f"/api/cases/{case['id']}/withdrawals", json={})
    assert again.status_code == 409
    assert again.json()["type"] == "/problems/not-open-for-that"
    steps = program.get(f"/api/cases/{case['id']}").json()["steps"]
    assert [(s["kind"], s["note"]) for s in steps] == [("submit", ""), ("withdraw", "搬走了")]


def test_an_open_case_is_not_rated(program: httpx.Client) -> None:
    case = submitted(program)
    assert program.post(f"/api/cases/{case['id']}/ratings", json={"stars": 5}).status_code == 409
    assert program.post(f"/api/cases/{case['id']}/ratings", json={"stars": 6}).status_code == 422


def test_required_papers(program: httpx.Client) -> None:
    rented = {"item": PERMIT, "answers": ANSWERS | {"housing": "rent"}}
    missing = program.post("/api/cases", json=rented)
    assert missing.status_code == 422
    assert missing.json()["errors"][0]["page"] == "file-lease"
    file = program.post("/api/attachments", files={"file": ("lease.png", picture())}, data={"document": "lease"})
    assert file.status_code == 201, file.text
    made = program.post("/api/cases", json=rented | {"attachments": [file.json()["id"]]})
    assert made.status_code == 201, made.text
    assert [f["document"] for f in program.get(f"/api/cases/{made.json()['id']}").json()["attachments"]] == ["lease"]
    taken = program.post("/api/cases", json=rented | {"attachments": [file.json()["id"]]})
    assert taken.status_code == 404


def test_the_list_goes_on_where_it_ended(program: httpx.Client) -> None:
    for _ in range(3):
        submitted(program)
    first = program.get("/api/cases?limit=2").json()
    second = program.get(f"/api/cases?limit=2&after={first['next']}").json()
    seen = [c["id"] for c in first["items"] + second["items"]]
    assert len(seen) == len(set(seen)) == 4 or not second["next"]


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "99999999999999999999"])
def test_a_list_has_a_length(program: httpx.Client, limit: str) -> None:
    assert program.get(f"/api/cases?limit={limit}").status_code in (400, 422)


def test_a_draft_travels_between_devices(program: httpx.Client, clean_drafts: None) -> None:
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()
    address = f"/api/drafts/{draft['id']}"
    kept = program.put(f"{address}/answers", json={"kind": "new", "phone": "１３９ ００００ １２３４"}, headers={"if-match": '"1"'})
    assert kept.status_code == 200
    assert kept.json()["answers"]["phone"] == "13900001234"
    late = program.put(f"{address}/answers", json={"kind": "renew"}, headers={"if-match": '"1"'})
    assert late.status_code == 409
    assert (late.json()["mine"], late.json()["theirs"]) == ({"kind": "renew"}, {"kind": "new"})
    assert program.put(f"{address}/answers", json={}).status_code == 422
    assert program.delete(address).status_code == 204
    assert program.get(address).status_code == 404


def test_five_drafts_of_one_item(program: httpx.Client, clean_drafts: None) -> None:
    made = [program.post("/api/drafts", json={"item": PERMIT}).status_code for _ in range(6)]
    assert made == [201] * 5 + [429]


def test_a_repetition_with_files_is_the_same_case(program: httpx.Client) -> None:
    """The files are bound to the first case by then, and still it is the same request."""
    file = program.post("/api/attachments", files={"file": ("lease.png", picture())}, data={"document": "lease"}).json()
    body, key = {"item": PERMIT, "answers": ANSWERS | {"housing": "rent"}, "attachments": [file["id"]]}, {"idempotency-key": "with a file"}
    first = program.post("/api/cases", json=body, headers=key)
    again = program.post("/api/cases", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["number"] == first.json()["number"]
    other = program.post("/api/cases", json=body | {"attachments": []}, headers=key)
    assert other.status_code == 409


def test_a_number_where_boxes_are_ticked_does_not_close_the_page(program: httpx.Client, browser: httpx.Client, clean_drafts: None) -> None:
    """Programs keep answers that are not finished, or not right; whoever opens the page mends them there."""
    draft = program.post("/api/drafts", json={"item": "jt-wangyueche"}).json()
    kept = program.put(f"/api/drafts/{draft['id']}/answers", json={"promise": 5}, headers={"if-match": str(draft["rev"])})
    assert kept.status_code == 200, kept.text
    assert "promise" in {fault["pointer"].strip("/") for fault in kept.json()["faults"]}
    page = browser.get(f"/drafts/{draft['id']}/promise", headers={"accept": "text/html"})
    assert (page.status_code, page.url.path) == (200, f"/drafts/{draft['id']}/promise")


def test_the_day_until_which_a_draft_is_kept_is_the_citys(site: Any, program: httpx.Client, clean_drafts: None) -> None:
    """Four in the morning here is the evening before by the clock of the world."""
    ident = program.post("/api/drafts", json={"item": PERMIT}).json()["id"]
    where = f"where id = '{ident.removeprefix('draft_')}'"
    evening = "date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '4 hours'"
    rows(site, f"update cases.draft set expires_at = {evening} {where}", "select 1")
    until = rows(site, f"select ((expires_at + interval '7 days') at time zone 'Asia/Shanghai')::date as day from cases.draft {where}")[0]
    gone = program.get(f"/api/drafts/{ident}")
    assert gone.status_code == 410
    assert day("zh-CN", until["day"]) in gone.json()["detail"]
