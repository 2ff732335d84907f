"""A form gets a new version while somebody fills it; a button is pressed many times at once; a draft grows old."""

import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from onedoor.cases.models import CaseId, DraftId, Evidence, Filed, PublishedItem
from onedoor.cases.ports import Vault
from onedoor.cases.service import definitions, drafts, reminding, sweeping, verifying
from onedoor.cases.store import files
from onedoor.exchange.models import Question
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import to_builtins
from onedoor.kernel.work import Actor, system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId
from tests.mandates.people import account, entered

from .kit import ANSWERS, PERMIT, picture, submitted

T = {"zh": "问题", "en": "Question"}
ITEM = "test-versions"


def form(**more: Any) -> dict[str, Any]:
    """A form of two questions, or with `more` of them."""
    properties = {"name": {"$ref": "od:name"}, "why": {"type": "string", "maxLength": 50}} | more
    return {
        "version": 1, "title": T, "schema": {"type": "object", "required": list(properties), "properties": properties},
        "fields": {n: {"label": {"zh": f"问{n}", "en": f"Ask {n}"}, "as": "text"} for n in properties},
        "pages": [{"id": n, "ask": [n]} for n in properties if n != "name"], "bindings": {"/name": "person.name"},
    }  # fmt: skip


@pytest.fixture
def publish(site: Any) -> Any:
    """`publish(form)` makes a version of the test item; the city's own items stay as they are."""

    async def put(definition: dict[str, Any] | None) -> int:
        async with site.house.begin(system("test")) as work:
            office = (await orgs.departments(work))[0]
            known = await definitions.memory.get(work.db)
            rows = [_again(known, item) for item in known.newest if item not in known.retired and item != ITEM]
            if definition is not None:
                rows.append(PublishedItem(ITEM, Text("测试", "Test"), office.id, 5, 10, {}, definition))
            count = await definitions.put_forms(work, rows)
        definitions.memory.drop()  # the notification is on its way; the test does not wait for it
        async with site.house.begin(system("test")) as work:
            await definitions.memory.get(work.db)
        return count

    def run(definition: dict[str, Any] | None) -> int:
        return site.run(put, definition)

    return run


def _again(known: Any, item: str) -> PublishedItem:
    """An item as it was published."""
    old, run = known.forms[item, known.newest[item]], known.processes[item, known.current[item]]
    names = definitions.Process.__struct_fields__
    plain = {name: to_builtins(getattr(run, name)) for name in names if name != "decides" and getattr(run, name) is not None}
    asked = DEFINITIONS[item] | {"version": old.version}
    return PublishedItem(item, run.title, run.org_ref, run.promised_days, run.statutory_days, plain, asked)


DEFINITIONS: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def _known(site: Any) -> None:
    from onedoor.cases.store import forms as store

    async def read() -> None:
        async with site.house.begin(system("test")) as work:
            DEFINITIONS.update({v.item: v.definition for v in await store.forms(work.db)})

    site.run(read)


def test_publishing_the_same_again_changes_nothing(publish: Any) -> None:
    publish(form())
    assert publish(form()) == 0


def test_a_new_version_moves_the_draft_and_names_what_is_new(
    publish: Any, program: httpx.Client, browser: httpx.Client, clean_drafts: None
) -> None:
    publish(form())
    draft = program.post("/api/drafts", json={"item": ITEM}).json()["id"]
    program.put(f"/api/drafts/{draft}/answers", json={"why": "因为"}, headers={"if-match": "1"})
    publish(form(when={"type": "string", "maxLength": 20}))
    page = browser.get(f"/drafts/{draft}/check")
    assert "表单有了新版本" in page.text
    assert "因为" in page.text
    assert "问when" in page.text
    assert program.get(f"/api/drafts/{draft}").json()["answers"] == {"why": "因为"}
    browser.post(f"/drafts/{draft}/when", data={"when": "明天"})
    assert browser.post(f"/drafts/{draft}/check").url.path.startswith("/cases/")


def test_a_retired_item_keeps_the_answers(publish: Any, program: httpx.Client, clean_drafts: None) -> None:
    publish(form())
    draft = program.post("/api/drafts", json={"item": ITEM}).json()["id"]
    publish(None)
    assert program.get(f"/api/drafts/{draft}").status_code == 410
    assert program.post("/api/drafts", json={"item": ITEM}).status_code == 404
    publish(form())
    assert program.get(f"/api/drafts/{draft}").status_code == 200


