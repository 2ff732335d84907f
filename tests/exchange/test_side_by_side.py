"""Two services that ask the same register under one agreement for different facts: what one has brought stays where the other is begun."""

import re
from typing import Any

import httpx

from .conftest import Registers, rows
from .test_prefill import LIN, begun, forget, settled

INSURED = {"aab004": "青禾软件", "aae031": "20260930", "row": [{"aae140": "110"}]}


def test_what_is_known_stays_known_when_another_form_asks_for_more(
    site: Any, registers: Registers, browsers: dict[str, httpx.Client]
) -> None:
    forget(site)
    registers.says |= {"insured": INSURED}
    browser = browsers[LIN]
    answer = browser.post("/apply/rs-shiyedengji", data={"new": "1"})
    first = re.search(r"/drafts/draft_[0-9a-f]{32}", str(answer.url))[0]  # type: ignore[index]
    settled(site, first)
    assert "2026 年 9 月 30 日" in browser.get(f"{first}/check").text
    second = begun(browser, "rs-canbaopingzheng")
    settled(site, second)
    assert [row["elements"] for row in rows(site, "select elements from exchange.ask order by at")] == [
        ["employment.left_on", "employment.employer"], ["insurance.kinds"],
    ]  # fmt: skip
    assert "2026 年 9 月 30 日" in browser.get(f"{first}/check").text, "still known"
    asked = len(registers.asked)
    begun(browser, "rs-canbaopingzheng")
    answer = browser.post("/apply/rs-shiyedengji", data={"new": "1"})
    again = re.search(r"/drafts/draft_[0-9a-f]{32}", str(answer.url))[0]  # type: ignore[index]
    settled(site, again)
    assert len(registers.asked) == asked, "what is known is not asked again"
    assert "2026 年 9 月 30 日" in browser.get(f"{again}/check").text
