"""Every page for everyone: both languages, dark, large text, the narrowest phone. Accessible, in reach, light, silent, at home."""

import gzip
import json
import re
from collections import Counter
from itertools import groupby
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response

from onedoor.web.rooms import handlers
from tests.browser.conftest import ill_fitting
from tests.browser.house import PHONE, House, rows
from tests.browser.judge import LANGUAGES, Judge
from tests.browser.screens import Screen, World, screens

pytestmark = pytest.mark.browser
MOST_PAGE, MOST_SCRIPT = 14 * 1024, 20 * 1024
LOOKS: dict[str, dict[str, Any]] = {"zh": {}, "en": {"locale": "en"}, "care": {"care": "1"}}
"""What is opened anew: in English what needs a press or has scripts of its own, in 关怀版 the home page. Dark, large and narrow are the
same page in another style, and the words of all other pages in English are put in their place: they are looked at where zh is open."""
UNFOLDED = """() => {
  document.querySelectorAll('details').forEach((one) => { one.open = true })
  const names = [...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((e) => new URL(e.href ?? e.src).pathname)
  return [names, document.querySelectorAll('h1').length, document.scripts.length]
}"""
IN_ENGLISH = """async () => {
  document.cookie = 'lang=en; path=/'
  const said = await fetch(location.href, {headers: {Accept: 'text/html'}})
  document.cookie = 'lang=; path=/; max-age=0'
  const text = await said.text(), other = new DOMParser().parseFromString(text, 'text/html')
  if (said.status !== performance.getEntriesByType('navigation')[0].responseStatus) return [[], text]
  document.documentElement.lang = other.documentElement.lang
  document.title = other.title
  document.body.replaceWith(other.body)
  document.querySelectorAll('details').forEach((one) => { one.open = true })
  return [[...document.querySelectorAll('[lang]')].map((one) => one.lang), text]
}"""
ANEW: set[str] = set()
"""Screens with more than the script of every page, in the language of somebody else than the reader, or other when asked for again, as
they are found."""
FINE = ("Failed to load resource", "blocked by Playwright")
WORDS = """() => {
  const found = [], walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT)
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement
    if (['SCRIPT', 'STYLE'].includes(at.tagName) || at.closest('[lang]').lang !== 'en') continue
    if (/\\p{Script=Han}/u.test(node.data)) found.push(node.data.trim())
  }
  for (const e of document.querySelectorAll('[placeholder], [aria-label], [alt], [title]'))
    for (const name of ['placeholder', 'aria-label', 'alt', 'title']) {
      const text = e.getAttribute(name) ?? ''
      if (/\\p{Script=Han}/u.test(text) && e.closest('[lang]').lang === 'en') found.push(`${name}: ${text}`)
    }
  return found }"""


@pytest.fixture(scope="module")
def every(house: House, browser: Browser) -> list[Screen]:
    return screens(World(house, browser))


WRITTEN = {
    "青禾农商银行", "已电话联系", "材料齐全", "单位证明 letter", "说明 words", "盖章", "已办好", "居住不满半年", "《居住证暂行条例》第二条",
    "青禾市东湖区小林早点店", "地名写错了 place", "家暴", "青禾东湖书店有限公司", "周一", "吴二", "执照.png", "名称不符 wrong name",
    "授权书没有盖章 not stamped", "柳岸小区", "东门", "第一医院预约挂号", "没有发热 no fever",
    "《传染病防治法》第四十条", "找出一起待过的人", "地址不对 wrong address", "《居住证暂行条例》第九条", "核对住址 checked",
    "赵强", "男", "满族", "青禾市公安局北岭分局", "应该是 8 日 the 8th", "查错人了 not me", "是您 it was you", "不是我 it was not",
    "鄂A12345",
    "等了很久 a long wait", "没人叫号 nobody called", "已加开窗口 one more window",
}  # fmt: skip


def people_data() -> list[str]:
    """Names, addresses and words of people: they stay as they were written, in any language."""
    people = [row for file in ("register.jsonl", "staff.jsonl", "companies.jsonl") for row in rows(file)]
    known = {row[key] for row in people for key in ("name", "address", "household_address") if row.get(key)}
    return sorted(known | WRITTEN, key=len, reverse=True)


