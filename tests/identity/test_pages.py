"""Signing in, devices and the real-name step, as a browser meets them."""

import re
from collections.abc import Callable

import httpx
import pytest

from onedoor.kernel.text import citizen_check

PEOPLE = {"accept": "text/html"}
LINXIAO = {"name": "林晓", "id_number": "990105199203180222"}
Login = Callable[..., httpx.Client]


def register_person(site) -> dict[str, str]:
    """Somebody of the register who has no account yet."""
    site.free = getattr(site, "free", None) or [r for r in site.register.rows.values() if r.get("status", "normal") == "normal"][::-1]
    row = site.free.pop(0)
    return {"name": row["name"], "id_number": row["id_number"]}


def code_for(site, phone: str) -> str:
    site.jobs()
    return site.outbox.sign_in_code(phone)


def test_a_new_phone_becomes_an_account(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    page = client.post("/login", data={"phone": f"+86 {phone[:3]} {phone[3:7]}-{phone[7:]}", "next": "/me"})
    assert page.url.path == "/login/code"
    assert f"{phone[:3]}****{phone[-4:]}" in page.text
    page = client.post("/login/code", data={"phone": phone, "code": code_for(site, phone), "next": "/me"})
    assert page.url.path == "/me"
    assert phone not in page.text
    assert f"{phone[:3]}****{phone[-4:]}" in page.text
    assert "未实名" in page.text


def test_full_width_digits_are_understood(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    assert client.post("/login", data={"phone": phone.translate(wide)}).url.path == "/login/code"
    code = code_for(site, phone).translate(wide)
    assert client.post("/login/code", data={"phone": phone, "code": code}, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("phone", ["", "123", "2" * 11, "13900000000 13900000001", "手机", "1390000\x000000", "😀" * 11, "1" * 10_000])
def test_a_wrong_phone_is_told_and_kept(client: httpx.Client, phone: str) -> None:
    page = client.post("/login", data={"phone": phone})
    assert page.status_code == 422
    assert 'href="#field-phone"' in page.text
    assert "<title>错误：" in page.text
    if phone.isdigit():
        assert f'value="{phone}"' in page.text


def test_known_and_unknown_phones_are_answered_alike(site, login: Login) -> None:
    known = site.new_phone()
    login(known)
    browser = site.client()
    answers = []
    for phone in (known, site.new_phone()):
        answer = browser.post("/api/codes", json={"phone": phone})
        body = answer.json()
        answers.append((answer.status_code, sorted(body), body["resend_after"], body["expires_in"]))
        page = browser.post("/login/code", data={"phone": phone, "code": "000000"})
        answers.append((page.status_code, "验证码不正确或已失效" in page.text))
    assert answers[:2] == answers[2:]


def test_five_wrong_tries_end_a_code(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    client.post("/login", data={"phone": phone})
    right = code_for(site, phone)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        page = client.post("/login/code", data={"phone": phone, "code": wrong})
        assert page.status_code == 422
        assert f'value="{wrong}"' in page.text
    assert client.post("/login/code", data={"phone": phone, "code": right}).status_code == 422


def test_a_code_opens_once(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    client.post("/login", data={"phone": phone})
    code = code_for(site, phone)
    assert client.post("/login/code", data={"phone": phone, "code": code}, follow_redirects=False).status_code == 303
    assert site.client().post("/login/code", data={"phone": phone, "code": code}).status_code == 422


def test_asking_again_within_a_minute_sends_nothing_new(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    for _ in range(3):
        assert client.post("/login", data={"phone": phone}).url.path == "/login/code"
        site.jobs()
    assert len([1 for number, _ in site.outbox.sent if number == phone]) == 1


def test_too_many_codes_for_one_phone(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    answers = [client.post("/api/codes", json={"phone": phone}) for _ in range(12)]
    assert [a.status_code for a in answers] == [202] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 60
    page = client.post("/login", data={"phone": phone})
    assert page.status_code == 429
    assert f'value="{phone}"' in page.text
    assert "分钟后可以再试" in page.text


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_return_address_stays_on_this_site(site, client: httpx.Client, next: str) -> None:
    phone = site.new_phone()
    page = client.post("/login", data={"phone": phone, "next": next})
    assert "evil" not in page.text
    answer = client.post("/login/code", data={"phone": phone, "code": code_for(site, phone), "next": next}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_other_sites(site, client: httpx.Client) -> None:
    phone = site.new_phone()
    client.post("/login", data={"phone": phone})
    answer = client.post("/login/code", data={"phone": phone, "code": code_for(site, phone)}, follow_redirects=False)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("onedoor="))
    assert {"HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
    assert len(cookie.split("=", 1)[1].split(";")[0]) >= 43


def test_a_form_of_another_site_changes_nothing(login: Login) -> None:
    browser = login()
    assert browser.post("/me/devices/end", headers={"sec-fetch-site": "cross-site"}).status_code in (401, 403)
    assert browser.get("/me").status_code == 200


def test_devices_are_listed_and_signed_out(site, login: Login) -> None:
    phone = site.new_phone()
    here, there = login(phone), login(phone)
    page = here.get("/me/devices").text
    assert page.count("这台设备") >= 1
    ends = re.findall(r'action="(/me/devices/session_[0-9a-f]{32}/end)"', page)
    assert len(ends) == 1
    assert here.post(ends[0]).status_code == 200
    assert there.get("/me", headers=PEOPLE, follow_redirects=False).status_code == 303
    assert here.get("/me").url.path == "/me"
    assert here.post(ends[0]).status_code == 404


def test_nobody_ends_a_strangers_device(site, login: Login) -> None:
    mine, stranger = login(), login()
    session = mine.get("/api/sessions").json()["items"][0]["id"]
    assert stranger.post(f"/me/devices/{session}/end").status_code == 404
    assert mine.get("/me").url.path == "/me"
    assert stranger.post("/me/devices/case_00000000000070008000000000000000/end").status_code == 404


def test_signing_out_everywhere(site, login: Login) -> None:
    phone = site.new_phone()
    browsers = [login(phone) for _ in range(3)]
    assert browsers[0].post("/me/devices/end").url.path == "/login"
    assert {b.get("/me", headers=PEOPLE, follow_redirects=False).status_code for b in browsers} == {303}


def test_signing_out_here_leaves_the_others(site, login: Login) -> None:
    phone = site.new_phone()
    here, there = login(phone), login(phone)
    assert here.get("/logout").status_code == 200
    assert here.post("/logout", follow_redirects=False).headers["location"] == "/"
    assert here.get("/me", headers=PEOPLE, follow_redirects=False).headers["location"] == "/login?next=%2Fme"
    assert there.get("/me").status_code == 200


def test_the_real_name_step(site, login: Login) -> None:
    browser, who = login(), register_person(site)
    page = browser.get("/identity/real-name?next=/hall")
    assert '<input type="hidden" name="next" value="/hall">' in page.text
    answer = browser.post("/identity/real-name", data={**who, "next": "/me"})
    assert answer.url.path == "/me"
    assert "已实名" in answer.text
    assert who["id_number"] not in answer.text
    assert who["name"] not in answer.text
    assert "您已完成实名认证" in browser.get("/identity/real-name").text
    assert browser.post("/identity/real-name", data=who).url.path == "/me"
    other = browser.post("/identity/real-name", data=register_person(site))
    assert other.status_code == 409


@pytest.mark.parametrize(("number", "words"), [
    ("990105199203180223", "与前 17 位对不上"),
    ("990105199202300221", "出生日期不存在"),
    ("990105209903180222", "出生日期还没有到"),
    ("99010519920318022", "18 位"),
    ("990105920318022", "15 位身份证已停用"),
    ("99010519920318022x1", "18 位"),
    ("九九〇一〇五一九九二〇三一八〇二", "18 位"),
    ("99010519920318022\x00", "看不见的符号"),
])  # fmt: skip
def test_a_wrong_number_says_where_to_look(login: Login, number: str, words: str) -> None:
    page = login().post("/identity/real-name", data={"name": "林晓", "id_number": number})
    assert page.status_code == 422
    assert words in page.text
    assert 'href="#field-id_number"' in page.text
    assert 'value="林晓"' in page.text


@pytest.mark.parametrize("name", ["林" * 10_000, "林😀晓", "林\u202e晓", "123", "", "林\x00晓", "<b>林</b>"])
def test_a_wrong_name_is_told_and_the_number_kept(login: Login, name: str) -> None:
    page = login().post("/identity/real-name", data={**LINXIAO, "name": name})
    assert page.status_code == 422
    assert 'href="#field-name"' in page.text
    assert f'value="{LINXIAO["id_number"]}"' in page.text


def test_a_mismatch_is_told_in_the_same_words_whichever_part_is_wrong(site, login: Login) -> None:
    browser, who = login(), register_person(site)
    other, nobody = register_person(site), "99010219900101999" + citizen_check("99010219900101999")
    pages = [
        browser.post("/identity/real-name", data={"name": "甲乙丙", "id_number": who["id_number"]}),
        browser.post("/identity/real-name", data={"name": who["name"], "id_number": other["id_number"]}),
        browser.post("/identity/real-name", data={"name": who["name"], "id_number": nobody}),
    ]
    told = {(p.status_code, re.search(r'<div class="errors".*?</div></div>', p.text, re.DOTALL)[0]) for p in pages}
    assert len(told) == 1
    assert "核对不一致" in next(iter(told))[1]


def test_guessing_is_limited(site, login: Login) -> None:
    browser, who = login(), register_person(site)
    for _ in range(5):
        assert browser.post("/identity/real-name", data={**who, "name": "甲乙"}).status_code == 422
    page = browser.post("/identity/real-name", data=who)
    assert page.status_code == 429
    assert "核对次数有限" in page.text
    assert f'value="{who["id_number"]}"' in page.text


def test_with_the_register_away_nothing_is_lost(site, login: Login) -> None:
    browser, who = login(), register_person(site)
    site.register.away = True
    try:
        for _ in range(7):
            page = browser.post("/identity/real-name", data=who)
            assert page.status_code == 503
    finally:
        site.register.away = False
    assert f'value="{who["name"]}"' in page.text
    assert "没有丢失" in page.text
    assert page.headers["retry-after"] == "60"
    assert browser.post("/identity/real-name", data=who).url.path == "/me"


def test_one_number_is_one_account(site, login: Login) -> None:
    page = login().post("/identity/real-name", data=LINXIAO)
    assert page.status_code == 409
    assert "用原来的手机号登录" in page.text
    assert "1390099" not in page.text
    assert 'href="/logout"' in page.text


def test_pages_speak_english(site, login: Login) -> None:
    browser = login()
    browser.cookies.set("lang", "en")
    assert "Not yet proven" in browser.get("/me").text
    page = browser.post("/identity/real-name", data={"name": "Lin", "id_number": "1"})
    assert "The identity number has 18 characters" in page.text
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r'<[^>]*lang="zh-CN"[^>]*>[^<]*<', "<", page.text).replace("一扇门", ""))
