"""What tests of the tracker share: people of the demo city who look, ask, answer and check."""

from typing import Any

import httpx

from tests.cases.kit import bearer, residents, submitted

CLERK, DESK, HEAD, ELSEWHERE, OFFICER = "13800990101", "13800990108", "13800990103", "13800990202", "13800991608"
"""高志远 and 问津 of gongan, their supervisor, a supervisor of renshe, the data-protection officer."""


def looked_at(site: Any, n: int = 0) -> tuple[httpx.Client, dict[str, Any]]:
    """A resident's browser, and the newest record after a clerk has opened their case."""
    phone = residents()[n]["phone"]
    case = submitted(bearer(site, phone))
    assert site.sign_in(CLERK).get(f"/desk/cases/{case['id']}").status_code == 200
    browser = site.sign_in(phone)
    return browser, browser.get("/api/me/data").json()["items"][0]