def chinese_left(page: Page) -> list[str]:
    """Chinese on an English page that does not say that it is Chinese, and is nobody's own words."""
    own, found = people_data(), []
    for text in page.evaluate(WORDS):
        rest = text
        for data in own:
            rest = rest.replace(data, "")
        rest = re.sub(r"\w\*+\w?", "", rest).strip("* ")
        if re.search(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uff5e]", rest) and not any(data.startswith(rest) for data in own):
            found.append(f"Chinese: {text[:60]}")
    return found


class Watch:
    """What one context's pages load, and what they complain of."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url, self.sizes, self.said, self.loaded = url, {}, [], []
        self.document: Response | None = None
        self.names: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda bad: self.said.append(f"script: {bad.error}"))
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(fine in message.text for fine in FINE):
            self.said.append(f"console: {message.text[:200]}")

    def _response(self, answer: Response) -> None:
        path = answer.url.removeprefix(self.url)
        if path == answer.url and not answer.url.startswith(("data:", "blob:")):
            self.said.append(f"other origin: {answer.url[:120]}")
        kind = "page" if answer.request.resource_type == "document" else path.partition("?")[0].rpartition(".")[2]
        if kind == "page" and not 300 <= answer.status < 400:
            self.document = answer
        if kind in ("css", "js") and path not in self.sizes:
            self.sizes[path] = len(gzip.compress(answer.body(), 6))
        if kind in ("css", "js"):
            self.loaded.append(path)

    def weigh(self, text: str = "") -> list[str]:
        """Page with its style, and its scripts, as they travel."""
        body = text.encode() if text or self.document is None else self.document.body()
        document = len(gzip.compress(body, 6)) + sum(self.sizes.get(n, 0) for n in self.names if n.endswith(".css"))
        script = sum(self.sizes.get(n, 0) for n in self.names if n.endswith(".js"))
        heavy = [f"page and style {document} B"] if document > MOST_PAGE else []
        return heavy + ([f"scripts {script} B"] if script > MOST_SCRIPT else [])


def restyled(page: Page, judge: Judge) -> list[str]:
    """The same page in the dark, in large type, on the narrowest phone, and at a desk."""
    found = [f"dark: {one}" for one in judge.faults(page, "dark")]
    found += [f"care: {one}" for one in [*judge.faults(page, "care"), *ill_fitting(page)]]
    page.set_viewport_size({"width": 320, "height": 844})
    found += [f"narrow: {one}" for one in [*judge.faults(page, "plain"), *ill_fitting(page)]]
    page.set_viewport_size({"width": 1280, "height": 900})
    found += [f"wide: {one}" for one in ill_fitting(page)]
    page.set_viewport_size(PHONE)
    return found


def in_english(page: Page, screen: Screen, watch: Watch) -> list[str]:
    """The same address in English, in place of its body."""
    langs, text = page.evaluate(IN_ENGLISH)
    if langs[:1] != ["en"]:
        ANEW.add(screen.name)
        return []
    wrong = [*ill_fitting(page), *chinese_left(page), *watch.weigh(text), *(f"language {one}" for one in set(langs) - LANGUAGES)]
    return [f"en: {one}" for one in wrong]


def opened(screen: Screen) -> str:
    return screen.path if isinstance(screen.path, str) else screen.path()


def looked_at(page: Page, screen: Screen, watch: Watch, judge: Judge, locale: str) -> list[str]:
    """Everything wrong with one page."""
    watch.said.clear()
    answer = page.goto(opened(screen), wait_until="load")
    found = []
    if answer is None or (screen.status and answer.status != screen.status) or answer.status >= 500:
        found.append(f"answered {answer and answer.status}")
    if screen.do:
        screen.do(page)
        page.wait_for_load_state("load")
    watch.names, heads, scripts = page.evaluate(UNFOLDED)
    if scripts > 1:
        ANEW.add(screen.name)
    found += [*watch.weigh(), *judge.faults(page), *ill_fitting(page)]
    if heads != 1:
        found.append(f"{heads} h1")
    found += (chinese_left(page) if locale == "en" else []) + watch.said
    return found


OTHER = ("/api/", "/.well-known/", "/health/", "/static/", "/status/", "/vct/", "/metrics", "/demo/outbox.json", "/sw.js",
         "/manifest.webmanifest", "/looks.css", "/wallet/offline.json", "/inbox/events", "/notices/events", "/login/code", "/ui", "/files/",
         "/oauth/jwks.json", "/oauth/userinfo", "/passes/lists/", "/oid4vci/", "/verify/bundle")
"""What is no page; and the page of the code, which one reaches only by asking for a code."""
AGAIN = re.compile(
    r"^/me/access$|^/me/data/download$|^/desk$|^/desk/find$|^/desk/cases/[^/]+/.+|^/drafts/\{[^/]+\}(/\{[^/]+\}/upload)?$|/credential$|^/studio/.+/file$"
    r"|^/(quality|about/).*\.csv$"
    r"|/proofs/[^/]+$|^/search/suggest$|^/passes/.+\.json$|/papers/[^/]+$|\.(pdf|ofd)$|^/oid4vp/.+/request$|^/desk/counter/\{[^/]+\}/(upload|code|submit|close)$"
    r"|^/desk/seconds/\{[^/]+\}$|^/desk/counter/\{[^/]+\}/consent/(code|paper)$|^/me/consents/\{[^/]+\}/(paper|receipt)$"
)
"""Addresses that only lead to another one, or give a file."""



def test_every_page_is_on_the_list(every: list[Screen]) -> None:
    paths = {path for one in handlers() if "GET" in one.http_methods for path in one.paths}
    pages = {re.sub(r":\w+", "", path) for path in paths if not path.startswith(OTHER)}
    seen = [opened(screen).partition("?")[0] for screen in every]
    shapes = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in pages if not AGAIN.search(path)}
    assert [path for path, shape in shapes.items() if not any(shape.fullmatch(one) for one in seen)] == []


def parts(every: list[Screen]) -> list[list[Screen]]:
    """The screens of half the people each, about as many in the one as in the other."""
    halves: list[list[Screen]] = [[], []]
    for who, _ in Counter(screen.who for screen in every).most_common():
        min(halves, key=len).extend(screen for screen in every if screen.who == who)
    return halves


@pytest.mark.parametrize("half", [0, 1])
def test_every_page(house: House, browser: Browser, every: list[Screen], half: int) -> None:
    judge, found, own = Judge(), list[str](), parts(every)[half]
    for look, how in LOOKS.items():
        seen = [screen for screen in own if not how or (anew(screen) if look == "en" else screen.path == "/")]
        for who, some in groupby(seen, key=lambda screen: screen.who):
            found += [f"{look}, {one}" for one in walk(house, house.visitor(browser, who, how.get("locale", "zh-CN")), [*some], judge, how)]
    assert found == [], json.dumps(found, ensure_ascii=False, indent=1)
    assert judge.runs["structure"] > len(own) / 2, judge.runs


def anew(screen: Screen) -> bool:
    """Whether English needs its own opening."""
    return screen.do is not None or screen.name in ANEW


def walk(house: House, context: BrowserContext, some: list[Screen], judge: Judge, how: dict[str, Any]) -> list[str]:
    """What is wrong with the pages of one person in one look."""
    if "care" in how:
        context.add_cookies([{"name": "care", "value": how["care"], "url": house.url}])
    judge.attend(context)
    watch, page, found = Watch(context, house.url), context.new_page(), list[str]()
    for screen in some:
        try:
            wrong = looked_at(page, screen, watch, judge, how.get("locale", "zh-CN"))
            if not how:
                wrong += restyled(page, judge) + ([] if anew(screen) else in_english(page, screen, watch))
            found += [f"{screen.name}: {one}" for one in wrong]
        except Error as bad:
            found.append(f"{screen.name}: {bad.message[:300]}")
    context.close()
    return found
