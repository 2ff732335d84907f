"""What staff typed stands in the form again when it is too long, beside why it was not taken."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from onedoor.kernel import memory
from onedoor.orgs.models import OrgId

from .conftest import rows
from .test_backflow import WISH as BACK
from .test_directory import DISTRICT, SOCIAL, STEWARD, made

TYPED = "写了很久的理由"
LONG = TYPED + "理" * 1000


def test_too_long_a_reason_is_kept(site: Any, registers: Any, staff: Any) -> None:
    demand = made(staff(SOCIAL))
    answer = staff(STEWARD).post(demand, data={"act": "decline", "note": LONG})
    assert (answer.status_code, TYPED in answer.text, "太长了" in answer.text) == (422, True, True)
    assert "等数据管理部门核对" in staff(SOCIAL).get(demand).text


def test_too_long_an_objection_is_kept(site: Any, registers: Any, staff: Any) -> None:
    office = staff(DISTRICT)
    answer = office.post("/exchange/backflow", data=BACK)
    assert "/demand_" in answer.url.path, answer.text
    which = answer.url.path.rpartition("/")[2]
    org = rows(site, f"select org_id from exchange.demand where id = '{which.removeprefix('demand_')}'")[0]["org_id"]
    staff(STEWARD).post(f"/exchange/demands/org_{org.hex}/{which}", data={"act": "decline", "note": "用途没有写清楚"})
    answer = office.post(f"/exchange/backflow/{which}", data={"note": LONG})
    assert (answer.status_code, TYPED in answer.text, "太长了" in answer.text) == (422, True, True)


@pytest.fixture
def city(site: Any) -> Iterator[str]:
    """A city that was added, and has not been heard of since."""
    which = OrgId.new()
    rows(site, "insert into exchange.city (node, id, fingerprint, divisions, state, seq, document, fetched_at, added_by, added_at) "
         f"values ('https://far.example', '{which.uuid}', 'x', '{{9902}}', 'on', 1, 'x', now(), 'x', now())")  # fmt: skip
    memory.forget_all()
    yield str(which)
    rows(site, "delete from exchange.city")
    memory.forget_all()


def test_too_long_a_basis_is_kept(site: Any, registers: Any, staff: Any, city: str) -> None:
    said = {"resource": "police.driver", "elements": ["driver.class"], "services": "a-1\nb-2", "ground": "duty", "basis": LONG}
    answer = staff(STEWARD).post(f"/exchange/cities/{city}/agreements", data=said)
    assert (answer.status_code, TYPED in answer.text, "b-2" in answer.text, "太长了" in answer.text) == (422, True, True, True)
    assert answer.text.count(" checked") == 2, "and what was ticked"


def test_rules_with_a_sign_that_cannot_be_kept_are_not_lost(site: Any, registers: Any, staff: Any) -> None:
    rules = [{"to": "driver.class", "from": "/zjcx"}, {"to": "driver.licensed_on", "from": "/on"}]
    odd = {"to": "x.写了很久\x00", "from": "/a", "when_missing": "not_held"}
    table = {"写了很久\x00": {"1": {"value": "C1", "title": "C1"}}}
    for said in ({"rules": json.dumps([*rules, odd])}, {"codes": json.dumps(table)}):
        sample = '{"zjcx": "C1", "on": "2015-06-09"}'
        sent = {"rules": json.dumps(rules), "codes": "{}", "sample": sample, "act": "put", "sure": "yes"} | said
        answer = staff(STEWARD).post("/exchange/resources/police.driver", data=sent)
        assert (answer.status_code, "\\u5199\\u4e86" in answer.text) == (422, True)
        assert "不能使用的字符" in answer.text
