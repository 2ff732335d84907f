"""The nightly clock over a whole city: nothing that is in its way keeps it from what lies behind."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from onedoor.cases.models import CaseId
from onedoor.cases.service import clocks
from onedoor.cases.service.definitions import memory
from tests.exchange.conftest import rows

from .kit import PERMIT, submitted
from .test_desk import CLERK, Staff, act
from .test_handling import Days


@pytest.fixture
def days(site: Any, program: httpx.Client) -> Days:
    return Days(site, submitted(program)["id"])


@pytest.fixture
def silence(site: Any) -> Iterator[None]:
    """Who is asked about a permit and says nothing has nothing against it."""
    had = dict(memory.now.processes)
    memory.now.processes.update({key: replace(one, silence=True) for key, one in had.items() if key[0] == PERMIT})
    yield
    memory.now.processes.update(had)


def test_one_case_that_cannot_be_moved_stops_nobody_elses_clock(site: Any, days: Days, program: httpx.Client) -> None:
    """What is wrong with it stays with the job, for the operator."""
    broken = CaseId.parse(submitted(program)["id"])

    async def story() -> Any:
        async with days.begin() as work:
            for case, year, version in ((broken, 2020, 9999), (days.case, 2021, 1)):
                await work.db.run(
                    "update cases.case_file set status = 'supplementing', answer_by = $day, paused_on = $day, process_version = $version "
                    "where id = $case", day=days.day.replace(year=year), version=version, case=case,
                )  # fmt: skip
        with suppress(Exception):
            await clocks.daily(days.begin)
        return await days.stands()

    try:
        assert site.run(story).status == "lapsed"
    finally:
        rows(site, f"delete from cases.case_file where id = '{broken.uuid}'", f"delete from cases.inbox where case_id = '{broken.uuid}'",
             "select 1")  # fmt: skip


def test_silence_is_found_behind_questions_that_nobody_settles(
    site: Any, days: Days, staff: Staff, program: httpx.Client, silence: None
) -> None:
    """The oldest question is about a case that was taken back; however few are looked at in a round, the next one is come to."""
    gone, still = submitted(program)["id"], str(days.case)
    for case in (gone, still):
        act(staff(CLERK), case, "accept")
        asked = {"consult_department": "minzheng", "consult_question": "有救助吗", "consult_days": "1"}
        assert "已发出征求" in act(staff(CLERK), case, "consult", **asked).text
    program.post(f"/api/cases/{gone}/withdrawals", json={})
    rows(site, f"update cases.opinion set due_on = due_on - 1 where case_ref = '{gone.removeprefix('case_')}'", "select 1")

    async def story() -> None:
        async with days.begin() as work:
            days.day = work.calendar.after(await work.db.value("select max(due_on) from cases.opinion"), 1)
            await work.db.run("update cases.inbox set level = 3, light = 'red'")
        await clocks.daily(days.begin, 1)

    site.run(story)
    states = "select state from cases.opinion where case_ref = any($${gone,still}$$::uuid[]) order by due_on"
    states = states.replace("gone", gone.removeprefix("case_")).replace("still", still.removeprefix("case_"))
    assert [row["state"] for row in rows(site, states)] == ["recalled", "silent"]
