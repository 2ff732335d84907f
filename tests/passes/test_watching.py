"""Supervision by tier and tracing with limits, as those who do them see it, and as those concerned see it."""

import datetime as dt
import os
import re
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from onedoor.kernel.work import system
from onedoor.passes import watching as shown
from onedoor.passes.models import Colour
from onedoor.passes.service import auditing, supervising, tracing, tracing_away, watching
from onedoor.passes.watching import concealed
from tests.orgs.kit import proven

GRID, NEXT_GRID, STREET, DISTRICT, CITY = "990102001001", "990102001002", "990102001", "990102", "9901"
STAFF = {"grid": "13800990621", "next grid": "13800990622", "tracer": "13800990623", "head": "13800990624", "city": "13800990625"}
ANSWERS = {"symptoms": "none", "contact": "no"}
FEVER = {"symptoms": "fever", "contact": "no", "temp": "37.6"}
SCHEME = "epi-2026"


@pytest.fixture(scope="module")
def staff(site) -> dict[str, Any]:
    return {role: site.sign_in(phone) for role, phone in STAFF.items()}


@pytest.fixture(scope="module")
def sql(site, dsn: str) -> Any:
    """Statements as the owner of the database, who is held to nothing."""

    def run(statement: str, *values: Any) -> Any:
        async def inside() -> Any:
            conn = await asyncpg.connect(dsn)
            try:
                return [dict(row) for row in await conn.fetch(statement, *values)]
            finally:
                await conn.close()

        return site.run(inside)

    return run


def declared(browser: Any, answers: dict[str, str], division: str = GRID) -> None:
    answer = browser.post(f"/passes/{SCHEME}/declare", data=answers | {"division": division}, follow_redirects=False)
    assert answer.status_code == 303, answer.text


@pytest.fixture(scope="module")
def person(site) -> Any:
    """林晓 has declared a fever in the first grid; her browser."""
    browser = site.sign_in("13900990001")
    declared(browser, FEVER)
    return browser


def as_job(site, call: Any, *args: Any) -> Any:
    async def run() -> Any:
        async with site.house.begin(actor=system("test"), seconds=60) as work:
            return await call(work, *args)

    return site.run(run)


def listed(browser: Any, scope: str) -> str:
    return browser.get(f"/supervise/{scope}/list?scheme={SCHEME}").text


def test_each_level_sees_its_own_subtree(site, staff, person, sql) -> None:
    assert "林*" in listed(staff["grid"], GRID)
    assert "林*" in listed(staff["tracer"], STREET)
    assert "37.6" not in listed(staff["grid"], GRID), "never the reason"
    assert staff["grid"].get("/supervise").url.path == f"/supervise/{GRID}"
    for scope in (NEXT_GRID, STREET, DISTRICT, CITY, "990105", "nowhere", "990102001001 or 1=1"):
        for path in ("", "/list", "/list?colour=red"):
            answer = staff["grid"].get(f"/supervise/{scope}{path}")
            assert answer.status_code == 404, (scope, path)
        assert staff["grid"].post(f"/supervise/{scope}/export", data={"purpose": "看看隔壁", "scheme": SCHEME}).status_code == 404
        assert staff["grid"].get(f"/api/passes/areas/{scope}?scheme={SCHEME}").status_code == 404
        assert staff["grid"].get(f"/api/passes/areas/{scope}/people?scheme={SCHEME}").status_code == 404
    assert "林*" not in listed(staff["next grid"], NEXT_GRID)
    found = sql("select citizen_ref from passes.watch where scope = $1 and scheme = $2 and name = '林*'", GRID, SCHEME)
    who = f"person_{found[0]['citizen_ref'].hex}"
    assert staff["next grid"].post(f"/supervise/{NEXT_GRID}/people/{who}?scheme={SCHEME}").status_code == 404
    assert staff["next grid"].post(f"/supervise/{GRID}/people/{who}?scheme={SCHEME}").status_code == 404
    assert staff["grid"].post(f"/supervise/{GRID}/people/person_x?scheme={SCHEME}").status_code == 404
    assert "13900990001" in staff["grid"].post(f"/supervise/{GRID}/people/{who}?scheme={SCHEME}").text
    assert staff["city"].get(f"/supervise/{CITY}/list").status_code == 403, "counts alone"
    assert person.get(f"/supervise/{GRID}").status_code == 403