def test_an_expired_draft_says_so(site: Any, program: httpx.Client, clean_drafts: None) -> None:
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()["id"]

    async def age() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("update cases.draft set expires_at = expires_at - interval '31 days'")

    site.run(age)
    site.run(_sweep, site)
    answer = program.get(f"/api/drafts/{draft}")
    assert (answer.status_code, answer.json()["type"]) == (410, "/problems/draft-expired")
    assert answer.json()["restore"] == f"/drafts/{draft}/restore"
    site.run(age)
    site.run(_sweep, site)
    assert program.get(f"/api/drafts/{draft}").status_code == 404


def test_until_when_an_expired_draft_is_kept_is_told_in_the_city_s_days(site: Any, program: httpx.Client, clean_drafts: None) -> None:
    """Half past four in the morning in the city is still the day before in UTC."""
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()["id"]
    zone = site.house.settings.zone
    ends = (dt.datetime.now(zone) - dt.timedelta(days=2)).replace(hour=4, minute=30)

    async def age() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("-- scatter\nupdate cases.draft set expires_at = $ends where id = $id", ends=ends, id=DraftId.parse(draft))

    site.run(age)
    kept = ends + dt.timedelta(days=7)
    assert f"{kept.month} 月 {kept.day} 日" in program.get(f"/api/drafts/{draft}").json()["detail"]


def test_a_paper_is_a_change_of_its_draft(site: Any, program: httpx.Client, clean_drafts: None) -> None:
    """Thirty days from the last change, and whoever has just uploaded something has changed it."""
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()["id"]
    url = f"/api/drafts/{draft}"

    async def age() -> None:
        async with site.house.begin(system("test")) as work:
            ends = work.now + dt.timedelta(hours=1)
            await work.db.run("-- scatter\nupdate cases.draft set expires_at = $ends where id = $id", ends=ends, id=DraftId.parse(draft))

    site.run(age)
    before = program.get(url).json()
    said = {"document": "lease", "draft": draft}
    assert program.post("/api/attachments", data=said, files={"file": ("合同.png", picture())}).status_code == 201
    after = program.get(url).json()
    ends = dt.datetime.fromisoformat(after["expires_at"]) - dt.datetime.fromisoformat(after["changed_at"])
    assert (ends, after["rev"]) == (dt.timedelta(days=30), before["rev"])
    assert after["changed_at"] > before["changed_at"]


def test_whoever_has_begun_is_told_before_it_ends(site: Any) -> None:
    """A week and a day before, once each; a change begins anew, and what was thrown away is told of no more."""
    one = account(site, entered(site, "卞草稿", dt.date(1983, 3, 4)))
    draft, whose = one.program.post("/api/drafts", json={"item": PERMIT}).json()["id"], one.id

    async def remind(hours: float) -> None:
        async with site.house.begin(system("test")) as work:
            until = work.now + dt.timedelta(hours=hours)
            await work.db.run("update cases.draft set expires_at = $until where citizen_id = $whose", until=until, whose=whose)
        await reminding.remind(site.house.begin)

    def told(hours: float) -> int:
        site.run(remind, hours)
        found = [m for m in one.program.get("/api/inbox").json()["items"] if "还没有提交" in m["title"]["zh"]]
        assert all(m["href"] == f"/drafts/{draft}" for m in found)
        return len(found)

    assert [told(hours) for hours in (24 * 9, 24 * 6, 24 * 5, 20, 10)] == [0, 1, 1, 2, 2]
    kept = one.program.put(f"/api/drafts/{draft}/answers", json={"phone": "13900001234"}, headers={"if-match": '"1"'})
    assert kept.status_code == 200, kept.text
    assert [told(24 * 6), told(24 * 6), told(-1)] == [3, 3, 3]
    assert site.sign_in(one.phone).post(f"/drafts/{draft}/restore").status_code == 200
    assert told(24 * 6) == 4
    one.program.delete(f"/api/drafts/{draft}")
    assert told(20) == 4


