"""Schemes from draft to deletion: signatures, rules previewed and enacted, everybody worked out again, levels, the sunset and its proof."""

import ast
import copy
import datetime as dt
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace

from onedoor.kernel import jose
from onedoor.kernel.work import system
from onedoor.passes import service
from onedoor.passes.errors import NeedsDifferentPeople, NotInForce
from onedoor.passes.service import ending
from tests.rules import walk

from .conftest import APPEALS, EPIDEMIC, HOME, KEEPER, SECOND, WELL

JSON = {"accept": "application/json"}
SIGNED = EPIDEMIC["signed"]


def rules(version: int, **instead: Any) -> dict[str, Any]:
    """The epidemic rules as another version; coughs are yellow in it."""
    made = copy.deepcopy(EPIDEMIC["ruleset"]) | {"version": version} | instead
    cough = next(one for one in made["rule"] if one["id"] == "cough")
    cough["colour"] = "yellow"
    for test in made["test"]:
        if test["colour"] in ("popup", "grey") and "cough" in (test.get("fired") or ()):
            test["colour"] = "yellow"
    return made


def toml(data: dict[str, Any]) -> str:
    """As somebody would paste it."""

    def said(value: Any) -> str:
        if isinstance(value, dict):
            return "{ " + ", ".join(f'"{key}" = {said(one)}' for key, one in value.items()) + " }"
        if isinstance(value, list):
            return "[" + ", ".join(map(said, value)) + "]"
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, int) else '"' + str(value).replace('"', '\\"') + '"'

    return "\n".join(f"{key} = {said(value)}" for key, value in data.items())


def declared(login, scheme: str, **instead: str) -> Any:
    browser = login()
    assert browser.post(f"/passes/{scheme}/declare", data=WELL | instead).status_code == 200
    return browser


def test_an_appeal_pauses_the_rules_that_say_so(site, login, put) -> None:
    """The ruleset says which rules do not count while somebody looks; with the answer, or without an appeal, they count again."""
    pausing = copy.deepcopy(EPIDEMIC["ruleset"])
    next(one for one in pausing["rule"] if one["id"] == "fever")["suspend_on_appeal"] = True
    put("pause-1", ruleset=pausing)
    browser, clerk = declared(login, "pause-1", symptoms="fever", temp="37.6"), site.sign_in(APPEALS)
    assert "黄码" in browser.get("/passes/pause-1").text
    assert "先不算" in browser.post("/passes/pause-1/appeal", data={"words": "体温计坏了"}).text
    which = browser.get("/passes/pause-1/why").text.split("/appeal/appeal_")[1].split("/")[0]
    assert "绿码" in browser.get("/passes/pause-1").text
    assert "黄码" in browser.post(f"/passes/pause-1/appeal/appeal_{which}/withdraw").text
    browser.post("/passes/pause-1/appeal", data={"words": "体温计真的坏了"})
    which = browser.get("/passes/pause-1/why").text.split("/appeal/appeal_")[1].split("/")[0]
    assert "fever" in clerk.get(f"/desk/passes/appeals/appeal_{which}").text
    assert clerk.post(f"/desk/passes/appeals/appeal_{which}", data={"answer": "请再量一次"}).status_code == 200
    why = browser.get("/passes/pause-1/why").text
    assert "请再量一次" in why
    assert "为什么是黄码" in why


def test_a_draft_is_in_force_once_two_people_have_signed(site, login, put, keeper, second) -> None:
    put("draft-1", signed=[])
    browser = login()
    assert browser.get("/passes/draft-1").status_code == 404
    assert site.client().get("/passes/schemes/draft-1").status_code == 404
    assert browser.post("/passes/draft-1/declare", data=WELL, headers=JSON).status_code == 409
    assert "草稿" in keeper.get("/desk/passes").text
    keeper.post("/desk/passes/schemes/draft-1/sign")
    twice = keeper.post("/desk/passes/schemes/draft-1/sign")
    assert twice.status_code == 422
    assert "另一个人" in twice.text
    second.post("/desk/passes/schemes/draft-1/sign")
    assert "绿码" in browser.post("/passes/draft-1/declare", data=WELL).text
    assert "签字" in site.client().get("/passes/schemes/draft-1").text
    assert second.post("/desk/passes/schemes/draft-1/suspend", data={"suspend_reason": "x"}).status_code == 422  # of another department
    assert keeper.post("/desk/passes/schemes/draft-1/suspend", data={"suspend_reason": ""}).status_code == 422
    keeper.post("/desk/passes/schemes/draft-1/suspend", data={"suspend_reason": "规则要改"})
    assert "已暂停" in browser.get("/passes/draft-1").text
    assert browser.post("/passes/draft-1/declare", data=WELL, headers=JSON).status_code == 409
    keeper.post("/desk/passes/schemes/draft-1/resume", data={"resume_reason": "改好了"})
    assert "规则要改" in site.client().get("/passes/schemes/draft-1").text
    assert browser.post("/passes/draft-1/same").status_code == 200