def test_row_security_stands_behind_the_page(site, person) -> None:
    """The statement with a scope that is not theirs, asked by the actor themselves: no row."""
    from onedoor.passes.store import watching as store

    async def ask(scopes: tuple[str, ...]) -> int:
        async with site.house.database.tx(role="staff", scopes=scopes) as db:
            far = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
            from onedoor.passes.service.supervising import LAST, NOT_GREEN

            return len(await store.listed(db, DISTRICT, SCHEME, NOT_GREEN, far, LAST, 50))

    seen = {scope: site.run(ask, (scope,) if scope else ()) for scope in (DISTRICT, GRID, NEXT_GRID, "990105", "")}
    assert seen[DISTRICT] >= seen[GRID] >= 1
    assert (seen["990105"], seen[""]) == (0, 0)
    assert seen[NEXT_GRID] < seen[DISTRICT]


def test_whoever_is_looked_at_reads_it(staff, person) -> None:
    listed(staff["grid"], GRID)
    assert "查看柳岸街道第一网格不是绿码的名单" in person.get("/me/access").text
    sheet = staff["grid"].post(f"/supervise/{GRID}/export", data={"purpose": "上门送药", "scheme": SCHEME})
    assert sheet.headers["content-type"].startswith("text/csv")
    lines = sheet.text.strip().splitlines()
    mark = re.search(r"export_[0-9a-f]{32}", lines[1])
    assert mark
    assert all("柳青" in line and mark[0] in line and "上门送药" in line for line in lines[1:])
    assert "导出名单，用于：上门送药" in person.get("/me/access").text
    again = staff["grid"].post(f"/supervise/{GRID}/export", data={"purpose": "看", "scheme": SCHEME})
    assert again.status_code == 422
    assert "请用 4 到 200 个字写明用途" in again.text


