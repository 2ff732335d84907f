"""The contract of the five ways: every connector against its department, a process of its own, with every fault it can have."""

import asyncio
import datetime as dt
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from connectors.faults import MODES
from onedoor.exchange.drops.checks import DropState, Facts, Way, facts, receipts, staged, standing
from onedoor.exchange.models import AskIn, AskOut, Pulled, Push, State, System
from onedoor.exchange.pushed import Untrusted, newer, opened

from .registers import LI_GUILAN, WANG_MIN, WAYS, Town, mappings, town

QUESTIONS = {"police": "household", "social": "insured", "civil": "v_hunyin"}
TODAY = dt.date.today()
AWAY = ("ConnectionError", None, None)
SAID: dict[str, tuple[Any, Any, Any]] = {
    "none": (State.HELD, True, {State.HELD}), "slow": (State.HELD, True, {State.HELD}), "stale": (State.HELD, True, {State.HELD}),
    "down": AWAY, "half": AWAY, "hang": ("TimeoutError", None, None), "500": (State.DOWN, False, None), "flood": (State.WRONG, False, None),
    "bad_encoding": (State.WRONG, False, None), "wrong_person": (State.HELD, False, {State.HELD}),
    "wrong_schema": (State.HELD, True, {State.HELD, State.WRONG}),
}  # fmt: skip
SAID_IN_SQL = {"wrong_schema": (State.WRONG, False, None), "wrong_person": (State.NOT_HELD, False, None)}
"""A view is asked by its columns: one that is gone is told at once, and rows of somebody else are not among those of this key."""
PULLED = {  # of files: is it given out at all, and does it stand; of events: what the pull says, and are they believed
    "none": (True, True, None, True), "slow": (True, True, None, True), "down": (False, False, "ConnectionError", False),
    "hang": (False, False, "TimeoutError", False), "500": (True, False, "ConnectionError", False),
    "wrong_schema": (True, False, "ConnectionError", False),
    "half": (True, False, "ConnectionError", False), "stale": (True, None, None, True), "wrong_person": (True, False, None, False),
    "flood": (True, False, "ConnectionError", False), "bad_encoding": (True, False, "ConnectionError", False),
}  # fmt: skip


async def said(question: Awaitable[Any]) -> Any:
    try:
        return await question
    except OSError as no:
        return type(no).__name__


async def listed(connector: Any, system: System, since: str) -> list[Pulled]:
    return [one async for one in connector.pull(system, since)]


def test_each_way_keeps_the_contract_whatever_befalls_the_department(tmp_path: Path, cluster: str) -> None:
    with town(tmp_path, cluster) as departments:
        told = asyncio.run(_walk(departments))
        assert told == []
        assert departments.close() == [0] * 5


async def _walk(departments: Town) -> list[str]:
    connectors = {code: way() for code, way in WAYS.items()}
    systems = {code: departments.system(code) for code in WAYS}
    walks = [_asked(departments, connectors[code], systems[code]) for code in QUESTIONS]
    walks += [_dropped(departments, connectors["disabled"], systems["disabled"])]
    walks += [_pushed(departments, connectors["hospital"], systems["hospital"])]
    told = [line for lines in await asyncio.gather(*walks) for line in lines]
    told += await _handed_over(departments, connectors, systems) + await _refused(connectors, systems)
    for connector in connectors.values():
        if hasattr(connector, "close"):
            await connector.close()
    return told


async def _asked(departments: Town, connector: Any, system: System) -> list[str]:
    """What each fault becomes: never an answer that is believed and wrong."""
    question = AskOut("r", QUESTIONS[system.code], {"person.id_number": WANG_MIN}, 400)
    mapping, told = mappings(system.code)[question.operation], list[str]()
    for mode in MODES:
        await asyncio.to_thread(departments.tell, system.code, "/_fault", {"mode": mode, "ms": 60})
        got = await said(connector.ask(system, question))
        state, ours, states = (SAID_IN_SQL if system.code == "civil" else {}).get(mode, SAID[mode])
        if isinstance(got, str):
            told += [] if got == state else [f"{system.code} {mode}: {got}"]
            continue
        assert isinstance(got, AskIn)
        if (got.state, got.echoed == question.keys) != (state, ours) or (got.document is None) != (got.state is not State.HELD):
            told.append(f"{system.code} {mode}: {got}")
        elif states and {o.state for o in mapping.apply(got.document).values()} - {State.NOT_HELD} != states:
            told.append(f"{system.code} {mode}: {mapping.apply(got.document)}")
        elif (state is State.HELD) and (got.as_of is None or (got.as_of < TODAY - dt.timedelta(days=100)) != (mode == "stale")):
            told.append(f"{system.code} {mode}: of {got.as_of}")
    await asyncio.to_thread(departments.tell, system.code, "/_fault", {"mode": "none"})
    nobody = await connector.ask(system, replace(question, keys={"person.id_number": "110101190001010000"}))
    again = await connector.ask(system, question)
    if (nobody.state, again.state, (await connector.health(system)).well) != (State.NOT_HELD, State.HELD, True):
        told.append(f"{system.code}: {nobody} {again}")
    return told


