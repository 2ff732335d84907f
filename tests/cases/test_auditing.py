"""核对办件: a case counted anew from its steps and a rule asked again, on the auditor's page and by command; what was changed is red."""

import datetime as dt
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from onedoor.cases.errors import NotYourCase, OwnCase
from onedoor.cases.forms.building import built
from onedoor.cases.forms.walking import walked
from onedoor.cases.models import CaseId, Grants
from onedoor.cases.service import auditing, definitions, exporting, recounts
from onedoor.cases.store import recounts as store
from onedoor.identity.models import PersonId
from onedoor.kernel.calendar import Calendar
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.terminal import Refused
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Actor, system
from onedoor.web.cli.cases import fresh_file
from tests import nursery
from tests.exchange.conftest import rows
from tests.mandates.people import Account, account, entered, looks
from tests.tracker.kit import OFFICER

from .kit import ANSWERS, PERMIT, ROOT
from .test_desk import CHIEF, CLERK, EAST, ELSEWHERE, WEST, Staff, act
from .test_instant import ITEM, elder, handed_in, whole
from .test_seconds import flagged, freed

AUDITOR = "13800991609"
FITS, NOT = "都对得上", "不一致"


@pytest.fixture(scope="module")
def auditor(site: Any) -> httpx.Client:
    return site.sign_in(AUDITOR)


@pytest.fixture(scope="module")
def one(site: Any) -> Account:
    """Somebody of these tests alone."""
    return account(site, entered(site, "简复算", dt.date(1984, 6, 7)))


def applied(who: Account) -> dict[str, Any]:
    made = who.program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS})
    assert made.status_code == 201, made.text
    return made.json()


def audited(auditor: httpx.Client, case: str) -> httpx.Response:
    return auditor.get(f"/audit/cases/{case}")


def changed(site: Any, sql: str, case: str, **more: Any) -> None:
    async def write() -> None:
        async with site.house.begin(system("test")) as work:
            assert await work.db.run(sql, case=CaseId.parse(case), **more) == 1

    site.run(write)


def test_a_case_that_was_handled_well_fits(site: Any, auditor: httpx.Client, one: Account, staff: Staff) -> None:
    """From its number to its page; nothing of the answers is there, and the person reads who looked and why."""
    case, desk = applied(one), staff(CLERK)
    act(desk, case["id"], "accept")
    act(desk, case["id"], "supplement", ask_extra_1="搬家的日期", ask_kind_1="words")
    given = site.sign_in(one.phone).post(f"/cases/{case['id']}/supplement", data={"given-0": "十月一日"})
    assert given.url.path == f"/cases/{case['id']}", given.text
    act(desk, case["id"], "note", note_words="内部的话")
    before = len(looks(site, one.id))
    page = auditor.get("/audit/cases", params={"number": f" {case['number'].lower()} "})
    assert page.url.path == f"/audit/cases/{case['id']}"
    assert FITS in page.text
    assert NOT not in page.text
    for words in ("承诺办结日", "受理日", "提交补正", mask_name(one.who.name), "公安局"):
        assert words in page.text, words
    for hidden in ("春风路", "13900001234", "内部的话", "十月一日", "简复算"):
        assert hidden not in page.text, hidden
    seen = looks(site, one.id)
    assert len(seen) > before
    assert "核对您的办件办得对不对" in seen[0]
    assert "鉴微" in seen[0]


@pytest.mark.parametrize(("sql", "told", "faults"), [
    ("update cases.case_file set due_on = due_on + 3 where id = $case", "承诺办结日", 1),
    ("update cases.case_file set accepted_on = accepted_on - 1, legal_due_on = legal_due_on - 1 where id = $case", "受理日", 2),
    ("delete from cases.step where case_id = $case and kind = 'accept'", "步骤数", 6),
    ("update cases.step set due_after = due_after + 9 where case_id = $case and kind = 'accept'", "这一步写的承诺日是", 1),
    ("update cases.step set kind = 'resume' where case_id = $case and kind = 'note'", "这一步不该出现在上一步之后", 1),
], ids=["the promise", "the acceptance", "a step gone", "a step's day", "a step's kind"])  # fmt: skip
def test_what_does_not_fit_is_red(
    site: Any, auditor: httpx.Client, one: Account, staff: Staff, sql: str, told: str, faults: int
) -> None:
    case = applied(one)["id"]
    act(staff(CLERK), case, "accept")
    act(staff(CLERK), case, "note", note_words="记一笔")
    assert FITS in audited(auditor, case).text
    changed(site, sql, case)
    page = audited(auditor, case).text
    assert f"有 {faults} 处对不上" in page
    assert told in page
    assert FITS not in page


