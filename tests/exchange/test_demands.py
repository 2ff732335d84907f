"""Demands where there are many of them, and where two people act at once."""

from typing import Any

import pytest

from onedoor.exchange.records import DemandId
from onedoor.exchange.service import demanding
from onedoor.exchange.store import demands as store
from onedoor.kernel import memory
from onedoor.kernel.work import Actor, system
from onedoor.orgs import service as orgs

from .conftest import rows
from .test_directory import CIVIL, POLICE, SOCIAL, STEWARD, made

MANY = """insert into exchange.demand (org_id, id, resource, elements, purpose, items, ground, basis, words, supplier, state, due_on, at,
                                     changed_at)
    select {org}, uuidv7(), 'civil.marriage', '{{marriage.married_on}}', 'apply', '{{mz-dianzi-jiehunzheng}}', 'duty', 'many', '',
           {supplier}, '{state}', current_date - 400, now(), now() from generate_series(1, 230)"""
CIVIL_ORG = "(select org_ref from exchange.register where code = 'civil')"
SOCIAL_ORG = "(select org_ref from exchange.register where code = 'social')"
GONE = "delete from exchange.demand where basis = 'many'"


def test_a_department_sees_its_own_however_many_others_have(site: Any, registers: Any, staff: Any) -> None:
    """Both those that it made and those made of it, when the city has more than one page of others."""
    demand = made(staff(SOCIAL))
    rows(site, MANY.format(org=CIVIL_ORG, supplier=CIVIL_ORG, state="asked"))
    try:
        assert f'href="{demand}"' in staff(SOCIAL).get("/exchange/demands").text
        assert f'href="{demand}"' in staff(POLICE).get("/exchange/demands").text, "it is asked"
        assert "many" not in staff(SOCIAL).get("/exchange/demands").text
        assert "电子结婚证" not in staff(SOCIAL).get("/exchange/demands").text
    finally:
        rows(site, GONE)


def test_what_is_under_way_is_not_offered_again_however_much_was_decided_since(site: Any, registers: Any, staff: Any) -> None:
    civil = staff(CIVIL)
    theirs = "select id from exchange.agreement where 'mz-dianzi-jiehunzheng' = any(items) and resource = 'civil.marriage'"
    which = rows(site, theirs)[0]["id"]
    staff(STEWARD).post(f"/exchange/agreements/{which}/end", data={"reason": "到期前收回"})
    offered = "/exchange/demands/new?resource=civil.marriage&amp;"
    try:
        assert offered in civil.get("/exchange/demands/new").text
        rows(site, MANY.format(org=CIVIL_ORG, supplier=CIVIL_ORG, state="asked").replace("1, 230", "1, 1"),
             "update exchange.demand set changed_at = now() - interval '1 day', elements = (select elements from exchange.resource "
             "where code = 'civil.marriage') where basis = 'many'")  # fmt: skip
        assert offered not in civil.get("/exchange/demands/new").text, "it is under way"
        rows(site, MANY.format(org=CIVIL_ORG, supplier=SOCIAL_ORG, state="refused"))
        assert offered not in civil.get("/exchange/demands/new").text
    finally:
        rows(site, f"update exchange.agreement set state = 'granted', reason = '' where id = '{which}'", GONE)
        memory.forget_all()


def test_the_history_shows_what_happened_last(site: Any, registers: Any, staff: Any) -> None:
    """A file that was fetched every day for a year: the latest hundred moments, and not the first."""
    demand = made(staff(SOCIAL))
    which = DemandId.parse(demand.rpartition("/")[2]).uuid
    rows(site, "insert into exchange.demand_step (org_id, id, demand_id, kind, actor, at) "
         "select org_id, uuidv7(), id, 'fetched', '', now() from exchange.demand, generate_series(1, 120) "
         f"where id = '{which}'")  # fmt: skip
    staff(STEWARD).post(demand, data={"act": "decline", "note": "用途没有写清楚"})
    assert staff(SOCIAL).get(demand).text.count("用途没有写清楚") == 2, "as the reason, and in the history"


def test_what_is_answered_while_the_night_counts_stays_answered(
    site: Any, registers: Any, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job has read that nobody has answered; the supplier grants; the job writes down nothing of what it has read before."""
    demand = made(staff(SOCIAL))
    which = DemandId.parse(demand.rpartition("/")[2])
    staff(STEWARD).post(demand, data={"act": "check"})
    rows(site, f"update exchange.demand set due_on = current_date - 10 where id = '{which.uuid}'")
    read = store.overdue

    async def meanwhile(*args: Any) -> Any:
        found = await read(*args)
        async with site.house.begin(actor=system("test")) as work:
            social, police = await orgs.department(work, "renshe"), await orgs.department(work, "gongan")
        async with site.house.begin(actor=Actor(system="test", org=police.id)) as work:
            await demanding.answer(work, social.id, which, True, "")
        return found

    async def night() -> None:
        monkeypatch.setattr(store, "overdue", meanwhile)
        async with site.house.begin(actor=system("exchange.sweep")) as work:
            await demanding.escalate(work)

    site.run(night)
    monkeypatch.undo()
    page = staff(SOCIAL).get(demand).text
    assert "已同意" in page
    assert "逾期未处理" not in page
    assert rows(site, f"select state, agreement <> '' as agreed from exchange.demand where id = '{which.uuid}'") == [
        {"state": "granted", "agreed": True}
    ]
    rows(site, "delete from exchange.agreement where origin = 'demand'")
    memory.forget_all()