async def _handed_over(departments: Town, connectors: dict[str, Any], systems: dict[str, System]) -> list[str]:
    """The same request twice is one, and its number the same; words from outside stay words."""
    subsidy = {"person.id_number": LI_GUILAN, "subsidy.kind": "<&𠮷>"}
    pushes = {"police": Push("p-1", "correct", {"idCard": WANG_MIN, "field": "name"}), "social": Push("s-1", "subsidy", subsidy),
              "hospital": Push("h-1", "assessment", {"idNo": LI_GUILAN})}  # fmt: skip
    told: list[str] = []
    for code, push in pushes.items():
        first, second = [await connectors[code].put(systems[code], push) for _ in range(2)]
        if first != second or first.waiting or not first.number:
            told.append(f"{code}: {first} {second}")
    states = {code: await asyncio.to_thread(departments.state, code) for code in pushes}
    kept = states["social"]["subsidies"][0]
    if (states["police"]["corrections"], states["hospital"]["referrals"], kept["kind"]) != (1, 1, "<&𠮷>"):
        told.append(f"handed over: {states}")
    nobody = await said(connectors["social"].put(systems["social"], Push("s-2", "subsidy", {**subsidy, "person.id_number": "1"})))
    return told if nobody == "OSError" else [*told, f"social: {nobody}"]


async def _refused(connectors: dict[str, Any], systems: dict[str, System]) -> list[str]:
    """What a way cannot do, what no register has, and settings of another way: all of it is being away, nothing an exception of ours."""
    told: list[str] = []
    for code, connector in connectors.items():
        system, question = systems[code], AskOut("r", "none", {})
        tries = [connector.put(system, Push("x-1", "none", {})), connector.ask(system, question),
                 connector.ask(replace(system, settings={"odd": 1}), question)]  # fmt: skip
        if code in QUESTIONS:
            tries += [listed(connector, system, ""), connector.ask(system, AskOut("r", QUESTIONS[code], {}))]
        if code != "disabled":
            gone = replace(system, address="http://127.0.0.1:9" if code != "civil" else "postgresql://127.0.0.1:9/x")
            tries.append(connector.ask(gone, AskOut("r", QUESTIONS.get(code, ""), {"person.id_number": WANG_MIN})))
        told += [f"{code} {n}: {got}" for n, one in enumerate(tries) if not isinstance(got := await said(one), str)]
    return told


async def _dropped(departments: Town, connector: Any, system: System) -> list[str]:
    """A night for every fault: what is laid down, whether it is whole, and what stands afterwards."""
    way, mapping = Way("person.id_number", "身份证号", "发证日期"), mappings("disabled")["card"]
    body = {"person.name": "李桂兰", "person.id_number": LI_GUILAN, "disability.kind": "sight", "disability.level": 1}
    first, second = [await connector.put(system, Push("reg-1", "register", body)) for _ in range(2)]
    told = [] if first == second and first.waiting else [f"file: {first} {second}"]
    known, mark, acknowledged, held = list[Facts](), "", 0, dict[str, Any]()
    for mode in MODES:
        await asyncio.to_thread(departments.tell, "disabled", "/_fault", {"mode": mode, "ms": 20})
        await asyncio.to_thread(departments.tell, "disabled", "/_night", {})
        new = await listed(connector, system, mark)
        mark = new[-1].mark if new else mark
        drops = [staged(one.name, one.content, way, mapping) for one in new if one.name.startswith("CARD")]
        acknowledged += sum(len(receipts(one.name, one.content)) for one in new if one.name.startswith("RECEIPT"))
        given, stands = PULLED[mode][:2]
        known += [facts(drop) for drop in drops]
        if bool(drops) != given or (drops and stands is not None and (standing(known)[drops[-1].sha256] is DropState.LIVE) != stands):
            told.append(f"file {mode}: {[(d.lines, d.problems) for d in drops]}")
        held = drops[-1].rows if mode == "slow" else held
    card = mapping.apply(held[LI_GUILAN])["disability.card_number"].value
    return told if (acknowledged, card) == (1, f"{LI_GUILAN}11") else [*told, f"file: {acknowledged} receipts, {card}"]


async def _pushed(departments: Town, connector: Any, system: System) -> list[str]:
    """Duplicates, disorder and a late correction leave the newest result; what is not signed by the department is not believed."""
    now, secret, told = dt.datetime.now(dt.UTC), system.secret, list[str]()
    assessed = await asyncio.to_thread(departments.tell, "hospital", "/_assess", {"id_number": LI_GUILAN, "category": "VIS", "grade": 2})
    events = [opened(secret, one.content, now) for one in await listed(connector, system, "")]
    report = next(e for e in events if e.id == assessed["id"]).document["reportNo"]
    await asyncio.to_thread(departments.tell, "hospital", "/_correct", {"report": report, "grade": 1})
    pulled = await listed(connector, system, "")
    events = [opened(secret, one.content, now) for one in pulled]
    ours = [e for e in events if e.document["patient"]["idNo"] == LI_GUILAN]
    for order in (ours, ours[::-1], ours + ours):
        shown = None
        for event in order:
            shown = event if newer(shown, event) else shown
        if shown is None or (shown.document["grade"], shown.document["revision"]) != (1, 2):
            told.append(f"queue: {shown}")
    if len({e.id for e in events}) == len(events) or [e.occurred_at for e in events] == sorted(e.occurred_at for e in events):
        told.append("queue: nothing came twice or out of order")
    if len(await listed(connector, system, pulled[-1].mark)) != 0:
        told.append("queue: its mark is not the end")
    for mode in MODES:
        await asyncio.to_thread(departments.tell, "hospital", "/_fault", {"mode": mode, "ms": 20})
        got = await said(listed(connector, replace(system, timeout_ms=300), ""))
        refusal, believed = PULLED[mode][2:]
        if (got if isinstance(got, str) else None) != refusal:
            told.append(f"queue {mode}: {got if isinstance(got, str) else len(got)}")
        elif isinstance(got, list) and believed != all(_opens(secret, one.content, now) for one in got):
            told.append(f"queue {mode}: believed")
    await asyncio.to_thread(departments.tell, "hospital", "/_fault", {"mode": "none"})
    return told


def _opens(secret: bytes, content: bytes, now: dt.datetime) -> bool:
    try:
        return bool(opened(secret, content, now))
    except Untrusted:
        return False
