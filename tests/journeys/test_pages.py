"""Journeys by hand, without scripts: found where people look, nothing typed lost, each fault with its way back."""

import html
from typing import Any

import httpx

MAIN = {"accept": "text/html"}


def test_found_where_people_look(client: httpx.Client) -> None:
    """On the first page, under the event of a life, in the guides of its items, and by the words people use."""
    for path in ("/", "/life", "/life/tuixiu", "/items/rs-tuixiu", "/journeys", "/search?q=退休要办什么", "/search?q=办退休"):
        page = client.get(path, headers=MAIN)
        while page.status_code == 503 and path.startswith("/search"):  # the house asks to come back when the machine has no time
            page = client.get(path, headers=MAIN)
        assert page.status_code == 200, path
        assert "/journeys/retirement" in page.text, path
    assert "/journeys/retirement" not in client.get("/items/ga-huzhao", headers=MAIN).text
    page = client.get("/journeys/retirement", headers=MAIN)
    assert "/login?next=/journeys/retirement" in page.text or "/login?next=%2Fjourneys%2Fretirement" in page.text
    assert client.get("/journeys/none", headers=MAIN).status_code == 404
    english = client.get("/journeys/retirement", headers={**MAIN, "cookie": "lang=en"})
    assert "Housing fund" in english.text or "housing fund" in english.text


def test_begun_left_and_handed_in(site: Any, browser: httpx.Client, program: httpx.Client, other: httpx.Client) -> None:
    begun = browser.post("/journeys/retirement", data={"new": "1"}, follow_redirects=False)
    draft = begun.headers["location"].rsplit("/", 1)[-1]
    assert browser.get(f"/drafts/{draft}").url.path.endswith("/fund")
    assert browser.get("/apply/journey-retirement").url.path == "/journeys/retirement"
    again = browser.post("/journeys/retirement", follow_redirects=False)
    assert again.headers["location"] == f"/drafts/{draft}"  # resumed, not made anew
    check = f"/journeys/retirement/check/{draft}"
    early = browser.post(check)
    assert early.status_code == 422
    assert "还有" in early.text
    assert f"/drafts/{draft}/fund?to=check" in early.text
    wrong = browser.post(f"/drafts/{draft}/pension-retire-on", data={"pension_retire_on-year": "2026", "pension_retire_on-month": "13"})
    assert wrong.status_code in (200, 422)
    for ask, value in {"fund": "yes", "account-kind": "bank", "pension-kind": "normal"}.items():
        assert browser.post(f"/drafts/{draft}/{ask}", data={ask.replace("-", "_"): value}).status_code == 200
    bad = browser.post(f"/drafts/{draft}/pension-account", data={"account": "6222 0000"})
    assert (bad.status_code, "6222 0000" in bad.text) == (422, True)
    browser.post(f"/drafts/{draft}/pension-account", data={"account": "6222020200112233446"})
    day = {"pension_retire_on-year": "2027", "pension_retire_on-month": "1", "pension_retire_on-day": "31"}
    browser.post(f"/drafts/{draft}/pension-retire-on", data=day)
    browser.post(f"/drafts/{draft}/pension-address", data={"address": "青禾市东湖区书院街道书院街 33 号"})
    browser.post(f"/drafts/{draft}/pension-phone", data={"phone": "13900990002"})
    browser.post(f"/drafts/{draft}/fund-loan", data={"fund_loan": "no"})
    page = browser.get(check)
    shown = html.unescape(page.text)
    assert "会办这 2 项" in shown
    assert "满 60 岁才能办老年人优待证" in shown
    assert "6222020200112233446" in shown
    assert other.get(check, headers=MAIN).status_code == 404
    assert browser.get(f"/journeys/birth/check/{draft}").status_code == 404  # not a draft of that
    done = browser.post(check)
    assert done.url.path.startswith("/runs/run_"), done.text[:500]
    assert "已经提交给各部门" in done.text
    assert browser.post(check).url.path == done.url.path
    assert browser.get(f"/drafts/{draft}").status_code == 404
    run = program.get(f"/api/runs/{done.url.path.rsplit('/', 1)[-1]}").json()
    assert {leg["code"]: leg["state"] for leg in run["legs"]} == {"pension": "case", "fund": "waiting", "card": "not_needed"}
    assert "退休一件事" in browser.get("/me/runs").text
    assert "退休一件事" in browser.get("/").text
    case = next(leg["case"] for leg in run["legs"] if leg["case"])
    assert done.url.path in browser.get(f"/cases/{case}").text
    assert other.get(done.url.path, headers=MAIN).status_code == 404
    assert browser.get("/runs/run_nothing").status_code == 404