def test_an_extension_needs_a_new_basis_and_a_second_person(site, put, keeper, second) -> None:
    put("long-1")
    to, last = "/desk/passes/schemes/long-1", EPIDEMIC["ends"]
    late = {"ends_on": "2030-01-01", "document": "青卫防〔2027〕1 号", "reason": "还没结束"}
    assert keeper.post(f"{to}/extend", data=late).status_code == 422
    assert keeper.post(f"{to}/extend", data=late | {"ends_on": "2027-12-01", "document": EPIDEMIC["basis"]["document"]}).status_code == 422
    keeper.post(f"{to}/extend", data=late | {"ends_on": "2027-12-01"})
    assert keeper.post(f"{to}/sign-extension").status_code == 422
    assert last in site.client().get("/api/passes/schemes").text
    second.post(f"{to}/sign-extension")
    assert second.post(f"{to}/sign-extension").status_code == 422
    page = site.client().get("/passes/schemes/long-1").text
    assert "2027 年 12 月 1 日" in page
    assert "还没结束" in page


def test_an_extension_waits_however_much_is_done_meanwhile(site, put, keeper, second, monkeypatch) -> None:
    put("long-2")
    to, asked = "/desk/passes/schemes/long-2", {"ends_on": "2027-12-01", "document": "青卫防〔2027〕1 号", "reason": "还没结束"}
    assert keeper.post(f"{to}/extend", data=asked).status_code == 200
    monkeypatch.setattr(service.keeping, "MOST_ACTS", 2)
    for level in ("mid", "low"):
        assert keeper.post(f"{to}/level", data={"division": HOME, "level": level, "source": "青卫防〔2027〕2 号"}).status_code == 200
    assert "sign-extension" in second.get(to).text
    assert second.post(f"{to}/sign-extension").status_code == 200
    assert second.post(f"{to}/sign-extension").status_code == 422


def test_rules_are_previewed_signed_twice_and_everybody_is_worked_out_again(site, login, put, keeper, second) -> None:
    put("rules-1")
    coughing, well = declared(login, "rules-1", symptoms="cough"), declared(login, "rules-1")
    to = "/desk/passes/schemes/rules-1"
    bad = keeper.post(f"{to}/rules", data={"rules": toml(rules(2, fresh_days=0) | {"rule": []})})
    assert bad.status_code == 422
    assert "1 to 60 rules" in bad.text
    assert keeper.post(f"{to}/rules", data={"rules": "= nonsense"}).status_code == 422
    assert keeper.post(f"{to}/rules", data={"rules": toml(rules(1))}).status_code == 422
    assert keeper.post(f"{to}/rules", data={"rules": toml(rules(2))}).status_code == 200
    assert keeper.post(f"{to}/versions/2/sign", data={"seen": ""}).status_code == 422
    page = keeper.post(f"{to}/versions/2/preview").text
    assert "1 人从绿码，有一件事要办变成黄码" in page
    seen = page.split('name="seen" value="')[1].split('"')[0].replace("&#43;", "+")
    keeper.post(f"{to}/versions/2/sign", data={"seen": seen})
    assert keeper.post(f"{to}/versions/2/sign", data={"seen": seen}).status_code == 422
    assert "有一件事要办" in coughing.get("/passes/rules-1").text
    second.post(f"{to}/versions/2/sign", data={"seen": seen})
    site.jobs()
    assert "黄码" in coughing.get("/passes/rules-1").text
    assert "绿码" in well.get("/passes/rules-1").text
    assert coughing.get("/inbox").text.count("变成黄码") == 1
    assert "变成" not in well.get("/inbox").text
    again = site.run(lambda: service.replay(site.house.begin, "rules-1", 1, 2, apply=True))
    assert (again.looked, again.changes) == (2, {"popup>yellow": 1})  # the same run, which has ended: nothing is done twice
    assert [one["cause"] for one in coughing.get("/passes/rules-1/history.json").json()] == ["replay", "declaration"]
    assert keeper.post(f"{to}/rules", data={"rules": toml(rules(2, fresh_days=3))}).status_code == 422


