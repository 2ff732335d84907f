"""授权用证 from the sheet to the last reading: field by field, for one case and one department, and taken back at any time."""

import asyncio
import html
import re
from typing import Any

import httpx
import pytest

from onedoor.cases.models import CaseId
from onedoor.cases.service import certificates
from onedoor.identity.models import PersonId
from onedoor.kernel import jose
from onedoor.kernel.work import Actor
from onedoor.wallet import sdjwt
from onedoor.wallet.models import Mode
from onedoor.wallet.sdjwt import Binding
from onedoor.wallet.service.known import documents, lists, types
from onedoor.wallet.vault import Shelf, vault
from onedoor.wallet.verification import profile_of
from tests.cases.kit import bearer, submitted
from tests.wallet.conftest import CLERK

LIN, OTHER_DEPARTMENT = "13900990001", "13800990201"
FACTS = ["holder_name", "certificate_number"]


@pytest.fixture(scope="module")
def people(site: Any) -> tuple[httpx.Client, httpx.Client, httpx.Client]:
    """The applicant, her program, and a clerk of the department."""
    return site.sign_in(LIN), bearer(site, LIN), site.sign_in(CLERK)


def given(browser: httpx.Client, case: str, claims: list[str], **said: str) -> httpx.Response:
    form = {"type": "001", "mode": "case", "claims": claims, **said}
    return browser.post(f"/cases/{case}/certificates", data=form, follow_redirects=False)


def reading(clerk: httpx.Client, case: str) -> str:
    """The address of the first reading there is."""
    found = re.search(r'action="(/desk/cases/[^"]+/certificates/consent_[0-9a-f]+)"', clerk.get(f"/desk/cases/{case}/certificates").text)
    return found[1] if found else ""


def test_what_was_ticked_is_read_and_nothing_else(site: Any, people: Any) -> None:
    browser, program, clerk = people
    case = submitted(program)["id"]
    assert f"/cases/{case}/certificates" in browser.get(f"/cases/{case}").text
    sheet = browser.get(f"/cases/{case}/certificates").text
    for words in ("居民身份证", "林晓", "安陵市河西区梧桐路", "必需", "可以不给", "公安局"):
        assert words in sheet
    assert "还没有授权" in clerk.get(f"/desk/cases/{case}/certificates").text
    assert given(browser, case, [*FACTS, "address"]).status_code == 303
    before = clerk.get(f"/desk/cases/{case}/certificates").text
    assert "林晓" not in before
    page = clerk.post(reading(clerk, case)).text
    assert "林晓" in page
    assert "安陵市河西区梧桐路" in page
    assert "汉族" not in page
    assert "certificate.address" in browser.get("/me/access").text or "读取居民身份证" in browser.get("/me/access").text
    assert "部门按您的授权读取了" in browser.get("/wallet/log").text
    proof = html.unescape(re.search(r"<code[^>]*>(ey[^<]+)</code>", page)[1])
    claims = jose.Jws(proof.split("~")[-1]).payload
    assert (claims["aud"], claims["nonce"]) == ("urn:uscc:11990100000001011X", case)
    profile = profile_of(vault().ring, Shelf(types.now, lists.now, documents.now), site.house.now(), Binding(claims["aud"], case))
    assert sdjwt.verify(proof, profile).claims["holder_name"] == "林晓"
    with pytest.raises(sdjwt.Refused, match="kb"):
        sdjwt.verify(proof, profile_of(vault().ring, Shelf(types.now, lists.now, documents.now), site.house.now(), Binding("x", case)))


def test_it_is_taken_back_and_read_once(site: Any, people: Any) -> None:
    browser, program, clerk = people
    case = submitted(program)["id"]
    assert given(browser, case, FACTS).status_code == 303
    where = reading(clerk, case)
    assert clerk.post(where).status_code == 200
    end = re.search(r'action="(/wallet/consents/consent_[0-9a-f]+/end)"', browser.get("/wallet/consents").text)
    assert end
    for _ in "ab":
        assert browser.post(end[1], follow_redirects=False).status_code == 303
    assert clerk.post(where).status_code == 404
    assert reading(clerk, case) == ""
    assert given(browser, case, FACTS, mode="once").status_code == 303
    where = reading(clerk, case)
    assert [clerk.post(where).status_code for _ in "ab"] == [200, 404]
    stranger = site.sign_in()
    assert stranger.post(end[1]).status_code == 404


