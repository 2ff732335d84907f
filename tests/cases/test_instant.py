"""秒批: granted at once when registers hold all that the rule looks at; everything else goes to a clerk, and both are told why."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from onedoor.cases.forms.building import built
from onedoor.cases.instant import Condition, Instant
from onedoor.cases.models import CaseId, Evidence
from onedoor.cases.service import checking, deciding, instant
from onedoor.identity.models import Fact
from onedoor.kernel.i18n import Text
from onedoor.kernel.problems import Unavailable
from tests.mandates.people import Account, account, entered

from .kit import bearer, picture

ITEM, CLERK = "mz-laonianzheng", "13800990501"
ANSWERS = {
    "address": "东湖区柳岸街道春风路 12 号", "contact_name": "王小满", "contact_phone": "13900001234", "relation": "child",
    "delivery": "wallet", "phone": "13900001235",
}  # fmt: skip


def elder(site: Any, name: str, born: int = 1950) -> Account:
    return account(site, entered(site, name, dt.date(born, 3, 5)))


def handed_in(one: Account, **body: Any) -> str:
    made = one.program.post("/api/cases", json={"item": ITEM, "answers": ANSWERS, **body})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def whole(one: Account, case: str) -> dict[str, Any]:
    return one.program.get(f"/api/cases/{case}").json()


def draft_of(one: Account) -> str:
    draft = one.program.post("/api/drafts", json={"item": ITEM}).json()
    kept = one.program.put(f"/api/drafts/{draft['id']}/answers", json=ANSWERS, headers={"if-match": f'"{draft["rev"]}"'})
    assert kept.status_code == 200, kept.text
    return draft["id"]


def test_the_card_is_there_before_the_next_page(site: Any) -> None:
    one = elder(site, "秦德旺")
    page = site.sign_in(one.phone).post(f"/drafts/{draft_of(one)}/check")
    assert page.url.path.startswith("/cases/case_")
    for words in ("当场批准了", "符合条件，系统当场批准", "为什么当场批准", "符合：年满 60 周岁", "人口库", "查看证照"):
        assert words in page.text, words
    assert "最迟" not in page.text.split("办理经过")[0], "nothing is promised of what is done"
    case = page.url.path.removeprefix("/cases/")
    before = whole(one, case)
    assert [(s["kind"], s["by"]) for s in before["steps"]] == [("submit", "applicant"), ("accept", "system"), ("decide", "system")]
    assert (before["status"], before["outcome"]) == ("decided", "granted")
    assert int(before["instant"]["seen"][0]["value"]["zh"]) in (dt.date.today().year - 1950, dt.date.today().year - 1951)
    site.jobs()
    assert whole(one, case) == before, "the job that comes after changes nothing"
    assert [c["type"] for c in one.program.get("/api/certificates").json()["items"]] == ["025"]
    told = [m["body"]["zh"] for m in one.program.get("/api/inbox").json()["items"]]
    assert any("系统当场批准" in body and "卡包" in body for body in told)
    assert "系统当场批准" in site.sign_in(CLERK).get(f"/desk/cases/{case}").text


def test_a_program_is_granted_by_the_job(site: Any) -> None:
    one = elder(site, "秦德顺")
    case = handed_in(one)
    site.jobs()
    seen = whole(one, case)
    assert (seen["status"], seen["outcome"], bool(seen["certificate"])) == ("decided", "granted", True)
    assert seen["instant"]["met"][0]["en"] == "Aged 60 or over"


def test_nothing_is_given_twice(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Handed in at once, or one after the other, it is one card; the rest lies before a clerk, and says why."""
    one = elder(site, "秦德双")
    first, second = handed_in(one), handed_in(one)
    site.jobs()
    third = handed_in(one)
    site.jobs()
    assert [whole(one, case)["status"] for case in (first, second, third)] == ["decided", "submitted", "submitted"]
    assert len(one.program.get("/api/certificates").json()["items"]) == 1
    assert "已经有一件这样的申请" in site.sign_in(one.phone).get(f"/cases/{third}").text

    async def race() -> None:
        """Two of somebody else's, decided in the same moment, the later one first."""
        people = await asyncio.gather(*[instant.at_once(site.house.begin, other_id, case) for case in reversed(cases)])
        assert len(people) == len(cases)

    async def unseen(*_: Any) -> list[Any]:
        return []

    other = elder(site, "秦德对")
    with monkeypatch.context() as together:  # each handed in before the others were committed
        together.setattr(instant, "alike", unseen)
        other_id, cases = other.id, [CaseId.parse(handed_in(other)) for _ in range(4)]
    site.run(race)
    site.jobs()
    states = [whole(other, str(case))["status"] for case in cases]
    assert states == ["decided", "submitted", "submitted", "submitted"]
    page = site.sign_in(other.phone).get(f"/cases/{cases[3]}").text
    assert "没有当场批准，由工作人员办理" in page
    assert "已经有一件这样的申请" in page


