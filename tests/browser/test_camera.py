"""The camera of `/verify`: a film of our code, of the same code after the certificate was revoked, and of somebody else's code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FLAGS, chromium_path
from tests.browser.film import film
from tests.browser.house import PHONE, SUPERVISOR, House
from tests.browser.screens import RESIDENT, World

pytestmark = pytest.mark.browser
SEEN = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]


@contextmanager
def camera(browser: Browser, house: House, *flags: str) -> Iterator[Page]:
    """The page of the verifier, in a browser whose camera is what the flags say."""
    own = browser.browser_type.launch(executable_path=chromium_path(), args=[*FLAGS, *flags])
    context = own.new_context(base_url=house.url, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.goto("/verify")
    yield page
    own.close()


def filmed(page: Page) -> None:
    page.locator("[data-camera]").click()


def test_a_code_before_the_camera(house: House, browser: Browser, tmp_path: Path) -> None:
    world = World(house, browser)
    case = world.case(("acceptances", {}), ("decisions", {"outcome": "granted", "words": ""}))
    cert = world.send(RESIDENT, "GET", f"/api/cases/{case['id']}")["certificate"]
    shown = film(tmp_path / "ours.y4m", world.code(cert))
    with camera(browser, house, *SEEN, f"--use-file-for-fake-video-capture={shown}") as page:
        filmed(page)
        expect(page.locator("main .result")).to_contain_text("证照真实有效", timeout=30_000)
        expect(page.locator("video")).to_be_hidden()
        revoked = world.hand(SUPERVISOR).post(f"/desk/cases/{case['id']}/revoke", form={"rev": "3", "revoke_reason": "材料不实"})
        assert revoked.ok, revoked.text()[:500]
        page.goto("/verify")
        filmed(page)
        expect(page.locator("main .result")).to_contain_text("证照已失效", timeout=30_000)
        expect(page.locator("main .result")).to_contain_text("请不要接受")


def test_the_code_of_another_house(house: House, browser: Browser, tmp_path: Path) -> None:
    shown = film(tmp_path / "theirs.y4m", "HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC")
    with camera(browser, house, *SEEN, f"--use-file-for-fake-video-capture={shown}") as page:
        filmed(page)
        expect(page.locator("main .result")).to_contain_text("内容不完整", timeout=30_000)
        expect(page.locator("main .result")).to_contain_text("文字缺了一段")


def test_no_camera_is_told_and_the_other_ways_remain(house: House, browser: Browser) -> None:
    with camera(browser, house) as page:
        filmed(page)
        expect(page.locator("[data-scan] [role=status]")).not_to_be_empty(timeout=10_000)
        expect(page.locator("video")).to_be_hidden()
        expect(page.locator("#field-text")).to_be_visible()
