"""A turn at a counter that does not go as it should: nothing typed is lost, looks are counted, a reply that was lost comes again."""

import datetime as dt
import re
from typing import Any

import httpx
import pytest

from tests.exchange.conftest import rows
from tests.mandates.people import Account, account, entered

from .kit import PERMIT
from .test_counter import FILLED, opened
from .test_desk import CLERK, Staff


@pytest.fixture(scope="module")
def visitor(site: Any) -> Account:
    return account(site, entered(site, "费来客", dt.date(1971, 5, 6)))


def test_a_turn_that_cannot_begin_keeps_what_was_typed(site: Any, staff: Staff, visitor: Account) -> None:
    """No item was chosen, or one that is not for people: the page says so, with ticket and number still there."""
    desk, card = staff(CLERK), visitor.who.id_number
    for item, status, why in (("", 422, "请选择一项"), ("sj-shipin-qiye", 403, "这件事由单位办理"), ("no-such", 404, "不能在线申请")):
        refused = opened(desk, ticket="C777", id_number=card, item=item)
        assert (refused.url.path, refused.status_code) == ("/desk/counter", status)
        assert [words in refused.text for words in (why, "C777", card)] == [True] * 3, item


def test_looks_by_number_are_counted_also_when_nobody_is_found(site: Any, staff: Staff) -> None:
    """Nobody tries numbers one after the other to learn who has an account."""
    desk = staff(CLERK)
    rows(site, "delete from kernel.bucket where key like 'desk number %'", "select 1")
    found = [opened(desk, id_number=entered(site, "费没有", dt.date(1950, 1, 1 + n)).id_number).status_code for n in range(3)]
    assert found == [404] * 3
    for address, more in (("counter", {"ticket": "C1", "item": PERMIT}), ("consents/lookups", {})):
        card = entered(site, "费没有", dt.date(1950, 2, 1)).id_number
        assert desk.post(f"/api/desk/{address}", json={"id_number": card, **more}).status_code == 404
    left = rows(site, "select tokens::int as n from kernel.bucket where key like 'desk number %'")
    assert [row["n"] for row in left] == [55]
    rows(site, "delete from kernel.bucket where key like 'desk code %'", "select 1")
    assert [opened(desk, id_number="", code=f"WRONG12{n}").status_code for n in range(3)] == [404] * 3
    left = rows(site, "select tokens::int as n from kernel.bucket where key like 'desk code %'")
    assert [row["n"] for row in left] == [57]


def ready(site: Any, desk: httpx.Client, who: Account, ticket: str) -> tuple[str, str]:
    """A turn that is filled in, and the code the person has got."""
    here = opened(desk, ticket=ticket, id_number=who.who.id_number).url.path
    assert "请申请人确认" in desk.post(here, data=FILLED).text
    desk.post(f"{here}/code")
    site.jobs()
    return here, site.outbox.code(who.phone)


def test_a_reply_that_was_lost_comes_again(site: Any, staff: Staff, visitor: Account) -> None:
    """The same request again, under its key, is the same answer; pressed twice on the page, it is the receipt."""
    desk = staff(CLERK)
    here, code = ready(site, desk, visitor, "C801")
    address, key = f"/api/desk/counter/{here.rpartition('/')[2]}/submissions", {"idempotency-key": f"hand in {here}"}
    first, again = (desk.post(address, json={"code": code}, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    here, code = ready(site, desk, visitor, "C802")
    pressed = [desk.post(f"{here}/submit", data={"code": code}) for _ in range(2)]
    assert [one.url.path for one in pressed] == [f"{here}/receipt"] * 2
    numbers = [re.findall(r'<b class="num">([A-Z0-9]+)</b>', one.text) for one in pressed]
    assert len(numbers[0]) == 1
    assert numbers[0] == numbers[1]