def test_a_draft_that_is_brought_back_while_it_is_swept_stays(
    site: Any, program: httpx.Client, browser: httpx.Client, clean_drafts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep has read it; its person presses restore before it is deleted."""
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()["id"]
    program.put(f"/api/drafts/{draft}/answers", json={"phone": "13900001234"}, headers={"if-match": "1"})
    program.delete(f"/api/drafts/{draft}")
    me = PersonId.parse(program.get("/api/me").json()["id"])

    async def age() -> None:
        async with site.house.begin(system("test")) as work:
            await work.db.run("update cases.draft set deleted_at = deleted_at - interval '8 days' where deleted_at is not null")

    place = sweeping._place

    async def meanwhile(work: Any, found: Any) -> str:
        if str(found.id) == draft:
            async with site.house.begin(Actor(id=me)) as theirs:
                await drafts.bring_back(theirs, found.id)
        return await place(work, found)

    site.run(age)
    monkeypatch.setattr(sweeping, "_place", meanwhile)
    site.run(_sweep, site)
    assert program.get(f"/api/drafts/{draft}").json()["answers"] == {"phone": "13900001234"}


async def _sweep(site: Any) -> None:
    from onedoor.cases.service.sweeping import sweep

    await sweep(site.house.begin, site.house.ports)


def test_what_was_taken_back_does_not_come_again_with_a_later_look(
    site: Any, program: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consent ends while a job writes down what another register has said."""
    case = CaseId.parse(submitted(program)["id"])
    me = PersonId.parse(program.get("/api/me").json()["id"])
    held, typed = ("/address", "person.address", "held"), ("/phone", "person.phone", "down")
    told = [Evidence(at, of, Text("某部门", ""), None, "", state) for at, of, state in (held, typed)]
    asked = Question(("person.phone",), PERMIT, Text("", ""), OrgId.new(), "check", case.uuid, "job")
    later: list[asyncio.Task[None]] = []

    async def revoked() -> None:
        async with site.house.begin(system("test")) as work:
            key = await work.db.value("select submit_key from cases.case_file where citizen_id = $me and id = $case", me=me, case=case)
            await verifying.taken_back(work, me, key, ["person.address"])

    async def fields(work: Any, citizen: Any, question: Any) -> dict[str, Any]:
        later.append(asyncio.create_task(revoked()))
        await asyncio.wait(later, timeout=0.3)
        return {}

    async def story() -> Any:
        async with site.house.begin(system("test")) as work:
            filed = await files.filed(work.db, me, case)
            await files.save_filed(work.db, me, case, Filed(filed.answers, told))
        await verifying.check(site.house.begin, site.house.ports, me, case, last=True)
        await asyncio.gather(*later)
        async with site.house.begin(system("test")) as work:
            return await files.filed(work.db, me, case)

    async def nothing(*given: Any, **named: Any) -> None:
        return None

    monkeypatch.setattr(verifying.prefill, "question", lambda *given, **named: asked)
    monkeypatch.setattr(verifying.exchange, "ask", nothing)
    monkeypatch.setattr(verifying.exchange, "line", lambda ports: SimpleNamespace(settled=nothing))
    monkeypatch.setattr(verifying.exchange, "fields", fields)
    after = site.run(story)
    assert "address" not in after.answers
    assert [one.state for one in after.evidence] == ["revoked", "down"]


def test_many_presses_at_once_are_one_case(program: httpx.Client, browser: httpx.Client, clean_drafts: None) -> None:
    draft = program.post("/api/drafts", json={"item": PERMIT}).json()["id"]
    program.put(f"/api/drafts/{draft}/answers", json=ANSWERS, headers={"if-match": "1"})
    before = len(program.get("/api/cases?limit=100").json()["items"])
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: browser.post(f"/drafts/{draft}/check", follow_redirects=False), range(6)))
    assert {a.status_code for a in answers} == {303}
    assert len({a.headers["location"].split("?")[0] for a in answers}) == 1
    assert len(program.get("/api/cases?limit=100").json()["items"]) == before + 1 or before == 100


def test_one_key_from_many_programs_is_one_case(program: httpx.Client) -> None:
    def send(_: int) -> httpx.Response:
        return program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS}, headers={"idempotency-key": "raced"})

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))
    assert sorted(a.status_code for a in answers) == [200] * 5 + [201]
    assert len({a.json()["number"] for a in answers}) == 1


def test_a_submission_is_three_statements(program: httpx.Client, queries: list[str]) -> None:
    """Who asks, what is known of them, and one write of everything."""
    submitted(program)
    queries.clear()
    submitted(program)
    assert len(queries) <= 3, queries
    assert "cases.case_file" in queries[-1]
    assert "cases.inbox" in queries[-1]
    assert "identity.session" in queries[-1]


def test_a_file_that_comes_after_its_draft_was_handed_in_is_refused(
    site: Any, program: httpx.Client, browser: httpx.Client, clean_drafts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures take a while; another tab is quicker. A file that belongs to nothing is not told to be kept."""
    vault, draft = site.house.ports.get(Vault), program.post("/api/drafts", json={"item": PERMIT}).json()["id"]
    program.put(f"/api/drafts/{draft}/answers", json=ANSWERS, headers={"if-match": "1"})
    put, pressed = vault.put, []

    def slow(content: bytes) -> str:
        pressed.append(browser.post(f"/drafts/{draft}/check").url.path)
        return put(content)

    monkeypatch.setattr(vault, "put", slow)
    said = {"document": "photo", "draft": draft}
    late = program.post("/api/attachments", data=said, files={"file": ("照片.png", picture())})
    assert pressed[0].startswith("/cases/")
    assert late.status_code == 404, late.text
    case = program.get(f"/api{pressed[0]}").json()
    assert case["attachments"] == []
