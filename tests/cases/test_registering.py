"""A case gets into the department's own system exactly once: whatever that system does, and wherever our process dies."""

import asyncio
import json
import os
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import httpx
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from msgspec.structs import replace

from connectors.back_office.plugin import BackOffice as Plugin
from connectors.back_office.simulator import MOST, Offices
from connectors.simulating import serving
from onedoor.cases.models import CaseId
from onedoor.cases.ports import BackOffice
from onedoor.cases.registration import Stage, State
from onedoor.cases.service import definitions, registering
from onedoor.cases.service import stages as stages_of
from onedoor.cases.store import registrations as store
from onedoor.exchange.pushed import signature
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel.ports import Ports, Vault
from onedoor.kernel.work import system
from tests.exchange.conftest import rows

from .kit import bearer, picture, residents
from .test_desk import Staff, act, all_clean

TIMES = int(os.environ.get("ONEDOOR_EXAMPLES", "1"))
ELDERS = "13800990501"
CARD = {
    "address": "东湖区柳岸街道春风路 12 号 3 栋 502 室", "contact_name": "王敏", "contact_phone": "13900001234", "relation": "child",
    "delivery": "wallet", "phone": "13900001234",
}  # fmt: skip
HANGS, PATIENCE = 0.1, 0.05
OTHERS = "ELDERS-999999"
FAULTS = ["", "", "down", "error", "hangs", "late", "twice", "foreign", "lost"]


class Dies(Exception):
    """The process is gone."""


class Mortal:
    """Opens transactions and calls the department's system, and dies at the chosen awaits; its clock is in the test's hand."""

    def __init__(self, house: Any, office: Any, deaths: set[int]) -> None:
        self.house, self.office, self.deaths, self.steps = house, office, deaths, 0
        self.now: datetime | None = None

    def step(self) -> None:
        self.steps += 1
        if self.steps in self.deaths:
            raise Dies

    @asynccontextmanager
    async def begin(self, **said: Any) -> Any:
        self.step()
        async with self.house.begin(**said) as work:
            self.now = self.now or work.now
            yield replace(work, now=self.now)
            self.step()
        self.step()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.office, name)

        async def mortal(*given: Any) -> Any:
            self.step()
            said = await call(*given)
            self.step()
            return said

        return mortal


class Story:
    """One case and the system it is to be registered in."""

    def __init__(self, site: Any, case: str) -> None:
        self.site, self.case = site, CaseId.parse(case)

    async def begun(self) -> PersonId:
        """Back at the beginning, as if it had just been handed in."""
        async with self.site.house.begin(system("test")) as work:
            citizen = PersonId(await work.db.value("select citizen_ref from cases.inbox where case_id = $case", case=self.case))
            await work.db.run("delete from cases.registration where case_id = $case", case=self.case)
            await work.db.run("delete from cases.back_number")
            await work.db.run("update cases.inbox set flags = '[]' where case_id = $case", case=self.case)
            await store.add(work.db, citizen, self.case, "elders", self.case.uuid, work.now)
        return citizen

    async def told(self, offices: Offices, deaths: set[int], minutes: int = 31, rounds: int = 60) -> Any:
        """Runs of the job, some time apart, until nobody works on it any more."""
        citizen = await self.begun()
        async with serving(offices.handle, MOST) as url:
            plugin = Plugin(url, PATIENCE)
            mortal, ports = Mortal(self.site.house, plugin, deaths), Ports()
            ports.put(Vault, self.site.house.ports.get(Vault))
            ports.put(BackOffice, mortal)
            for _ in range(rounds):
                with suppress(Dies):
                    await registering.advance(mortal.begin, ports, citizen, self.case)
                await asyncio.gather(*offices.late)
                async with self.site.house.begin(system("test")) as work:
                    reg = await store.one(work.db, citizen, self.case)
                assert reg is not None
                if reg.over:
                    break
                mortal.now = max(reg.next_at, (mortal.now or reg.next_at) + timedelta(minutes=minutes))
            await plugin.close()
        return reg


@pytest.fixture(scope="module")
def story(site: Any) -> Story:
    """A senior citizen's card with two papers of which one has been scanned."""
    program = bearer(site, residents()[5]["phone"])
    made = program.post("/api/cases", json={"item": "mz-laonianzheng", "answers": CARD})
    assert made.status_code == 201, made.text
    story = Story(site, made.json()["id"])
    file = program.post("/api/attachments", files={"file": ("a.png", picture())}, data={"document": "photo"}).json()["id"]
    more = program.post("/api/attachments", files={"file": ("b.png", picture(size=(30, 30)))}, data={"document": "photo"}).json()["id"]

    async def bound() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run(
                "update cases.attachment set case_id = $case, scan = 'clean' where id = any($ids)", case=story.case,
                ids=[CaseId.parse("case" + one.removeprefix("file")) for one in (file, more)],
            )  # fmt: skip

    site.run(bound)
    story.program = program  # type: ignore[attr-defined]
    return story


