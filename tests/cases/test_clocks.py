"""The nightly clock over a whole city: nothing that is in its way keeps it from what lies behind."""

from contextlib import suppress
from typing import Any

import httpx
import pytest

from onedoor.cases.models import CaseId
from onedoor.cases.service import clocks
from tests.exchange.conftest import rows

from .kit import submitted
from .test_handling import Days


@pytest.fixture
def days(site: Any, program: httpx.Client) -> Days:
    return Days(site, submitted(program)["id"])


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
