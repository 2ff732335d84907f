"""How much is asked once, in the open; and services by their names before whoever agrees on them."""

from typing import Any

from onedoor.web import asked_once

from .conftest import DRIVER, Registers, rows
from .test_prefill import STEWARD, forget


def answers(site: Any, *, held: int, down: int) -> None:
    """So many facts of driving licences asked by the transport office, that came and that did not."""
    forget(site)
    org = rows(site, "select id from orgs.department where code = 'jiaotong'")[0]["id"]
    for n, state in ((held, "held"), (down, "down")):
        rows(
            site,
            "insert into exchange.ask (citizen_id, id, resource, elements, purpose, item, agreement, asker_ref, actor_kind, state, at, "
            "deadline_at) select gen_random_uuid(), gen_random_uuid(), 'police.driver', '{driver.class}', 'apply', 'jt-wangyueche', "
            f"'jiaotong-driver', '{org}', 'self', '{state}', now(), now() from generate_series(1, {n})",
        )
    rows(
        site,
        "insert into exchange.answer (citizen_id, ask_id, resource, agreement, elements, purpose, body, as_of, received_at, fresh_until, "
        "delete_on, via, sha256, unmapped, held) select citizen_id, id, resource, agreement, elements, purpose, 'x', current_date, "
        "now(), now() + interval '1 day', current_date + 1, 'live', 'x', '{}', 1 from exchange.ask where state = 'held'",
    )
    asked_once._kept.at = None


def test_each_department_stands_with_its_share(site: Any, registers: Registers) -> None:
    """A bar with its number, the same as a sheet, linked from the quality page; fewer than ten are not told."""
    anybody = site.client()
    answers(site, held=27, down=3)
    page = anybody.get("/about/asked-once", headers={"accept": "text/html"}).text
    assert "交通运输局" in page
    assert "90%" in page
    assert "问了 30 项，取到 27 项" in page
    sheet = anybody.get("/about/asked-once.csv")
    line = next(one for one in sheet.text.splitlines() if one.startswith("jiaotong,")).split(",")
    assert line[4:7] == ["30", "27", "90.0"]
    assert sheet.headers["content-type"].startswith("text/csv")
    answers(site, held=8, down=1)
    page = anybody.get("/about/asked-once", headers={"accept": "text/html"}).text
    assert "太少，不显示" in page
    assert "取到 8 项" not in page
    line = next(one for one in anybody.get("/about/asked-once.csv").text.splitlines() if one.startswith("jiaotong,"))
    assert line.split(",")[4:7] == ["", "", ""]
    assert "/about/asked-once" in anybody.get("/quality", headers={"accept": "text/html"}).text
    forget(site)
    asked_once._kept.at = None


def test_a_steward_reads_names_of_services(site: Any, registers: Registers, staff: Any) -> None:
    registers.says["driver"] = DRIVER
    page = staff(STEWARD).get("/exchange/agreements/jiaotong-driver").text
    assert "网约车驾驶员证申请" in page
    assert "jt-wangyueche" not in page
