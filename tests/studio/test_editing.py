"""Part by part: what is typed stays, each change can be undone, and two editors never overwrite each other."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from onedoor.studio.service import drafts

from .kit import EDITOR, GUIDE, POLICE_EDITOR, QUESTION, REVIEWER, SECOND_EDITOR, code_of, typed_on, unescaped


def order(page: str) -> list[str]:
    """The labels of the questions on a draft's page."""
    part = page.split('id="part-questions"')[1].split("</section>")[0]
    return re.findall(r'/parts/questions/\d+">([^<]+)', part)


def test_questions_move_go_and_come_back(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    assert order(editor.page(draft))[2:5] == ["您想在哪个区借书？", "要不要借儿童读物？", "孩子几岁？"]
    editor.post(f"{draft}/arrange/questions", act="up-3")
    assert order(editor.page(draft))[2:4] == ["要不要借儿童读物？", "您想在哪个区借书？"]
    editor.post(f"{draft}/arrange/questions", act="remove-3")
    assert "您想在哪个区借书？" not in order(editor.page(draft))
    editor.post(f"{draft}/undo")
    editor.post(f"{draft}/undo")
    assert order(editor.page(draft))[2:5] == ["您想在哪个区借书？", "要不要借儿童读物？", "孩子几岁？"]


def test_everything_typed_is_there_again(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    page = editor.page(f"{draft}/parts/questions/4")
    kept = {"label_zh": "孩子几岁？", "kind": "number", "least": "0", "limit": "17", "when_1": "eq:/children:yes"}
    assert kept.items() <= typed_on(page).items()
    assert typed_on(editor.page(f"{draft}/parts/guide")) == GUIDE
    assert "小说 | Novels" in unescaped(editor.page(f"{draft}/parts/questions/6"))


def test_a_condition_that_the_list_cannot_say_is_never_lost(people: Any) -> None:
    """Moved before the question it looks at, it is named as a mistake; saving the page leaves it as it is."""
    editor = people(EDITOR)
    draft = editor.written()
    editor.post(f"{draft}/arrange/questions", act="up-4")
    assert "用到了后面才问的问题" in editor.page(draft)
    assert typed_on(editor.page(f"{draft}/parts/questions/3"))["when_1"] == "keep"
    editor.save(f"{draft}/parts/questions/3", label_zh="孩子今年几岁？")
    editor.post(f"{draft}/arrange/questions", act="down-3")
    page = editor.page(f"{draft}/parts/questions/4")
    assert typed_on(page)["when_1"] == "eq:/children:yes"
    assert typed_on(page)["label_zh"] == "孩子今年几岁？"


def test_what_cannot_be_kept_is_shown_again_as_typed(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.started()
    for wrong in ({"promised_days": "三天"}, {"promised_days": "4000"}, {"summary_zh": "长" * 2001}, {"fee_zh": "坏\u0000字"}):
        typed = GUIDE | {"who_zh": "写了很久的一段话"} | wrong
        answer = editor.save(f"{draft}/parts/guide", 422, **typed)
        assert "写了很久的一段话" in answer.text
        assert 'class="wrong"' in answer.text
    assert "写了很久的一段话" not in editor.page(f"{draft}/parts/guide")


def test_two_questions_of_one_name(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.started()
    typed = QUESTION | {"label_zh": "第一个", "kind": "text", "name": "same"}
    editor.save(f"{draft}/parts/questions/new", **typed)
    answer = editor.save(f"{draft}/parts/questions/new", 422, **(typed | {"label_zh": "第二个"}))
    assert "名称“same”已经用在另一个问题上了" in answer.text
    assert "第二个" in answer.text
    answer = editor.save(f"{draft}/parts/questions/new", **(typed | {"name": "other"}))
    assert "两个问题一模一样" in editor.page(draft)


def test_two_editors_at_once_see_both_texts(people: Any) -> None:
    one, two = people(EDITOR), people(SECOND_EDITOR)
    draft = one.started()
    path = f"{draft}/parts/guide"
    mark = one.mark(path)
    two.save(path, **(GUIDE | {"who_zh": "同事写的"}))
    answer = one.post(path, 409, mark=mark, **(GUIDE | {"who_zh": "我写的"}))
    assert "同事写的" in answer.text
    assert "我写的" in answer.text
    assert typed_on(one.page(path))["who_zh"] == "同事写的"
    again = re.search(r'name="mark" value="([^"]+)"', answer.text)[1]  # type: ignore[index]
    one.post(path, mark=again, **(GUIDE | {"who_zh": "我写的"}))
    assert typed_on(one.page(path))["who_zh"] == "我写的"


def test_two_editors_of_different_parts_do_not_meet(people: Any) -> None:
    one, two = people(EDITOR), people(SECOND_EDITOR)
    draft = one.started()
    mark = one.mark(f"{draft}/parts/guide")
    two.save(f"{draft}/parts/steps/new", zh="第一步", en="First")
    one.post(f"{draft}/parts/guide", mark=mark, **GUIDE)


def test_nobody_edits_what_is_being_read_or_another_departments(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    assert people(POLICE_EDITOR).browser.get(draft).status_code == 404
    assert people(REVIEWER).browser.post(f"{draft}/parts/guide", data=GUIDE).status_code == 403
    editor.post(f"{draft}/send")
    assert editor.browser.post(f"{draft}/parts/guide", data=GUIDE).status_code == 409
    editor.post(f"{draft}/take-back")
    editor.save(f"{draft}/parts/guide", **GUIDE)


def test_what_is_typed_stays_when_a_colleague_sends_the_draft_or_removes_the_entry(people: Any) -> None:
    one, two = people(EDITOR), people(SECOND_EDITOR)
    draft = one.written()
    guide, question = f"{draft}/parts/guide", f"{draft}/parts/questions/7"
    mark, whole = one.mark(guide), one.mark(question)
    typed = typed_on(one.page(question)) | {"label_zh": "我正在改的问题"}
    two.post(f"{draft}/send")
    sent = one.post(guide, 409, mark=mark, **(GUIDE | {"who_zh": "我写了很久"}))
    assert typed_on(sent.text)["who_zh"] == "我写了很久"
    assert "现在不能改：草稿正在审核，或者已经发布。" in sent.text
    two.post(f"{draft}/take-back")
    one.post(guide, mark=mark, **typed_on(sent.text))
    assert typed_on(one.page(guide))["who_zh"] == "我写了很久"
    remove = re.findall(r'value="(remove-7-\w+)"', one.page(draft).split('id="part-questions"')[1].split("</section>")[0])[0]
    two.post(f"{draft}/arrange/questions", act=remove)
    gone = one.post(question, 409, mark=whole, **typed)
    assert typed_on(gone.text)["label_zh"] == "我正在改的问题"
    assert f'action="{draft}/parts/questions/new"' in gone.text


def test_an_option_keeps_its_value_when_its_words_change(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.written()
    path = f"{draft}/parts/questions/2"
    editor.save(path, options="东湖区图书馆 | Donghu\n西山区 | Xishan\n北岭区 | Beiling")
    file = editor.browser.get(f"{draft}/file").json()
    options = file["service"]["form"]["fields"]["area"]["options"]
    assert [o["value"] for o in options] == ["o1", "o2", "o3"] or [o["value"] for o in options][1] == "o2"
    editor.save(path, name="place")
    assert "place" in editor.browser.get(f"{draft}/file").json()["service"]["form"]["schema"]["properties"]


def test_a_remark_is_seen_and_settled(people: Any) -> None:
    editor, reviewer = people(EDITOR), people(REVIEWER)
    draft = editor.written()
    editor.post(f"{draft}/send")
    assert "请写下意见" in reviewer.post(f"{draft}/remarks", 422, remark_part="guide", remark_words="").text
    reviewer.post(f"{draft}/remarks", remark_part="guide", remark_words="费用写得不清楚 <b>")
    reviewer.post(f"{draft}/return")
    page = editor.page(draft)
    assert "费用写得不清楚 &lt;b&gt;" in page
    done = re.search(rf'action="({draft}/remarks/[^"]+/done)"', page)[1]  # type: ignore[index]
    editor.post(done)
    assert "已处理" in editor.page(draft)


def test_a_remark_is_seen_however_many_were_made_before(people: Any) -> None:
    editor, reviewer = people(EDITOR), people(REVIEWER)
    draft = editor.written()
    editor.post(f"{draft}/send")
    for n in range(201):
        sent = reviewer.browser.post(f"/api{draft}/remarks", json={"part": "guide", "words": f"意见{n}"})
        assert sent.status_code == 201
    said = [one["words"] for one in editor.browser.get(f"/api{draft}").json()["remarks"]]
    assert (said[-1], len(said)) == ("意见200", 200)


def test_a_code_is_used_once(people: Any) -> None:
    editor = people(EDITOR)
    for code in ("ga-juzhuzheng", "坏 code", "try-1", "A" * 10):
        answer = editor.post("/studio/new", 422, name_zh="叫什么都行", category="shenghuo", code=code)
        assert "叫什么都行" in answer.text
    draft = editor.started(code="wl-mine")
    assert code_of(editor, draft) == "wl-mine"
    again = editor.post("/studio/new", 409, name_zh="又一个", category="shenghuo", code="wl-mine")
    assert typed_on(again.text)["name_zh"] == "又一个", "what was typed stays, also when the other one is a draft yet"
    assert "编码“wl-mine”已经用在别的事项上了，请换一个" in again.text


def test_a_draft_is_thrown_away(people: Any) -> None:
    editor = people(EDITOR)
    draft = editor.started()
    editor.page(f"{draft}/discard")
    editor.post(f"{draft}/discard")
    editor.page(draft, 404)
    editor.page(draft, 404)


def test_a_button_removes_the_entry_that_was_seen(people: Any) -> None:
    """A colleague has taken the first question away meanwhile: the second one has its place now, and stays."""
    editor = people(EDITOR)
    draft = editor.written()
    removes = re.findall(r'value="(remove-\d+-\w+)"', editor.page(draft).split('id="part-questions"')[1].split("</section>")[0])
    editor.post(f"{draft}/arrange/questions", act=removes[2])
    refused = editor.browser.post(f"{draft}/arrange/questions", data={"act": removes[2]}, headers={"accept": "application/json"})
    assert refused.status_code == 409
    assert "要不要借儿童读物？" in editor.page(draft)


def test_the_next_page_of_drafts_begins_where_this_one_ended(people: Any) -> None:
    browser = people(EDITOR).browser
    for n in range(62):
        made = browser.post("/api/studio/drafts", json={"name_zh": f"第{n}份", "category": "shenghuo"})
        assert made.status_code == 201, made.text
    first = browser.get("/api/studio/drafts", params={"stage": "editing"}).json()
    last = first["items"][-1]["id"]
    assert browser.post(f"/studio/drafts/{last}/discard", follow_redirects=False).status_code == 303
    seen = [one["id"] for one in first["items"]]
    for path in ("/api/studio/drafts", "/studio"):
        second = browser.get(path, params={"stage": "editing", "after": first["next"]})
        assert second.status_code == 200, "the draft with which a page ended may be gone, or have been changed"
        assert [one for one in seen if f"/studio/drafts/{one}" in second.text or f'"id":"{one}"' in second.text] == []
    assert browser.get("/studio?after=service_1").status_code == 404


def test_a_code_that_is_drawn_twice_is_drawn_again(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who begins a service has to know that its code was taken."""
    browser, drawn = people(EDITOR).browser, iter(["c0ffee", "c0ffee", "c0ffe1"])
    monkeypatch.setattr(drafts, "secrets", SimpleNamespace(token_hex=lambda _: next(drawn)))
    made = [browser.post("/api/studio/drafts", json={"name_zh": "取名两次", "category": "shenghuo"}).json()["item"] for _ in range(2)]
    assert [one[-6:] for one in made] == ["c0ffee", "c0ffe1"]