def test_what_is_signed_is_what_is_there_whatever_a_process_remembers(site, put, keeper, second) -> None:
    """Another process has not heard yet of the first signature, or of the rules being written again."""
    put("rules-3")
    to, memory = "/desk/passes/schemes/rules-3", service.memory
    keeper.post(f"{to}/rules", data={"rules": toml(rules(2))})
    page = keeper.post(f"{to}/versions/2/preview").text
    seen = page.split('name="seen" value="')[1].split('"')[0].replace("&#43;", "+")
    known = memory.now

    def forgets() -> None:
        memory._value, memory._have = known, memory._wanted

    async def rules_now() -> Any:
        async with site.house.begin(actor=system("tests")) as work:
            return await ending.scheme_store.locked_ruleset(work.db, "rules-3", 2)

    keeper.post(f"{to}/rules", data={"rules": toml(rules(2, fresh_days=3))})
    forgets()
    assert second.post(f"{to}/versions/2/sign", data={"seen": seen}).status_code == 422, "nobody has previewed these"
    assert site.run(rules_now).approved_by == []

    memory.drop()
    page = keeper.post(f"{to}/versions/2/preview").text
    seen = page.split('name="seen" value="')[1].split('"')[0].replace("&#43;", "+")
    known = memory.now
    keeper.post(f"{to}/versions/2/sign", data={"seen": seen})
    forgets()
    second.post(f"{to}/versions/2/sign", data={"seen": seen})
    found = site.run(rules_now)
    assert (len(found.approved_by), found.valid_from is not None) == (2, True)
    memory.drop()


def test_a_replay_that_was_stopped_goes_on_and_tells_nobody_twice(site, login, put, monkeypatch) -> None:
    """Killed after each batch: a batch and how far it got are one transaction, so the next run begins there."""
    from onedoor.passes.service import replaying

    put("rules-2")
    people = [declared(login, "rules-2", symptoms="cough") for _ in range(5)]
    put("rules-2", ruleset=rules(2))
    monkeypatch.setattr(replaying, "BATCH", 2)
    dry = site.run(lambda: service.replay(site.house.begin, "rules-2", 1, 2))
    assert (dry.looked, dry.changes) == (5, {"popup>yellow": 5})
    assert "有一件事要办" in people[0].get("/passes/rules-2").text
    with pytest.raises(NotInForce):
        site.run(lambda: service.replay(site.house.begin, "rules-2", 1, 2, apply=True))
    site.run(lambda: _enacted(site, "rules-2", 2))
    whole, left = replaying._batch, [1]

    async def killed(*given: Any) -> Any:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return await whole(*given)

    monkeypatch.setattr(replaying, "_batch", killed)
    with pytest.raises(Exception, match="stopped"):
        site.run(lambda: _stopped(site))
    monkeypatch.setattr(replaying, "_batch", whole)
    some = site.run(lambda: service.replay(site.house.begin, "rules-2", 1, 2, apply=True, batches=1))
    assert (some.looked, some.ended_at) == (4, None)
    done = site.run(lambda: service.replay(site.house.begin, "rules-2", 1, 2, apply=True))
    assert (done.looked, done.changes) == (5, {"popup>yellow": 5})
    site.jobs()
    assert [one.get("/inbox").text.count("变成黄码") for one in people] == [1] * 5


async def _enacted(site, scheme: str, version: int) -> None:
    async with site.house.begin(actor=system("tests")) as work:
        await service.preview(work, scheme, version)
    for phones in ((KEEPER, KEEPER), (KEEPER, APPEALS), (KEEPER,)):
        with pytest.raises(NeedsDifferentPeople):
            async with site.house.begin(actor=system("tests")) as work:
                await service.keeping.enact(work, scheme, version, phones)
    async with site.house.begin(actor=system("tests")) as work:
        await service.keeping.enact(work, scheme, version, (KEEPER, SECOND))


async def _stopped(site) -> None:
    try:
        await service.replay(site.house.begin, "rules-2", 1, 2, apply=True)
    except KeyboardInterrupt as stop:
        raise RuntimeError("stopped") from stop


def test_a_level_changes_only_those_who_named_the_place(site, login, put, keeper, monkeypatch) -> None:
    from onedoor.passes.service import replaying

    put("level-1")
    there, here = declared(login, "level-1", visited="990105003"), declared(login, "level-1")
    to = "/desk/passes/schemes/level-1"
    assert keeper.post(f"{to}/level", data={"division": "1", "level": "x", "source": ""}).status_code == 422
    keeper.post(f"{to}/level", data={"division": "990105", "level": "high", "source": "青卫防〔2026〕16 号"})
    site.jobs()
    assert "红码" in there.get("/passes/level-1").text
    monkeypatch.setattr(replaying, "BATCH", 1)
    after = site.run(lambda: service.level_changed(site.house.begin, "level-1", "990105", batches=1))
    assert after is not None
    assert site.run(lambda: service.level_changed(site.house.begin, "level-1", "990105", after)) is None
    assert [one["cause"] for one in here.get("/passes/level-1/history.json").json()] == ["declaration"]
    assert "高风险" in there.get("/passes/level-1/why").text
    assert "北岭区" in site.client().get("/passes/schemes/level-1").text


