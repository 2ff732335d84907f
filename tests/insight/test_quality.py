"""Quality in the open: figures follow what happens, come out equal when counted anew, and nobody can be found in them."""

import csv
import io
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from onedoor.insight.models import FEWEST, shown_of_whole
from onedoor.insight.service.looking import forget_kept
from onedoor.kernel.work import system
from tests.cases.kit import ANSWERS, PERMIT, bearer, residents, submitted

CLERK = "13800990101"
RECORD = "ga-wufanzui"


@pytest.fixture(scope="module")
def program(site: Any) -> httpx.Client:
    return bearer(site, residents()[0]["phone"])


@pytest.fixture(scope="module")
def clerk(site: Any) -> httpx.Client:
    return bearer(site, CLERK)


@pytest.fixture(scope="module", autouse=True)
def without_history(site: Any, program: httpx.Client, clerk: httpx.Client) -> None:
    """The demo's history would be in the way of counting; what other tests did to cases by hand is counted as it stands by now."""

    async def clear() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("delete from insight.tally where source = 'demo'")

    site.run(clear)
    site.jobs()
    rebuilt(site)
    for _ in range(FEWEST):  # enough to be shown, whichever test is asked first
        program.post(f"/api/cases/{decided(program, clerk)}/ratings", json={"stars": 5, "tags": ["fast"]})
    act(clerk, submitted(program)["id"], "supplement-requests", things=[{"label": "单位证明", "kind": "file"}])
    record = {"purpose": "job", "recipient": "本人留存", "period": "always", "phone": residents()[0]["phone"]}
    assert program.post("/api/cases", json={"item": RECORD, "answers": record}).status_code == 201
    site.jobs()
    forget_kept()


def counts(site: Any) -> dict[tuple[str, ...], int]:
    """The table as it stands."""

    async def read() -> dict[tuple[str, ...], int]:
        from onedoor.insight.models import Row

        async with site.house.begin(system("test")) as work:
            rows = await work.db.all(Row, "select day, item, org_ref, what, part, n from insight.tally where source = 'cases'")
        return {(str(r.day), r.item, str(r.org_ref), str(r.what), r.part): r.n for r in rows}

    return site.run(read)


def rebuilt(site: Any) -> None:
    from onedoor.insight import service

    site.run(service.rebuild, site.house.begin)