def test_a_rule_is_asked_again(site: Any, auditor: httpx.Client) -> None:
    """Of what it looked at then: the same, another, and one of a time when the values were not kept."""
    who = elder(site, "秦复问")
    case = handed_in(who)
    site.jobs()
    assert whole(who, case)["status"] == "decided"
    page = audited(auditor, case).text
    for words in (FITS, "规则说可以当场批准，复算也是", "年满 60 周岁", "人口库"):
        assert words in page, words
    put = "update cases.step set detail = jsonb_set(detail, $path::text[], $value) where case_id = $case and kind = 'decide'"
    changed(site, put, case, path=["instant", "seen", "0", "given"], value=30)
    page = audited(auditor, case).text
    assert "规则现在的结论和当时不一样" in page
    assert "有 1 处对不上" in page
    today = f"{site.house.local():%Y-%m-%d}"
    said = command(site, "replay", ITEM, "--from", today)
    assert said.returncode == 1
    assert f"{whole(who, case)['number']}: the rule says something else" in said.stdout
    changed(site, put, case, path=["instant", "seen", "0", "pointer"], value="")
    assert "没法复算" in audited(auditor, case).text
    young = elder(site, "秦年轻", 1990)
    other = handed_in(young)
    ours = {whole(who, case)["number"], whole(young, other)["number"]}
    site.jobs()
    page = audited(auditor, other).text
    assert "规则说交给工作人员办，复算也是" in page
    assert "不满足" in page

    async def asked() -> list[recounts.Replayed]:
        day, zone = site.house.local().date(), site.house.settings.zone
        return [one async for one in recounts.replays(site.house.begin, ITEM, day, day, zone) if one.number in ours]

    assert {(one.kept, one.same) for one in site.run(asked)} == {(False, True), (True, True)}


def command(site: Any, *words: str) -> subprocess.CompletedProcess[str]:
    """`onedoor cases …` on this worker's database."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("ONEDOOR_")}
    own |= {"ONEDOOR_DATABASE_URL": site.house.settings.dsn, "ONEDOOR_HOME": str(site.house.settings.home)}
    return nursery.run([sys.executable, "-m", "onedoor", "cases", *words], cwd=ROOT, env=own, check=False, capture_output=True,
                          text=True, timeout=120)  # fmt: skip


def test_who_may_not(site: Any, auditor: httpx.Client, one: Account, staff: Staff) -> None:
    """Without the grant, elsewhere, one's own, somebody protected; a number that is none is asked for again, as it was typed."""
    case, whose = applied(one), one.id
    where = f"/audit/cases/{case['id']}"
    for browser in (staff(CLERK), site.sign_in(one.phone), site.sign_in(OFFICER)):
        assert (browser.get(where).status_code, browser.get("/audit/cases").status_code) == (403, 403)
    assert site.client().get(where, headers={"accept": "application/json"}).status_code == 401
    assert auditor.get("/audit/cases/nonsense").status_code == 404
    assert auditor.get(f"/audit/cases/case_{'0' * 32}").status_code == 404
    typed = case["number"][:-1] + ("A" if case["number"][-1] != "A" else "B")
    wrong = auditor.get("/audit/cases", params={"number": typed})
    assert wrong.status_code == 422
    assert f'value="{typed}"' in wrong.text
    assert "有一位输错了" in wrong.text
    assert auditor.get("/audit/cases").status_code == 200
    grants = frozenset({str(Grants.AUDIT)})

    async def elsewhere() -> None:
        def begin(**said: Any) -> Any:
            return site.house.begin(Actor(id=CaseId.new(), grants=grants, districts=("9901.990103",), name="西山监察"), **said)

        async with auditing.noted(begin, CaseId.parse(case["id"])), begin() as work:
            await auditing.look(work, CaseId.parse(case["id"]))

    async def own() -> None:
        async with site.house.begin(Actor(id=whose, grants=grants, districts=("9901",))) as work:
            await auditing.look(work, CaseId.parse(case["id"]))

    with pytest.raises(NotYourCase):
        site.run(elsewhere)
    assert "核对不归自己管的办件" in looks(site, one.id)[0]
    with pytest.raises(OwnCase):
        site.run(own)