def test_two_of_one_moment_are_one(site: Any, people: Any) -> None:
    """Whoever presses twice has let it be read once, and takes back all there is."""
    _, program, _ = people
    case, me = submitted(program)["id"], PersonId.parse(program.get("/api/me").json()["id"])

    async def pressed() -> None:
        async with site.house.begin(actor=Actor(id=me)) as work:
            await certificates.give(work, CaseId.parse(case), "001", frozenset(FACTS), Mode.CASE)

    async def twice() -> None:
        async with site.house.begin(actor=Actor(id=me)) as work:
            await certificates.give(work, CaseId.parse(case), "001", frozenset(FACTS), Mode.CASE)
            other = asyncio.create_task(pressed())
            await asyncio.sleep(0.2)
        await other

    site.run(twice)
    listed = [one for one in program.get("/api/certificates/consents").json()["items"] if one["case"] == case]
    assert sorted(one["stands"] for one in listed) == [False, True]


def test_who_may_not(site: Any, people: Any) -> None:
    browser, program, clerk = people
    case = submitted(program)["id"]
    other = submitted(program)["id"]
    assert given(browser, case, FACTS).status_code == 303
    where = reading(clerk, case)
    neighbour, stranger = site.sign_in(OTHER_DEPARTMENT), site.sign_in()
    assert neighbour.get(f"/desk/cases/{case}/certificates").status_code == 404
    assert neighbour.post(where).status_code == 404
    assert clerk.post(where.replace(case, other)).status_code == 404  # of another case
    assert stranger.get(f"/cases/{case}/certificates").status_code == 404
    assert given(stranger, case, FACTS).status_code == 404
    assert browser.get(f"/desk/cases/{case}/certificates").status_code == 403


def test_what_cannot_be_given(people: Any) -> None:
    browser, program, _ = people
    case = submitted(program)["id"]
    for claims, said, status in (
        (["holder_name"], {}, 422), ([], {}, 422), ([*FACTS, "age_over_18"], {}, 422), (FACTS, {"mode": "ever"}, 422),
        (FACTS, {"mode": "until", "until": "x"}, 422), (FACTS, {"mode": "until", "until": "2020-01-01"}, 422),
        (FACTS, {"mode": "until", "until": "2999-01-01"}, 422), (FACTS, {"type": "004"}, 404), (FACTS, {"type": ""}, 404),
    ):  # fmt: skip
        assert given(browser, case, claims, **said).status_code == status, (claims, said)


def test_a_program_lists_them_and_takes_one_back(site: Any, people: Any) -> None:
    browser, program, clerk = people
    case = submitted(program)["id"]
    assert given(browser, case, FACTS).status_code == 303
    where = reading(clerk, case)
    assert clerk.post(where).status_code == 200
    listed = program.get("/api/certificates/consents").json()
    one = next(row for row in listed["items"] if row["case"] == case)
    assert (one["claims"], one["mode"], one["reads"], one["stands"]) == (FACTS, "case", 1, True)
    assert one["to"]["en"] == "Qinghe Public Security Bureau"
    assert program.get(f"/api/certificates/consents?before={one['id']}").json()["items"][:1] != [one]
    for _ in "ab":
        ended = program.delete(f"/api/certificates/consents/{one['id']}").json()
        assert (ended["id"], ended["stands"]) == (one["id"], False)
    assert clerk.post(where).status_code == 404
    stranger = site.sign_in()
    assert stranger.get("/api/certificates/consents").json() == {"items": [], "before": None}
    assert stranger.delete(f"/api/certificates/consents/{one['id']}").status_code == 404
    for wrong in ("x", "cert_" + "0" * 32, "consent_" + "0" * 32):
        assert program.delete(f"/api/certificates/consents/{wrong}").status_code == 404
    assert program.get("/api/certificates/consents?before=x").status_code == 404
