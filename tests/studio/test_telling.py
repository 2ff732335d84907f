"""Readers are told when a draft waits for them, its editors what became of it; nobody is told what they did themselves."""

from typing import Any

from tests.cases.kit import bearer

from .kit import EDITOR, POLICE_REVIEWER, PUBLISHER, REVIEWER


def test_each_turn_is_told(people: Any, site: Any) -> None:
    draft = people(EDITOR).written("通知试办证")
    programs = {phone: bearer(site, phone) for phone in (EDITOR, REVIEWER, PUBLISHER, POLICE_REVIEWER)}

    def told(phone: str) -> list[str]:
        site.jobs()
        return [one["title"]["zh"] for one in programs[phone].get("/api/inbox").json()["items"] if draft in (one["href"] or "")]

    def waiting(phone: str) -> int:
        return programs[phone].get("/api/studio/drafts").json()["waiting"]

    before = {phone: waiting(phone) for phone in programs}
    people(EDITOR).post(f"{draft}/send")
    assert told(REVIEWER) == ["等您审核：通知试办证"]
    assert told(PUBLISHER) == told(EDITOR) == told(POLICE_REVIEWER) == []
    assert (waiting(REVIEWER), waiting(PUBLISHER), waiting(EDITOR)) == (before[REVIEWER] + 1, before[PUBLISHER], 0)
    assert f"有 {waiting(REVIEWER)} 份草稿等您看" in people(REVIEWER).page("/studio")
    people(REVIEWER).post(f"{draft}/remarks", remark_part="guide", remark_words="写清楚一点")
    people(REVIEWER).post(f"{draft}/return")
    assert sorted(told(EDITOR)) == ["已退回修改：通知试办证", "有审核意见：通知试办证"]
    people(EDITOR).post(f"{draft}/send")
    people(REVIEWER).post(f"{draft}/endorse")
    assert told(EDITOR)[0] == "审核通过：通知试办证"
    assert told(PUBLISHER) == ["等您审核：通知试办证"]
    assert (waiting(REVIEWER), waiting(PUBLISHER)) == (before[REVIEWER], before[PUBLISHER] + 1)
    people(PUBLISHER).post(f"{draft}/publish", when="now")
    assert told(EDITOR)[0] == "已发布：通知试办证"
    assert len(told(PUBLISHER)) == 1
    assert waiting(PUBLISHER) == before[PUBLISHER]