def test_time_alone_ends_a_colour(site, login, put) -> None:
    put("age-1")
    browser = declared(login, "age-1", symptoms="fever")
    assert "黄码" in browser.get("/passes/age-1").text
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=4)
    _at(site, later, lambda: service.grown_old(site.house.begin, "age-1"))
    assert "绿码" in browser.get("/passes/age-1").text
    _at(site, later + dt.timedelta(days=11), lambda: service.grown_old(site.house.begin, "age-1"))
    assert "灰码" in browser.get("/passes/age-1").text
    assert "超过 14 天" in browser.get("/passes/age-1/why").text
    site.jobs()
    assert "变成灰码" in browser.get("/inbox").text


def _at(site, moment: dt.datetime, call: Any) -> Any:
    """What the house does at another time."""
    clock = site.house.now
    site.house.now = lambda: moment
    try:
        return site.run(call)
    finally:
        site.house.now = clock


def test_a_late_appeal_is_raised_and_public(site, login, put, keeper) -> None:
    put("late-1")
    browser = declared(login, "late-1", symptoms="fever")
    browser.post("/passes/late-1/appeal", data={"words": "不对"})
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)
    assert _at(site, later, lambda: service.raise_late(site.house.begin)) >= 1
    assert _at(site, later, lambda: service.raise_late(site.house.begin)) == 0

    async def count() -> Any:
        async with site.house.begin(actor=system("tests")) as work:
            return await service.counted(work, "late-1")

    assert _at(site, later, count).late == 1
    site.jobs()
    assert "超过 24 小时没有答复" in keeper.get("/inbox").text


def test_a_scheme_ends_by_itself_and_its_data_go_with_proof(site, login, put, keeper, second, dsn, monkeypatch) -> None:
    put("short-1", starts="2026-10-01", ends="2027-01-31", retention_days=5)
    browser = declared(login, "short-1", symptoms="fever")
    browser.post("/passes/short-1/appeal", data={"words": "不对"})
    assert site.client().get("/passes/schemes/short-1/deletion").status_code == 404
    ended, gone = dt.datetime(2027, 2, 1, 4, tzinfo=dt.UTC), dt.datetime(2027, 2, 6, 4, tzinfo=dt.UTC)
    due = _at(site, ended, lambda: _due(site))
    assert ("short-1", "end") in [(one.scheme, one.step) for one in due]
    _at(site, ended, lambda: service.sunset(site.house.begin, site.house.ports))
    site.jobs()
    assert "已经结束" in browser.get("/inbox").text
    assert browser.post("/passes/short-1/declare", data=WELL, headers=JSON).status_code == 409
    waits = next(one for one in _at(site, ended, lambda: _due(site)) if one.scheme == "short-1")
    assert (waits.step, waits.rows["declaration"], waits.rows["appeal"]) == ("wait", 1, 1)
    killed = iter([True])
    real = ending.erasing.declarations

    async def kill(*given: Any) -> Any:
        if next(killed, False):
            raise ConnectionError("killed")
        return await real(*given)

    monkeypatch.setattr(ending, "ROWS", 1)
    parts = [replace(one, erase=kill) if one.table == "declaration" else one for one in ending.PARTS]
    monkeypatch.setattr(ending, "PARTS", parts)
    with pytest.raises(ConnectionError):
        _at(site, gone, lambda: service.sunset(site.house.begin, site.house.ports))
    assert site.client().get("/passes/schemes/short-1/deletion").status_code == 404, "half of it is gone, and nothing is certified"
    _at(site, gone, lambda: service.sunset(site.house.begin, site.house.ports))
    _at(site, gone, lambda: service.sunset(site.house.begin, site.house.ports))
    proof = site.client().get("/passes/schemes/short-1/deletion.json").json()
    assert {one["table"]: one["left"] for one in proof["body"]["tables"]} == {f"passes.{part.table}": 0 for part in service.PARTS}
    assert next(one for one in proof["body"]["tables"] if one["table"] == "passes.decision")["deleted"] == 1
    keys = site.client().get("/.well-known/jwks.json").json()["keys"]
    signed = jose.Jws(proof["jws"])
    assert signed.by(jose.key_of({k: v for k, v in keys[0].items() if k in ("kty", "crv", "x", "y")}))
    assert "还要 2 个人签字" in site.client().get("/passes/schemes/short-1/deletion").text
    to = "/desk/passes/schemes/short-1/sign-deletion"
    assert keeper.post(to).status_code == 200
    assert keeper.post(to, headers=JSON).status_code in (403, 422), "one person is not two"
    assert second.post(to).status_code == 200
    signed = site.client().get("/passes/schemes/short-1/deletion").text
    assert signed.count("已签") == 2
    assert "还要" not in signed
    assert site.run(_rows, dsn, "short-1") == 0


