"""What people type and send by mistake, on every page and by program: told what, where and what to do, and nothing typed is lost."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from onedoor.kernel.work import system
from tests.cases.kit import ANSWERS, PERMIT, bearer, pdf, picture, residents, submitted

PLAIN = "gj-jiaocunzhengming"
REPLIES = {"scope": "noloan", "purpose": "own", "recipient": "本人留存"}
FORM = {"content-type": "application/x-www-form-urlencoded"}

Pages = httpx.Client


@pytest.fixture
def begun(program: httpx.Client) -> str:
    """The address of a fresh draft of the permit."""
    for draft in program.get("/api/drafts").json()["items"]:
        program.delete(f"/api/drafts/{draft['id']}")
    return f"/drafts/{program.post('/api/drafts', json={'item': PERMIT}).json()['id']}"


@pytest.fixture
def newcomer(site: Any) -> tuple[httpx.Client, httpx.Client]:
    """Somebody who has not proven a name: browser and program."""
    phone = site.new_phone()
    page, program = site.sign_in(phone), bearer(site, phone)
    page.headers["accept"] = "text/html"
    return page, program


def shown(page: httpx.Response, status: int, *words: str) -> None:
    """The form again, with the fault at its top and what was typed."""
    assert page.status_code == status, page.text[:800]
    assert "<title>错误：" in page.text
    assert 'href="#field-' in page.text
    for word in words:
        assert word in page.text, word


# ── identity numbers ─────────────────────────────────────────────────────────────────────────────────
NUMBERS = {
    "99010519920318022X": "最后一位与前 17 位对不上", "990105199202300222": "", "990105209003180222": "",
    "990105920318022": "18", "99010519920318": "18",
    "not a number": "", "9901051992031802２3": "", "990105199203180222" * 600: "", "😀" * 18: "",
}  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: n[:20].encode("ascii", "replace").decode())
def test_a_wrong_identity_number(newcomer: tuple[Pages, Pages], number: str) -> None:
    browser, program = newcomer
    page = browser.post("/identity/real-name", data={"name": "林晓", "id_number": number})
    shown(page, 422, "#field-id_number", "林晓", NUMBERS[number])
    if number.isascii():
        assert f'value="{number}"' in page.text
    said = program.post("/api/me/real-name", json={"name": "林晓", "id_number": number})
    assert said.status_code == 422
    assert [e["pointer"] for e in said.json()["errors"]] == ["/id_number"]
    assert said.json()["errors"][0]["detail"]


def test_a_number_that_is_somebody_elses(newcomer: tuple[Pages, Pages]) -> None:
    browser, program = newcomer
    number = residents()[0]["id_number"]
    page = browser.post("/identity/real-name", data={"name": "王大明", "id_number": number})
    assert page.status_code == 422
    assert 'value="王大明"' in page.text
    assert f'value="{number}"' in page.text
    assert program.post("/api/me/real-name", json={"name": "王大明", "id_number": number}).status_code == 422


def test_answers_that_contradict_the_register(program: httpx.Client) -> None:
    other = residents()[1]["id_number"]
    said = program.post("/api/cases", json={"item": PLAIN, "answers": REPLIES | {"id_number": other, "name": "王敏"}})
    assert said.status_code == 422
    assert {e["pointer"] for e in said.json()["errors"]} == {"/id_number", "/name"}
    assert all("登记的不一样" in e["detail"] for e in said.json()["errors"])


def test_a_birthday_that_contradicts_the_number() -> None:
    """Whatever the two questions are called."""
    from datetime import date

    from onedoor.cases.forms.building import built

    words = {"zh": "孩子", "en": "Child"}
    for number, birthday in (("child_id", "child_birth_on"), ("id_number", "birth_on"), ("child_id_number", "child_birthday")):
        form = built("x", 1, {
            "title": words,
            "schema": {"type": "object", "properties": {number: {"$ref": "od:citizen-id"}, birthday: {"$ref": "od:date"}}},
            "fields": {number: {"label": words, "as": "id-number"}, birthday: {"label": words, "as": "date"}},
            "pages": [{"id": "child", "ask": [number, birthday], "title": words}],
        })  # fmt: skip
        mine = residents()[0]["id_number"]
        wrong = form.submission({number: mine, birthday: "1992-03-19"}, {}, "zh-CN", date(2026, 11, 1)).faults
        assert [f.pointer for f in wrong] == [f"/{birthday}"]
        assert "第 7 到 14 位" in wrong[0].detail
        assert not form.submission({number: mine, birthday: "1992-03-18"}, {}, "zh-CN", date(2026, 11, 1)).faults


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────
REFUSED = {
    "10,000 characters": "长" * 10_000, "NUL": "东湖区\x00春风路", "right to left": "\u202e东湖区春风路", "control": "东湖区\x07春风路",
}  # fmt: skip
FINE = {"emoji": "东湖区🏠春风路 12 号", "rare": "东湖区𠮷祥路 12 号", "arabic": "شارع الربيع ١٢", "dots": "阿依古丽·买买提家"}


@pytest.mark.parametrize("name", REFUSED)
def test_text_that_cannot_be_kept(browser: Pages, program: httpx.Client, begun: str, name: str) -> None:
    typed = REFUSED[name]
    page = browser.post(f"{begun}/address", data={"address": typed})
    shown(page, 422, "#field-address", "春风路" if "春风路" in typed else typed)
    said = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS | {"address": typed}})
    assert said.status_code in (409, 422)
    assert [e["pointer"] for e in said.json()["errors"]] == ["/address"]


@pytest.mark.parametrize("name", FINE)
def test_text_of_every_script_is_kept(browser: Pages, program: httpx.Client, begun: str, name: str) -> None:
    page = browser.post(f"{begun}/address", data={"address": FINE[name]}, follow_redirects=False)
    assert page.status_code == 303, page.text[:500]
    assert program.get(f"/api{begun}").json()["answers"]["address"] == FINE[name]
    assert FINE[name] in browser.get(f"{begun}/check").text


@pytest.mark.parametrize("name", ["名" * 10_000, "\x00林", "\u202e晓林", "😀", "<script>alert(1)</script>", "'; drop table x; --"])
def test_an_odd_name(newcomer: tuple[Pages, Pages], name: str) -> None:
    browser, program = newcomer
    number = residents()[0]["id_number"]
    page = browser.post("/identity/real-name", data={"name": name, "id_number": number})
    assert page.status_code in (422, 429)
    assert f'value="{number}"' in page.text
    assert "<script>alert" not in page.text
    if name.startswith("名"):
        assert name in page.text
    said = program.post("/api/me/real-name", json={"name": name, "id_number": number})
    assert said.status_code in (422, 429)


ODD = [
    b"phone=%ff%fe", b"phone=\xff\xfe\x00", b"phone=%00", b"&&==&;%", b"phone=1&phone=2&phone=3", b"phone[]=1", b"%zz=%zz",
    b"phone=" + b"1" * 50_000,
]  # fmt: skip


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_forms_that_are_no_forms(client: Pages, browser: Pages, begun: str, body: bytes) -> None:
    client.headers["accept"] = "text/html"
    for who, path in ((client, "/login"), (client, "/login/code"), (browser, f"{begun}/phone"), (browser, "/identity/real-name")):
        page = who.post(path, content=body, headers=FORM, follow_redirects=False)
        assert page.status_code in (303, 400, 409, 422, 429), f"{path}: {page.status_code}"
        assert page.status_code == 303 or "<h1" in page.text
    for kind in ("multipart/form-data", "multipart/form-data; boundary=b", "text/plain", "application/json"):
        page = browser.post(f"{begun}/phone", content=body, headers={"content-type": kind}, follow_redirects=False)
        assert page.status_code in (303, 400, 409, 415, 422), f"{kind}: {page.status_code}"


def test_a_field_twice_means_the_first(browser: Pages, program: httpx.Client, begun: str) -> None:
    browser.post(f"{begun}/phone", content=b"phone=13911112222&phone=13933334444", headers=FORM)
    assert program.get(f"/api{begun}").json()["answers"]["phone"] == "13911112222"


def test_a_field_that_the_page_does_not_ask(browser: Pages, program: httpx.Client, begun: str) -> None:
    browser.post(f"{begun}/phone", data={"phone": "13911112222", "delivery": "post", "shoe": "43"})
    assert set(program.get(f"/api{begun}").json()["answers"]) == {"phone"}


# ── files ────────────────────────────────────────────────────────────────────────────────────────────
EXE = b"MZ\x90\x00" + b"\x00" * 56 + b"\x80\x00\x00\x00" + b"\x00" * 64 + b"PE\x00\x00" + b"\x00" * 400
FILES = {
    "a renamed program": ("合同.pdf", EXE, "其实是程序"), "a renamed program as picture": ("照片.jpg", EXE, "其实是程序"),
    "a script": ("a.png", b"#!/bin/sh\nrm -rf /\n", ""), "a page": ("a.jpg", b"<html><script>alert(1)</script></html>", ""),
    "nothing": ("a.pdf", b"", "空文件"), "half a picture": ("a.png", picture()[:40], ""),
    "an archive": ("a.zip", b"PK\x03\x04" + b"\0" * 90, ""),
    "a pdf that runs": ("a.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (x) >> "), "带有程序"),
    "an odd name": ("../../\u202efdp.exe", EXE, "其实是程序"),
}  # fmt: skip


@pytest.fixture
def papers(program: httpx.Client, begun: str) -> str:
    """The address of the first paper that the draft asks for."""
    program.put(f"/api{begun}/answers", json=ANSWERS | {"kind": "new", "housing": "rent"}, headers={"if-match": "1"})
    asked = next(p for p in program.get(f"/api{begun}").json()["pages"] if p.startswith("file-"))
    return f"{begun}/{asked}"


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_what_it_says(browser: Pages, program: httpx.Client, papers: str, name: str) -> None:
    called, content, words = FILES[name]
    field = papers.rsplit("/", 1)[-1]
    page = browser.post(f"{papers}/upload", files={field: (called, content)}, data={"act": "upload", "to": "check"})
    shown(page, 422, f"#field-{field}", words, 'name="to" value="check"')
    said = program.post("/api/attachments", files={"file": (called, content)}, data={"document": "lease"})
    assert said.status_code == 422, said.text
    assert said.json()["errors"][0]["pointer"] == "/file"
    assert words in said.json()["errors"][0]["detail"]
    draft = program.get(f"/api/drafts/{papers.split('/')[2]}").json()
    assert draft["answers"]["address"] == ANSWERS["address"]


# ── what has changed meanwhile ───────────────────────────────────────────────────────────────────────
async def _age(site: Any, days: int) -> None:
    async with site.house.begin(system("test")) as work:
        await work.db.run("update cases.draft set expires_at = now() - make_interval(days => $days), form_version = 1", days=days)


def test_an_expired_draft_goes_on_where_it_was(site: Any, browser: Pages, program: httpx.Client, begun: str) -> None:
    program.put(f"/api{begun}/answers", json={"phone": "13911112222"}, headers={"if-match": "1"})
    site.run(_age, site, 2)
    page = browser.get(f"{begun}/address")
    assert page.status_code == 410
    assert "草稿已过期" in page.text
    assert "您填写的内容还保留到" in page.text
    assert f'action="{begun}/restore"' in page.text
    assert program.get(f"/api{begun}").json()["restore"] == f"{begun}/restore"
    assert browser.post(f"{begun}/check").status_code == 410
    browser.post(f"{begun}/restore")
    assert program.get(f"/api{begun}").json()["answers"] == {"phone": "13911112222"}
    site.run(_age, site, 2)
    typed = browser.post(f"{begun}/address", data={"address": "写到一半的地址 3 号"}, follow_redirects=False)
    assert typed.status_code == 303
    assert program.get(f"/api{begun}").json()["answers"] == {"phone": "13911112222", "address": "写到一半的地址 3 号"}


def test_nobody_elses_expired_draft(site: Any, begun: str) -> None:
    stranger = bearer(site, residents()[1]["phone"])
    site.run(_age, site, 2)
    assert stranger.post(f"{begun}/restore", headers={"accept": "application/json"}).status_code == 404
    assert stranger.get(f"/api{begun}").status_code == 404


def test_a_case_number_with_one_wrong_character(site: Any, client: Pages, program: httpx.Client) -> None:
    number = submitted(program)["number"]
    good = client.get("/status", params={"number": number})
    assert good.status_code == 200
    assert "待受理" in good.text
    assert client.get("/status", params={"number": f" {number.lower()} "}).status_code == 200
    refused = 0
    for place in (0, 3, 9, len(number) - 2, len(number) - 1):
        other = "7" if number[place] != "7" else "8"
        wrong = number[:place] + other + number[place + 1 :]
        page = client.get("/status", params={"number": wrong})
        assert page.status_code in (422, 429), wrong
        assert f'value="{wrong}"' in page.text
        refused += page.status_code == 422
    assert refused
    for odd in ("", "x" * 10_000, "😀", "\x00", "\u202e1", "%ff", "' or 1=1"):
        assert client.get("/status", params={"number": odd}).status_code in (200, 422, 429)
    assert client.get("/status?number=%ff%fe").status_code in (200, 400, 422, 429)


def test_a_stale_page_of_a_clerk(site: Any, program: httpx.Client) -> None:
    case = submitted(program)["id"]
    clerk, chief = site.sign_in("13800990101"), site.sign_in("13800990103")
    for desk in (clerk, chief):
        desk.headers["accept"] = "text/html"
    page = clerk.get(f"/desk/cases/{case}")
    rev = re.findall(r'name="rev" value="(\d+)"', page.text)[0]
    first = chief.post(f"/desk/cases/{case}/decline", data={"rev": rev, "decline_reason": "other", "decline_words": "请到东湖区窗口办"})
    assert first.status_code == 200, first.text[:500]
    for act, data, typed in (
        ("decline", {"decline_reason": "other", "decline_words": "另一位写了很久的理由"}, "另一位写了很久的理由"),
        ("accept", {"accept_words": "受理时写的话"}, "受理时写的话"),
        ("decide", {"outcome": "refused", "refuse_reason": "写好的理由", "refuse_law": "第九条"}, "写好的理由"),
        ("supplement", {"ask_extra_1": "要补的照片"}, "要补的照片"),
        ("transfer", {"transfer_department": "minzheng", "transfer_reason": "转走的理由"}, "转走的理由"),
    ):
        stale = clerk.post(f"/desk/cases/{case}/{act}", data={"rev": rev, **data})
        assert stale.status_code == 409, act
        assert typed in stale.text, act
    api = bearer(site, "13800990101")
    body = {"reason": "other", "words": "程序写的理由", "rev": int(rev)}
    assert api.post(f"/api/cases/{case}/declines", json=body).status_code in (409, 422)
    assert program.get(f"/api/cases/{case}").json()["letter"] == "请到东湖区窗口办"


# ── ways back ────────────────────────────────────────────────────────────────────────────────────────
AWAY = [
    "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)", "/x\r\nset-cookie: a=b",
    "///evil", " //evil",
]  # fmt: skip


@pytest.mark.parametrize("away", AWAY)
def test_no_way_back_leads_elsewhere(site: Any, client: Pages, browser: Pages, away: str) -> None:
    def stays(answer: httpx.Response) -> None:
        place = answer.headers.get("location", "/")
        assert place.startswith("/"), place
        assert place[1:2] not in ("/", "\\"), place
        assert "evil" not in place.split("?")[0]
        assert "set-cookie: a" not in str(answer.headers)

    stays(browser.get("/login", params={"next": away}, follow_redirects=False))
    for switch, value in (("care", "1"), ("theme", "dark"), ("language", "en"), ("district", "990102")):
        stays(client.post(f"/settings/{switch}", data={"next": away, "value": value, switch: value}, follow_redirects=False))
    phone = site.new_phone()
    stays(client.post("/login", data={"phone": phone, "next": away}, follow_redirects=False))
    site.jobs()
    code = site.outbox.sign_in_code(phone)
    entered = client.post("/login/code", data={"phone": phone, "code": code, "next": away}, follow_redirects=False)
    assert entered.status_code == 303
    stays(entered)


def test_unknown_fields_of_every_write(program: httpx.Client) -> None:
    case = submitted(program)["id"]
    for path, body in (
        ("/api/codes", {"phone": "13900990001"}), ("/api/sessions", {"phone": "13900990001"}), ("/api/drafts", {"item": PERMIT}),
        ("/api/me/real-name", {"name": "x", "id_number": "y"}), (f"/api/cases/{case}/withdrawals", {"reason": "x"}),
        (f"/api/cases/{case}/ratings", {"stars": 5}), (f"/api/cases/{case}/supplements", {"given": []}),
        ("/api/verifications", {"text": "x"}),
    ):  # fmt: skip
        answer = program.post(path, json=body | {"more": 1}, headers={"idempotency-key": uuid4().hex})
        assert answer.status_code == 422, path
        assert "more" in answer.text, path
