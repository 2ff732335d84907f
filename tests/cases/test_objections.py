"""公示异议: somebody objects to a case that is posted; its clerk answers before deciding; the applicant learns of it, not whose it is."""

import re
from typing import Any

import httpx
import pytest

from tests.exchange.conftest import rows
from tests.orgs.kit import proven

from .kit import bearer, picture
from .test_desk import Staff
from .test_specials import HOMES, INHERITED, later

WORDS = "我也是继承人，没有通知我。\n有户口本为证。"
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def applicant(site: Any) -> httpx.Client:
    """Of age: nobody younger is ever named in public."""
    while True:
        phone, program = proven(site)
        if rows(site, f"select birth_on < '2005-01-01' as grown from identity.person where phone = '{phone}'")[0]["grown"]:
            return program


def posted(site: Any, applicant: httpx.Client, desk: httpx.Client) -> tuple[str, str]:
    """A case whose public notice runs: its id and its number."""
    papers = [
        applicant.post("/api/attachments", data={"document": paper}, files={"file": (f"{paper}.png", picture())}).json()["id"]
        for paper in ("title", "death")
    ]
    made = applicant.post("/api/cases", json={"item": "zr-jicheng", "answers": INHERITED, "attachments": papers})
    assert made.status_code == 201, made.text
    case, number = made.json()["id"], made.json()["number"]
    assert desk.post(f"/api/cases/{case}/acceptances", json={}).status_code == 201
    body = {"kind": "public_notice", "reason": "看有没有别的继承人", "until": later(site, 15).isoformat()}
    assert desk.post(f"/api/cases/{case}/specials", json=body).status_code == 201
    return case, number


def test_by_pages_from_words_to_the_answer(site: Any, applicant: httpx.Client, staff: Staff) -> None:
    desk, (phone, _) = staff(HOMES), proven(site)
    case, number = posted(site, applicant, desk)
    neighbour = site.sign_in(phone)
    here = f"/notices/cases/{number}/object"
    assert here in site.client().get("/notices/cases").text
    assert site.client().get(here, headers={"accept": "text/html"}).url.path == "/login"
    assert "继承房产过户" in neighbour.get(here).text
    for words, told in (("", "至少 5 个字"), ("好" * 2001, "太长了"), ("坏\x00字符不行的", "不能使用的字符")):
        wrong = neighbour.post(here, data={"words": words})
        assert (wrong.status_code, told in wrong.text) == (422, True), told
    program_file = neighbour.post(here, data={"words": WORDS}, files={"papers": ("a.exe", b"MZ" + b"0" * 200)})
    assert (program_file.status_code, "有户口本为证" in program_file.text) == (422, True)
    done = neighbour.post(here, data={"words": WORDS}, files={"papers": ("户口本.png", picture())})
    assert done.url.path == "/me/objections"
    assert "等部门答复" in done.text or "Waiting" in done.text
    again = neighbour.post(here, data={"words": WORDS})
    assert (again.status_code, "已经提过异议" in again.text) == (422, True)
    site.jobs()
    theirs = applicant.get(f"/cases/{case}", headers={"accept": "text/html"}).text
    assert "公示期间有人提出异议" in theirs
    name = rows(site, f"select name from identity.person where phone = '{phone}'")[0]["name"]
    inbox = applicant.get("/inbox", headers={"accept": "text/html"}).text
    assert "公示期间有人提出不同意见" in inbox
    assert not any(secret in theirs + inbox for secret in (name, "户口本", "没有通知我"))
    page = desk.get(f"/desk/cases/{case}").text
    assert [words in page for words in ("有公示异议", "1 份等您答复")] == [True, True]
    desk.post(f"/api/cases/{case}/special-ends", json={"result": "公示期满"})
    rows(site, "update cases.attachment set scan = 'clean' where case_id is not null")
    refusal = {"outcome": "refused", "reason": "另有继承人", "law": "《民法典》"}
    for path, body in (("decisions", {"outcome": "granted"}), ("decisions", refusal),
                       ("transfers", {"department": "minzheng", "reason": "归你们"})):  # fmt: skip
        stays = desk.post(f"/api/cases/{case}/{path}", json=body, headers=JSON)
        assert (stays.status_code, stays.json()["type"].rpartition("/")[2]) == (409, "objections-open"), path
    listed = desk.get(f"/desk/cases/{case}/objections").text
    assert (name in listed, "公示已经结束，不再收新的异议" in listed) == (False, True)
    one = re.search(rf"/desk/cases/{case}/objections/objection_[0-9a-f]{{32}}", listed)[0]  # type: ignore[index]
    opened = desk.get(one).text
    assert [words in opened for words in (name, "我也是继承人", "户口本.png")] == [True] * 3
    assert "处理您对公示“继承房产过户”的异议" in neighbour.get("/me/access").text
    assert "/files/" not in opened, "what is not scanned is opened by nobody"
    rows(site, "update cases.attachment set scan = 'clean' where objection_id is not null")
    opened = desk.get(one).text
    paper = re.search(rf"{one}/files/file_[0-9a-f]{{32}}", opened)[0]  # type: ignore[index]
    assert desk.get(paper).content[:4] == b"\x89PNG"
    assert staff("13800990101").get(one, headers=JSON).status_code == 404
    empty = desk.post(one, data={"words": "不"})
    assert (empty.status_code, "请选择成立或者不成立" in empty.text, "至少 5 个字" in empty.text) == (422, True, True)
    assert desk.post(one, data={"outcome": "rejected", "words": "您的继承权已公证放弃，见公证书。"}).status_code == 200
    late = desk.post(one, data={"outcome": "accepted", "words": "改成成立，重新来过"})
    assert (late.status_code, "已经答复过了" in late.text, "改成成立，重新来过" in late.text) == (409, True, True), "typed words stay"
    over = {"name": "赵大爷", "contact": "春风路 1 号", "words": "房子有一半是我出的钱"}
    late = desk.post(f"/desk/cases/{case}/objections", data=over)
    assert (late.status_code, [words in late.text for words in over.values()]) == (410, [True] * 3)
    site.jobs()
    answered = neighbour.get("/me/objections").text
    assert [words in answered for words in ("异议不成立", "您的继承权已公证放弃")] == [True, True]
    assert "您对“继承房产过户”的异议不成立" in neighbour.get("/inbox").text
    theirs = applicant.get(f"/cases/{case}", headers={"accept": "text/html"}).text
    assert ("核实后不成立" in theirs, "公证放弃" in theirs) == (True, False)
    assert "有公示异议" not in desk.get(f"/desk/cases/{case}").text
    assert desk.post(f"/api/cases/{case}/decisions", json={"outcome": "granted"}).status_code == 201


