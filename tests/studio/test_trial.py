"""试办: the real way on the draft, for named people alone; it reaches no inbox and no number, and goes."""

from datetime import timedelta
from typing import Any

from onedoor.kernel.work import system
from tests.cases.kit import bearer

from .kit import EDITOR, POLICE_EDITOR, POLICE_REVIEWER, REVIEWER

TESTER, OTHER = "13900990001", "13900990003"
ANSWERS = {"area": "o1", "children": "yes", "child_age": 7, "phone": TESTER}


def on_trial(people: Any) -> tuple[str, str]:
    draft = people(EDITOR).written()
    people(EDITOR).post(f"{draft}/trial", phones=TESTER)
    return draft, "try-" + draft.rpartition("_")[2]


def test_a_named_person_walks_the_real_way(people: Any, login: Any, site: Any) -> None:
    draft, code = on_trial(people)
    tester = login(TESTER)
    assert "请您试办" in tester.get("/inbox").text
    assert "试办：" in tester.get(f"/apply/{code}").text
    begun = tester.post(f"/apply/{code}", follow_redirects=False)
    first = tester.get(begun.headers["location"])
    assert "您想在哪个区借书？" in first.text
    made = bearer(site, TESTER).post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []})
    assert made.status_code == 201, made.text
    number = made.json()["number"]
    assert number.startswith("SB")
    case = tester.get(f"/cases/{made.json()['id']}").text
    assert "试办：" in case
    assert number in people(EDITOR).page(f"{draft}/trial")
    clerk = login("13800991901")
    assert number not in clerk.get("/desk/inbox").text
    assert clerk.get(f"/desk/cases/{made.json()['id']}").status_code == 404
    assert site.client().get(f"/status?number={number}").status_code == 404
    assert tester.get(f"/items/{code}").status_code == 404


def test_nobody_else_sees_it(people: Any, login: Any, site: Any) -> None:
    draft, code = on_trial(people)
    stranger = bearer(site, OTHER)
    assert login(OTHER).get(f"/apply/{code}").status_code == 404
    assert login(OTHER).post(f"/apply/{code}").status_code == 404
    assert stranger.post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []}).status_code == 404
    assert stranger.post("/api/drafts", json={"item": code}).status_code == 404
    assert people(POLICE_EDITOR).browser.get(f"{draft}/trial").status_code == 404
    assert people(REVIEWER).browser.post(f"{draft}/trial", data={"phones": OTHER}).status_code == 403


def test_a_try_is_deleted_and_the_trial_ends(people: Any, login: Any, site: Any) -> None:
    draft, code = on_trial(people)
    program = bearer(site, TESTER)
    tries = [{"item": code, "answers": ANSWERS | {"child_age": n}, "attachments": []} for n in (3, 4)]
    cases = [program.post("/api/cases", json=one).json() for one in tries]
    people(EDITOR).post(f"{draft}/trial/delete", number=cases[0]["number"])
    assert program.get(f"/api/cases/{cases[0]['id']}").status_code == 404
    assert program.get(f"/api/cases/{cases[1]['id']}").status_code == 200
    login(TESTER).post(f"/apply/{code}", data={"new": "1"})
    people(EDITOR).post(f"{draft}/trial/end")
    assert program.get(f"/api/cases/{cases[1]['id']}").status_code == 404
    assert login(TESTER).get(f"/apply/{code}").status_code == 404
    assert login(TESTER).get("/me/drafts").status_code == 200
    assert login(TESTER).get("/me/cases").status_code == 200


def test_a_draft_is_thrown_away_with_its_trial(people: Any, login: Any, site: Any) -> None:
    draft, code = on_trial(people)
    program = bearer(site, TESTER)
    case = program.post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []}).json()
    people(EDITOR).post(f"{draft}/discard")
    assert program.get(f"/api/cases/{case['id']}").status_code == 404, "nobody could end the trial, or delete what was handed in, any more"
    assert login(TESTER).get(f"/apply/{code}").status_code == 404


def test_tables_with_nothing_where_a_form_or_a_guide_stands_are_told(people: Any) -> None:
    browser, draft = people(EDITOR).browser, people(EDITOR).written()
    read = browser.get(f"/api{draft}").json()
    for key in ("form", "process"):
        none = browser.post(f"/api{draft}/revisions", json={"rev": read["rev"], "service": read["service"] | {key: None}})
        assert (none.status_code, none.json()["errors"][0]["pointer"]) == (422, f"/service/{key}")
    bare = read["service"] | {"guide": None}
    assert browser.post(f"/api{draft}/revisions", json={"rev": read["rev"], "service": bare}).status_code == 201
    assert browser.get(f"{draft}/preview").status_code == 200
    assert "请先写好办事指南" in people(EDITOR).post(f"{draft}/trial", 422, phones=TESTER).text


def test_unknown_phones_are_named_and_stay_typed(people: Any) -> None:
    draft = people(EDITOR).written()
    for typed in ("", "13900000000", "不是号码"):
        answer = people(EDITOR).post(f"{draft}/trial", 422, phones=typed)
        assert typed in answer.text


