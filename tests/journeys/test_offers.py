"""Entitled without applying: found at night under a published duty, told, taken with one tap or turned down; silence is no answer."""

from typing import Any

import httpx
import pytest

from onedoor.journeys import service
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import system
from tests.cases.kit import bearer

from .test_runs import closed

MOTHER = "13900990003"
"""李桂兰, 77: a senior card is hers to have, the age allowance from 80 is not."""
ELDER = {"name": "薛春花", "id_number": "990103193807270341"}
"""88, of the population register; nobody has her account."""
CONTACT = {"contact_name": "王敏", "contact_phone": "13900990002", "relation": "child"}


def night(site: Any) -> int:
    """Everybody is looked through, stretch after stretch."""

    async def all_of_them() -> int:
        found, after = 0, None
        while True:
            batch = await service.find(site.house.begin, after)
            found, after = found + batch.found, batch.after
            if after is None:
                return found

    found = site.run(all_of_them)
    site.jobs()
    return found


@pytest.fixture(scope="module")
def mother(site: Any) -> httpx.Client:
    return bearer(site, MOTHER)


def offers(program: httpx.Client) -> list[dict[str, Any]]:
    return program.get("/api/proposals").json()["items"]


def test_found_told_and_taken(site: Any, mother: httpx.Client, program: httpx.Client) -> None:
    browser = site.sign_in(MOTHER)
    looked = browser.get("/me/data").text.count("查找能享受")
    assert night(site) >= 1
    assert night(site) == 0  # nobody is told twice
    mine = offers(mother)
    assert [(one["benefit"], one["state"]) for one in mine] == [("laonianzheng", "open")]
    assert mine[0]["seen"] == {"person.age": 77} or mine[0]["seen"]["person.age"] >= 76
    assert offers(program) == []
    assert "您可以享受：老年人优待证" in browser.get("/").text
    assert any("老年人优待证" in one["title"]["zh"] for one in mother.get("/api/inbox").json()["items"])
    assert browser.get("/me/data").text.count("查找能享受") > looked
    page = browser.get(f"/me/benefits/{mine[0]['id']}")
    assert "为什么告诉您" in page.text
    assert "年龄" in page.text
    # silence is not consent: nothing was made
    assert not [c for c in mother.get("/api/cases?limit=100").json()["items"] if c["item"] == "mz-laonianzheng"]
    wrong = browser.post(f"/me/benefits/{mine[0]['id']}", data={"say": "take", **CONTACT, "contact_phone": "12"})
    assert wrong.status_code == 422
    assert "11 位数字" in wrong.text
    assert 'value="12"' in wrong.text
    neither = browser.post(f"/me/benefits/{mine[0]['id']}", data={})
    assert (neither.status_code, "请选择领取" in neither.text) == (422, True)
    taken = browser.post(f"/me/benefits/{mine[0]['id']}", data={"say": "take", **CONTACT})
    assert taken.url.path.startswith("/cases/case_")
    assert "已提交" in taken.text
    again = browser.post(f"/me/benefits/{mine[0]['id']}", data={"say": "take", **CONTACT})
    assert again.url.path == taken.url.path
    made = [c for c in mother.get("/api/cases?limit=100").json()["items"] if c["item"] == "mz-laonianzheng"]
    assert len(made) == 1
    assert channel(site, made[0]["id"]) == "entitled"
    assert offers(mother)[0]["state"] == "taken"
    assert "您可以享受" not in browser.get("/").text
    assert night(site) == 0


def channel(site: Any, case: str) -> str:
    from onedoor.cases.models import CaseId

    async def read() -> str:
        async with site.house.database.tx(role="job") as db:
            return await db.value("select channel from cases.case_file where id = $case", case=CaseId.parse(case))

    return site.run(read)


