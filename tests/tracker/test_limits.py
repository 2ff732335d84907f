"""What the tracker counts, and what it does with more of something than one page, one night or one hour holds."""

import datetime as dt
from typing import Any

from onedoor.kernel.work import system
from onedoor.tracker.service import guarding
from tests.cases.kit import residents

from .kit import OFFICER

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def nobodys(n: int) -> str:
    """A number of a card that is right, and nobody's."""
    digits = f"990102195{n % 10}0115{900 + n // 10:03d}"
    return digits + "10X98765432"[sum(int(one) * weight for one, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def test_numbers_that_are_nobodys_count_as_tries(site: Any) -> None:
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    officer, body = site.sign_in(OFFICER), {"reason": "公众人物，常被查看", "until": str(until)}
    tries = [officer.post("/api/audit/guarded", json={"id_number": nobodys(n), **body}) for n in range(guarding.TRIES + 1)]
    assert {one.status_code for one in tries[:40]} == {422}
    assert "没有找到这个人" in tries[0].text
    assert tries[-1].status_code == 429
    typed = {"id_number": residents()[0]["id_number"], "reason": "公众人物，常被查看"}
    page = officer.post("/audit/guarded", data=typed)
    assert (page.status_code, "公众人物，常被查看" in page.text) == (429, True), "and what was typed stays"

    async def over() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("delete from kernel.bucket where key like 'audit number %'")

    site.run(over)