def test_somebody_protected_is_not_audited_by_one(site: Any, auditor: httpx.Client) -> None:
    famous, officer = account(site, entered(site, "简有名", dt.date(1979, 2, 2))), site.sign_in(OFFICER)
    case = applied(famous)["id"]
    flagged(officer, famous.who.id_number)
    refused = audited(auditor, case)
    freed(officer, famous)
    assert refused.status_code == 403
    assert "受重点保护" in refused.text
    assert sum("核对不归自己管的办件" in look for look in looks(site, famous.id)) == 1
    assert FITS in audited(auditor, case).text


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────────
def test_a_calendar_that_comes_late_moves_the_promise_once(site: Any, auditor: httpx.Client, one: Account, staff: Staff) -> None:
    """Two days off are published after the promise: told, one step, and not again; the auditor sees that it fits now."""
    case, whose = applied(one)["id"], one.id
    act(staff(CLERK), case, "accept")
    before = one.program.get(f"/api/cases/{case}").json()
    due, old = dt.date.fromisoformat(before["due_on"]), site.house.settings.calendar
    off = [day for n in range((due - dt.date.today()).days) if old.is_working(day := due - dt.timedelta(n))][:2]
    later = Calendar(old.off | {*off}, old.on)

    @asynccontextmanager
    async def begin(actor: Any = None, **said: Any) -> Any:
        async with site.house.begin(actor or system("test"), **said) as work:
            yield replace(work, calendar=later)

    async def clock(*, dry: bool) -> Any:
        async with begin() as work:
            return await recounts.clock(work, whose, CaseId.parse(case), dry=dry)

    foreseen = site.run(lambda: clock(dry=True))
    assert (foreseen.due_before, foreseen.due_after) == (due, later.after(dt.date.today(), old.working_days_between(dt.date.today(), due)))
    assert one.program.get(f"/api/cases/{case}").json() == before
    assert site.run(lambda: clock(dry=False)) == foreseen
    rung = "select count(*)::int as n from kernel.job where kind = 'notify.sms' and args->>'kind' = 'cases.recounted'"
    assert rows(site, rung)[0]["n"] == 0, "no telephone rings at night"
    assert site.run(lambda: clock(dry=False)) is None
    after = one.program.get(f"/api/cases/{case}").json()
    assert (after["due_on"], after["rev"]) == (foreseen.due_after.isoformat(), before["rev"] + 1)
    told = [m["body"]["zh"] for m in one.program.get("/api/inbox").json()["items"]]
    assert any("放假安排公布了" in body for body in told)
    assert "按新公布的日历重算时限" in site.sign_in(one.phone).get(f"/cases/{case}").text
    assert "按新公布的日历重算时限" in staff(CLERK).get(f"/desk/cases/{case}").text

    async def counted() -> int:
        async with begin(Actor(id=CaseId.new(), grants=frozenset({str(Grants.AUDIT)}), districts=("9901",), name="监察")) as work:
            return (await auditing.look(work, CaseId.parse(case))).faults

    assert site.run(counted) == 0
    assert "处对不上" in audited(auditor, case).text, "by the calendar that this house still has"
    said = command(site, "recompute-clocks", "--dry-run")
    assert said.returncode == 0, said.stderr
    assert f"{before['number']}: {foreseen.due_after} → {due}" in said.stdout
    assert one.program.get(f"/api/cases/{case}").json() == after
    site.run(back, site, whose, case)
    assert FITS in audited(auditor, case).text


