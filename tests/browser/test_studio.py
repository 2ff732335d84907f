"""Somebody who has never seen the studio makes a library card for two districts; two others let it out; a resident applies.

By hand, by the words on the page, with scripts and without.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.house import CLERK, House
from tests.browser.papers import photograph
from tests.studio.kit import EDITOR, PUBLISHER, REVIEWER

pytestmark = pytest.mark.browser
Device = Callable[[str], Page]
RESIDENT = "13900990001"
FOLDED = {"登记库知道，为什么还要问": "登记库已经知道？", "哪个登记库已经知道": "登记库已经知道？", "什么时候才要": "有条件才要？"}


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def device(house: House, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Device]:
    """A browser for each person."""
    opened: list[BrowserContext] = []

    def one(phone: str) -> Page:
        wide = {} if phone == RESIDENT else {"viewport": {"width": 1280, "height": 900}}
        opened.append(house.visitor(browser, phone, java_script_enabled=request.param, **wide))
        return opened[-1].new_page()

    yield one
    for context in opened:
        context.close()


def fill(page: Page, **boxes: str) -> None:
    """Type into boxes and choose from lists, by the words in front of them."""
    for label, value in boxes.items():
        if folded := FOLDED.get(label):
            page.locator(f"details:not([open]) > summary:text-is('{folded}')").click()
        box = page.get_by_label(label, exact=True).or_(page.get_by_label(f"{label} （选填）", exact=True))
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(label=value)
        else:
            box.fill(value)


def choose(page: Page, group: str, *answers: str) -> None:
    for answer in answers:
        page.get_by_role("group", name=group).get_by_text(answer, exact=True).click()


def press(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).click()


def add(page: Page, part: str) -> None:
    page.get_by_role("link", name=f"添加 {part}").click()


def question(page: Page, label: str, english: str, kind: str, required: bool = True, **more: str) -> None:
    add(page, "要问的问题")
    fill(page, 问什么=label, **{"问什么（英文）": english}, 怎么回答=kind, **more)
    if not required:
        choose(page, "必须回答吗", "否")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()


def described(page: Page) -> None:
    """The guide, a step, the list of materials."""
    page.get_by_role("link", name="修改 办事指南").click()
    fill(page, 这是办什么的="一张证，两个区的图书馆都能借书。", 谁可以办="住在本市的人。", 承诺几天办完="3",
         法律规定最长几天="20", 要跑几次="0",
         法律依据="《中华人民共和国公共图书馆法》第三十三条",
         **{"这是办什么的（英文）": "One card for the libraries of two districts.",
            "谁可以办（英文）": "Anyone who lives here."})  # fmt: skip
    press(page, "保存")
    add(page, "办理步骤")
    fill(page, 这一步做什么="在这里回答几个问题。", **{"这一步做什么（英文）": "Answer a few questions here."})
    press(page, "保存")
    add(page, "材料清单")
    fill(page, 材料名称="学生证", **{"材料名称（英文）": "Student card"})
    choose(page, "这份材料从哪里来", "申请人上传")
    choose(page, "要什么样的", "复印件")
    press(page, "保存")


def asked(page: Page) -> None:
    """Six questions; one has a condition, one is answered by a register."""
    question(page, "您想在哪个区借书？", "Which district?", "选一个", 可以选的答案="东湖区 | Donghu\n西山区 | Xishan")
    question(page, "要给孩子借书吗？", "For a child?", "是或否")
    question(page, "孩子几岁？", "How old?", "整数", 什么时候才要="“要给孩子借书吗？”选了“是”",
             **{"登记库知道，为什么还要问": "问的是孩子，不是申请人本人"})  # fmt: skip
    question(page, "您的手机号？", "Your mobile number?", "手机号", 哪个登记库已经知道="手机号")
    question(page, "喜欢哪类书？", "What do you like?", "可以选几个", required=False, 可以选的答案="小说 | Novels\n历史 | History")
    question(page, "还有什么要说的？", "Anything else?", "几行文字", required=False)
    add(page, "要上传的文件")
    fill(page, 请申请人上传什么="学生证照片", **{"请申请人上传什么（英文）": "Photo of the student card"})
    press(page, "保存")


def test_a_newcomer_publishes_a_service_and_a_resident_applies(house: House, device: Device) -> None:
    editor, name = device(EDITOR), "跨区图书证"
    editor.goto("/studio")
    editor.get_by_role("link", name="新建事项").click()
    press(editor, "开始编写")
    expect(editor.locator(".errors")).to_be_visible()
    fill(editor, 事项名称=name, **{"事项名称（英文）": "Library card for two districts"}, 放在大厅哪一类="生活")
    press(editor, "开始编写")
    described(editor)
    asked(editor)
    expect(editor.get_by_text("没有发现问题。")).to_be_visible()
    draft = editor.url.partition("?")[0].partition("#")[0]
    seen(editor)
    editor.goto(draft)
    code = editor.locator("main p .num").first.inner_text()
    press(editor, "送同事审核")
    expect(editor.locator(".tag", has_text="等同事审核")).to_be_visible()
    let_out(device, draft)
    applied(house, device, code, name)


def seen(page: Page) -> None:
    """As residents will see it."""
    page.get_by_role("link", name="看看居民看到的样子").click()
    page.get_by_role("row", name="您想在哪个区借书？").get_by_role("link", name="关怀版").click()
    expect(page.locator("html.care h1")).to_have_text("您想在哪个区借书？")
    press(page, "继续")
    expect(page.locator("h1")).to_have_text("要给孩子借书吗？")


def let_out(device: Device, draft: str) -> None:
    """The second person of the department, then the bureau."""
    reviewer = device(REVIEWER)
    reviewer.goto("/studio")
    reviewer.locator(f"a[href='{draft.partition('/studio')[1]}{draft.partition('/studio')[2]}']").click()
    press(reviewer, "审核通过")
    publisher = device(PUBLISHER)
    publisher.goto(draft)
    publisher.get_by_role("link", name="发布", exact=True).click()
    press(publisher, "发布")
    expect(publisher.get_by_text("已发布，居民现在就能看到")).to_be_visible()


def applied(house: House, device: Device, code: str, name: str) -> None:
    """A resident finds it, is not asked what a register knows, and hands it in."""
    page = device(RESIDENT)
    page.goto(f"/items/{code}")
    page.get_by_role("link", name="在线办理").click()
    press(page, "开始填写")
    choose(page, "您想在哪个区借书？", "西山区")
    press(page, "继续")
    choose(page, "要给孩子借书吗？", "是")
    press(page, "继续")
    page.get_by_label("孩子几岁？").fill("7")
    press(page, "继续")
    expect(page.locator("h1")).to_contain_text("喜欢哪类书？")
    choose(page, "喜欢哪类书？", "历史")
    press(page, "继续")
    expect(page.locator("h1")).to_contain_text("还有什么要说的？")
    press(page, "继续")
    page.locator("input[type=file]").set_input_files({"name": "card.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    press(page, "继续")
    expect(page.locator("main")).to_contain_text("孩子几岁？")
    expect(page.locator("#known ~ * , .panel:has(#known)").first).to_contain_text("您的手机号？")
    press(page, "提交申请")
    expect(page.locator("main")).to_contain_text(name)
    number = page.locator(".num").first.inner_text()
    clerk = device("13800991901")
    clerk.goto(f"/desk/inbox?q={number}")
    expect(clerk.locator("main")).to_contain_text(name)
    other = device(CLERK)
    other.goto(f"/desk/inbox?q={number}")
    expect(other.locator("main")).not_to_contain_text(name)


def test_two_editors_meet(device: Device) -> None:
    one, two = device(EDITOR), device(EDITOR)
    one.goto("/studio/new")
    fill(one, 事项名称="两个人一起改", **{"事项名称（英文）": "Two at once"}, 放在大厅哪一类="生活")
    press(one, "开始编写")
    draft = one.url
    for page, words in ((one, "第一个人写的"), (two, "第二个人写的")):
        page.goto(f"{draft}/parts/guide")
        fill(page, 谁可以办=words)
    press(one, "保存")
    press(two, "保存")
    expect(two.get_by_role("heading", name="同事刚刚改过这一部分")).to_be_visible()
    expect(two.locator("main")).to_contain_text("第一个人写的")
    press(two, "用我写的")
    two.goto(f"{draft}/parts/guide")
    expect(two.get_by_label("谁可以办", exact=True)).to_have_value("第二个人写的")


def test_taken_away_and_brought_back(device: Device) -> None:
    page: Any = device(EDITOR)
    page.goto("/studio/new")
    fill(page, 事项名称="删了又要", **{"事项名称（英文）": "Gone and back"}, 放在大厅哪一类="生活")
    press(page, "开始编写")
    question(page, "第一个问题？", "First?", "是或否")
    question(page, "第二个问题？", "Second?", "是或否")
    page.get_by_role("button", name="上移 第二个问题？").click()
    expect(page.locator("#part-questions ~ form, section:has(#part-questions) form")).to_contain_text("第二个问题？")
    page.get_by_role("button", name="删除 第一个问题？").click()
    expect(page.get_by_text("已删除，可以撤销")).to_be_visible()
    page.get_by_role("button", name="撤销上一步").click()
    expect(page.get_by_role("link", name="第一个问题？")).to_be_visible()
