"""Warnings of the city: where, when, how urgent."""

import datetime as dt

import httpx
import pytest
from msgspec.structs import replace

from onedoor.kernel.i18n import Text
from onedoor.kernel.work import system
from onedoor.notify import service
from onedoor.notify.models import NewNotice, NoticeLevel

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def codes(client: httpx.Client, district: str = "") -> list[str]:
    return [n["code"] for n in client.get("/api/notices", params={"district": district}).json()["items"]]


def test_a_district_hears_its_own_and_the_citys(client: httpx.Client) -> None:
    assert codes(client, "990102") == ["baoyu-donghu"]
    assert codes(client, "990102001") == ["baoyu-donghu"]
    assert codes(client, "990105") == ["shanhong-beiling"]
    assert codes(client) == []
    assert codes(client, "nowhere") == []


def test_the_most_urgent_first_and_only_while_it_holds(site) -> None:
    words = Text("x", "x")
    row = NewNotice("t-blue", NoticeLevel.BLUE, words, words, words, "9901", START, START + dt.timedelta(days=9000), "yingji")
    rows = [
        row, replace(row, code="t-red", level=NoticeLevel.RED), replace(row, code="t-over", ends=START + dt.timedelta(hours=1)),
        replace(row, code="t-later", starts=START + dt.timedelta(days=8000)),
    ]  # fmt: skip

    async def load() -> tuple[list[int], list[str]]:
        counts = []
        for _ in range(2):
            async with site.house.begin(actor=system("test")) as work:
                counts.append(await service.put_notices(work, rows))
        async with site.house.begin(actor=system("test")) as work:
            await service.all_notices(work.db)
            return counts, [n.code for n in service.notices_for(work, "990102")]

    counts, held = site.run(load)
    assert counts == [4, 0]
    assert held == ["t-red", "baoyu-donghu", "t-blue"]

    async def clean() -> None:
        from onedoor.kernel import memory

        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("delete from notify.notice where code like 't-%'")
            await memory.changed(work.db, "notices")
        await service.all_notices(site.house.database.reference)

    site.run(clean)


def test_pages_of_notices(client: httpx.Client) -> None:
    client.cookies.set("district", "990102")
    page = client.get("/notices").text
    assert page.index("暴雨橙色预警") < page.index("其他区域") < page.index("山洪红色预警")
    shown = client.get("/notices/baoyu-donghu").text
    assert "发布：" in shown
    assert "<p>请不要走地下通道" in shown
    client.cookies.set("lang", "en")
    assert "Orange rainstorm warning" in client.get("/notices/baoyu-donghu").text


@pytest.mark.parametrize("code", ["none", "%2e%2e%2f", "%00", "x" * 3000])
def test_no_such_notice(client: httpx.Client, code: str) -> None:
    assert client.get(f"/notices/{code}").status_code == 404
