"""What of a case goes to other departments' systems: sent again it leaves at once, and nothing that is stuck leaves the list unseen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from onedoor.cases.models import CaseId
from onedoor.cases.service import handing
from onedoor.cases.store import handings as store
from onedoor.identity.models import PersonId
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.work import system
from tests.exchange.conftest import rows

from .test_desk import Staff, act
from .test_registering import CARD, ELDERS

WHICH = {"register": "social", "operation": "subsidy"}


class Handed:
    """A case with something that was laid down for another department and waits for its receipt."""

    def __init__(self, site: Any, made: dict[str, Any]) -> None:
        self.site, self.number, self.case = site, made["number"], made["id"]
        self.key = f"case_id = '{self.case.removeprefix('case_')}'"
        self.citizen = PersonId(rows(site, f"select citizen_ref from cases.inbox where {self.key}")[0]["citizen_ref"])
        site.run(self._sent)

    async def _sent(self) -> None:
        case = CaseId.parse(self.case)
        async with self.site.house.begin(system("test")) as work:
            await store.add(work.db, self.citizen, case, *WHICH.values(), work.now)
            await work.db.run("update cases.handing set state = 'sent' where case_id = $case", case=case)
            args = {"citizen": str(self.citizen), "case": self.case, **WHICH}
            key = " ".join([self.case, *WHICH.values()])
            await enqueue(work.db, "cases.hand", args, key=key, run_at=work.now + timedelta(days=3), queue="back")

    def refused(self) -> None:
        """The receipt says no."""

        async def told() -> None:
            async with self.site.house.begin(system("test")) as work:
                await handing.acknowledged(work, WHICH["register"], f"{self.number}-{WHICH['operation']}", "", "账号不对")

        self.site.run(told)


@pytest.fixture
def handed(site: Any, program: httpx.Client) -> Iterator[Handed]:
    made = program.post("/api/cases", json={"item": "mz-laonianzheng", "answers": CARD})
    assert made.status_code == 201, made.text
    yield Handed(site, made.json())
    rows(site, f"delete from cases.handing where case_id = '{made.json()['id'].removeprefix('case_')}'",
         "delete from kernel.job where kind = 'cases.hand'")  # fmt: skip


def test_sent_again_it_leaves_at_once(site: Any, staff: Staff, handed: Handed) -> None:
    """Refused by its receipt the next morning: the clerk who has put it right does not wait for the day on which a receipt was due."""
    handed.refused()
    assert staff(ELDERS).post(f"/api/cases/{handed.case}/hand-overs", json=WHICH).json()["state"] == "waiting"
    due = f"select count(*)::int as n from kernel.job where kind = 'cases.hand' and run_at <= now() and args ->> 'case' = '{handed.case}'"
    assert rows(site, due)[0]["n"] == 1


def test_what_is_stuck_stays_on_the_list_when_another_thing_is_settled(site: Any, staff: Staff, handed: Handed) -> None:
    desk = staff(ELDERS)
    handed.refused()
    rows(site, f"update cases.registration set state = 'for_a_person' where {handed.key}")
    assert act(desk, handed.case, "register", register_act="done", register_number=f"ELDERS-{handed.number}").status_code == 200
    assert handed.case in desk.get("/desk/inbox", params={"tab": "stuck"}).text
    assert desk.get(f"/api/cases/{handed.case}/hand-overs").json()["items"][0]["state"] == "for_a_person"
