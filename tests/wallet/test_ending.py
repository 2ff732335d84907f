"""到期提醒: whose certificate ends soon hears of it in time, once for each of three days, and nobody for nothing."""

import datetime as dt
from typing import Any

import pytest

from onedoor.kernel.work import system
from onedoor.wallet import service
from tests.mandates.people import account, entered
from tests.wallet.test_commands import Somebody, becomes, serial, taken

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def somebody(site: Any) -> Somebody:
    return Somebody(site, account(site, entered(site, "期近远", dt.date(1981, 5, 6))))


def today(site: Any) -> dt.date:
    async def read() -> dt.date:
        async with site.house.begin(actor=system("test")) as work:
            return work.today

    return site.run(read)


def reminded(site: Any) -> int:
    async def run() -> int:
        return await service.remind(site.house.begin)

    return site.run(run)


def moved(site: Any, somebody: Somebody, number: str, last: dt.date) -> None:
    """As if so many days had passed."""

    citizen = somebody.one.id

    async def write() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "update wallet.cert set valid_to = $last where citizen_id = $citizen and number = $number",
                last=last, citizen=citizen, number=number,
            )  # fmt: skip

    site.run(write)


def inbox(somebody: Somebody) -> str:
    return somebody.one.program.get("/inbox", headers=HTML).text


def permit(somebody: Somebody, last: dt.date, issued: dt.date, kind: str = "003") -> dict[str, Any]:
    return somebody.row(serial(), kind=kind, ZZYXQJZRQ=str(last), ZZBFRQ=str(issued), ZZYXQQSRQ=str(issued), claims={})


def test_a_holder_is_told_sixty_thirty_and_seven_days_before(site: Any, somebody: Somebody) -> None:
    day = today(site)
    row = permit(somebody, day + dt.timedelta(days=61), day - dt.timedelta(days=400))
    assert taken(site, row).bad == []
    reminded(site)
    assert "快到期了" not in inbox(somebody)
    for left, heard in ((60, 1), (59, 1), (31, 1), (30, 2), (12, 2), (6, 3), (1, 3)):
        moved(site, somebody, row["ZZBH"], day + dt.timedelta(days=left))
        reminded(site)
        assert inbox(somebody).count("居住证快到期了") == heard, left
    assert reminded(site) == 0, "everybody has been told"
    (one,) = [cert for cert in somebody.wallet() if cert["number"] == row["ZZBH"]]
    page = somebody.one.program.get(f"/wallet/{one['id']}", headers=HTML).text
    assert "还有 1 天" in page
    assert "/search?q=%E6%8D%A2" in page
    english = somebody.one.program.get(f"/wallet/{one['id']}", headers=HTML | {"accept-language": "en"}).text
    assert "in 1 days" in english


def test_nobody_is_told_of_what_ends_by_its_nature_or_has_a_successor(site: Any) -> None:
    somebody = Somebody(site, account(site, entered(site, "期无忧", dt.date(1982, 5, 6))))
    day = today(site)
    season = permit(somebody, day + dt.timedelta(days=5), day - dt.timedelta(days=60), "007")
    old = permit(somebody, day + dt.timedelta(days=5), day - dt.timedelta(days=400))
    new = permit(somebody, day + dt.timedelta(days=365), day - dt.timedelta(days=1))
    ended = permit(somebody, day + dt.timedelta(days=5), day - dt.timedelta(days=400), "011") | {"ZZZT": "03"}
    past = permit(somebody, day - dt.timedelta(days=5), day - dt.timedelta(days=400), "001") | {"ZZZT": "02"}
    assert taken(site, season, old, new, ended, past).bad == []
    reminded(site)
    assert "快到期了" not in inbox(somebody)
    (one,) = [cert for cert in somebody.wallet() if cert["number"] == ended["ZZBH"]]
    becomes(site, somebody.one.program.get(f"/api/certificates/{one['id']}").json()["credential"], "revoked")
