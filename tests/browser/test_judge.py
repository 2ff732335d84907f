"""What is judged again, and what is not: a judge that says nothing must have had nothing to say."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ill_fitting
from tests.browser.judge import Judge

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="{lang}"><head><title>t</title></head><body style="color:#111;background:#fff"><main><h1>{head}</h1>
<label for="{for_}">n</label><input id="{id}" name="n"><p class="{p}">{words}</p><a href="#{id}">{link}</a></main></body></html>"""
GOOD = {"lang": "zh-CN", "head": "页面", "for_": "a", "id": "a", "p": "", "words": "文字", "link": "去看"}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def judged(page: Page, judge: Judge, **other: str) -> list[str]:
    page.set_content(PAGE.format(**{**GOOD, **other}))
    return judge.faults(page)


def test_other_words_are_not_judged_again(page: Page) -> None:
    judge = Judge()
    assert judged(page, judge) == []
    assert judged(page, judge, lang="en", head="Page", words="words", id="b", for_="b") == []
    assert judge.runs == {"pages": 2, "structure": 1, "colours": 1}


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        ({"for_": "nobody"}, "axe label"), ({"link": ""}, "axe link-name"), ({"head": ""}, "axe empty-heading"),
        ({"lang": "xx"}, "language xx"),
    ],
)
def test_a_fault_on_a_page_like_one_before_is_found(page: Page, other: dict[str, str], rule: str) -> None:
    judge = Judge()
    judged(page, judge)
    assert [one for one in judged(page, judge, **other) if one.startswith(rule)]


def test_new_colours_alone_are_judged(page: Page) -> None:
    judge = Judge()
    judged(page, judge)
    page.evaluate("document.querySelector('p').style.color = '#bbb'")
    assert "axe color-contrast" in str(judge.faults(page))
    assert judge.runs["colours"] == 2
    assert judge.faults(page) == []  # said once


def test_what_has_the_colour_of_its_ground_is_wrong(page: Page) -> None:
    judge = Judge()
    judged(page, judge)
    page.evaluate("document.querySelector('p').style.color = '#fff'")
    assert "axe color-contrast" in str(judge.faults(page))


def test_what_is_shown_or_scrolled_only_on_a_narrow_page_is_judged(page: Page) -> None:
    judge = Judge()
    judged(page, judge)
    page.evaluate("document.querySelector('a').hidden = true")
    judge.faults(page)
    assert judge.runs["structure"] == 2


def narrow(page: Page, judge: Judge, hidden: str) -> list[str]:
    """The page of the last call, with something left out."""
    page.evaluate("(what) => { document.querySelector(what).hidden = true }", hidden)
    return judge.faults(page, "plain")


def test_of_a_page_in_another_style_the_change_is_judged_and_once(page: Page) -> None:
    judge = Judge()
    for words in ("文字", "别的"):
        judged(page, judge, words=words, p=words)
        assert narrow(page, judge, "a") == []
    assert judge.runs["structure"] == 2


def test_a_fault_that_only_another_style_has_is_found(page: Page) -> None:
    judge = Judge()
    judged(page, judge)
    narrow(page, judge, "a")
    judged(page, judge)
    assert "axe label" in str(narrow(page, judge, "label"))
    judged(page, judge)
    page.evaluate("document.querySelector('p').style.color = '#bbb'")
    assert "axe color-contrast" in str(judge.faults(page, "plain"))


def test_what_a_finger_would_miss_is_told_without_axe(page: Page) -> None:
    judged(page, Judge())
    page.evaluate("document.querySelector('a').style.cssText = 'display: block; width: 43px; height: 44px'")
    assert [one for one in ill_fitting(page) if one.startswith("small: A")]
    page.evaluate("document.querySelector('a').style.width = '44px'")
    assert not [one for one in ill_fitting(page) if one.startswith("small: A")]