def test_a_list_leaves_the_house_whole_or_not_at_all(staff, person, sql, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{CITY}.{DISTRICT}.{STREET}.{GRID}"
    for colour in ("red", "yellow"):
        sql("insert into passes.watch values ($1, 'epi-2026', uuidv7(), $3, now(), $2, '谁')", GRID, path, colour)
    red = len(sql("select 1 from passes.watch where scope = $1 and scheme = 'epi-2026' and colour = 'red'", GRID))
    monkeypatch.setattr(supervising, "MOST_EXPORTED", red)
    cut = staff["grid"].post(f"/supervise/{GRID}/export", data={"purpose": "上门送药品", "scheme": SCHEME})
    told, one = person.get("/me/access").text, {"purpose": "上门送药品", "scheme": SCHEME, "colour": "red"}
    whole = staff["grid"].post(f"/supervise/{GRID}/export", data=one)
    sql("delete from passes.watch where scope = $1 and name = '谁'", GRID)
    assert (cut.status_code, f"名单超过 {red} 人" in cut.text, "上门送药品" in cut.text) == (422, True, True)
    assert "上门送药品" not in told
    assert whole.headers["content-type"].startswith("text/csv"), "of one colour"


def test_moving_and_getting_well(site, staff, sql) -> None:
    """A move takes the person out of one view and into another; a green colour out of all."""
    browser = site.sign_in("13900990002")
    declared(browser, FEVER, GRID)
    views = "select scope from passes.watch w join identity.person p on p.citizen_id = w.citizen_ref where p.phone = '13900990002'"
    assert {row["scope"] for row in sql(views)} == {GRID, STREET, DISTRICT, CITY}
    declared(browser, FEVER, NEXT_GRID)
    assert {row["scope"] for row in sql(views)} == {NEXT_GRID, STREET, DISTRICT, CITY}
    assert as_job(site, watching.recount) == 0
    sql("update passes.watch set path = '9901' where scope = $1 and name = '王*'", STREET)
    sql("delete from passes.watch where scope = $1 and name = '王*'", DISTRICT)
    sql("insert into passes.watch values ($1, 'epi-2026', uuidv7(), 'red', now(), '9901', '谁')", CITY)
    assert as_job(site, watching.recount) == 2, "one elsewhere and incomplete, one that nobody is"
    assert {row["scope"] for row in sql(views)} == {NEXT_GRID, STREET, DISTRICT, CITY}
    assert as_job(site, watching.recount) == 0
    declared(browser, ANSWERS, NEXT_GRID)
    assert sql(views) == []


def test_counts_below_ten_are_not_said(site, staff, person) -> None:
    as_job(site, watching.count_people)
    few = 0
    for scope in (DISTRICT, STREET, GRID, NEXT_GRID):  # other tests have their people in some of them
        whole, exact = (staff[who].get(f"/api/passes/areas/{scope}?scheme={SCHEME}").json() for who in ("head", "tracer"))
        both = zip((whole, *whole["areas"]), (exact, *exact["areas"]), strict=True)
        small = [said["people"] for said, true in both if 0 < true["people"]["n"] < 10]
        assert all(said == {"n": None, "hidden": True} for said in small)
        if scope == NEXT_GRID:
            assert "少于 10 或不显示" in staff["head"].get(f"/supervise/{scope}?scheme={SCHEME}").text
        if exact["areas"]:
            assert sum(area["people"]["n"] for area in exact["areas"]) == exact["people"]["n"]
        few += len(small)
    assert few
    assert staff["tracer"].get(f"/supervise/{DISTRICT}?scheme=none").status_code == 404


def test_few_of_a_day_are_not_said_either(site, staff, person, sql) -> None:
    """One person who has turned yellow since yesterday is one person, whoever counts."""
    sql(
        "insert into passes.rollup (scope, scheme, hour, declared, turned, scans, refused, fever) values "
        "($1, $2, date_trunc('hour', now()), 40, 1, 0, 2, 3) on conflict (scope, scheme, hour) do update set "
        "declared = 40, turned = 1, scans = 0, refused = 2, fever = 3", NEXT_GRID, SCHEME,
    )  # fmt: skip
    whole, exact = (staff[who].get(f"/api/passes/areas/{NEXT_GRID}?scheme={SCHEME}").json()["day"] for who in ("head", "tracer"))
    assert exact == {"declared": 40, "turned": 1, "scans": 0, "refused": 2, "fever": 3}
    assert whole == {"declared": 40, "turned": None, "scans": 0, "refused": None, "fever": None}
    page = staff["head"].get(f"/supervise/{NEXT_GRID}?scheme={SCHEME}").text
    assert "申报 40 次" in page
    assert "转为非绿码 少于 10 或不显示 人次" in page
    sql("delete from passes.rollup where scope = $1", NEXT_GRID)


def test_no_hidden_count_can_be_worked_out() -> None:
    assert concealed({"a": 3, "b": 40, "c": 12}) == {"a", "c"}, "one alone is the whole less the rest"
    assert concealed({"a": 3, "b": 4, "c": 12, "d": 50}) == {"a", "b", "c"}, "7 together is fewer than ten too"
    assert concealed({"a": 9, "b": 9, "c": 12}) == {"a", "b"}
    assert concealed({"a": 0, "b": 12}) == set()
    assert shown.single(0, exact=False).n == 0
    assert shown.figures({Colour.RED: 4, Colour.GREEN: 90}, exact=True)[Colour.RED].n == 4


# ── tracing ───────────────────────────────────────────────────────────────────────────────────────────
NOW = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)
def test_every_check_of_one_second_is_on_some_page(site, sql) -> None:
    """At a turnstile many are read in one second; the edge of a page falls between two of them."""
    phone = site.new_phone()
    browser = site.sign_in(phone)
    sql(
        "insert into passes.visit (citizen_id, at, scan_id, scheme, org_ref, place_ref, gate_ref, direction, result) "
        "select p.citizen_id, date_trunc('hour', now()), decode(md5(n::text), 'hex'), $2, p.citizen_id, p.citizen_id, p.citizen_id, 'in', "
        "'ok' from identity.person p, generate_series(1, 60) n where p.phone = $1", phone, SCHEME,
    )  # fmt: skip
    seen, at = 0, "/passes/visits"
    while at:
        page = browser.get(at).text
        seen += page.count("已不在的场所")
        more = re.search(r'href="(/passes/visits\?before=[^"]+)"', page)
        at = more[1] if more else ""
    assert seen == 60
    for edge in ("0001-01-01T00:00:00%2B14:00", "0001-01-01T00:00:00%2B14:00_00", "9999-12-31T23:59:59-14:00_zz", "x"):
        assert browser.get(f"/passes/visits?before={edge}").status_code == 200


