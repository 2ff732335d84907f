"""The home page: what only I see, kept until something of mine changes, and what it asks of the database."""

from datetime import timedelta
from uuid import UUID

import httpx

from onedoor.kernel.work import system

ITEM = "ga-wufanzui"


def made(browser: httpx.Client) -> str:
    return browser.post("/api/drafts", json={"item": ITEM}).json()["id"]


def test_a_draft_appears_at_once_and_goes_at_once(site) -> None:
    browser = site.sign_in("13900990007")
    assert "继续填写" not in browser.get("/").text
    draft = made(browser)
    assert f"/drafts/{draft}" in browser.get("/").text
    assert browser.delete(f"/api/drafts/{draft}").status_code == 204
    assert f"/drafts/{draft}" not in browser.get("/").text


def test_a_draft_is_kept_until_a_day_of_the_city(site) -> None:
    """What ends at two in the morning ends on that day, not on the day before, which it still is in Greenwich."""
    browser = site.sign_in("13900990007")
    draft = made(browser)
    ends = (site.house.now() + timedelta(9)).astimezone(site.house.settings.zone).replace(hour=2, minute=0)

    async def end() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("update cases.draft set expires_at = $ends where id = $id", ends=ends, id=UUID(draft.removeprefix("draft_")))

    site.run(end)
    day = f"{ends.month} 月 {ends.day} 日"
    assert day in browser.get("/me/drafts").text
    assert f"{day}前有效" in browser.get("/").text
    browser.delete(f"/api/drafts/{draft}")


def test_another_device_sees_the_same(site) -> None:
    phone, tablet = site.sign_in("13900990006"), site.sign_in("13900990006")
    assert "继续填写" not in tablet.get("/").text
    draft = made(phone)
    assert f"/drafts/{draft}" in tablet.get("/").text
    phone.delete(f"/api/drafts/{draft}")
    assert f"/drafts/{draft}" not in tablet.get("/").text


def test_a_message_from_the_clerk_changes_it(site) -> None:
    owner, clerk = site.sign_in("13900990008"), site.sign_in("13800990101")
    answers = {"purpose": "job", "recipient": "本人留存", "period": "always", "phone": "13900990008"}
    case = owner.post("/api/cases", json={"item": ITEM, "answers": answers, "attachments": []}).json()
    assert "正在办理" in owner.get("/").text
    asked = {"rev": 1, "things": [{"label": "请说明用途", "kind": "words"}]}
    answer = clerk.post(f"/api/cases/{case['id']}/supplement-requests", json=asked)
    assert answer.status_code < 400, answer.text
    assert "需要补正" in owner.get("/").text


OWN = ("identity.session", "wallet.cert", "cases.case_file", "cases.draft", "catalog.frequent", "notify.message")


def asked_of(queries: list[str]) -> list[str]:
    """Statements about somebody; a snapshot that happens to be read again in the background is not the page's."""
    return [q for q in queries if any(table in q for table in OWN)]


def test_it_asks_the_session_alone_when_nothing_has_changed(site, queries: list[str]) -> None:
    browser = site.sign_in("13900990007")  # nothing stands before a draft of theirs
    browser.delete(f"/api/drafts/{made(browser)}")
    browser.get("/")
    queries.clear()
    first = browser.get("/").text
    assert len(asked_of(queries)) == 1, queries
    assert "identity.session" in asked_of(queries)[0]
    made(browser)
    queries.clear()
    assert browser.get("/").text != first
    assert len(asked_of(queries)) <= 2, queries


def test_signed_out_it_touches_no_table(site, queries: list[str]) -> None:
    client = site.client()
    queries.clear()
    assert client.get("/").status_code == 200
    assert asked_of(queries) == []


def test_staff_find_their_desk(site) -> None:
    assert "/desk/inbox" in site.sign_in("13800990101").get("/").text
    assert "/operator" in site.sign_in("13800991603").get("/").text
    assert "/desk/inbox" not in site.sign_in("13900990002").get("/").text
