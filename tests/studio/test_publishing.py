"""From an empty page to a resident's case: made, read by two others, published, applied for."""

from typing import Any

from .kit import EDITOR, PUBLISHER, REVIEWER, code_of, published, soon


def test_a_department_publishes_and_a_resident_applies(people: Any, login: Any) -> None:
    draft = people(EDITOR).written("跨区图书证")
    code = code_of(people(EDITOR), draft)
    assert "没有发现问题" in people(EDITOR).page(draft)
    published(people, draft)
    resident = login("13900990001")
    guide = soon(lambda: resident.get(f"/items/{code}"), 200, "一张证在两个区的图书馆都能借书").text
    assert "在线办理" in guide
    answers = {"area": "o1", "children": "yes", "child_age": 7, "phone": "13900990001"}
    made = resident.post("/api/cases", json={"item": code, "answers": answers, "attachments": []}, headers={"accept": "application/json"})
    assert made.status_code == 201, made.text
    assert "跨区图书证" in resident.get("/me/cases").text


def test_two_others_read_what_one_has_written(people: Any) -> None:
    draft = people(EDITOR).written()
    people(EDITOR).post(f"{draft}/send")
    assert people(PUBLISHER).browser.post(f"{draft}/endorse", follow_redirects=False).status_code == 403
    assert people(EDITOR).browser.post(f"{draft}/endorse", follow_redirects=False).status_code == 403
    assert people(PUBLISHER).browser.post(f"{draft}/publish", data={"when": "now"}, follow_redirects=False).status_code == 409
    people(REVIEWER).post(f"{draft}/endorse")
    assert people(REVIEWER).browser.post(f"{draft}/publish", data={"when": "now"}, follow_redirects=False).status_code == 403


def test_a_new_service_begins_like_another(people: Any) -> None:
    editor = people(EDITOR)
    made = editor.post("/studio/new", name_zh="照着借书证", name_en="Like it", category="shenghuo", like="wl-jieshuzheng")
    like = made.headers["location"]
    file = editor.browser.get(f"{like}/file").json()["service"]
    assert file["guide"]["promised_days"] == 0
    assert file["name"]["zh"] == "照着借书证"
    assert file["code"] != "wl-jieshuzheng"
    assert editor.browser.post("/studio/new", data={"name_zh": "x", "category": "shenghuo", "like": "nowhere"}).status_code == 404
