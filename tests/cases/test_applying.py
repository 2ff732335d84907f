"""Applying by hand, without scripts: every page a form, nothing typed lost, one case at the end."""

import html
import re
from typing import Any

import httpx
import pytest

from .kit import ANSWERS, PERMIT, bearer, picture, residents


@pytest.fixture
def begun(browser: httpx.Client, program: httpx.Client, clean_drafts: None) -> str:
    """The address of a fresh draft of a residence permit."""
    answer = browser.post(f"/apply/{PERMIT}", data={"new": "1"}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def fill(browser: httpx.Client, draft: str, **answers: str) -> httpx.Response:
    """Walk on from where the draft stands, answering each page."""
    page = browser.get(draft)
    for _ in range(30):
        ask = page.url.path.rsplit("/", 1)[-1]
        if ask == "check" or ask.startswith("file-"):
            return page
        names = set(re.findall(r'name="([a-z_-]+)"', page.text)) - {"value", "next"}
        data = {n: answers[n] for n in names if n in answers} | {"mark": mark_of(page)}
        page = browser.post(page.url.path, data=data)
        assert page.status_code == 200, page.text
    raise AssertionError("the form does not end")


def mark_of(page: httpx.Response) -> str:
    found = re.search(r'name="mark" value="([0-9a-f]*)"', page.text)
    return found[1] if found else ""


def test_the_whole_way_by_hand(browser: httpx.Client, begun: str) -> None:
    before = browser.get(f"/apply/{PERMIT}")
    assert before.status_code == 200
    page = fill(browser, begun, **ANSWERS)
    assert page.url.path.endswith("/check")
    shown = html.unescape(page.text)
    assert residents()[0]["name"] in shown
    assert "来自 人口库" in shown
    assert "139" in shown
    done = browser.post(page.url.path)
    assert done.status_code == 200
    assert done.url.path.startswith("/cases/case_")
    number = re.search(r"QH\d{6}00[0-9A-Z]{7}", done.text)
    assert number
    assert "已提交" in done.text
    again = browser.post(page.url.path)
    assert again.url.path == done.url.path
    assert number[0] in browser.get("/me/cases").text
    assert number[0] in browser.get("/inbox").text or "已提交" in browser.get("/inbox").text


def test_faults_keep_what_was_typed(browser: httpx.Client, begun: str) -> None:
    page = browser.post(f"{begun}/phone", data={"phone": "12 <b>"})
    assert page.status_code == 422
    assert "12 &lt;b&gt;" in page.text
    assert "11 位数字" in page.text
    assert 'href="#field-phone"' in page.text
    assert "<title>错误：" in page.text
    long = browser.post(f"{begun}/address", data={"address": "长" * 10_000})
    assert long.status_code == 422
    assert "长" * 10_000 in long.text


@pytest.mark.parametrize("typed", ["a\x00b", "\u202eevil", "好\x07的呀好的", "😀" * 300])
def test_odd_characters_are_told(browser: httpx.Client, begun: str, typed: str) -> None:
    page = browser.post(f"{begun}/address", data={"address": typed})
    assert page.status_code == 422, page.text


def test_broken_utf8_is_no_accident(browser: httpx.Client, begun: str) -> None:
    page = browser.post(f"{begun}/address", content=b"address=%ff%fe%00", headers={"content-type": "application/x-www-form-urlencoded"})
    assert page.status_code in (400, 422)


def test_reading_changes_nothing(browser: httpx.Client, program: httpx.Client, begun: str) -> None:
    draft = begun.rsplit("/", 1)[-1]
    before = program.get(f"/api/drafts/{draft}").json()
    for path in (begun, f"{begun}/kind", f"{begun}/check", f"/apply/{PERMIT}", "/me/drafts", f"{begun}/delete"):
        assert browser.get(path).status_code == 200
    assert program.get(f"/api/drafts/{draft}").json() == before


def test_a_page_that_is_not_open_leads_to_the_right_one(browser: httpx.Client, begun: str) -> None:
    answer = browser.post(f"{begun}/post", data={"post_address": "东湖区柳岸街道"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{begun}/kind"


def test_two_devices_on_one_page(browser: httpx.Client, program: httpx.Client, begun: str) -> None:
    page = browser.get(f"{begun}/phone")
    draft = begun.rsplit("/", 1)[-1]
    program.put(f"/api/drafts/{draft}/answers", json={"phone": "13911112222"}, headers={"if-match": "1"})
    late = browser.post(f"{begun}/phone", data={"phone": "13933334444", "mark": mark_of(page)})
    assert late.status_code == 409
    assert "13911112222" in late.text
    assert "13933334444" in late.text
    kept = browser.post(f"{begun}/phone", data={"phone": "13933334444", "mark": mark_of(late)}, follow_redirects=False)
    assert kept.status_code == 303
    assert program.get(f"/api/drafts/{draft}").json()["answers"]["phone"] == "13933334444"


def test_changing_an_answer_from_check_returns_there(browser: httpx.Client, begun: str) -> None:
    fill(browser, begun, **ANSWERS)
    page = browser.get(f"{begun}/delivery?to=check")
    more = browser.post(f"{begun}/delivery", data={"delivery": "post", "to": "check", "mark": mark_of(page)})
    assert more.url.path.endswith("/post")
    back = browser.post(f"{begun}/post", data={"post_address": "东湖区柳岸街道 5 号", "to": "check"})
    assert back.url.path.endswith("/check")
    asleep = browser.post(f"{begun}/delivery", data={"delivery": "wallet", "to": "check"})
    assert "用不到" in asleep.text


def test_submitting_too_early_names_what_is_open(browser: httpx.Client, begun: str) -> None:
    page = browser.post(f"{begun}/check")
    assert page.status_code == 422
    assert f"{begun}/kind?to=check" in page.text


def test_papers_by_plain_form(browser: httpx.Client, begun: str) -> None:
    page = fill(browser, begun, **ANSWERS | {"housing": "rent"})
    assert page.url.path.endswith("/file-lease")
    send = f"{begun}/file-lease/upload"
    nothing = browser.post(send, files={"file-lease": ("", b"")}, data={"to": ""})
    assert nothing.status_code == 422
    program = browser.post(send, files={"file-lease": ("photo.jpg", b"MZ\x90\x00" + b"0" * 100)})
    assert program.status_code == 422
    assert "其实是程序" in program.text
    good = browser.post(send, files={"file-lease": ("合同.png", picture())}, data={"act": "upload"})
    assert good.status_code == 200
    assert "合同.png" in good.text
    file = re.search(r'name="remove" value="(file_[0-9a-f]+)"', good.text)
    assert file
    shown = browser.get(f"/files/{file[1]}")
    assert shown.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in shown.headers["content-security-policy"]
    gone = browser.post(send, data={"remove": file[1]})
    assert "合同.png" not in gone.text
    onward = browser.post(send, files={"file-lease": ("合同.png", picture())})
    assert onward.url.path.endswith("/check")
    assert browser.post(f"{begun}/check").url.path.startswith("/cases/")


def test_a_huge_upload_is_refused_early(browser: httpx.Client, begun: str) -> None:
    fill(browser, begun, **ANSWERS | {"housing": "rent"})
    page = browser.post(
        f"{begun}/file-lease/upload", content=b"0" * 100,
        headers={"content-type": "multipart/form-data; boundary=x", "content-length": str(200 * 1024 * 1024)},
    )  # fmt: skip
    assert page.status_code == 422
    assert "20 MB" in page.text


def test_delete_and_undo(browser: httpx.Client, begun: str) -> None:
    draft = begun.rsplit("/", 1)[-1]
    listed = browser.post(f"{begun}/delete")
    assert listed.url.path == "/me/drafts"
    assert f"/drafts/{draft}/restore" in listed.text
    assert browser.get(begun).status_code == 404
    browser.post(f"{begun}/restore")
    assert browser.get(begun).status_code == 200


def test_an_unproven_person_is_led_to_the_real_name_step(site: Any) -> None:
    stranger = site.sign_in()
    answer = stranger.post(f"/apply/{PERMIT}", follow_redirects=False)
    assert answer.headers["location"].startswith("/identity/real-name?next=%2Fapply")
    assert "/identity/real-name?next=" in stranger.get(f"/apply/{PERMIT}").text


def test_a_stranger_sees_no_draft(site: Any, begun: str) -> None:
    other = bearer(site, residents()[1]["phone"])
    assert other.get(f"/api{begun}").status_code == 404
    assert site.client().get(begun, follow_redirects=False).status_code in (303, 401)


def test_english(browser: httpx.Client, begun: str) -> None:
    browser.cookies.set("lang", "en")
    try:
        page = browser.post(f"{begun}/phone", data={"phone": "12"})
        assert "A mobile number has 11 digits" in page.text
        shown = re.sub(r'lang="zh-CN">[^<]*<', "", page.text.split("<main")[1].split("</main>")[0])
        assert not re.search(r"[\u4e00-\u9fff]", shown)
    finally:
        browser.cookies.delete("lang")


def test_more_than_a_draft_holds_is_told_on_the_page(browser: httpx.Client, program: httpx.Client, begun: str) -> None:
    """Everything together is too long: what was typed last is still there."""
    ident, much = begun.split("/")[2], dict.fromkeys(("name", "id_number", "reason", "moved_in", "post_address"), "x" * 19960)
    kept = program.put(f"/api/drafts/{ident}/answers", json=much, headers={"if-match": "1"})
    assert kept.status_code == 200, kept.text
    typed = "东湖区柳岸街道春风路 12 号" + "长" * 80
    page = browser.post(f"/drafts/{ident}/address", data={"address": typed}, headers={"accept": "text/html"})
    assert (page.status_code, "填写的内容太多了" in page.text, typed in page.text) == (422, True, True)