def test_a_changed_draft_is_tried_again_and_a_tester_may_withdraw(people: Any, login: Any, site: Any) -> None:
    draft, code = on_trial(people)
    people(EDITOR).save(f"{draft}/parts/questions/2", label_zh="去哪个区借书？")
    people(EDITOR).post(f"{draft}/trial", phones=TESTER)
    begun = login(TESTER).post(f"/apply/{code}", data={"new": "1"}, follow_redirects=False)
    assert "去哪个区借书？" in login(TESTER).get(begun.headers["location"]).text
    made = bearer(site, TESTER).post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []}).json()
    answer = login(TESTER).post(f"/cases/{made['id']}/withdraw", data={"reason": "试完了"})
    assert answer.status_code == 200


def test_silence_accepts_no_trial(people: Any, site: Any) -> None:
    """The nightly clock leaves tries alone, and ends a trial whose two weeks are over."""
    from onedoor.cases.service import clocks, trials

    draft, code = on_trial(people)
    program = bearer(site, TESTER)
    made = program.post("/api/cases", json={"item": code, "answers": ANSWERS, "attachments": []}).json()

    async def later(days: int) -> None:
        now = site.house.now
        site.house.now = lambda: now() + timedelta(days=days)
        try:
            while await clocks.daily(site.house.begin):
                pass
            await trials.end_old(site.house.begin)
        finally:
            site.house.now = now

    site.run(later, 13)
    assert program.get(f"/api/cases/{made['id']}").json()["status"] == "submitted"
    site.run(later, 15)
    assert program.get(f"/api/cases/{made['id']}").status_code == 404


def test_a_try_is_asked_granted_declined_and_swept(people: Any, login: Any, site: Any) -> None:
    """As a clerk would, with a sample that is no certificate and goes with the trial."""
    draft = people(POLICE_EDITOR).written()
    people(POLICE_EDITOR).save(f"{draft}/parts/certificate", cert_type="003")
    people(POLICE_EDITOR).save(f"{draft}/parts/certificate", **{"claim-address": "@person.phone"})
    people(POLICE_EDITOR).post(f"{draft}/trial", phones=TESTER)
    code, program = "try-" + draft.rpartition("_")[2], bearer(site, TESTER)
    made = [program.post("/api/cases", json={"item": code, "answers": ANSWERS | {"child_age": n}}).json() for n in (3, 4)]
    first, second = (f"{draft}/trial/cases/{one['number']}" for one in made)
    had = len(program.get("/api/certificates").json()["items"])
    assert people(EDITOR).browser.get(first).status_code == 404
    assert people(POLICE_REVIEWER).browser.post(first, data={"act": "grant"}).status_code == 403
    assert "请写明原因" in people(POLICE_EDITOR).post(first, 422, act="decline").text
    assert "请勾选或写明" in people(POLICE_EDITOR).post(first, 422, act="ask").text
    people(POLICE_EDITOR).post(first, act="ask", thing="户口簿", papers=["=paper-1"])
    asked = program.get(f"/api/cases/{made[0]['id']}").json()
    assert [a["label"]["zh"] for a in asked["asked"]] == ["学生证照片", "户口簿"]
    given = [{"ref": a["ref"], "cannot": "没有"} for a in asked["asked"]]
    assert program.post(f"/api/cases/{made[0]['id']}/supplements", json={"given": given}).status_code == 201
    people(POLICE_EDITOR).post(first, act="grant", words="欢迎")
    page = login(TESTER).get(f"/cases/{made[0]['id']}").text
    assert "样证：试办用，不是证照，不能使用" in page
    assert TESTER in page
    people(POLICE_EDITOR).post(second, act="decline", words="不归我们管")
    assert program.get(f"/api/cases/{made[1]['id']}").json()["status"] == "declined"
    assert people(POLICE_EDITOR).browser.post(second, data={"act": "grant"}, headers={"accept": "application/json"}).status_code == 409
    site.jobs()
    assert len(program.get("/api/certificates").json()["items"]) == had
    assert [text for _, text in site.outbox.sent if made[0]["number"] in text or made[1]["number"] in text] == []
    assert site.client().post("/api/verifications", json={"text": made[0]["number"]}).json().get("result") != "valid"
    people(POLICE_EDITOR).post(f"{draft}/trial/end")
    assert program.get(f"/api/cases/{made[0]['id']}").status_code == 404


def test_a_try_is_granted_late_where_the_promise_is_as_long_as_the_law_has_it(people: Any, site: Any) -> None:
    """Tried for the second week: a try has no desk at which silence would have accepted it meanwhile."""
    draft = people(POLICE_EDITOR).written()
    people(POLICE_EDITOR).save(f"{draft}/parts/guide", promised_days="3", statutory_days="3")
    people(POLICE_EDITOR).post(f"{draft}/trial", phones=TESTER)
    code, program = "try-" + draft.rpartition("_")[2], bearer(site, TESTER)
    made = program.post("/api/cases", json={"item": code, "answers": ANSWERS}).json()

    async def age() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run(
                "-- scatter\nupdate cases.case_file set received_on = received_on - 14, due_on = due_on - 14, "
                "legal_due_on = legal_due_on - 14 where number = $number", number=made["number"],
            )  # fmt: skip

    site.run(age)
    people(POLICE_EDITOR).post(f"{draft}/trial/cases/{made['number']}", act="grant", words="欢迎")
    assert program.get(f"/api/cases/{made['id']}").json()["status"] == "decided"