def test_by_program_at_the_desk_and_when_the_case_ends(site: Any, applicant: httpx.Client, staff: Staff) -> None:
    desk, (_, neighbour) = bearer(site, HOMES), proven(site)
    case, number = posted(site, applicant, desk)
    url, words = f"/api/notices/cases/{number}/objections", {"words": WORDS}
    assert site.client().post(url, json=words).status_code == 401
    unproven = bearer(site, site.new_phone())
    assert unproven.post(url, json=words).status_code == 403, "whoever objects has a name"
    assert applicant.post(url, json=words).status_code == 409, "not to one's own"
    assert neighbour.post("/api/notices/cases/QH26010100AAAAAA0/objections", json=words).status_code == 410
    assert neighbour.post(url, json={"words": "x" * 2001}).status_code in (400, 422)
    paper = neighbour.post("/api/attachments", data={"document": "objection"}, files={"file": ("a.png", picture())}).json()["id"]
    key = {"idempotency-key": f"object {number}"}
    made = [neighbour.post(url, json=words | {"attachments": [paper]}, headers=key) for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201], made[0].text
    assert made[0].json()["id"] == made[1].json()["id"]
    assert neighbour.post(url, json=words).status_code == 409
    page = staff(HOMES)
    empty = page.post(f"/desk/cases/{case}/objections", data={"words": ""})
    assert (empty.status_code, empty.text.count('class="wrong"') >= 3) == (422, True)
    spoken = {"name": "赵大爷", "contact": "青禾市东湖区春风路 1 号", "words": "房子有一半是我出的钱"}
    assert "赵大爷" in page.post(f"/desk/cases/{case}/objections", data=spoken).text
    site.jobs()
    said = f"select count(*)::int as n from notify.message where kind = 'cases.objection' and case_ref = '{case}'"
    assert rows(site, said)[0]["n"] == 1, "told once, however many there are"
    lines = desk.get(f"/api/desk/cases/{case}/objections").json()["items"]
    assert [one["state"] for one in lines] == ["open", "open"]
    told = page.post(f"/desk/cases/{case}/objections/{lines[1]['id']}", data={"outcome": "accepted", "words": "会重新核对出资证明。"})
    assert told.status_code == 200
    assert "请按联系方式把答复告诉他：青禾市东湖区春风路 1 号" in page.get(f"/desk/cases/{case}/objections/{lines[1]['id']}").text
    here = f"case_ref = '{case.removeprefix('case_')}'"
    more = f"select org_id, uuidv7(), case_ref, '某某', '无', '不同意', now() from cases.objected, generate_series(1, 250) where {here}"
    rows(site, f"insert into cases.objected (org_id, id, case_ref, name, contact, words, at) {more} and name <> ''")
    assert len(desk.get(f"/api/desk/cases/{case}/objections").json()["items"]) == 200, "those that wait come first"
    assert applicant.post(f"/api/cases/{case}/withdrawals", json={}).status_code == 201
    site.jobs()
    assert rows(site, f"select count(*)::int as n from cases.objected where {here} and state = 'open'")[0]["n"] == 0
    assert neighbour.get("/api/me/objections").json()["items"][0]["state"] == "ended"
    assert neighbour.post(f"/api/notices/cases/{number}/objections", json=words).status_code == 410
    late = desk.post(f"/api/cases/{case}/objections/{lines[0]['id']}/answers", json={"outcome": "accepted", "words": "已经晚了吗？"})
    assert late.status_code == 409
    others = [posted(site, applicant, desk)[1] for _ in range(1)]
    assert [neighbour.post(f"/api/notices/cases/{one}/objections", json=words).status_code for one in others] == [201]