def figures(site: Any, item: str = PERMIT, period: str = "30d") -> dict[str, Any]:
    """As they are now, whatever another test has had kept for a minute."""
    site.jobs()
    forget_kept()
    answer = site.client().get(f"/api/quality/items/{item}?period={period}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def act(clerk: httpx.Client, case: str, path: str, **body: Any) -> None:
    answer = clerk.post(f"/api/cases/{case}/{path}", json=body)
    assert answer.status_code < 300, answer.text


def decided(program: httpx.Client, clerk: httpx.Client) -> str:
    case = submitted(program)["id"]
    act(clerk, case, "acceptances")
    act(clerk, case, "decisions", outcome="granted")
    return case


def told(site: Any) -> Counter[tuple[str, str]]:
    """What has been counted of permits so far; other tests have theirs among them."""
    site.jobs()
    found: Counter[tuple[str, str]] = Counter()
    for (_, item, _, what, part), n in counts(site).items():
        if item == PERMIT:
            found[what, part] += n
    return found


def test_figures_follow_what_happens(site: Any, program: httpx.Client, clerk: httpx.Client) -> None:
    before, first = told(site), figures(site)["quality"]
    done = [decided(program, clerk) for _ in range(FEWEST)]
    for case, stars in zip(done, (5, 5, 5, 4, 2), strict=True):
        assert program.post(f"/api/cases/{case}/ratings", json={"stars": stars, "tags": ["fast", "my own word"]}).status_code == 201
    taken_back = submitted(program)["id"]
    assert program.post(f"/api/cases/{taken_back}/withdrawals", json={"reason": "不办了"}).status_code < 300
    asked = submitted(program)["id"]
    act(clerk, asked, "supplement-requests", things=[{"label": "单位证明", "kind": "file"}])
    new = told(site) - before
    assert new == {
        ("submit", ""): FEWEST + 2, ("trips_known", ""): FEWEST + 2, ("no_trip", ""): FEWEST + 2, ("decide", ""): FEWEST,
        ("granted", ""): FEWEST, ("on_time", ""): FEWEST, ("in_law", ""): FEWEST, ("withdraw", ""): 1, ("ask", ""): 1,
        ("supplemented", ""): 1, ("missing", "other"): 1, ("rated", ""): FEWEST, ("stars", "5"): 3, ("stars", "4"): 1, ("stars", "2"): 1,
        ("reason", "fast"): FEWEST,
    }, "a word of somebody's own is never counted"  # fmt: skip
    seen = figures(site)
    rose = {name: seen["quality"][name] - first[name] for name in ("submitted", "decided", "rated")}
    assert rose == {"submitted": FEWEST + 2, "decided": FEWEST, "rated": FEWEST}, "older cases of other tests lie outside the period"
    reasons = {part["code"] for part in seen["reasons"]}
    assert reasons >= {"fast"}
    assert "my own word" not in reasons, "a word of somebody's own is never shown"


def test_an_event_told_twice_counts_once(site: Any, program: httpx.Client) -> None:
    from onedoor.kernel.jobs import Worker
    from onedoor.web import rooms

    submitted(program)
    by_kind, listeners, cron = rooms.jobs()
    worker = Worker(site.house.database, site.house.begin, site.house.ports, by_kind, listeners, cron, site.house.settings.zone)

    async def twice() -> None:
        from onedoor.kernel.jobs import Job

        async with site.house.begin(system("test")) as work:
            job = await work.db.one(
                Job, "select id, kind, args, attempts, max_attempts from kernel.job where kind = 'event:cases.Submitted' "
                "order by id desc limit 1",
            )  # fmt: skip
        await worker._deliver(job)
        await worker._deliver(job)

    before = sum(n for key, n in counts(site).items() if key[3] == "submit")
    site.run(twice)
    site.jobs()
    assert sum(n for key, n in counts(site).items() if key[3] == "submit") == before + 1


def test_counted_anew_it_comes_out_equal(site: Any, program: httpx.Client, clerk: httpx.Client) -> None:
    record = {"purpose": "job", "recipient": residents()[0]["name"], "period": "always", "phone": residents()[0]["phone"]}
    assert program.post("/api/cases", json={"item": RECORD, "answers": record}).status_code == 201
    decided(program, clerk)
    gone = submitted(program)["id"]
    act(clerk, gone, "transfers", department="renshe", reason="应由人社办")
    refused = submitted(program)["id"]
    act(clerk, refused, "declines", reason="not_needed", words="材料不全")
    site.jobs()
    program.post(f"/api/cases/{gone}/withdrawals", json={"reason": "不办了"})
    site.jobs()
    before = counts(site)
    assert any(key[3] == "again" and key[4] == "recipient" for key in before)
    assert len({key[2] for key in before if key[3] in ("submit", "withdraw")}) > 1, "a withdrawal counts where the case lay by then"
    rebuilt(site)
    assert counts(site) == before
    site.jobs()
    assert counts(site) == before


def test_what_is_on_its_way_while_counting_anew_counts_once(site: Any, program: httpx.Client) -> None:
    site.jobs()
    before = sum(n for key, n in counts(site).items() if key[3] == "submit")
    submitted(program)
    rebuilt(site)  # the case is stored, its event is not delivered yet
    assert sum(n for key, n in counts(site).items() if key[3] == "submit") == before + 1
    site.jobs()
    assert sum(n for key, n in counts(site).items() if key[3] == "submit") == before + 1


def test_where_drafts_end_is_counted_and_nobodys(site: Any, program: httpx.Client) -> None:
    for draft in program.get("/api/drafts").json()["items"]:
        program.delete(f"/api/drafts/{draft['id']}")
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()
    answers = {name: ANSWERS[name] for name in ("kind", "address")}
    program.put(f"/api/drafts/{draft['id']}/answers", json=answers, headers={"if-match": f'"{draft["rev"]}"'})
    site.run(aged, site)
    site.jobs()
    left = {key[4]: n for key, n in counts(site).items() if key[1] == PERMIT and key[3] == "left"}
    assert left[""] == sum(n for page, n in left.items() if page)
    assert left.get("housing"), f"the first question that was open: {left}"
    before = counts(site)
    rebuilt(site)
    assert counts(site) == before


async def aged(site: Any) -> None:
    """Time passes over every draft, and the nightly sweep comes."""
    from onedoor.cases.service.sweeping import sweep

    async with site.house.begin(system("test")) as work:
        await work.db.run("update cases.draft set expires_at = expires_at - interval '60 days'")
    await sweep(site.house.begin, site.house.ports)


def test_fewer_than_five_are_not_shown(site: Any, program: httpx.Client, clerk: httpx.Client) -> None:
    person, officer = bearer(site, residents()[2]["phone"]), clerk
    answers = {"purpose": "job", "recipient": "本人留存", "period": "always", "phone": residents()[2]["phone"]}
    made = person.post("/api/cases", json={"item": RECORD, "answers": answers}).json()["id"]
    act(officer, made, "acceptances")
    act(officer, made, "decisions", outcome="granted")
    person.post(f"/api/cases/{made}/ratings", json={"stars": 1, "tags": ["slow"], "words": "太慢了我很生气"})
    seen = figures(site, RECORD)
    assert seen["quality"]["rated"] is None
    assert seen["quality"]["satisfied"] == {"n": None, "of": None, "percent": None}
    assert all(part["n"] is None for part in seen["stars"])
    for address in (f"/quality/items/{RECORD}", f"/quality/items/{RECORD}.csv", f"/api/quality/items/{RECORD}"):
        assert "太慢了" not in site.client().get(address).text


def test_a_hidden_grade_cannot_be_worked_out() -> None:
    assert shown_of_whole({"5": 9, "4": 7, "3": 2, "2": 0, "1": 0}) == {"5": 9, "4": None, "3": None, "2": 0, "1": 0}
    assert shown_of_whole({"5": 9, "4": 0, "3": 3, "2": 3, "1": 0}) == {"5": 9, "4": 0, "3": None, "2": None, "1": 0}
    assert shown_of_whole({"5": 4, "1": 0}) == {"5": None, "1": None}
    assert shown_of_whole({"5": 8, "1": 6}) == {"5": 8, "1": 6}


def test_pages_for_people(site: Any, client: httpx.Client) -> None:
    site.jobs()
    many = ("/quality", "/quality?period=year&sort=on-time&n=9", f"/quality/items/{PERMIT}", "/quality/departments/gongan?period=30d")
    for address in many:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        assert "<table" in answer.text
    assert "还没有办件" in client.get("/quality/items/cl-fuju").text
    assert f'href="/quality/items/{PERMIT}"' in client.get(f"/items/{PERMIT}").text
    assert 'href="/quality/departments/gongan"' in client.get("/departments/gongan").text


def test_the_guide_says_one_line(site: Any, client: httpx.Client) -> None:
    async def publish() -> None:
        from onedoor.insight import service

        async with site.house.begin(system("test")) as work:
            await service.publish(work)

    site.run(publish)
    site.run(lambda: _loaded(site))
    on_time = figures(site, period="quarter")["quality"]["on_time"]["percent"]
    assert f"按时办结 {on_time:g}%" in client.get(f"/items/{PERMIT}").text


async def _loaded(site: Any) -> None:
    from onedoor.kernel import memory

    await memory.load_all(site.house.database)


@pytest.mark.parametrize("address", ["/quality?period=week", "/quality.csv?period=1", "/quality/items/ga-juzhuzheng?period=%00"])
def test_a_wrong_period_is_told(client: httpx.Client, address: str) -> None:
    answer = client.get(address, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/no-such-period")


@pytest.mark.parametrize(
    "address",
    [
        "/quality/items/no-such", "/quality/items/.csv", "/quality/departments/no-such.csv", "/api/quality/items/x%27--",
        "/api/quality/departments/x",
    ],
)
def test_what_is_not_there_is_not_found(client: httpx.Client, address: str) -> None:
    assert client.get(address, headers={"accept": "application/json"}).status_code == 404


def test_the_sheet_is_for_machines(site: Any, client: httpx.Client) -> None:
    answer = client.get("/quality.csv?period=30d")
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert "\r\n" in answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    mine = {row["figure"]: row for row in rows if row["scope"] == "item" and row["code"] == PERMIT}
    seen = figures(site)["quality"]
    assert int(mine["submitted"]["count"]) == seen["submitted"]
    assert float(mine["on_time"]["percent"]) == seen["on_time"]["percent"]
    one = client.get(f"/quality/items/{PERMIT}.csv?period=30d")
    assert {"stars", "on_time", "missing"} <= {row["figure"] for row in csv.DictReader(io.StringIO(one.text))}


def test_no_cell_is_a_formula() -> None:
    from onedoor.insight.sheet import written

    cells = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", 'a"b', "a,b", "a\r\nb", None, 3, -0.5]
    row = next(row for n, row in enumerate(csv.reader(io.StringIO(written([cells])))) if n == 1)
    assert row == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", 'a"b', "a,b", "a\r\nb", "", "3", "-0.5"]


def test_a_program_reads_all_in_stretches(site: Any, client: httpx.Client) -> None:
    site.jobs()
    first = client.get("/api/quality/items?limit=1&period=year").json()
    assert len(first["items"]) == 1
    rest = client.get(f"/api/quality/items?limit=200&period=year&after={first['next']}").json()
    assert rest["items"]
    assert rest["items"][0]["code"] > first["items"][0]["code"]
    assert client.get("/api/quality?period=year").json()["departments"]


def test_a_demo_says_that_it_is_one(site: Any, client: httpx.Client) -> None:
    from onedoor.insight.models import History
    from onedoor.insight.service import put_history

    async def put(lines: list[History]) -> int:
        async with site.house.begin(system("test")) as work:
            return await put_history(work, lines, {"sc-getihu": "shichang"}, {"sc-getihu": 0})

    lines = [History("sc-getihu", 50, left={"scope": 10})]
    try:
        assert site.run(put, lines) > 0
        assert site.run(put, lines) == 0, "the same lines on the same day change nothing"
        seen = figures(site, "sc-getihu", "year")
        assert seen["demo"]
        assert seen["quality"]["submitted"] > 1000
        assert sum(one["submitted"] for one in seen["moments"]) == seen["quality"]["submitted"]
        assert "演示数据" in client.get("/quality/items/sc-getihu").text
        rebuilt(site)
        assert figures(site, "sc-getihu", "year") == seen
        assert not figures(site)["demo"]
    finally:
        site.run(put, [])


def test_looking_is_three_statements(site: Any, client: httpx.Client, queries: list[str]) -> None:
    client.get(f"/quality/items/{PERMIT}")
    queries.clear()
    client.get(f"/quality/items/{PERMIT}?period=year")
    assert len([q for q in queries if "insight." in q]) == 2, queries
    client.get("/quality?period=year")
    queries.clear()
    client.get("/quality?period=year")
    assert [q for q in queries if "insight." in q] == [], "a crowd of readers costs one look a minute"


def test_an_old_day_counts_on_its_day(site: Any) -> None:
    from onedoor.cases.events import Lapsed
    from onedoor.cases.models import CaseId
    from onedoor.identity.models import PersonId
    from onedoor.kernel.outbox import publish

    async def told() -> str:
        async with site.house.begin(system("test")) as work:
            from onedoor.orgs import service as orgs

            org = (await orgs.department(work, "gongan")).id
            day = work.today - timedelta(3)
            await publish(work.db, Lapsed(PersonId.new(), CaseId.new(), "ga-huzhao", org, day))
            return str(day)

    day = site.run(told)
    site.jobs()
    assert any(key[0] == day and key[1] == "ga-huzhao" and key[3] == "lapse" for key in counts(site))
    rebuilt(site)
    assert not any(key[1] == "ga-huzhao" for key in counts(site)), "there is no such case: counting anew mends what went wrong"