ORDER = {
    "scheme": SCHEME, "case_no": "QH-2026-0117", "disease": "流行性呼吸道疾病",
    "basis": "《传染病防治法》第四十条", "purpose": "找出一起待过的人", "id_number": "990105199203180222",
    "first": f"{NOW - dt.timedelta(days=3):%Y-%m-%d}", "last": f"{NOW:%Y-%m-%d}",
}  # fmt: skip


@pytest.fixture(scope="module")
def scans(site, sql, person) -> dict[str, Any]:
    """林晓 two hours in an office and one in the open; two others beside her, one long and one short; a gap between."""
    who = {"林晓": "13900990001"}
    other, brief = site.new_phone(), site.new_phone()
    for phone in (other, brief):
        declared(site.sign_in(phone), ANSWERS, NEXT_GRID)
    rows = sql(
        "select p.phone, i.shard, i.row_no from passes.person_index i join identity.person p on p.citizen_id = i.citizen_id "
        "where i.scheme = $1 and p.phone = any($2)", SCHEME, [who["林晓"], other, brief],
    )  # fmt: skip
    at = {row["phone"]: (row["shard"], row["row_no"]) for row in rows}
    org = sql("select id from orgs.department limit 1")[0]["id"]
    places = {}
    for name, indoor in (("青禾测试办公楼", True), ("青禾测试广场", False)):
        places[name] = sql(
            "insert into passes.place (org_id, id, name, class, division, dwell_minutes, indoor) "
            "values ($1, uuidv7(), $2, 'office', $3, 90, $4) returning id", org, f'{{"zh": "{name}", "en": "{name}"}}', GRID, indoor,
        )[0]["id"]  # fmt: skip
    day = NOW - dt.timedelta(days=1)

    def scan(phone: str, place: str, minutes: int, direction: str) -> None:
        shard, row = at[phone]
        sql(
            "insert into passes.scan (org_id, scan_id, day, gate_id, gate_seq, place_id, at, arrived_at, method, shard, row_no, scheme, "
            "colour, result, direction) values ($1, $2, $3, uuidv7(), 1, $4, $5, now(), 'code', $6, $7, $8, 0, 'ok', $9)",
            org, os.urandom(16), (day + dt.timedelta(minutes=minutes)).date(), places[place], day + dt.timedelta(minutes=minutes), shard,
            row, SCHEME, direction,
        )  # fmt: skip

    office, square = "青禾测试办公楼", "青禾测试广场"
    for phone, place, minutes, direction in (
        (who["林晓"], office, 0, "in"), (who["林晓"], office, 120, "out"), (other, office, -60, "in"), (other, office, 115, "out"),
        (brief, office, 110, "in"), (who["林晓"], square, 240, "in"), (brief, square, 250, "in"), (other, office, 300, "in"),
    ):  # fmt: skip
        scan(phone, place, minutes, direction)
    return {"other": other, "brief": brief, "at": at, "places": places}


