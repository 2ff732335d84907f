"""What registers answer and must not be believed of: other hosts, other encodings, too much. And a city's own registers, read."""

import asyncio
import importlib
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from msgspec.structs import replace

from connectors.asking import MOST_BYTES, settings_of
from connectors.demo_people import people
from connectors.exchange_file.plugin import Files
from connectors.exchange_rest import plugin as rest
from connectors.exchange_rest.simulator import Police
from connectors.exchange_soap import plugin as soap
from connectors.exchange_soap.envelopes import Unread, tree
from connectors.exchange_soap.simulator import Social
from connectors.faults import Faults, faulty
from connectors.outgoing import address
from connectors.simulating import Asked, Told, serving
from onedoor.exchange.models import AskOut, Push, State, System, Transport

from .registers import CITY, LI_GUILAN, SECRET, WANG_MIN, WAYS, mappings, register, system

ASKED = {"path": "/q", "body": {"id": "{person.id_number}"}, "echo": {"person.id_number": "/id"}, "document": "/data"}
PLAIN = {"operations": {"q": ASKED}}
QUESTION = AskOut("r", "q", {"person.id_number": WANG_MIN}, 500)


def told(*answers: Told) -> list[tuple[State | str, str]]:
    """What the connector makes of each answer of some register."""
    waiting = list(answers)

    async def handle(asked: Asked) -> Told:
        return waiting.pop(0)

    async def run() -> list[tuple[State | str, str]]:
        connector, found = rest.Rest(), list[tuple[State | str, str]]()
        async with serving(handle) as url:
            there = System("some", Transport.REST, url, PLAIN, SECRET)
            for _ in answers:
                try:
                    got = await connector.ask(there, QUESTION)
                    found.append((got.state, got.problem))
                except OSError as no:
                    found.append((type(no).__name__, str(no)))
        await connector.close()
        return found

    return asyncio.run(run())


def test_what_is_not_an_answer_is_not_taken_for_one() -> None:
    deep = b'{"data": ' + b'{"a": ' * 40 + b"1" + b"}" * 41
    got = told(
        Told(200, {"data": {"id": WANG_MIN}}), Told(302, {}), Told(200, raw=b"{"), Told(200, raw=deep), Told(200, raw=b"[" * 100_000),
        Told(200, {}), Told(200, raw=b'{"data": "' + b"x" * MOST_BYTES + b'"}'), Told(200, raw='{"data": "姓名"}'.encode("gbk")),
        Told(404, {}), Told(403, {}), Told(503, {}), Told(200, {"data": []}), Told(200, {"data": None}),
    )  # fmt: skip
    assert [state for state, _ in got] == [
        State.HELD, "ConnectionError", State.WRONG, State.WRONG, State.WRONG, State.WRONG, State.WRONG, State.WRONG, State.NOT_HELD,
        State.REFUSED, State.DOWN, State.WRONG, State.WRONG,
    ]  # fmt: skip
    assert [problem for state, problem in got if state is State.WRONG] == [
        "no JSON", "too deep", "no JSON", "no document", f"longer than {MOST_BYTES} bytes", "no JSON", "no document", "no document",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["//evil.example/x", "x", "/\\evil", ""])
def test_no_path_leads_to_another_host(path: str) -> None:
    there = System("some", Transport.REST, "https://register.example:8443/api", {}, b"")
    assert str(address(there, "/q")) == "https://register.example:8443/api/q"
    with pytest.raises(OSError, match="some"):
        address(there, path)
    for odd in ("ftp://a/", "https://u:p@a/", "file:///etc/passwd", "https://a/?x=", "//a"):
        with pytest.raises(OSError, match="no http address"):
            address(replace(there, address=odd), "/q")


def test_a_register_that_says_gbk_and_writes_gb18030() -> None:
    envelope = '<?xml version="1.0" encoding="GBK"?>\n<a:R xmlns:a="urn:x"><row><n>𠮷㼆龴</n></row></a:R>'
    assert tree(envelope.encode("gb18030"), "gb18030", frozenset({"row"})) == {"R": {"row": [{"n": "𠮷㼆龴"}]}}
    assert tree(b"<r><x/><y/><y> </y></r>", "utf-8", frozenset()) == {"r": {"x": "", "y": ["", " "]}}
    for raw, encoding in [
        ("<r>姓</r>".encode("gbk"), "utf-8"), (b"<r>\xff</r>", "gb18030"), ("<r>\ufffd</r>".encode(), "utf-8"), (b"<r>", "utf-8"),
        (b"", "utf-8"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "utf-8"), (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "utf-8"),
        (b"<r>&a;</r>", "utf-8"), (b"<a>" * 40 + b"</a>" * 40, "utf-8"), (b"<r>\x00</r>", "utf-8"),
    ]:  # fmt: skip
        with pytest.raises(Unread):
            tree(raw, encoding, frozenset())


