"""Who ticks a part of a sheet is asked for that part: 同意的，我们替您从部门取来."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from onedoor.kernel import memory

from .conftest import DRIVER, Registers, rows
from .test_prefill import LIN, begun, forget, settled

GROUND = "update exchange.agreement set ground = '{}' where id = 'jiaotong-driver'"


@pytest.fixture
def by_consent(site: Any) -> Iterator[None]:
    """The driving licence is told when its holder agrees."""
    forget(site)
    rows(site, GROUND.format("consent"))
    memory.forget_all()
    yield
    rows(site, GROUND.format("duty"))
    memory.forget_all()


def test_what_is_ticked_is_fetched_and_the_rest_is_typed(
    site: Any, registers: Registers, browsers: dict[str, httpx.Client], by_consent: None
) -> None:
    registers.says["driver"] = DRIVER
    browser = browsers[LIN]
    draft = begun(browser, "jt-wangyueche")
    assert registers.asked == []
    browser.post(f"{draft}/consent", data={"jiaotong-driver": "driver.class", "mode": "case"})
    settled(site, draft)
    assert len(registers.asked) == 1
    assert rows(site, "select elements from exchange.ask") == [{"elements": ["driver.class"]}], "and nothing that was not ticked"
    page = browser.get(f"{draft}/check").text
    assert "来自 人口库" in page
    assert "C1" in page
    assert "2015 年 6 月 9 日" not in page
    assert browser.get(f"{draft}/licensed-on").status_code == 200, "this one is typed"
    browser.get(draft)
    browser.post(f"{draft}/again", data={"back": f"{draft}/check"})
    settled(site, draft)
    assert len(registers.asked) == 1, "it is known"
    sheet = browser.get(f"{draft}/consent").text
    assert "driver.licensed_on" in sheet, "there is more to agree to"
    browser.post(f"{draft}/consent", data={"jiaotong-driver": ["driver.class", "driver.licensed_on"], "mode": "case"})
    settled(site, draft)
    assert len(registers.asked) == 2
    assert "2015 年 6 月 9 日" in browser.get(f"{draft}/check").text
