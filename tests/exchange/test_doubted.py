"""查错人了: while a person says that a look was about somebody else, no register is asked about them; cleared up, it goes on."""

import datetime as dt
from typing import Any

from tests.cases.kit import submitted
from tests.mandates.people import account, entered
from tests.tracker.kit import CLERK, DESK

from .conftest import DRIVER, Registers
from .test_prefill import begun, forget, settled


def test_nothing_is_asked_of_registers_until_it_is_cleared_up(site: Any, registers: Registers) -> None:
    forget(site)
    registers.says["driver"] = DRIVER
    one = account(site, entered(site, "于归", dt.date(1988, 3, 4)))
    browser, case = site.sign_in(one.phone), submitted(one.program)
    registers.asked.clear()
    assert site.sign_in(CLERK).get(f"/desk/cases/{case['id']}").status_code == 200
    record = one.program.get("/api/me/data").json()["items"][0]
    page = browser.post(f"/me/data/{record['seq']}/challenges", data={"kind": "not_me", "words": "这不是我的办件"})
    assert "不再用您的身份证号向登记部门查询" in page.text
    draft = begun(browser, "jt-wangyueche")
    settled(site, draft)
    assert registers.asked == [], "no byte left"
    page = browser.get(f"{draft}/licence-class").text
    assert ("B1" in page, "人口库暂时取不到" in page) == (True, True), "the person goes on by hand, and it is compared later"
    assert "向人口库查询" not in browser.get("/me/data").text
    which = one.program.get(f"/api/me/data/{record['seq']}/challenge").json()["id"]
    said = {"basis": "《居住证暂行条例》第九条", "words": "核对过了，是您七月的办件"}
    assert site.sign_in(DESK).post(f"/desk/questions/{which}", data=said).status_code == 200
    settled(site, begun(browser, "jt-wangyueche"))
    assert registers.asked == [("police", "driver", {"person.id_number": one.who.id_number})]
    contested = browser.post(f"/me/data/{record['seq']}/contests", data={"words": "还是不是我"})
    assert "不再用您的身份证号" in contested.text
    registers.asked.clear()
    settled(site, begun(browser, "ga-juzhuzheng"))
    assert registers.asked == []
