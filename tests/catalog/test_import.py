"""A list of service items comes in whole or not at all, and the same again changes nothing."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onedoor.web.imports import Imported, import_catalog, item_of
from tests.conftest import Site

Import = Callable[..., Imported]


def line(number: int, **other: Any) -> str:
    row = {
        "id": f"T{number:04}", "name": f"第 {number} 号测试事项", "aliases": [], "department": "市测试局", "category": "市测试局/测试",
        "area": "990102", "audience": "citizen", "source": "test",
    }  # fmt: skip
    return json.dumps(row | other, ensure_ascii=False)


@pytest.fixture
def load(site: Site, tmp_path: Path) -> Iterator[Import]:
    """Import these lines; what the import made is gone afterwards."""

    def run(lines: list[str] | bytes, skip_bad: bool = False) -> Imported:
        path = tmp_path / "list.jsonl"
        path.write_bytes(lines if isinstance(lines, bytes) else "\n".join(lines).encode())
        done = asyncio.run(import_catalog(site.house.settings, path, skip_bad, lambda _: None))
        refresh(site)
        return done

    yield run

    async def clear() -> None:
        async with site.house.begin() as work:
            await work.db.run("delete from catalog.item where source = 'import'")
            await work.db.run("delete from catalog.category where source = 'import'")

    site.run(clear)
    refresh(site)


def refresh(site: Site) -> None:
    from onedoor.kernel import memory

    async def again() -> None:
        memory.forget_all()
        await memory.load_all(site.house.database)

    site.run(again)


def codes(site: Site) -> list[str]:
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        part = site.client().get("/api/items", params={"after": after, "limit": 200}).json()
        found += [item["code"] for item in part["items"]]
        after = part["next"]
    return found


def test_a_list_comes_in_once(site: Site, load: Import) -> None:
    before = codes(site)
    rows = [line(n) for n in range(1, 301)]
    first, second = load(rows), load(rows)
    assert first.change is not None
    assert second.change is not None
    assert (first.change.added, first.bad) == (300, [])
    assert (second.change.added, second.change.changed, second.change.unchanged) == (0, 0, 300)
    assert sorted(codes(site)) == sorted([*before, *(f"T{n:04}" for n in range(1, 301))])


def test_what_came_in_is_found_and_browsed(site: Site, load: Import) -> None:
    load([line(1, name="养蜂证核发", aliases=["蜂农证"]), line(2, department="公安局", category="户政/测试")])
    client = site.client()
    assert [i["code"] for i in client.get("/api/search?q=蜂农证").json()["items"]] == ["T0001"]
    provider = client.get("/api/items/T0001").json()["department"]
    assert "养蜂证核发" in client.get(f"/departments/{provider}").text
    assert "市测试局" in client.get("/departments").text
    assert "办事指南还没有收录" in client.get("/items/T0001").text
    assert '<span lang="zh-CN">养蜂证核发</span>' in client.get("/items/T0001", headers={"cookie": "lang=en"}).text
    known = client.get("/api/items/T0002").json()
    assert (known["department"], known["category"]) == ("gongan", "huzheng")


def test_a_changed_line_changes_its_item_alone(load: Import) -> None:
    load([line(1), line(2)])
    change = load([line(1), line(2, name="改名的事项")]).change
    assert change is not None
    assert (change.added, change.changed, change.unchanged) == (0, 1, 1)


BROKEN: list[tuple[str | bytes, str]] = [
    ("{", "is not JSON"), ("[]", "must be an object"), (line(9, name=""), "name: must have 1 to 200"), (line(9, extra=1), "extra: unknown"),
    (line(9, id="a b"), "is not of the form S0001"), (line(9, id=7), "id: must be text"), (line(9, audience="all"), "audience: 'all'"),
    (line(9, name="a\u0000b"), "control characters"), (line(9, category="a//b"), "a part of the path is empty"),
    (line(9, aliases="x"), "aliases: must be a list"), (line(9, name="长" * 201), "has 201"), (line(1), "is already on line 1"),
    (line(9, id="ga-juzhuzheng"), "one of the city's own items"), (b'{"id": "\xff"}', "is not UTF-8"), ("12", "must be an object"),
    ("[" * 5000, "is not JSON"), ('{"id":"X1"}', "name is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "reason"), BROKEN, ids=[reason for _, reason in BROKEN])
def test_a_bad_line_stops_everything_and_is_named(site: Site, load: Import, bad: str | bytes, reason: str) -> None:
    before = codes(site)
    raw = bad if isinstance(bad, bytes) else bad.encode()
    done = load(b"\n".join([line(1).encode(), b"", raw, line(3).encode()]))
    assert done.change is None
    assert [one.line for one in done.bad] == [3]
    assert reason in str(done.bad[0])
    assert codes(site) == before


def test_every_bad_line_is_named_and_may_be_left_out(site: Site, load: Import) -> None:
    rows = [line(1), "{", line(2), line(2), "null", line(3)]
    refused, taken = load(rows), load(rows, skip_bad=True)
    assert [one.line for one in refused.bad] == [one.line for one in taken.bad] == [2, 4, 5]
    assert refused.change is None
    assert taken.change is not None
    assert taken.change.added == 3
    assert {"T0001", "T0002", "T0003"} <= set(codes(site))


def test_an_empty_list_and_a_byte_order_mark(load: Import) -> None:
    empty = load(b"\n\n")
    assert (empty.lines, empty.bad) == (0, [])
    assert load(b"\xef\xbb\xbf" + line(1).encode() + b"\r\n").bad == []


def test_a_file_that_is_not_there(site: Site, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        asyncio.run(import_catalog(site.house.settings, tmp_path / "none.jsonl", False, lambda _: None))


def test_what_a_line_may_leave_out() -> None:
    found = item_of('{"id": "S1", "name": "一", "department": "二", "category": "三"}'.encode())
    assert not isinstance(found, str)
    assert (found.aliases, found.area, found.audience.value) == ((), "", "both")
