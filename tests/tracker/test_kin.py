"""Who shares the reader's family name and household is read by two, and stands out before the officer; either alone does not."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from onedoor.kernel.work import system
from onedoor.tracker.service import watching
from tests.cases.kit import submitted
from tests.mandates.people import Account, account, entered

from .kit import CLERK, OFFICER

HOME, ELSEWHERE = "青禾市东湖区安平街道安平路 1 号", "青禾市南浦区滨江街道滨江路 9 号"
SECOND = "13800990103"
"""魏东, who may allow 高志远 what he asks."""


def registered(site: Any, phone: str, address: str | None) -> None:
    """At which address the population register has somebody."""

    async def put() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "-- scatter\nupdate identity.person set household_address = $address where phone = $phone", address=address, phone=phone
            )

    site.run(put)


@pytest.fixture
def at_home(site: Any) -> Iterator[None]:
    """高志远 has proven who he is and lives where the people of these tests do."""
    site.sign_in(CLERK)
    registered(site, CLERK, HOME)
    yield
    registered(site, CLERK, None)


def somebody(site: Any, name: str, address: str = HOME) -> Account:
    one = account(site, entered(site, name, dt.date(1970, 7, 8)))
    registered(site, one.phone, address)
    return one


def test_one_of_the_own_family_is_read_by_two(site: Any, at_home: None) -> None:
    clerk, officer = site.sign_in(CLERK), site.sign_in(OFFICER)
    brother, namesake, lodger = somebody(site, "高志明"), somebody(site, "高远山", ELSEWHERE), somebody(site, "钱小满")
    cases = {one.who.name: str(submitted(one.program)["id"]) for one in (brother, namesake, lodger)}
    seen = {name: clerk.get(f"/desk/cases/{case}").status_code for name, case in cases.items()}
    assert seen == {"高志明": 403, "高远山": 200, "钱小满": 200}
    closed = clerk.get(f"/desk/cases/{cases['高志明']}").text
    assert ("和您同姓同户" in closed, "高志明" in closed) == (True, False)
    assert site.sign_in(SECOND).get(f"/desk/cases/{cases['高志明']}").status_code == 200, "to a colleague it is a case like others"
    which = clerk.post(f"/api/cases/{cases['高志明']}/seconds", json={"reason": "窗口只有我一人，需要核对材料"}).json()["id"]
    assert site.sign_in(SECOND).post(f"/api/desk/seconds/{which}/answers", json={"outcome": "allowed", "words": ""}).status_code == 201
    assert clerk.get(f"/desk/cases/{cases['高志明']}").status_code == 200
    read = [look for look in brother.program.get("/api/me/data").json()["items"] if look["action"] == "read" and look["staff"] == "高志远"]
    assert "魏东" in read[0]["purpose"]["zh"]
    site.run(watching.count, site.house.begin)
    page = officer.get("/audit").text
    assert "高志远 看得异常" in officer.get("/inbox").text
    assert "查看同姓同户的人 1 位" in page, "with a case and a second reader it is still a ground to look"