def test_half_a_household_is_never_shown_as_a_whole_one(tmp_path: Path) -> None:
    """Its second page does not come: the list is late, what stands beside it is not."""
    large = next(p for p in people() if sum(o.household == p.household and o.living for o in people()) > 5 and p.living)
    police = Police(tmp_path, SECRET)

    async def torn(asked: Asked) -> Told:
        return Told(0) if b'"pageNo"' in asked.body and away["page"] else await police.handle()(asked)

    away = {"page": True}

    async def run() -> list[Any]:
        connector = rest.Rest()
        async with serving(torn) as url:
            question, found = AskOut("r", "household", {"person.id_number": large.id_number}, 500), list[Any]()
            for page in (True, False):
                away["page"] = page
                found.append(await connector.ask(system("police", url), question))
        await connector.close()
        return found

    half, whole = asyncio.run(run())
    assert (half.state, half.late, len(half.document["members"])) == (State.HELD, ("/members",), 5)
    assert (whole.late, len(whole.document["members"])) == ((), whole.document["totalCount"])


def test_a_file_is_there_when_it_is_finished(tmp_path: Path) -> None:
    inside, secret = tmp_path / "in", tmp_path / "secret.txt"
    inside.mkdir()
    secret.write_text("not theirs")
    there = replace(system("disabled", str(tmp_path)), secret=b"")

    async def names(since: str = "") -> list[Any]:
        return [one async for one in Files().pull(there, since)]

    (inside / "CARD_20261126_001.csv").write_text("half")
    (inside / "CARD_20261126_002.csv").write_text("whole")
    (inside / "CARD_20261126_002.csv.ok").touch()
    (inside / "CARD_20261126_003.csv").write_text("another")
    (inside / "CARD_20261126_003.csv.sha256").write_text("0" * 64)
    (inside / "CARD_20261126_004.csv").symlink_to(secret)
    (inside / "CARD_20261126_004.csv.ok").touch()
    (inside / "notes.txt.ok").touch()
    got = asyncio.run(names())
    assert [(one.name, one.content) for one in got] == [("CARD_20261126_002.csv", b"whole")]
    assert asyncio.run(names(got[-1].mark)) == []
    for odd in ("relative", f"{tmp_path}/../..", "/nowhere/at/all"):
        with pytest.raises(OSError):
            asyncio.run(_list(replace(there, address=odd)))
    (tmp_path / "out").mkdir()
    body = {"person.name": "=cmd|'/c calc'!A0", "person.id_number": LI_GUILAN, "disability.kind": "sight", "disability.level": 1}
    asyncio.run(Files().put(there, Push("r-1", "register", body)))
    line = next((tmp_path / "out").glob("*.csv")).read_bytes().decode("gb18030").splitlines()[1]
    assert line == f"r-1,'=cmd|'/c calc'!A0,{LI_GUILAN},视力,一级"
    for push in (Push("../r", "register", body), Push("r-2", "register", {}), Push("r-3", "register", {**body, "disability.kind": "odd"})):
        with pytest.raises(OSError):
            asyncio.run(Files().put(there, push))


async def _list(there: System) -> list[Any]:
    return [one async for one in Files().pull(there, "")]


def test_a_citys_registers_are_as_their_connectors_read_them(tmp_path: Path) -> None:
    """Every demo person, asked of every register that can be asked: each fact is held or not held, and fits the dictionary."""
    elements = tomllib.loads((CITY / "exchange" / "elements.toml").read_text("utf-8"))["element"]
    shapes = {one["code"]: jsonschema_rs.Draft202012Validator(one["schema"], validate_formats=True) for one in elements}
    odd: list[str] = []
    for code, way in WAYS.items():
        settings_of(system(code, "x"), importlib.import_module(way.__module__).Settings)
        assert {r["operation"] for r in register(code)["resource"]} <= set(register(code)["settings"]["operations"])

    async def run() -> None:
        asked = [("police", rest.Rest(), Police(tmp_path, SECRET).handle()), ("social", soap.Soap(), Social(tmp_path, ms=0).handle())]
        for code, connector, handle in asked:
            async with serving(handle) as url:
                there = system(code, url)
                for operation, mapping in mappings(code).items():
                    for person in people()[:60]:
                        got = await connector.ask(there, AskOut("r", operation, {"person.id_number": person.id_number}, 5000))
                        for name, one in mapping.apply(got.document).items() if got.state is State.HELD else ():
                            fits = shapes[name].is_valid(one.value) if one.state is State.HELD else one.state is State.NOT_HELD
                            odd.extend([] if fits else [f"{operation} {name} {one}"])
            await connector.close()

    asyncio.run(run())
    assert odd == []


def test_a_fault_strikes_as_often_as_it_is_told() -> None:
    faults = Faults()

    async def answer(asked: Asked, mode: str) -> Told:
        return Told(200, {"mode": mode})

    async def run() -> list[int]:
        handle = faulty(answer, faults, dict)
        assert (await handle(Asked("POST", "/_fault", {}, b'{"mode": "odd"}'))).status == 422
        assert (await handle(Asked("POST", "/_fault", {}, b'{"mode": "500", "rate": 0.3}'))).status == 200
        return [(await handle(Asked("GET", "/", {}, b""))).status for _ in range(300)]

    assert 60 < asyncio.run(run()).count(500) < 120
    assert json.loads(json.dumps(faults.said())) == {"mode": "500", "ms": 3000, "rate": 0.3}
