"""Offices: the nearest first by true distance, loaded once and twice, and asked for by programs."""

import random
from typing import Any

import httpx
import pytest
from msgspec.structs import asdict, replace

from onedoor.kernel import geo, memory
from onedoor.kernel.work import system
from onedoor.orgs import service
from onedoor.orgs.models import NewOffice

CENTRE = (30.5622, 114.3366)


def test_every_department_and_every_district_has_an_office(client: httpx.Client) -> None:
    items = client.get("/api/offices?limit=200").json()["items"]
    assert len(items) >= 40
    served = {code for one in items for code in one["office"]["departments"]}
    assert {d["code"] for d in client.get("/api/departments").json()["items"]} <= served
    streets = {d["code"] for d in client.get("/api/districts").json()["items"] if d["level"] == "street"}
    assert streets <= {one["office"]["district"] for one in items}


def test_the_nearest_first_as_reckoned_by_hand(client: httpx.Client) -> None:
    everywhere = [one["office"] for one in client.get("/api/offices?limit=200").json()["items"]]
    chance = random.Random(5)
    for _ in range(40):
        lat, lon = CENTRE[0] + chance.uniform(-0.15, 0.15), CENTRE[1] + chance.uniform(-0.15, 0.15)
        wanted = sorted(everywhere, key=lambda o: geo.metres(lat, lon, o["lat"], o["lon"]))[:20]
        found = client.get("/api/nearby", params={"lat": lat, "lon": lon}).json()["items"]
        assert [o["office"]["code"] for o in found] == [o["code"] for o in wanted]
        assert all(abs(one["metres"] - geo.metres(lat, lon, one["office"]["lat"], one["office"]["lon"])) <= 1 for one in found)


def test_far_north_degrees_and_metres_order_differently(site: Any) -> None:
    """Near 70° a degree of longitude is a third of one of latitude: without candidates enough and sorting again, the wrong ones come."""
    lat, lon, chance = 69.0, 20.0, random.Random(3)
    template = asdict(service.offices()[0])
    rows = [
        NewOffice(**{**template, "code": f"t-{n}", "lat": lat + chance.uniform(-1, 1), "lon": lon + chance.uniform(-1, 1)})
        for n in range(2000)
    ]

    class Enough(Exception):
        pass

    async def look() -> list[str]:
        found: list[str] = []
        try:
            async with site.house.begin(actor=system("test")) as work:
                await service.put_offices(work, rows)
                found = [one.office.code for one in await service.near(work, lat, lon, 20)]
                raise Enough
        except Enough:
            memory.forget_all()
            await memory.load_all(site.house.database)
        return found

    by_metres = sorted(rows, key=lambda row: geo.metres(lat, lon, row.lat, row.lon))[:20]
    by_degrees = sorted(rows, key=lambda row: (row.lat - lat) ** 2 + (row.lon - lon) ** 2)[:20]
    assert site.run(look) == [row.code for row in by_metres]
    assert {row.code for row in by_degrees} != {row.code for row in by_metres}, "or this test could not fail"


def test_narrowed_to_a_department_or_an_item(client: httpx.Client) -> None:
    where = {"lat": CENTRE[0], "lon": CENTRE[1]}
    tax = client.get("/api/nearby", params=where | {"department": "shuiwu"}).json()["items"]
    assert tax
    assert all("shuiwu" in one["office"]["departments"] for one in tax)
    wedding = client.get("/api/nearby", params=where | {"item": "mz-jiehun"}).json()["items"]
    assert {"hunyin-dengji", "zhengwu-dating"} <= {one["office"]["code"] for one in wedding}
    assert all("minzheng" in one["office"]["departments"] or "mz-jiehun" in one["office"]["items"] for one in wedding)
    assert client.get("/api/nearby", params=where | {"item": "none"}).status_code == 404
    assert client.get("/api/nearby", params=where | {"department": "none"}).status_code == 404


@pytest.mark.parametrize("where", [("nan", "1"), ("91", "0"), ("0", "181"), ("0", "0"), ("inf", "1"), ("x", "1"), ("", ""), ("1e400", "1")])
def test_what_is_no_place_is_told(client: httpx.Client, where: tuple[str, str]) -> None:
    answer = client.get("/api/nearby", params={"lat": where[0], "lon": where[1]})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_far_away_counts_from_the_middle(client: httpx.Client) -> None:
    answer = client.get("/api/nearby", params={"lat": 22.5, "lon": 114.0}).json()
    assert answer["away"] is True
    assert answer["items"][0]["metres"] < 5000


def test_programs_read_offices_in_stretches(client: httpx.Client) -> None:
    seen: list[str] = []
    after = ""
    while True:
        answer = client.get("/api/offices", params={"limit": 20, "after": after}).json()
        seen += [one["office"]["code"] for one in answer["items"]]
        after = answer["next"]
        if after is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == len(service.offices())
    one = client.get(f"/api/offices/{seen[0]}").json()
    assert len(one["days"]) == 7
    assert client.get("/api/offices/none").status_code == 404
    assert client.get("/api/offices?district=none").status_code == 404
    ours = client.get("/api/departments/minzheng").json()
    assert ours["department"]["code"] == "minzheng"
    assert all("minzheng" in o["office"]["departments"] for o in ours["offices"])
    assert client.get("/api/departments/none").status_code == 404


def test_loaded_again_nothing_changes_and_what_is_gone_is_gone(site: Any) -> None:
    rows = [NewOffice(**asdict(one)) for one in service.offices()]

    class Enough(Exception):
        pass

    async def load() -> list[int]:
        counts: list[int] = []
        try:
            async with site.house.begin(actor=system("test")) as work:
                counts.append(await service.put_offices(work, rows))
                counts.append(await service.put_offices(work, [replace(rows[0], counters=99), *rows[1:]]))
                counts.append(await service.put_offices(work, rows[:-2]))
                raise Enough
        except Enough:
            memory.forget_all()
            await memory.load_all(site.house.database)
        return counts

    assert site.run(load) == [0, 1, 3]