@pytest.mark.parametrize(("name", "born", "papers", "told"), [
    ("秦小雨", 1990, False, "不符合：年满 60 周岁"), ("秦德福", 1951, True, "交了材料或承诺，要工作人员看"),
])  # fmt: skip
def test_everything_else_goes_to_a_clerk(site: Any, name: str, born: int, papers: bool, told: str) -> None:
    one, files = elder(site, name, born), list[str]()
    if papers:
        sent = one.program.post("/api/attachments", files={"file": ("a.png", picture())}, data={"document": "photo"})
        files = [sent.json()["id"]]
    case = handed_in(one, attachments=files)
    site.jobs()
    assert whole(one, case)["status"] == "submitted"
    for page in (site.sign_in(one.phone).get(f"/cases/{case}"), site.sign_in(CLERK).get(f"/desk/cases/{case}")):
        assert "为什么没有当场批准" in page.text
        assert told in page.text
    clerk = bearer(site, CLERK)
    assert clerk.post(f"/api/cases/{case}/acceptances", json={}).status_code < 300
    if papers:
        return
    assert clerk.post(f"/api/cases/{case}/decisions", json={"outcome": "granted"}).status_code < 300
    page = site.sign_in(one.phone).get(f"/cases/{case}").text
    assert "系统当场批准" not in page, "a clerk has decided"


def test_whoever_was_faster_keeps_the_case(site: Any) -> None:
    one, clerk = elder(site, "秦德海"), bearer(site, CLERK)
    case = handed_in(one)
    assert clerk.post(f"/api/cases/{case}/acceptances", json={}).status_code < 300
    site.jobs()
    assert whole(one, case)["status"] == "accepted"
    assert "当场批准" not in site.sign_in(one.phone).get(f"/cases/{case}").text, "nothing was granted at once"


def test_what_goes_wrong_leaves_a_case_like_any_other(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: Any, **__: Any) -> str:
        raise Unavailable()

    one = elder(site, "秦德明")
    draft = draft_of(one)
    with monkeypatch.context() as broken:
        broken.setattr(deciding, "_certificate", fails)
        page = site.sign_in(one.phone).post(f"/drafts/{draft}/check")
    assert "已提交申请" in page.text
    assert "部门会在" in page.text
    assert "为什么当场批准" not in page.text
    case = page.url.path.removeprefix("/cases/")
    assert whole(one, case)["status"] == "submitted"
    site.jobs()
    assert whole(one, case)["outcome"] == "granted"


def _choice(zh: str, en: str, *values: str) -> dict[str, Any]:
    return {"label": {"zh": zh, "en": en}, "as": "radios", "options": [{"value": v, "label": {"zh": v, "en": v}} for v in values]}


