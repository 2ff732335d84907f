"""Districts, departments and staff: loaded once, loaded twice, changed, and what a post allows where."""

import json
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import convert
from onedoor.kernel.problems import NotFound
from onedoor.kernel.work import Actor, system
from onedoor.orgs import service
from onedoor.orgs.errors import BrokenTree
from onedoor.orgs.models import Level, NewDepartment, NewDistrict, NewStaff, covers


def rows(site: Any, name: str, kind: type) -> list[Any]:
    lines = (site.house.settings.city_dir / name).read_text("utf-8").splitlines()
    return [convert(json.loads(line), kind) for line in lines if line.strip()]


def test_the_whole_tree_is_known(site, client: httpx.Client) -> None:
    found = client.get("/api/districts").json()["items"]
    assert found[0]["level"] == "city"
    assert service.path_of("990102") == "9901.990102"
    street = service.below("990102")[0]
    assert street.level is Level.STREET
    assert street.path == f"9901.990102.{street.code}"
    paths = [d["path"] for d in found]
    assert all(path.rpartition(".")[0] in paths or "." not in path for path in paths)
    with pytest.raises(NotFound):
        service.district("990199")
    assert service.path_or_root("anything") == "9901"


def test_departments_by_code_and_id(site, client: httpx.Client) -> None:
    found = client.get("/api/departments").json()["items"]
    assert len(found) >= 10

    async def ask() -> None:
        async with site.house.begin() as work:
            police = await service.department(work, "gongan")
            assert str(police.id) in {d["id"] for d in found}
            assert await service.department_of(work, police.id) == police
            assert {m.name for m in service.clerks_of(police.id, "cases:handle", "9901.990102")} >= {"高志远", "方晴"}
            assert "方晴" not in {m.name for m in service.clerks_of(police.id, "cases:handle", "9901.990104")}
            with pytest.raises(NotFound):
                await service.department(work, "nowhere")

    site.run(ask)


def test_loading_again_changes_nothing_and_ids_stay(site) -> None:
    async def load() -> list[int]:
        async with site.house.begin(actor=system("test")) as work:
            before = {d.code: d.id for d in await service.departments(work)}
            counts = [
                await service.put_districts(work, rows(site, "districts.jsonl", NewDistrict)),
                await service.put_departments(work, rows(site, "departments.jsonl", NewDepartment)),
                await service.put_staff(work, rows(site, "demo/staff.jsonl", NewStaff)),
            ]
            assert {d.code: d.id for d in await service.departments(work)} == before
            return counts

    assert site.run(load) == [0, 0, 0]


def test_a_change_reaches_this_process(site) -> None:
    async def rename(words: str) -> str:
        department = next(d for d in rows(site, "departments.jsonl", NewDepartment) if d.code == "gongan")
        async with site.house.begin(actor=system("test")) as work:
            changed = replace(department, short=Text(words, "Police")) if words else department
            assert await service.put_departments(work, [changed]) == 1
        async with site.house.begin() as work:
            return (await service.department(work, "gongan")).short.zh

    assert site.run(rename, "警察") == "警察"
    assert site.run(rename, "") != "警察"


def test_a_post_brings_grants_and_taking_them_away_takes_them(site, login) -> None:
    phone = site.new_phone()
    browser = login(phone)
    row = NewStaff(phone, "赵试", "gongan", Text("试用", "Trial"), ["cases:handle", "wallet:revoke"], ["990102", "990104"])

    async def put(row: NewStaff) -> Actor:
        from onedoor.identity import service as identity

        async with site.house.begin(actor=system("test")) as work:
            await service.put_staff(work, [row])
            citizen = await identity.person_of_phone(work, phone)
        return await service.with_grants(site.house.database.reference, Actor(id=citizen))

    actor = site.run(put, row)
    assert actor.grants == {"cases:handle", "wallet:revoke"}
    assert actor.districts == ("9901.990102", "9901.990104")
    assert (actor.name, actor.role) == ("赵试", "staff")
    assert "办件工作台" in browser.get("/me").text
    bare = site.run(put, replace(row, grants=[]))
    assert (bare.grants, bare.role) == (frozenset(), "citizen")
    assert "办件工作台" not in browser.get("/me").text


def test_a_resident_has_no_grants(site) -> None:
    actor = Actor(id=PersonId.new())
    assert site.run(service.with_grants, site.house.database.reference, actor) is actor


@pytest.mark.parametrize("row", [
    NewDistrict("990177", Level.DISTRICT, "8888", Text("x", "x")), NewDistrict("990177001", Level.STREET, "9901", Text("x", "x")),
    NewDistrict("990177", Level.DISTRICT, None, Text("x", "x")),
])  # fmt: skip
def test_a_broken_tree_is_refused(site, row: NewDistrict) -> None:
    async def load() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await service.put_districts(work, [row])

    with pytest.raises(BrokenTree):
        site.run(load)


def test_staff_of_unknown_departments_or_districts_are_refused(site) -> None:
    good = NewStaff(site.new_phone(), "甲", "gongan", Text("x", "x"), ["cases:handle"], ["9901"])

    async def load(row: NewStaff) -> None:
        async with site.house.begin(actor=system("test")) as work:
            await service.put_staff(work, [row])

    for row in (replace(good, department="none"), replace(good, districts=["1234"])):
        with pytest.raises(NotFound):
            site.run(load, row)


def test_a_district_covers_what_lies_in_it() -> None:
    assert covers(("9901.990102",), "9901.990102.990102001")
    assert covers(("9901",), "9901")
    assert not covers(("9901.99010",), "9901.990102")
    assert not covers((), "9901")
