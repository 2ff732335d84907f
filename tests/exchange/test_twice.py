"""What a person does twice at once, and what the second look at it says."""

import asyncio
import re
from typing import Any

import httpx

from onedoor.exchange.service import contesting
from onedoor.identity.models import PersonId
from onedoor.kernel.work import Actor
from tests.cases.kit import bearer

from .conftest import PHONES, Registers, rows
from .test_prefill import LIN, MARRIAGE, WANG, begun, forget, settled


def test_two_presses_at_once_are_one_correction(site: Any, registers: Registers, browsers: dict[str, httpx.Client]) -> None:
    forget(site)
    rows(site, "delete from exchange.challenge", "delete from exchange.correction")
    registers.says["v_hunyin"] = MARRIAGE
    settled(site, begun(browsers[WANG], "mz-dianzi-jiehunzheng"))
    citizen = PersonId(rows(site, "select citizen_id from exchange.answer")[0]["citizen_id"])

    async def press() -> str:
        async with site.house.begin(actor=Actor(id=citizen)) as work:
            return str((await contesting.contest(work, "marriage.married_on", "", "应该是 2003 年 5 月 8 日")).id)

    async def both() -> tuple[str, str]:
        return await asyncio.gather(press(), press())

    assert len(set(site.run(both))) == 1
    assert rows(site, "select count(*)::int as n from exchange.challenge") == [{"n": 1}]


def test_a_program_is_told_that_the_consent_is_taken_back(site: Any, registers: Registers, browsers: dict[str, httpx.Client]) -> None:
    forget(site)
    registers.says |= {"insured": {"aab004": "青禾软件", "aae031": "20260930", "row": []}, "card": {"aae010": "6217009901000000017"}}
    answer = browsers[LIN].post("/apply/rs-shiyedengji", data={"new": "1"})
    draft = re.search(r"/drafts/draft_[0-9a-f]{32}", str(answer.url))[0]  # type: ignore[index]
    browsers[LIN].post(f"{draft}/consent", data={"renshe-account": "bank.account", "mode": "case"})
    settled(site, draft)
    program = bearer(site, PHONES[0])
    before = program.get("/api/exchange/consents").json()["items"][0]
    assert before["revoked_at"] is None
    first = program.post(f"/api/exchange/consents/{before['id']}/revocations").json()
    assert first["revoked_at"] is not None
    assert first == program.get("/api/exchange/consents").json()["items"][0]
    assert first == program.post(f"/api/exchange/consents/{before['id']}/revocations").json(), "a second time changes nothing"