def test_a_new_calendar_is_noticed_at_night(site: Any, one: Account, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what stands as the calendar before had it is moved; a day that somebody has put otherwise is for the auditor."""
    case, odd = applied(one)["id"], applied(one)["id"]
    for each in (case, odd):
        act(staff(CLERK), each, "accept")
    changed(site, "update cases.case_file set due_on = due_on + 2 where id = $case", odd)
    gone, old = store.Key(one.id, CaseId.new()), site.house.settings.calendar
    keys = [gone, *(store.Key(one.id, CaseId.parse(each)) for each in (case, odd))]
    due = dt.date.fromisoformat(one.program.get(f"/api/cases/{case}").json()["due_on"])
    later = Calendar(old.off | {due}, old.on)

    async def mine(db: Any, after: store.Key, most: int) -> list[store.Key]:
        rest = keys[keys.index(after) + 1:] if after in keys else keys
        return rest[:most]

    def night(calendar: Calendar) -> int:
        """How many rounds of one case were gone; the last finds none."""
        @asynccontextmanager
        async def begin(actor: Any = None, **said: Any) -> Any:
            async with site.house.begin(actor or system("test"), **said) as work:
                yield replace(work, calendar=calendar)

        async def rounds() -> int:
            count, last = 1, await recounts.follow(begin, most=1)
            while last is not None:
                count, last = count + 1, await recounts.follow(begin, last, most=1)
            return count

        return site.run(rounds)

    monkeypatch.setattr(recounts.store, "opened", mine)
    night(old)
    assert [night(old), night(later), night(later)] == [1, 4, 1], "one that raises stops nobody"
    assert one.program.get(f"/api/cases/{case}").json()["due_on"] == later.after(due, 1).isoformat()
    assert one.program.get(f"/api/cases/{odd}").json()["due_on"] == (due + dt.timedelta(2)).isoformat()
    assert [night(old), night(old)] == [4, 1]
    assert one.program.get(f"/api/cases/{case}").json()["due_on"] == due.isoformat()


def test_one_round_of_a_new_calendar_asks_for_the_next(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, last = list[store.Key](), store.Key(PersonId.new(), CaseId.new())

    async def follow(begin: Any, after: store.Key) -> store.Key | None:
        seen.append(after)
        return last if after == store.FIRST else None

    async def begun() -> None:
        async with site.house.begin(system("test")) as work:
            await enqueue(work.db, "cases.recount", {})

    monkeypatch.setattr(recounts, "follow", follow)
    site.run(begun)
    site.jobs()
    assert seen == [store.FIRST, last]


async def back(site: Any, whose: PersonId, case: str) -> None:
    async with site.house.begin(system("test")) as work:
        await recounts.clock(work, whose, CaseId.parse(case))


# ── walking a form ───────────────────────────────────────────────────────────────────────────────────
def test_every_form_of_the_city_can_be_walked_to_its_end(site: Any) -> None:
    async def every() -> dict[str, Any]:
        async with site.house.begin(system("test")) as work:
            known = await definitions.memory.get(work.db)
            return {item: walked(known.forms[(item, version)], "en", work.today) for item, version in known.newest.items()}

    found = site.run(every)
    bad = {item: (one.unreached, one.stuck[:2]) for item, one in found.items() if not one.good}
    assert bad == {}
    assert sum(one.paths for one in found.values()) > 3 * len(found)


def question(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "ask": [name], "title": {"zh": name, "en": name}, **more}


def test_a_form_that_cannot_be_finished_is_told(site: Any) -> None:
    """A page behind a condition that nothing makes true, and a question that no answer fits on one of the ways."""
    schema = {
        "type": "object", "required": ["kind", "code"],
        "properties": {
            "kind": {"enum": ["a", "b"]}, "code": {"type": "string", "minLength": 5, "maxLength": 2}, "never": {"type": "string"},
        },
    }  # fmt: skip
    pages = [
        question("kind"), question("code", when={"eq": ["/kind", "b"]}),
        question("never", when={"all": [{"eq": ["/kind", "a"]}, {"eq": ["/kind", "b"]}]}),
    ]  # fmt: skip
    fields = {n: {"label": {"zh": n, "en": n}} for n in schema["properties"]}
    fields["kind"] |= {"as": "radios", "options": [{"value": k, "label": {"zh": k, "en": k}} for k in "ab"]}
    form = built("x", 1, {"title": {"zh": "x", "en": "x"}, "schema": schema, "pages": pages, "fields": fields, "documents": []})
    seen = walked(form, "en", dt.date(2026, 11, 26))
    assert (seen.paths, seen.unreached, seen.good) == (2, ["never"], False)
    assert [one.chosen for one in seen.stuck] == [{"/kind": "b"}]
    assert seen.stuck[0].faults[0].pointer == "/code"


def test_walking_by_command(site: Any) -> None:
    said = command(site, "walk", PERMIT)
    assert (said.returncode, "0 do not end." in said.stdout) == (0, True), said.stdout + said.stderr


# ── export ───────────────────────────────────────────────────────────────────────────────────────────
def test_an_export_needs_a_reason_and_two(site: Any, one: Account, staff: Staff, tmp_path: Path) -> None:
    """A supervisor and a colleague; inner notes stay, what they do not serve is not there, and each person reads of it."""
    case, today = applied(one), f"{site.house.local():%Y-%m-%d}"
    act(staff(CLERK), case["id"], "note", note_words="内部的话", note_inner="1")
    words = ("export", PERMIT, str(tmp_path / "cases.jsonl"), "--from", today, "--to", today, "--reason", "移交档案馆", "--by",
             CHIEF)  # fmt: skip

    async def agreed(*by: str, item: str = PERMIT, reason: str = "移交档案馆") -> exporting.Export:
        async with site.house.begin(system("test")) as work:
            return await exporting.agreed(work, item, reason, by)

    for by in ((CHIEF,), (CHIEF, CHIEF), (CLERK, EAST), (CHIEF, ELSEWHERE), (CHIEF, one.phone), (CHIEF, CLERK, EAST)):
        with pytest.raises(Forbidden):
            site.run(agreed, *by)
    for said in ({"reason": " x "}, {"reason": "为" * 101}):
        with pytest.raises(Invalid):
            site.run(lambda said=said: agreed(CHIEF, CLERK, **said))
    before = len(looks(site, one.id))
    done = command(site, *words, "--by", CLERK)
    assert done.returncode == 0, done.stderr
    written = [json.loads(line) for line in (tmp_path / "cases.jsonl").read_text("utf-8").splitlines()]
    assert done.stdout == f"{len(written):,} cases.\n"
    mine = next(line for line in written if line["number"] == case["number"])
    assert (mine["answers"]["phone"], mine["status"], [step["kind"] for step in mine["steps"]]) == ("13900001234", "submitted", ["submit"])
    assert "内部的话" not in json.dumps(written, ensure_ascii=False)
    assert (tmp_path / "cases.jsonl").stat().st_mode & 0o777 == 0o600
    seen = looks(site, one.id)[: len(looks(site, one.id)) - before]
    assert all("移交档案馆（经 高志远 同意）" in look and '"action":"export"' in look and "魏东" in look for look in seen)
    own = {c["number"] for c in one.program.get("/api/cases?limit=100").json()["items"]}
    assert len(seen) == sum(line["number"] in own for line in written)
    with pytest.raises(Refused):
        fresh_file(tmp_path / "cases.jsonl")

    async def west() -> list[Any]:
        day = site.house.local().date()
        both = await agreed(CHIEF, WEST)
        return [line async for line in exporting.lines(site.house.begin, both, day, day, site.house.settings.zone)]

    served = site.run(west)
    assert {line["district"] for line in served} <= {"990103"}
    assert case["number"] not in {line["number"] for line in served}