FORM = {
    "title": {"zh": "补贴", "en": "Allowance"},
    "schema": {
        "type": "object", "additionalProperties": False, "required": [],
        "properties": {"kind": {"enum": ["a", "b"]}, "level": {"enum": ["一级", "四级"]}, "phone": {"$ref": "od:phone"}},
    },
    "fields": {
        "kind": _choice("哪一种", "Which", "a", "b"), "level": _choice("等级", "Level", "一级", "四级"),
        "phone": {"label": {"zh": "手机号", "en": "Phone"}, "as": "phone"},
    },
    "pages": [{"id": "kind", "ask": ["kind"]}, {"id": "level", "ask": ["level"]}, {"id": "phone", "ask": ["phone"]}],
    "bindings": {"/level": "disability.level", "/phone": "person.phone"},
}  # fmt: skip
SEVERE = {"when": {"in": ["/level", ["一级"]]}, "words": {"zh": "一级", "en": "Grade 1"}}


def test_only_what_a_register_has_told_counts() -> None:
    words, form = Text("一级", "Grade 1"), built("x", 1, FORM)
    adult = Condition({"ge": ["@person.age", 18]}, Text("成年", "Of age"))
    rule = Instant([Condition(SEVERE["when"], words), adult], {"eq": ["/kind", "a"]})
    told = Evidence("/level", "disability.level", Text("残联", "Federation"), dt.date(2026, 1, 2), "")
    age = {"person.age": instant.Known(Text("年龄", "Age"), Fact(40, Text("人口库", "Register"), dt.date(2026, 1, 1)))}
    assert instant.meant_for(rule, {"kind": "a"})
    assert not instant.meant_for(rule, {"kind": "b"})
    whole = instant.judged(rule, form, {"level": "一级"}, age, [told], papers=False)
    assert whole.grants
    assert [(s.label.zh, s.value.zh, s.source.zh) for s in whole.seen] == [("等级", "一级", "残联"), ("年龄", "40", "人口库")]
    typed = Evidence("/level", "disability.level", Text("残联", "Federation"), None, "", "down")
    for evidence, facts, papers in (([typed], age, False), ([], age, False), ([told], {}, False), ([told], age, True)):
        assert not instant.judged(rule, form, {"level": "一级"}, facts, evidence, papers=papers).grants
    assert instant.judged(rule, form, {"level": "四级"}, age, [told], papers=False).unmet == [words]


@pytest.mark.parametrize(("process", "told"), [
    ({"instant": {"conditions": [SEVERE]}}, ""),
    ({"instant": {"conditions": [SEVERE], "when": {"eq": ["/kind", "a"]}}}, ""),
    ({"instant": {"conditions": [SEVERE], "when": {"eq": ["/gone", "a"]}}}, "/gone is not asked"),
    ({"instant": {"conditions": [SEVERE | {"when": {"eq": ["/kind", "a"]}}]}}, "/kind is not asked on any page and answered by a register"),
    ({"instant": {"conditions": [SEVERE | {"when": {"has": "/phone"}}]}}, "/phone is not asked on any page and answered by a register"),
    ({"instant": {"conditions": [SEVERE | {"when": {"has": "@person.phone"}}]}}, "is what the applicant says"),
    ({"instant": {"conditions": [SEVERE | {"when": {"near": 1}}]}}, "operator"),
    ({"instant": {"conditions": [SEVERE], "examples": [{"given": {"/level": "四级"}, "grants": True}]}}, "the rule says otherwise"),
    ({"instant": {"conditions": [SEVERE], "examples": [{"given": {"/level": "一级"}, "grants": True}]}}, ""),
    ({"instant": {"conditions": [SEVERE]}, "specials": [{"kind": "hearing", "max_days": 5}]}, "at once where there is specials"),
])  # fmt: skip
def test_mistakes_of_a_rule_are_told(process: dict[str, Any], told: str) -> None:
    found = [what for _, what in checking.instant_mistakes(process, FORM, {"disability.level", "person.phone"})]
    assert (not found) if not told else any(told in what for what in found), found