def test_a_scheme_ends_however_long_the_deletion_of_another_takes(site, put, monkeypatch) -> None:
    put("over-2", starts="2026-10-02", ends="2027-01-31", retention_days=5)
    put("over-1", starts="2026-10-01", ends="2027-02-05", retention_days=5)
    ended, gone = dt.datetime(2027, 2, 1, 4, tzinfo=dt.UTC), dt.datetime(2027, 2, 6, 4, tzinfo=dt.UTC)
    _at(site, ended, lambda: service.sunset(site.house.begin, site.house.ports))

    async def endless(*given: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(ending, "_delete", endless)
    with pytest.raises(TimeoutError):
        _at(site, gone, lambda: service.sunset(site.house.begin, site.house.ports))
    steps = {one.scheme: one.step for one in _at(site, gone, lambda: _due(site))}
    assert (steps["over-2"], steps["over-1"]) == ("delete", "wait")


def test_whoever_had_a_pass_is_told_once_that_it_is_over(site, login, put, monkeypatch) -> None:
    """Telling is killed after the first batch, and begun again from the queue."""
    put("told-1", starts="2026-10-01", ends="2027-01-31", retention_days=5)
    browsers = [declared(login, "told-1") for _ in range(3)]
    real, killed = ending.notify.send, iter([False, True])

    async def send(*given: Any, **more: Any) -> Any:
        if next(killed, False):
            raise ConnectionError("killed")
        return await real(*given, **more)

    monkeypatch.setattr(ending, "BATCH", 1)
    monkeypatch.setattr(ending.notify, "send", send)
    with pytest.raises(ConnectionError):
        site.run(service.tell_ended, site.house.begin, "told-1")
    while site.run(service.tell_ended, site.house.begin, "told-1", 1):
        pass
    site.run(service.tell_ended, site.house.begin, "told-1")
    assert [browser.get("/inbox").text.count("已经结束") for browser in browsers] == [1, 1, 1]


async def _due(site) -> Any:
    async with site.house.begin(actor=system("tests")) as work:
        return await service.due(work)


async def _rows(dsn: str, scheme: str) -> int:
    conn = await asyncpg.connect(dsn)
    try:
        return sum([
            await conn.fetchval(f"select count(*) from passes.{part.table} where scheme = $1", scheme)
            for part in service.PARTS if part.table != "evidence"
        ])  # fmt: skip
    finally:
        await conn.close()


def test_every_table_of_the_room_has_its_sunset(site, dsn) -> None:
    async def tables() -> set[str]:
        conn = await asyncpg.connect(dsn)
        try:
            rows = await conn.fetch(
                "select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                "where n.nspname = 'passes' and c.relkind in ('r', 'p') and not c.relispartition"
            )
            return {row["name"] for row in rows}
        finally:
            await conn.close()

    said = {part.table for part in service.PARTS} | set(service.STAYS)
    assert site.run(tables) ^ said == set()


def test_nobody_sets_a_colour() -> None:
    """Decisions are written where rules have been asked, and nowhere else."""
    writers = {"add_decision", "add_decisions"}
    found = {
        walk.short(path)
        for path in walk.modules("passes") for node in ast.walk(walk.tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in writers
    }  # fmt: skip
    assert found == {"onedoor/passes/service/settling.py"}
    sql = [walk.short(path) for path in walk.modules("passes") if "into passes.decision " in path.read_text("utf-8")]
    assert sorted(sql) == ["onedoor/passes/store/many.py", "onedoor/passes/store/people.py"]


def test_what_the_keeper_cannot_do(site, put, keeper, login) -> None:
    put("keep-1")
    assert login().get("/desk/passes", headers=JSON).status_code == 403
    assert keeper.post("/desk/passes/schemes/keep-1/colour", data={"colour": "red"}, headers=JSON).status_code == 404
    assert keeper.get("/desk/passes/schemes/none", headers=JSON).status_code == 404
    assert KEEPER != HOME
    assert len(SIGNED) == 2
