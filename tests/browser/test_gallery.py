"""Every component in every state and look: accessible, large enough to touch, never wider than the phone, light to carry."""

import gzip
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from onedoor.kernel.i18n import Text
from onedoor.ui import render
from onedoor.ui.gallery.pages import contents
from onedoor.web.static import load
from tests.browser.conftest import ill_fitting
from tests.browser.judge import Judge

pytestmark = pytest.mark.browser
CSP = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'"
LOOKS: dict[str, dict[str, Any]] = {
    "zh": {},
    "en": {"locale": "en"},
    "dark": {"theme": "dark"},
    "light-in-dark": {"theme": "light", "system": "dark"},
    "system-dark": {"system": "dark"},
    "care": {"care": True, "behalf": True},
    "care-dark": {"care": True, "theme": "dark"},
    "zh-320": {"width": 320},
    "en-320": {"locale": "en", "width": 320},
    "care-320": {"care": True, "width": 320},
    "care-en-320": {"care": True, "locale": "en", "width": 320},
    "desk": {"width": 1280},
}


def html(
    locale: str = "zh-CN", theme: str = "", care: bool = False, behalf: bool = False, template: str = "gallery/gallery.html", **more: Any
) -> str:
    """A page as the house would send it, without the house."""
    data = {**contents(locale, behalf), **more}
    return render.environment(locale).get_template(template).render(actor=None, care=care, theme=theme, district="", path="/ui", **data)


def answer(route: Route, text: str) -> None:
    """Our own files only; anything else is an error of the page."""
    path = route.request.url.split("//", 1)[1].partition("/")[2]
    if path == "ui":
        route.fulfill(body=text, content_type="text/html; charset=utf-8", headers={"content-security-policy": CSP})
    elif path == "looks.css":
        route.fulfill(body=".look-003{--ground:#CFE3F2;--ink:#143E63}", content_type="text/css")
    elif path == "manifest.webmanifest":
        route.fulfill(body="{}", content_type="application/manifest+json")
    elif path.startswith("static/") and (file := load(path.split("/", 2)[2])):
        route.fulfill(body=file[0], content_type=file[2])
    else:
        route.fulfill(status=404, body="")


@pytest.fixture(scope="module", autouse=True)
def _city() -> Iterator[None]:
    before = dict(render._shared)
    render.share(SimpleNamespace(name=Text("青禾市", "Qinghe"), hotline="12345", zone="Asia/Shanghai"), True)
    yield
    render._shared.clear()
    render._shared.update(before)
    render.environment.cache_clear()


def opened(browser: Browser, text: str, width: int = 390, system: str = "light", **more: Any) -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if system == "dark" else "light", reduced_motion="reduce", **more
    ).new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    page.route("**/*", lambda route: answer(route, text))
    page.goto("http://onedoor.test/ui")
    assert refused == []
    return page


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.mark.parametrize("look", LOOKS)
def test_every_state_is_accessible_and_fits(browser: Browser, judge: Judge, look: str) -> None:
    how = dict(LOOKS[look])
    seen = {key: how.pop(key) for key in ("width", "system") if key in how}
    page = opened(browser, html(**how), **seen)
    assert judge.faults(page) == []
    assert ill_fitting(page) == []
    page.context.close()


def test_attribute_and_system_agree_on_the_colours(browser: Browser) -> None:
    """data-theme wins over the system in both directions."""
    ground = "() => getComputedStyle(document.body).backgroundColor"
    for theme, system, expected in [("", "light", 237), ("", "dark", 17), ("dark", "light", 17), ("light", "dark", 237)]:
        page = opened(browser, html(theme=theme), system=system)
        assert page.evaluate(ground) == f"rgb({expected}, {expected}, {expected})", (theme, system)
        page.context.close()


def test_summary_of_errors_takes_the_focus_with_and_without_scripts(browser: Browser) -> None:
    body = "{{ ui.error_summary(errors) }}{{ ui.field('phone', 'A', heading=True, error='b') }}"
    source = "{% extends 'page.html' %}{% block main %}" + body + "{% endblock %}"
    errors = [{"pointer": "/phone", "detail": "b"}]
    text = render.environment("zh-CN").from_string(source).render(actor=None, care=False, theme="", path="/", errors=errors)
    for scripts in (True, False):
        page = opened(browser, text, java_script_enabled=scripts)
        assert page.title().startswith("错误：")
        page.wait_for_selector(".errors:focus")
        page.locator(".errors a").click()
        page.wait_for_selector("#field-phone:focus")
        page.context.close()


def test_keyboard_reaches_every_control_in_reading_order(browser: Browser) -> None:
    page = opened(browser, html())
    reached = 0
    total = page.evaluate("document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary').length")
    last = -1
    for _ in range(total + 5):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """() => { const e = document.activeElement; if (e === document.body) return -1;
            const frame = e.closest('.search, .opts label') ?? e;
            const ring = [e, frame].some((x) => getComputedStyle(x).outlineStyle !== 'none');
            return ring ? [...document.querySelectorAll('*')].indexOf(e) : -2 }"""
        )
        assert place != -2, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if place == -1:
            break
        assert place > last, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        last, reached = place, reached + 1
    assert reached > total * 0.9
    page.context.close()


def test_print_and_forced_colours_keep_what_matters(browser: Browser) -> None:
    page = opened(browser, html(), forced_colors="active")
    assert page.evaluate("getComputedStyle(document.querySelector('.panel')).borderTopStyle") == "solid"
    page.emulate_media(media="print")
    for gone in (".tabbar", ".top", ".search", ".btn"):
        assert page.evaluate(f"getComputedStyle(document.querySelector('{gone}')).display") == "none", gone
    assert page.locator(".panel").first.is_visible()
    page.context.close()


def test_weight_of_style_and_layout() -> None:
    style = load("onedoor.css")
    assert style is not None
    plain, packed, _ = style
    assert len(plain) <= 24 * 1024
    layout = render.environment("zh-CN").from_string("{% extends 'page.html' %}").render(actor=None, care=False, theme="", path="/")
    assert len(packed) + len(gzip.compress(layout.encode(), 9)) <= 10 * 1024
