"""A real browser for the suite: where it is found, how it starts, and the measures every screen must meet."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.house import House

ROOT = Path(__file__).parents[2]
BUNDLER = ROOT / "frontend/node_modules/.bin/esbuild"
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
OUT = Path(__file__).parent / "out"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

FIRST = ("test_every_page[0]", "test_every_page_is_on_the_list", "test_every_page[1]")
SMALL = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter((e) => !e.closest('.skip') && !(e.matches('a') && e.closest('p, .prose') && !e.matches('.btn')))
  .map((e) => [e, (e.matches('[type=radio], [type=checkbox], [type=file].sr') && e.closest('label') || e).getBoundingClientRect()])
  .filter(([, r]) => r.width > 0 && (r.width < 43.9 || r.height < 43.9))
  .map(([e, r]) => `${e.tagName} ${(e.textContent || e.name).trim().slice(0, 20)} ${Math.round(r.width)}x${Math.round(r.height)}`)"""


WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [`page ${document.documentElement.scrollWidth}`].concat(
  [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.sr, .skip'))
  .map((e) => `${e.tagName}.${e.getAttribute('class')} ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 8))"""


def chromium_path() -> str | None:
    """The one that scripts/browser.sh found, CHROMIUM from the environment, or the first browser of the usual names."""
    own = os.environ.get("ONEDOOR_CHROMIUM") or os.environ.get("CHROMIUM")
    return own or next((path for name in NAMES if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes begin with one half of the walk over all pages each, so that none is left with it at the end; it gets two at the
    start, then one by one. What else is about all pages comes beside it: making them takes a quarter of a minute."""
    first = [item for name in FIRST for item in items if item.name == name]
    items[:] = [*first, *(item for item in items if item not in first)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.fail("no Chromium: run make browser, or set ONEDOOR_CHROMIUM to its path")
    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=path, args=FLAGS)
        yield one
        one.close()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """One demo city for the whole run of this worker."""
    one = House()
    yield one
    one.stop()


@contextmanager
def scripted(browser: Browser, script: str) -> Iterator[Page]:
    """An empty page in which this script of the folder has run, with what it takes from the pages' own."""
    built = subprocess.run([BUNDLER, Path(__file__).parent / script, "--bundle"], capture_output=True, text=True, check=True)
    context = browser.new_context()
    one = context.new_page()
    one.route("http://localhost/**", lambda route: route.fulfill(body="<!doctype html><title>page</title>", content_type="text/html"))
    one.goto("http://localhost/")
    one.add_script_tag(content=built.stdout)
    yield one
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds wrong on the page as it stands, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})", RULES
    )
    return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]


def ill_fitting(page: Page) -> list[str]:
    """Controls under 44 × 44 px (links inside sentences are exempt, as in WCAG 2.5.8), and how wide a page is that scrolls sideways, with
    what sticks out. Both at once: each question to the browser is a journey."""
    found = page.evaluate(f"() => [({SMALL})(), ({WIDE})()]")
    return [f"small: {one}" for one in found[0]] + [f"sticks out: {one}" for one in found[1]]