def test_turned_down_it_is_not_asked_again(site: Any) -> None:
    """Somebody of 88 proves her name, is found, and says no; a year later she may be asked again."""
    phone = site.new_phone()
    browser = site.sign_in(phone)
    told = browser.post("/identity/real-name", data={"name": ELDER["name"], "id_number": ELDER["id_number"]})
    assert told.status_code == 200, told.text
    program = bearer(site, phone)
    night(site)
    assert {o["benefit"] for o in offers(program)} == {"laonianzheng", "gaolingjintie"}
    one = next(o for o in offers(program) if o["benefit"] == "laonianzheng")
    key = {"idempotency-key": "no-thanks"}
    for _ in range(2):
        answer = program.post(f"/api/proposals/{one['id']}/decisions", json={"take": False}, headers=key)
        assert (answer.status_code, answer.json()["state"]) == (201, "declined")
    assert program.post(f"/api/proposals/{one['id']}/decisions", json={"take": True, "answers": CONTACT}).status_code == 409
    night(site)
    assert {o["state"] for o in offers(program) if o["benefit"] == "laonianzheng"} == {"declined"}
    site.run(a_year_ago, site, one["id"])
    night(site)
    fresh = next(o for o in offers(program) if o["benefit"] == "laonianzheng" and o["state"] == "open")
    strange = program.post(f"/api/proposals/{fresh['id']}/decisions", json={"take": True, "answers": {**CONTACT, "colour": "x"}})
    assert (strange.status_code, strange.json()["errors"][0]["pointer"]) == (422, "/colour")
    applied = program.post(f"/api/proposals/{fresh['id']}/decisions", json={"take": True, "answers": CONTACT})
    assert applied.status_code == 201, applied.text
    assert browser.get("/me/benefits").text.count("等您决定") == 1  # the age allowance: nobody has said anything about it
    site.run(unsaid, site, "gaolingjintie")
    site.run(closed, site, "mz-gaolingjintie", True)
    night(site)
    assert "gaolingjintie" not in {o["benefit"] for o in offers(program)}, "nobody is told of what cannot be taken at the moment"
    site.run(closed, site, "mz-gaolingjintie", False)
    night(site)
    assert [o["state"] for o in offers(program) if o["benefit"] == "gaolingjintie"] == ["open"]


async def unsaid(site: Any, benefit: str) -> None:
    async with site.house.database.tx(role="job") as db:
        await db.run("delete from journeys.proposal where benefit = $benefit", benefit=benefit)


def test_an_offer_that_the_city_makes_no_more_is_over(site: Any, mother: httpx.Client) -> None:
    from onedoor.identity.models import PersonId
    from onedoor.journeys.models import ProposalId

    me, was = PersonId.parse(mother.get("/api/me").json()["id"]), ProposalId.new()

    async def offered() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "insert into journeys.proposal (citizen_id, id, benefit, version, title, state, found_on, seen, changed_at) "
                "values ($me, $id, 'ended', 1, $title, 'open', $today, '{}', $now)",
                me=me, id=was, title=Text("从前的补贴", "Once"), today=work.today, now=work.now,
            )  # fmt: skip

    site.run(offered)
    browser = site.sign_in(MOTHER)
    assert "您可以享受：从前的补贴" in browser.get("/").text
    night(site)
    assert next(o["state"] for o in offers(mother) if o["id"] == str(was)) == "over"
    assert "从前的补贴" not in browser.get("/").text


async def a_year_ago(site: Any, proposal: str) -> None:
    from onedoor.journeys.models import ProposalId

    async with site.house.database.tx(role="job") as db:
        await db.run(
            "update journeys.proposal set changed_at = changed_at - interval '366 days' where id = $id", id=ProposalId.parse(proposal)
        )


def test_what_is_looked_for_is_public(site: Any, client: httpx.Client, mother: httpx.Client, program: httpx.Client) -> None:
    page = client.get("/benefits", headers={"accept": "text/html"})
    for words in ("高龄津贴", "重度残疾人护理补贴", "国发〔2015〕52号", "残疾人证 · 残疾等级"):
        assert words in page.text
    english = client.get("/benefits", headers={"accept-language": "en"})
    assert "Age allowance" in english.text or "高龄津贴" in english.text
    night(site)
    mine = offers(mother)
    assert mine
    assert program.get(f"/me/benefits/{mine[0]['id']}", headers={"accept": "text/html"}).status_code == 404
    assert program.post(f"/api/proposals/{mine[0]['id']}/decisions", json={"take": False}).status_code == 404
