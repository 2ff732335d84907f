"""One press, many departments: what begins, what waits, what follows, and that nothing is made twice."""

import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from onedoor.cases.models import AttachmentId
from onedoor.cases.service import bundling
from onedoor.cases.service.assessing import Assessment, assessment_arrived
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import system
from tests.cases.kit import picture
from tests.mandates.people import account, entered

from .kit import Desk, legs, pressed

HOSPITAL = Text("青禾市第一医院", "Qinghe First Hospital")


def assessed(site: Any, number: str, level: str = "一级", ident: str = "ping-1") -> bool:
    """The hospital's result arrives, as a queue would hand it over."""

    async def arrive() -> bool:
        async with site.house.begin(actor=system("test.hospital")) as work:
            found = Assessment(f"{ident} {number}", {"level": level, "kind": "视力残疾"}, HOSPITAL, work.today)
            return await assessment_arrived(work, number, found)

    return site.run(arrive)


def number_of(program: httpx.Client, leg: dict[str, Any]) -> str:
    return program.get(f"/api/cases/{leg['case']}").json()["number"]


def states(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {code: leg["state"] for code, leg in found.items()}


def test_the_whole_way(site: Any, desk: Desk) -> None:
    program = account(site, entered(site, "曲明远", dt.date(1985, 4, 2))).program  # who has applied for nothing before
    run = pressed(program)
    first = {leg["code"]: leg["state"] for leg in run["legs"]}
    assert first == {"card": "ready", "care": "waiting", "living": "waiting", "pension": "waiting", "bus": "waiting"}
    site.jobs()
    now = legs(program, run)
    assert states(now) == first | {"card": "case"}
    card = program.get(f"/api/cases/{now['card']['case']}").json()
    assert card["answers"]["disability"] == "sight"
    desk.act(now["card"], "acceptances", {})
    early = desk.clerk("cl-").post(f"/api/cases/{now['card']['case']}/decisions", json={"outcome": "granted"})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-assessed"), early.text
    assert assessed(site, card["number"])
    assert not assessed(site, card["number"])  # the same result again
    assert assessed(site, card["number"], "二级", "ping-2")  # a mended one counts
    desk.act(now["card"], "decisions", {"outcome": "granted"})
    site.jobs()
    now = legs(program, run)
    assert states(now) == {"card": "done", "care": "done", "living": "case", "pension": "case", "bus": "case"}, "care is granted at once"
    cert = program.get(f"/api/cases/{now['card']['case']}").json()["certificate"]
    held = program.get(f"/api/certificates/{cert}").json()
    for code in ("care", "living", "bus"):
        answers = program.get(f"/api/cases/{now[code]['case']}").json()["answers"]
        assert answers["card_number"] == held["number"], code
    assert program.get(f"/api/cases/{now['care']['case']}").json()["answers"]["level"] == "二级"
    for code in ("living", "pension", "bus"):
        desk.end(now[code], "refused" if code == "pension" else "granted")
    after = program.get(f"/api/runs/{run['id']}").json()
    assert after["ended_at"]
    assert [leg["outcome"] for leg in after["legs"]] == ["granted", "granted", "granted", "refused", "granted"]
    measure = after["measure"]
    assert (measure["departments"], measure["trips"]) == (4, 1)
    assert measure["filled"] < measure["apart"]
    told = program.get("/api/inbox").json()["items"][0]
    assert "全部办完" in told["title"]["zh"]


def test_pressed_again_it_is_the_same(site: Any, program: httpx.Client, other: httpx.Client) -> None:
    pressed(program)
    run = pressed(program, key="once")
    assert pressed(program, key="once")["id"] == run["id"]
    changed = program.post(
        "/api/journeys/disability/runs", json={"answers": {"has_card": "yes"}}, headers={"idempotency-key": "once"}
    )
    assert (changed.status_code, changed.json()["type"]) == (409, "/problems/key-used-for-other-answers")
    assert other.get(f"/api/runs/{run['id']}").status_code == 404
    listed = [one["id"] for one in program.get("/api/runs?limit=100").json()["items"]]
    assert listed.count(run["id"]) == 1
    second = program.get("/api/runs?limit=1").json()
    assert program.get(f"/api/runs?limit=1&after={second['next']}").json()["items"][0]["id"] != second["items"][0]["id"]


def test_refused_first_the_rest_is_not_needed(site: Any, program: httpx.Client, desk: Desk) -> None:
    run = pressed(program)
    site.jobs()
    card = legs(program, run)["card"]
    assert assessed(site, number_of(program, card))
    desk.end(card, "refused")
    after = program.get(f"/api/runs/{run['id']}").json()
    assert after["ended_at"]
    rest = [leg for leg in after["legs"] if leg["code"] != "card"]
    assert {leg["state"] for leg in rest} == {"not_needed"}
    assert all("残疾人证" in leg["why"]["zh"] for leg in rest)
    assert all(leg["case"] is None for leg in rest)


BORN = {
    "certificate": "no", "registered": "no", "order": "1", "child_name": "林小满", "child_sex": "female", "child_born_on": "2026-01-04",
    "certificate_hospital": "first", "phone": "13900990002", "household_with_whom": "me", "allowance_payee": "social",
}  # fmt: skip


def test_what_waits_for_what_waits(site: Any, program: httpx.Client) -> None:
    """Insurance waits for the household, which waits for the certificate: taken back, all of them say what they needed."""
    lacking = program.post("/api/journeys/birth/runs", json={"answers": BORN | {"household_with_whom": "other"}})
    assert "/other_parent_name" in {e["pointer"] for e in lacking.json()["errors"]}  # only who registers with the other parent names them
    made = program.post("/api/journeys/birth/runs", json={"answers": BORN})
    assert made.status_code == 201, made.text
    run = made.json()
    assert [leg["state"] for leg in run["legs"]] == ["ready", "waiting", "waiting", "waiting"]
    due = {leg["code"]: leg["due_on"] for leg in run["legs"]}
    assert due["certificate"] < due["household"] < due["allowance"] == run["due_on"]
    program.post(f"/api/runs/{run['id']}/withdrawals", json={"legs": ["certificate"]})
    site.jobs()
    after = program.get(f"/api/runs/{run['id']}").json()
    assert after["ended_at"]
    assert [leg["state"] for leg in after["legs"]] == ["not_needed"] * 4
    assert "出生医学证明" in after["legs"][1]["why"]["zh"]
    assert "新生儿落户" in after["legs"][2]["why"]["zh"]


def test_situations_say_what_is_needed(site: Any, program: httpx.Client, other: httpx.Client) -> None:
    run = pressed(program, income="none", pension="employee")
    now = {leg["code"]: leg for leg in run["legs"]}
    assert (now["living"]["state"], now["pension"]["state"]) == ("not_needed", "not_needed")
    assert "低保" in now["living"]["why"]["zh"]
    missing = program.post("/api/journeys/disability/runs", json={"answers": {"has_card": "no", "colour": "red"}})
    assert missing.status_code == 422
    pointers = {e["pointer"] for e in missing.json()["errors"]}
    assert "/colour" in pointers
    assert "/income" in {e["pointer"] for e in other.post("/api/journeys/disability/runs", json={"answers": {}}).json()["errors"]}
    assert program.post("/api/journeys/none/runs", json={"answers": {}}).status_code == 404
    assert program.post("/api/cases", json={"item": "journey-disability", "answers": {}}).status_code == 404


def test_a_leg_that_fails_stops_no_other(site: Any, program: httpx.Client, desk: Desk) -> None:
    """With a card that is not there, what takes its number cannot be handed in; it can be tried again, or taken back."""
    run = pressed(program, "moving", child="no", water="yes", car="yes", new_address="青禾市西山区金桥街道金桥路 55 号 306 室",
                  address_moved_on="2026-01-05", address_home="other", water_account_number="88201", water_from_on="2026-01-06",
                  parking_plate="青A12345", has_card=None, income=None, pension=None, disability_kind=None, card_hospital=None,
                  card_visit=None, address=None, payee=None)  # fmt: skip
    site.run(closed, site, "sh-shui", True)
    try:
        site.jobs()
        now = legs(program, run)
        assert (now["address"]["state"], now["water"]["state"], now["parking"]["state"]) == ("case", "failed", "waiting")
        assert now["water"]["why"]["zh"]
        assert any("没有提交成功" in one["title"]["zh"] for one in program.get("/api/inbox").json()["items"])
    finally:
        site.run(closed, site, "sh-shui", False)
    browser = site.sign_in("13900990002")
    shown = browser.get(f"/runs/{run['id']}")
    assert "再试一次" in shown.text
    again = browser.post(f"/runs/{run['id']}/legs/water/again")
    assert again.status_code == 200
    assert legs(program, run)["water"]["state"] == "case"
    assert browser.post(f"/runs/{run['id']}/legs/water/again").status_code == 409


async def closed(site: Any, item: str, rests: bool) -> None:
    """The service rests, or is offered again."""
    from onedoor.catalog import service as catalog
    from onedoor.catalog.models import Closure, ClosureState

    async with site.house.begin(actor=system("test")) as work:
        found = Closure(item, ClosureState.SUSPENDED, Text("检修", "Works"), "", work.now) if rests else None
        await catalog.put_closure(work, item, found)


def test_taken_back_leg_by_leg(site: Any, program: httpx.Client, browser: httpx.Client, desk: Desk) -> None:
    run = pressed(program)
    site.jobs()
    page = browser.get(f"/runs/{run['id']}/withdraw")
    assert "哪几项不办了" in page.text
    nothing = browser.post(f"/runs/{run['id']}/withdraw", data={"reason": "不要"})
    assert (nothing.status_code, "请至少选择一项" in nothing.text) == (422, True)
    assert browser.post(f"/runs/{run['id']}/withdraw", data={"legs": ["bus", "pension"], "reason": "不用"}).status_code == 200
    now = legs(program, run)
    assert (now["bus"]["state"], now["pension"]["state"], now["care"]["state"]) == ("not_needed", "not_needed", "waiting")
    key = {"idempotency-key": "back"}
    body = {"legs": ["card"], "reason": "改天"}
    assert program.post(f"/api/runs/{run['id']}/withdrawals", json=body, headers=key).status_code == 201
    assert program.post(f"/api/runs/{run['id']}/withdrawals", json=body, headers=key).headers["idempotent-replay"] == "true"
    assert program.post(f"/api/runs/{run['id']}/withdrawals", json={"legs": ["bus"]}).status_code == 409
    site.jobs()
    after = program.get(f"/api/runs/{run['id']}").json()
    assert after["ended_at"]
    assert {leg["state"] for leg in after["legs"]} == {"done", "not_needed"}


def test_taken_back_together_with_what_waits_for_it(site: Any, program: httpx.Client) -> None:
    run = pressed(program)
    some = [code for code, leg in legs(program, run).items() if leg["state"] in ("ready", "waiting")]
    assert "card" in some
    assert len(some) > 2
    back = program.post(f"/api/runs/{run['id']}/withdrawals", json={"legs": some, "reason": "改天"})
    assert back.status_code == 201, back.text
    assert {leg["state"] for leg in back.json()["legs"]} == {"not_needed"}
    site.jobs()
    assert set(states(legs(program, run)).values()) == {"not_needed"}


def test_a_kill_after_the_press_loses_nothing(site: Any, program: httpx.Client) -> None:
    """The process is killed before any case was made and the jobs are gone too: the sweep begins what is ready, once."""
    from onedoor.journeys import service

    run = pressed(program)

    async def lost() -> int:
        async with site.house.database.tx(role="job") as db:
            await db.run("delete from kernel.job where kind = 'journeys.start'")
            await db.run("update journeys.leg set changed_at = now() - interval '1 hour' where state = 'ready'")
        return await service.forgotten(site.house.begin)

    assert site.run(lost) >= 1
    found = legs(program, run)["card"]
    assert found["state"] == "case"
    assert site.run(lost) == 0
    assert legs(program, run)["card"]["case"] == found["case"]


def test_a_leg_that_cannot_be_begun_stops_no_other_run(site: Any, program: httpx.Client, browser: httpx.Client) -> None:
    """A mistake of ours in one leg, older than the others: the sweep goes on, and a press that is made is not answered with 500."""
    from onedoor.journeys import service
    from onedoor.journeys.models import RunId

    stuck, fine = pressed(program), pressed(program)

    async def broken(state: str) -> None:
        async with site.house.database.tx(role="job") as db:
            await db.run("delete from kernel.job where kind = 'journeys.start'")
            await db.run("update journeys.leg set changed_at = now() - interval '1 hour' where state = 'ready'")
            await db.run(
                "update journeys.leg set state = $state, changed_at = now() - interval '1 day', "
                "takes = '{\"x\": [\"none\", \"number\", \"x\"]}' where run_id = $run and code = 'card'",
                state=state, run=RunId.parse(stuck["id"]),
            )  # fmt: skip

    site.run(broken, "ready")
    with pytest.raises(KeyError):
        site.run(service.forgotten, site.house.begin, 1)
    assert (legs(program, stuck)["card"]["state"], legs(program, fine)["card"]["state"]) == ("ready", "case")
    site.run(broken, "failed")
    assert browser.post(f"/runs/{stuck['id']}/legs/card/again", follow_redirects=False).status_code == 303
    assert legs(program, stuck)["card"]["state"] == "ready"
    assert program.post(f"/api/runs/{stuck['id']}/withdrawals", json={"legs": ["card"]}).status_code == 201


def test_begun_twice_at_once_it_is_one_case(site: Any, program: httpx.Client) -> None:
    import asyncio

    from onedoor.identity.models import PersonId
    from onedoor.journeys import service
    from onedoor.journeys.models import RunId

    run = pressed(program)
    me = PersonId.parse(program.get("/api/me").json()["id"])

    async def at_once() -> None:
        await asyncio.gather(*[service.start(site.house.begin, me, RunId.parse(run["id"]), "card") for _ in range(4)])

    before = len(program.get("/api/cases?limit=100").json()["items"])
    site.run(at_once)
    site.jobs()
    assert len(program.get("/api/cases?limit=100").json()["items"]) == min(100, before + 1)
    assert legs(program, run)["card"]["state"] == "case"


GONE = {
    "funeral": "yes", "estate": "no", "died_name": "孙德福", "died_id": "99012119310107005X", "died_on": "2026-01-02", "relation": "child",
    "funeral_kind": "tree", "funeral_payee": "social", "phone": "13900990002",
}  # fmt: skip


def test_sent_again_while_the_first_is_on_its_way_it_is_the_same_run(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a paper, which belongs to the first by the time the second looks for it."""
    program = account(site, entered(site, "曲重来", dt.date(1979, 6, 7))).program
    sent = program.post("/api/attachments", files={"file": ("death.png", picture(), "image/png")}, data={"document": "death"})
    body, gather = {"answers": GONE, "attachments": [sent.json()["id"]]}, bundling.store.gather
    both, there = asyncio.Event(), list[int]()

    async def slow(*given: Any) -> int:
        there.append(1)
        if len(there) == 2:
            both.set()
        await asyncio.wait_for(both.wait(), 5)
        return await gather(*given)

    def press(_: int) -> httpx.Response:
        return program.post("/api/journeys/bereavement/runs", json=body, headers={"idempotency-key": "gone"})

    monkeypatch.setattr(bundling.store, "gather", slow)
    with ThreadPoolExecutor(2) as presses:
        made = list(presses.map(press, range(2)))
    assert sorted(one.status_code for one in made) == [200, 201], [one.text for one in made]
    assert len({one.json()["id"] for one in made}) == 1


def test_a_paper_of_an_objection_is_no_journey_s(site: Any, program: httpx.Client) -> None:
    """It lies before a department, and would go with the run's other files when the run ends."""
    sent = program.post("/api/attachments", files={"file": ("photo.png", picture(), "image/png")}, data={"document": "objection"})
    paper = AttachmentId.parse(sent.json()["id"])

    async def objected() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("-- scatter\nupdate cases.attachment set objection_id = uuidv7() where id = $paper", paper=paper)

    site.run(objected)
    pressed = program.post("/api/journeys/bereavement/runs", json={"answers": GONE, "attachments": [str(paper)]})
    assert (pressed.status_code, pressed.json()["type"]) == (404, "/problems/no-such-attachment")


def test_one_paper_for_two_departments(site: Any, program: httpx.Client, other: httpx.Client) -> None:
    """Uploaded once; each case has a copy of its own, and what lay ready for later legs goes when the run is over."""
    sent = program.post("/api/attachments", files={"file": ("death.png", picture(), "image/png")}, data={"document": "death"})
    paper = sent.json()["id"]
    without = program.post("/api/journeys/bereavement/runs", json={"answers": GONE})
    assert "/file-death" in {e["pointer"] for e in without.json()["errors"]}, without.text
    strange = other.post("/api/journeys/bereavement/runs", json={"answers": GONE, "attachments": [paper]})
    assert strange.status_code == 404
    made = program.post("/api/journeys/bereavement/runs", json={"answers": GONE, "attachments": [paper]})
    assert made.status_code == 201, made.text
    run = made.json()
    assert run["measure"]["papers"] == 1
    site.jobs()
    now = legs(program, run)
    copies = [program.get(f"/api/cases/{now[code]['case']}").json()["attachments"] for code in ("register", "funeral")]
    assert [len(one) for one in copies] == [1, 1]
    assert [one[0]["document"] for one in copies] == ["death", "death"]
    assert copies[0][0]["sha256"] == copies[1][0]["sha256"]
    assert len({paper, copies[0][0]["id"], copies[1][0]["id"]}) == 3
    program.post(f"/api/runs/{run['id']}/withdrawals", json={"legs": ["register", "funeral"]})
    site.jobs()
    assert program.get(f"/api/runs/{run['id']}").json()["ended_at"]
    assert site.run(kept_under, site, run["id"]) == 0


async def kept_under(site: Any, run: str) -> int:
    from onedoor.journeys.models import RunId

    async with site.house.database.tx(role="job") as db:
        return await db.value("select count(*)::int from cases.attachment where draft_id = $id", id=RunId.parse(run))