def test_registered_once_whatever_happens(story: Story) -> None:
    """Any faults of any system, and a process that dies at any await: one matter, each paper once, and never another case's number."""

    @settings(
        max_examples=16 * TIMES, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=TIMES == 1,
        phases=[Phase.generate] if TIMES == 1 else [Phase.generate, Phase.shrink],
    )  # fmt: skip
    @given(
        faults=st.lists(st.sampled_from(FAULTS), max_size=6), deaths=st.sets(st.integers(1, 40), max_size=5),
        able=st.sampled_from([(True, True), (True, True), (True, False), (False, True), (False, False)]),
    )  # fmt: skip
    def whatever(faults: list[str], deaths: set[int], able: tuple[bool, bool]) -> None:
        async def run() -> tuple[Any, Offices]:
            offices = Offices(hangs=HANGS)
            offices.traits["elders"] = dict(zip(("searches", "idempotent"), able, strict=True))
            offices.matters.append({"office": "elders", "number": OTHERS, "request_id": "another", "documents": [], "stage": "received"})
            offices.faults = list(faults)
            return await story.told(offices, deaths), offices

        reg, offices = story.site.run(run)
        mine = [m for m in offices.matters if m["request_id"] == str(story.case.uuid)]
        assert reg.over
        assert reg.their_number != OTHERS
        assert len(mine) <= 1
        if any(able):
            assert reg.state is State.DONE, reg
        if reg.state is State.DONE:
            assert (len(mine), mine[0]["number"]) == (1, reg.their_number)
            papers = [p["sha256"] for p in mine[0]["documents"]]
            assert sorted(papers) == sorted(set(papers)) == sorted(reg.documents)
            assert len(papers) == 2

    whatever()


def test_a_day_without_a_system_is_a_clerks_task(story: Story, staff: Staff) -> None:
    """Down for a day: the applicant sees nothing of it; the clerk does, looks there, and says what is so."""

    async def run() -> Any:
        offices = Offices(hangs=HANGS)
        offices.faults = ["down"] * 200
        return await story.told(offices, set(), minutes=240)

    assert story.site.run(run).state is State.PERSON
    desk, case = staff(ELDERS), str(story.case)
    assert "登记异常" in desk.get("/desk/inbox").text
    assert case in desk.get("/desk/inbox", params={"tab": "stuck"}).text
    assert "没有登记" not in story.program.get(f"/cases/{case}", headers={"accept": "text/html"}).text  # type: ignore[attr-defined]
    seen = desk.get(f"/desk/cases/{case}")
    assert "业务系统登记" in seen.text
    assert act(desk, case, "register", register_act="done").status_code == 422
    assert "登记情况已保存" in act(desk, case, "register", register_act="done", register_number="ELDERS-7").text
    assert case not in desk.get("/desk/inbox", params={"tab": "stuck"}).text
    again = desk.post(f"/api/cases/{case}/registrations", json={"act": "again"})
    assert again.status_code == 409
    assert desk.get(f"/api/cases/{case}/registration").json()["their_number"] == "ELDERS-7"
    assert story.program.get(f"/api/cases/{case}/registration").status_code == 403  # type: ignore[attr-defined]


def test_a_job_that_comes_too_early_comes_again(story: Story) -> None:
    """Whose case has moved to another key is begun again at once, although its system is waited for: the job for the former key finds
    nothing any more, so that this one has to come back."""
    house, due = story.site.house, "select count(*)::int from kernel.job where kind = 'cases.register' and args = $args and run_at = $at"

    async def run() -> int:
        citizen, ports = await story.begun(), Ports()
        ports.put(BackOffice, Plugin("http://127.0.0.1:9"))
        async with house.begin(system("test")) as work:
            at = work.now + timedelta(hours=1)
            await work.db.run("update cases.registration set next_at = $at where case_id = $case", at=at, case=story.case)
            await work.db.run("delete from kernel.job where kind = 'cases.register'")
        await registering.advance(house.begin, ports, citizen, story.case)
        async with house.begin(system("test")) as work:
            return await work.db.value(due, args={"citizen": str(citizen), "case": str(story.case)}, at=at)

    assert story.site.run(run) == 1