def ordered(browser: Any, **other: str) -> str:
    answer = browser.post("/supervise/orders", data=ORDER | other, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_an_order_needs_all_its_parts(staff, person) -> None:
    wrong = staff["tracer"].post("/supervise/orders", data=ORDER | {"case_no": "", "basis": "", "id_number": "1", "first": "2026-01-01"})
    assert wrong.status_code == 422
    for words in ("请填写个案编号", "请写明法律依据", "身份证号不对", "最多可以查 14 天"):
        assert words in wrong.text
    assert "找出一起待过的人" in wrong.text, "what was typed is kept"
    assert "请写成 2026-11-20" in staff["tracer"].post("/supervise/orders", data=ORDER | {"last": "昨天"}).text
    away = staff["tracer"].post("/supervise/orders", data=ORDER | {"id_number": "990104200102280290"})
    assert "您负责的范围里没有找到" in away.text
    for role in ("grid", "city"):
        assert staff[role].post("/supervise/orders", data=ORDER).status_code == 403
        assert staff[role].get("/supervise/orders").status_code == 403


def test_tracing_from_asking_to_telling(site, staff, person, scans, login) -> None:
    where = ordered(staff["tracer"])
    for act in ("itinerary", "contacts", "names"):
        assert staff["tracer"].post(f"{where}/{act}", data={"contact": "1-1"}).status_code == 409, "nothing before the second person"
    assert staff["tracer"].post(f"{where}/approve").status_code == 403, "not by oneself"
    assert staff["grid"].get(where).status_code == 403
    assert staff["head"].post(f"{where}/approve").status_code == 200
    assert staff["head"].post(f"{where}/itinerary").status_code == 403

    page = staff["tracer"].post(f"{where}/itinerary").text
    assert "青禾测试办公楼" in page
    assert "没有记录" in page
    assert "没有离开的记录" in page

    page = staff["tracer"].post(f"{where}/contacts").text
    first, second = (f"{shard}-{row}" for shard, row in (scans["at"][scans["other"]], scans["at"][scans["brief"]]))
    assert page.index(first) < page.index(second), "the longest together comes first"
    assert "同处 115 分钟" in page
    assert "同处 90 分钟" in page, "10 indoors and, until the usual time was over, 80 outdoors"
    assert scans["other"] not in page, "no name and no number before it is opened"
    assert staff["tracer"].post(f"{where}/names", data={}).status_code == 422
    opened = staff["tracer"].post(f"{where}/names", data={"contact": [first, "7-7"]}).text
    assert scans["other"] in opened
    assert scans["brief"] not in opened
    assert f"查看姓名 {first}" in opened
    assert "查看姓名 7-7" not in opened, "nobody of this order"

    assert scans["other"] in staff["tracer"].get(where).text, "as long as the order is good"
    assert staff["tracer"].post(f"{where}/close").status_code == 200
    over = staff["tracer"].get(where).text
    assert scans["other"] not in over, "whoever is told of the order is looked at no more under it"
    assert first in over
    assert staff["tracer"].post(f"{where}/contacts").status_code == 409
    assert "流行病学调查" not in person.get("/me/access").text
    as_job(site, tracing.tell)
    assert "流行病学调查（QH-2026-0117）查看了您的行程，用于：找出一起待过的人" in person.get("/me/access").text
    for phone in (scans["other"], scans["brief"]):
        assert "其中有您" in login(phone).get("/me/access").text
    assert as_job(site, tracing.tell) == 0, "each is told once"


def test_of_many_who_were_there_none_is_left_out(staff, person, scans, sql) -> None:
    """Whoever has been found is told so, and can be called."""
    where = ordered(staff["tracer"], case_no="QH-2026-0160")
    assert staff["head"].post(f"{where}/approve").status_code == 200
    sql(
        "insert into passes.trace_contact (order_id, shard, row_no, seconds, class, place_ref, org_ref, first_at, places) "
        "select o.id, 3, n, 600, 'close', o.id, o.id, now(), 1 from passes.trace_order o, generate_series(1, 250) n "
        "where o.case_no = 'QH-2026-0160'"
    )
    assert staff["tracer"].get(where).text.count('name="contact"') == 250
    sql("delete from passes.trace_contact where shard = 3")


def test_of_an_order_that_was_refused_nobody_is_told_that_it_was_carried_out(site, staff, person, scans) -> None:
    where = ordered(staff["tracer"], case_no="QH-2026-0150")
    assert staff["head"].post(f"{where}/refuse", data={"why": "没有必要"}).status_code == 200
    as_job(site, tracing.tell)
    access = person.get("/me/access").text
    assert "流行病学调查（QH-2026-0150）申请查看您的行程，没有批准" in access
    assert "QH-2026-0150）查看了" not in access


def test_a_delay_needs_a_reason_and_ends(site, staff, person, scans, sql) -> None:
    before = person.get("/me/access").text.count("QH-2026-0200")
    where = ordered(staff["tracer"], case_no="QH-2026-0200", delay_reason="疫情处置期间，依第四十条推迟")
    staff["head"].post(f"{where}/approve")
    staff["tracer"].post(f"{where}/close")
    as_job(site, tracing.tell)
    assert person.get("/me/access").text.count("QH-2026-0200") == before
    sql("update passes.trace_order set closed_at = closed_at - interval '30 days' where case_no = 'QH-2026-0200'")
    as_job(site, tracing.tell)
    assert person.get("/me/access").text.count("QH-2026-0200") > before
    expired = ordered(staff["tracer"], case_no="QH-2026-0201")
    staff["head"].post(f"{expired}/approve")
    sql("update passes.trace_order set expires_at = now() where case_no = 'QH-2026-0201'")
    assert staff["tracer"].post(f"{expired}/itinerary").status_code == 409
    assert as_job(site, tracing.end_expired) >= 1
    assert "已结束" in staff["tracer"].get(expired).text


def test_people_of_other_regions_are_asked_about(staff, person, scans, sql, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody there, then somebody of a region that is not recognised: said in words, written down, and nothing is told."""
    where = ordered(staff["tracer"], case_no="QH-2026-0250")
    assert staff["tracer"].post(f"{where}/away").status_code == 409, "nothing before the second person"
    staff["head"].post(f"{where}/approve")
    assert staff["head"].post(f"{where}/away").status_code == 403
    assert "没有其他地区的人的记录" in staff["tracer"].post(f"{where}/away").text
    at = NOW - dt.timedelta(days=1) + dt.timedelta(minutes=30)
    scan = os.urandom(16)
    sql(
        "insert into passes.scan (org_id, scan_id, day, gate_id, gate_seq, place_id, at, arrived_at, method, scheme, colour, result, "
        "direction) select id, $1, $2, uuidv7(), 1, $3, $4, now(), 'code', '@https://nowhere.example epi-2026', 0, 'ok', 'in' "
        "from orgs.department limit 1", scan, at.date(), scans["places"]["青禾测试办公楼"], at,
    )  # fmt: skip
    told = staff["tracer"].post(f"{where}/away").text
    assert "nowhere.example" in told
    assert "没有和这个地区互认" in told
    assert "其他地区没有答复" in told
    assert "太多，只问了最早的" not in told
    with monkeypatch.context() as fewer:
        fewer.setattr(tracing_away, "MOST_SEEN", 0)
        cut = staff["tracer"].post(f"{where}/away").text
    assert "太多，只问了最早的" in cut
    assert "请缩短时间范围" in cut
    assert "没有其他地区的人的记录" not in cut
    unticked = staff["tracer"].post(f"{where}/away/names", data={"away": "https://nowhere.example x"})
    assert unticked.status_code == 422
    assert "请勾选要看姓名的人" in unticked.text
    sql(
        "insert into passes.trace_away (order_id, node, mark, scheme, scans, seconds, class, first_at, places) "
        "select id, 'https://nowhere.example', 'abcdefghij', 'epi-2026', '{}', 5400, 'close', now(), 1 from passes.trace_order "
        "where case_no = 'QH-2026-0250'"
    )
    shown = staff["tracer"].get(where).text
    assert "nowhere.example · abcdefgh" in shown
    assert "同处 90 分钟" in shown
    assert "abcdefgh" not in staff["head"].get(where).text, "only whoever asked sees what was found"
    named = staff["tracer"].post(f"{where}/away/names", data={"away": "https://nowhere.example abcdefghij"}).text
    assert "没有和这个地区互认" in named
    sql(
        "insert into passes.trace_request (node, jti, order_name, scheme, wants, case_no, disease, basis, purpose, asked_name, "
        "approved_name, from_at, to_at, expires_at, at, scans, people) values ('https://nowhere.example', uuidv7(), 'order_x', 'epi-2026', "
        "'names', 'LJ-7', '流感', '第四十条', '找出一起待过的人', '甲', '乙', now(), now(), now(), now(), '{}', 3)"
    )
    sql(
        "insert into passes.away_visit (citizen_id, at, scan_id, node, scheme, place, division, direction) "
        "select citizen_id, $2, $1, 'https://nowhere.example', 'epi-2026', '界河大桥', '9909', 'in' from identity.person "
        "where phone = '13900990001'", scan, at,
    )  # fmt: skip
    assert "界河大桥 · nowhere.example" in person.get("/passes/visits").text
    assert "界河大桥（nowhere.example）" in staff["tracer"].post(f"{where}/itinerary").text
    sql("delete from passes.away_visit where scan_id = $1", scan)
    listed = staff["tracer"].get("/supervise/orders").text
    assert "nowhere.example · LJ-7 · 查看姓名" in listed
    assert "甲、乙" in listed
    sql("delete from passes.trace_request")
    sql("delete from passes.scan where scan_id = $1", scan)


@pytest.fixture
def untouched(sql) -> Iterator[None]:
    """The log as it was before a test bent it."""
    lines, head = sql("select * from passes.trace_log"), sql("select * from passes.trace_head")
    yield
    sql("delete from passes.trace_log")
    for row in lines:
        sql("insert into passes.trace_log (seq, order_id, at, by_ref, body, hash) values ($1, $2, $3, $4, $5, $6)", *row.values())
    sql("update passes.trace_head set seq = $1, hash = $2", head[0]["seq"], head[0]["hash"])


BENT = {
    "a word": "update passes.trace_log set body = replace(body, 'approve', 'refuse') where seq = 2",
    "a hash": "update passes.trace_log set hash = sha256('x') where seq = 2",
    "a line gone": "delete from passes.trace_log where seq = 2",
    "two lines in turn": "update passes.trace_log set seq = case seq when 2 then -3 when 3 then -2 end where seq in (2, 3)",
    "the end cut off": "delete from passes.trace_log where seq = (select max(seq) from passes.trace_log)",
    "a line more":
        "insert into passes.trace_log select seq + 1, order_id, at, by_ref, body, hash from passes.trace_log order by seq desc limit 1",
    "all of it gone": "delete from passes.trace_log",
}


def test_any_change_of_the_log_is_found(site, staff, person, scans, sql, untouched) -> None:
    if len(sql("select seq from passes.trace_log limit 4")) < 4:
        where = ordered(staff["tracer"], case_no="QH-2026-0300")
        staff["head"].post(f"{where}/approve")
        staff["tracer"].post(f"{where}/itinerary")
        staff["tracer"].post(f"{where}/close")
    lines, head = sql("select * from passes.trace_log order by seq"), sql("select * from passes.trace_head")
    assert as_job(site, auditing.verify).broken is None
    for name, statement in BENT.items():
        sql(statement)
        assert as_job(site, auditing.verify).broken is not None, name
        sql("delete from passes.trace_log")
        for row in lines:
            sql("insert into passes.trace_log (seq, order_id, at, by_ref, body, hash) values ($1, $2, $3, $4, $5, $6)", *row.values())
        assert as_job(site, auditing.verify).broken is None, name
    last = lines[-2]
    sql("delete from passes.trace_log where seq > $1", last["seq"])
    sql("update passes.trace_head set seq = $1, hash = $2", last["seq"], last["hash"])
    found = as_job(site, auditing.verify)
    assert (found.broken, found.why) == (lines[-1]["seq"], "cut"), "the end with its head: the ends on disk tell"
    sql("update passes.trace_head set seq = $1, hash = $2", head[0]["seq"], head[0]["hash"])


def test_members_by_their_own_consent(site, login, person) -> None:
    from tests.orgs.test_registration import answered, registered

    owner = site.sign_in(proven(site)[0])
    answered(site.sign_in("13800991602"), registered(owner, name="青禾测试实验学校"), "accept")
    assert "还没有成员同意" in owner.get(f"/supervise/members?scheme={SCHEME}").text
    uscc = next(one.uscc for one in site.run(_organisations, site) if "青禾测试实验学校" in str(one.name))
    assert person.post("/passes/members", data={"uscc": "91990100MA00000000", "scheme": SCHEME}).status_code == 422
    assert person.post("/passes/members", data={"uscc": uscc, "scheme": SCHEME}).status_code == 200
    assert "林*" in owner.get(f"/supervise/members?scheme={SCHEME}").text
    site.jobs()
    assert "查看成员的通行码" in person.get("/me/access").text
    declared(person, ANSWERS)
    before = person.get("/me/access").text.count("查看成员的通行码")
    assert "绿码" in owner.get(f"/supervise/members?scheme={SCHEME}").text
    site.jobs()
    assert person.get("/me/access").text.count("查看成员的通行码") == before + 1, "a green colour was looked at too"
    org = re.search(r'name="org" value="(org_[0-9a-f]{32})"', person.get("/passes/members").text)
    assert org
    person.post("/passes/members/stop", data={"org": org[1], "scheme": SCHEME})
    assert "还没有成员同意" in owner.get(f"/supervise/members?scheme={SCHEME}").text
    declared(person, FEVER)
    assert "还没有成员同意" in owner.get(f"/supervise/members?scheme={SCHEME}").text


async def _organisations(site) -> list[Any]:
    from onedoor.orgs import service as orgs

    async with site.house.begin(actor=system("test")) as work:
        return list((await orgs.snapshot(work.db)).organisations.values())


def test_hours_and_alarms(site, staff, scans, sql) -> None:
    """What has arrived is counted once, in the hour in which it happened; a silent gate is told to each level above it."""
    sql("update passes.scan set arrived_at = now() - interval '10 minutes' where arrived_at > now() - interval '9 minutes'")
    as_job(site, watching.count_hours)
    first = sql("select coalesce(sum(scans), 0) as n from passes.rollup where scope = $1", CITY)[0]["n"]
    assert first >= 8
    as_job(site, watching.count_hours)
    assert sql("select sum(scans) as n from passes.rollup where scope = $1", CITY)[0]["n"] == first
    place = scans["places"]["青禾测试办公楼"]
    sql(
        "insert into passes.gate (org_id, id, place_id, name, kind, direction, state, enrolled_by, made_at) "
        "select org_id, uuidv7(), id, '东门', 'guard', 'both', 'active', uuidv7(), now() - interval '3 hours' from passes.place "
        "where id = $1", place,
    )
    as_job(site, watching.look_after_gates)
    for role, scope in (("grid", GRID), ("city", CITY)):
        assert "青禾测试办公楼的东门没有消息" in staff[role].get(f"/supervise/{scope}?scheme={SCHEME}").text
    assert "东门" not in staff["next grid"].get(f"/supervise/{NEXT_GRID}?scheme={SCHEME}").text