def test_more_parts_than_one_run_takes_are_gone_on_with(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case with so many papers that a single job does not get through them: another one goes on."""
    monkeypatch.setattr(registering, "MOST_STEPS", 2)
    house, waiting = story.site.house, "select count(*)::int from kernel.job where kind = 'cases.register' and args ->> 'case' = $case"

    async def run() -> tuple[State, int]:
        citizen, ports, offices = await story.begun(), Ports(), Offices()
        async with serving(offices.handle, MOST) as url:
            ports.put(Vault, house.ports.get(Vault))
            ports.put(BackOffice, Plugin(url))
            async with house.begin(system("test")) as work:
                await work.db.run("delete from kernel.job where kind = 'cases.register'")
            await registering.advance(house.begin, ports, citizen, story.case)
        async with house.begin(system("test")) as work:
            reg = await store.one(work.db, citizen, story.case)
            assert reg is not None
            return reg.state, await work.db.value(waiting, case=str(story.case))

    assert story.site.run(run) == (State.ATTACHING, 1)


def test_handed_in_it_is_registered_by_a_job(site: Any, story: Story) -> None:
    """The way of the house itself, from the application to the number of the department."""
    program: httpx.Client = story.program  # type: ignore[attr-defined]

    async def run() -> Any:
        from onedoor.kernel.jobs import Worker
        from onedoor.web import rooms

        offices = Offices()
        async with serving(offices.handle, MOST) as url:
            site.house.ports.put(BackOffice, Plugin(url))
            by_kind, listeners, cron = rooms.jobs()
            worker = Worker(site.house.database, site.house.begin, site.house.ports, by_kind, listeners, cron, site.house.settings.zone)
            while await worker.once("back"):
                pass
        return offices

    made = program.post("/api/cases", json={"item": "mz-laonianzheng", "answers": CARD | {"relation": "spouse"}}).json()
    offices = site.run(run)
    mine = [m for m in offices.matters if m["case"] == made["number"]]
    assert len(mine) == 1
    assert mine[0]["answers"]["relation"] == "spouse"
    site.run(all_clean, site, made["id"])


def test_how_it_stands_there_is_told_and_never_obeyed(site: Any, story: Story, staff: Staff) -> None:
    """Forward: a note that its applicant reads, once. Back, strange or away: kept for the clerk, and nothing follows."""
    program: httpx.Client = story.program  # type: ignore[attr-defined]
    case = program.post("/api/cases", json={"item": "mz-laonianzheng", "answers": CARD}).json()["id"]
    own, desk = Story(site, case), staff(ELDERS)

    async def said(*stages: str) -> Any:
        """Registered, and asked after each of these words; the last look at the registration."""
        offices = Offices()
        reg = await own.told(offices, set())
        async with serving(offices.handle, MOST) as url:
            ports = Ports()
            ports.put(BackOffice, Plugin(url))
            for stage in stages:
                offices.moved("elders", reg.their_number if stage else "gone", stage)
                await stages_of.ask(site.house.begin, ports, await citizen(), own.case)
        async with site.house.begin(system("test")) as work:
            return await store.one(work.db, await citizen(), own.case)

    async def citizen() -> PersonId:
        async with site.house.begin(system("test")) as work:
            return PersonId(await work.db.value("select citizen_ref from cases.inbox where case_id = $case", case=own.case))

    reg = site.run(lambda: said("received", "reviewing", "reviewing"))
    assert (reg.their_stage, reg.odd_stage) == ("reviewing", "")
    page = program.get(f"/cases/{case}", headers={"accept": "text/html"}).text
    assert page.count("办理部门的系统里正在审查") == 1
    assert "办理部门的系统已收件" not in page
    reg = site.run(lambda: said("decided", "received"))
    assert (reg.their_stage, reg.odd_stage) == ("decided", "received")
    seen = desk.get(f"/desk/cases/{case}").text
    assert all(words in seen for words in ("办理部门的系统里已办完", "对方现在写的是“received”", "进度对不上"))
    assert desk.get(f"/api/desk/cases/{case}").json()["case"]["status"] == "submitted"
    assert site.run(lambda: said("decided", "什么")).odd_stage == "什么"
    assert site.run(lambda: said("decided", "什么", "办结")).odd_stage == ""
    assert "进度对不上" not in desk.get(f"/desk/cases/{case}").text
    assert site.run(lambda: said("已发卡")).odd_stage == "已发卡"

    async def explained(*more: str) -> int:
        async with site.house.begin(system("test")) as work:
            known = [{"code": one.code, **{stage: [w for w, s in one.stages.items() if s is stage] for stage in Stage}}
                     for one in (await definitions.memory.get(work.db)).offices.values()]  # fmt: skip
            elders = next(one for one in known if one["code"] == "elders")
            elders["decided"] = [w for w in elders["decided"] if w != "已发卡"] + [*more]
            return await definitions.put_offices(work, known)

    assert site.run(lambda: explained("已发卡")) == 1
    assert site.run(lambda: said("已发卡")).odd_stage == "", "what the city explains counts at once"
    assert (site.run(explained), site.run(explained)) == (1, 0)

    async def away() -> tuple[bool, Any]:
        ports = Ports()
        ports.put(BackOffice, Plugin("http://127.0.0.1:9", PATIENCE))
        async with site.house.begin(system("test")) as work:
            await work.db.run("update cases.registration set asked_at = null")
        more = await stages_of.ask_all(site.house.begin, ports)
        async with site.house.begin(system("test")) as work:
            return more, await store.one(work.db, await citizen(), own.case)

    more, reg = site.run(away)
    assert (more, reg.their_stage, reg.asked_at is None) == (False, "已发卡", False)
    assert desk.get(f"/api/cases/{case}/registration").json()["stage"] == "已发卡"


def test_a_system_tells_by_itself_how_a_matter_stands(site: Any, story: Story, staff: Staff) -> None:
    """Signed, once and in any order: forward is told to the applicant, what is older is history, what goes back lies before a clerk."""
    program: httpx.Client = story.program  # type: ignore[attr-defined]
    case = program.post("/api/cases", json={"item": "mz-laonianzheng", "answers": CARD}).json()["id"]
    own, desk, plain = Story(site, case), staff(ELDERS), site.client()
    reg = site.run(lambda: own.told(Offices(), set()))
    ours, hour = site.house.ports.get(Secrets).key("back_office_elders"), site.house.now() - timedelta(hours=1)

    def tell(
        name: str, stage: Any, minute: int, *, secret: bytes = ours, age: int = 0, spoilt: bytes = b"", office: str = "elders",
        kind: str = "case.stage", **data: Any,
    ) -> httpx.Response:  # fmt: skip
        said = {"number": reg.their_number, "stage": stage} | data
        body = json.dumps({"type": kind, "timestamp": (hour + timedelta(minutes=minute)).isoformat(), "data": said}).encode()
        stamp, name = str(int(site.house.now().timestamp()) - age), f"{name} {case}"
        headers = {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature(secret, name, stamp, body)}
        return plain.post(f"/api/cases/back/{office}/events", content=body + spoilt, headers=headers)

    def told(*given: Any, **more: Any) -> str:
        answer = tell(*given, **more)
        assert answer.status_code == 202, answer.text
        return answer.json()["status"]

    def there() -> tuple[str, str]:
        known = desk.get(f"/api/cases/{case}/registration").json()
        return known["stage"], known["odd_stage"]

    assert told("1", "reviewing", 10) == "taken"
    assert [told("1", "reviewing", 10), told("1", "received", 50)] == ["known", "known"]
    assert (told("2", "received", 5), there()) == ("late", ("reviewing", ""))
    assert (told("3", "办结", 20), told("4", "received", 30), there()) == ("taken", "odd", ("办结", "received"))
    assert "进度对不上" in desk.get(f"/desk/cases/{case}").text
    assert (told("5", "decided", 25), there()) == ("taken", ("decided", "received")), "older than what is odd"
    assert (told("6", "什么", 40), there()) == ("odd", ("decided", "什么"))
    assert (told("7", "办结", 45, request_id=str(own.case.uuid).upper()), there()) == ("taken", ("办结", ""))
    assert "进度对不上" not in desk.get(f"/desk/cases/{case}").text
    page = program.get(f"/cases/{case}", headers={"accept": "text/html"}).text
    assert (page.count("办理部门的系统里正在审查"), page.count("办理部门的系统里已办完")) == (1, 1)
    assert program.get(f"/api/cases/{case}").json()["status"] == "submitted", "never obeyed"
    for answer, status in [
        (tell("8", "办结", 50, secret=b"x" * 32), 401), (tell("8", "办结", 50, age=400), 401), (tell("8", "办结", 50, spoilt=b" "), 401),
        (tell("8", "办结", 50, office="nobody"), 404), (tell("8", "办结", 50, office="relief"), 401),
        (tell("8", "办结", 50, number="ELDERS-000000"), 404), (tell("8", "办结", 50, kind="case.paid"), 422), (tell("8", "", 50), 422),
        (tell("8", 7, 50), 422), (tell("8", "办结", 50, number=["x"]), 422), (tell("8", "x" * 61, 50), 422),
        (tell("8", "办结", 50, request_id="another"), 422), (tell("8", "办结", 50, spoilt=b"x" * 20_000), 413),
        (plain.post("/api/cases/back/elders/events", content=b"{}"), 401),
    ]:  # fmt: skip
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert told("8", "办结", 50) == "taken", "nothing of what was refused was kept"
    outcomes = f"select outcome as name from cases.back_event where case_id = '{own.case.uuid}' order by occurred_at"
    assert [row["name"] for row in rows(site, outcomes)] == ["late", "taken", "taken", "taken", "odd", "odd", "taken", "taken"]
