"""What is used: the hot list does not feed itself, what is used no more cools down; the own list is arranged and put back."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from onedoor.catalog import service, store
from onedoor.catalog.errors import TooManyPinned
from onedoor.catalog.models import HOT, Kind, Origin
from onedoor.catalog.service import use
from onedoor.identity import service as identity
from onedoor.kernel.work import Work, system
from tests.conftest import Site

SHOWN, PEOPLE, DAYS = 5, 400, 40


class Enough(Exception):
    """The simulation is over; nothing of it stays."""


def simulated(site: Site, counts_hot: bool) -> tuple[list[str], list[str]]:
    """Forty days in a city. Most people press what the hot list shows them, the higher the likelier; some look for what they need.

    What is needed changes on the twentieth day. The days go through `record_open`, the table and the statement that adds them up.
    Gives back the hot list after it all, and what is needed most.
    """
    chance = random.Random(11)
    codes = [item.code for item in service.hot("", 40)][10:40]
    needs = [codes[:SHOWN], codes[-SHOWN:]]

    async def day(work: Work, number: int, shown: list[str]) -> None:
        needed = needs[number >= DAYS // 2]
        for _ in range(PEOPLE):
            if shown and chance.random() < 0.7:
                place = min(int(chance.expovariate(0.8)), len(shown) - 1)
                use.record_open(shown[place], None if counts_hot else Origin(Kind.HOT_HALL))
            else:
                use.record_open(chance.choice(needed) if chance.random() < 0.6 else chance.choice(codes))
        batch = Counter(use._opened)
        use._opened.clear()
        when = work.today - timedelta(DAYS - number)
        await store.add_use(work.db, when, list(batch), list(batch.values()), [0] * len(batch))

    async def run() -> list[str]:
        shown: list[str] = []
        try:
            async with site.house.begin(actor=system("test"), seconds=60) as work:
                await work.db.run("delete from catalog.item_use")
                for number in range(DAYS):
                    await day(work, number, shown)
                    shown = [one.item for one in (await store.used(work.db))[:SHOWN]]
                raise Enough
        except Enough:
            return shown

    kept, before = dict(use._opened), use._written[0]
    use._opened.clear()
    try:
        return site.run(run), needs[1]
    finally:
        use._opened.clear()
        use._opened.update(kept)
        use._written[0] = before


def test_the_hot_list_follows_what_people_need_and_not_itself(site: Site) -> None:
    shown, needed = simulated(site, counts_hot=False)
    assert set(shown) == set(needed)


def test_counted_openings_from_the_hot_list_would_keep_it_as_it_was(site: Site) -> None:
    """The same city with those openings counted: the proof that the test above can fail."""
    shown, needed = simulated(site, counts_hot=True)
    assert len(set(shown) & set(needed)) < SHOWN


def test_openings_from_the_hot_list_count_nothing_and_others_do(site: Site, client: httpx.Client) -> None:
    code = service.hot("", 1)[0].code
    use._opened.clear()
    use._written[0] = float("inf")
    try:
        for kind in HOT:
            client.get(service.link(code, Origin(kind)))
        assert code in client.get("/").text
        hot = re.search(rf'href="(/items/{code}\?from=[^"]+)"', client.get("/hall").text)
        assert hot
        client.get(hot[1])
        assert use._opened[code] == 0
        client.get(f"/items/{code}")
        client.get(service.link(code, Origin(Kind.SEARCH, "x")))
        client.get(f"/items/{code}?from=forged")
        assert use._opened[code] == 3
    finally:
        use._opened.clear()
        use._written[0] = float("-inf")


def hits(page: str) -> list[str]:
    return re.findall(r'<a class="cell" href="/items/([^"?]+)', page)


def test_pinned_ones_are_put_in_order(login: Callable[..., httpx.Client]) -> None:
    person = login()
    for code in ("ga-gangao", "ga-huzhao", "mz-jiehun"):
        person.post("/me/frequent", data={"item": code, "action": "pin"})
    assert hits(person.get("/me/frequent").text) == ["ga-gangao", "ga-huzhao", "mz-jiehun"]
    person.post("/me/frequent", data={"item": "mz-jiehun", "action": "up"})
    assert hits(person.get("/me/frequent").text) == ["ga-gangao", "mz-jiehun", "ga-huzhao"]
    person.post("/me/frequent", data={"item": "ga-gangao", "action": "down"})
    assert hits(person.get("/me/frequent").text) == ["mz-jiehun", "ga-gangao", "ga-huzhao"]
    person.post("/me/frequent", data={"item": "mz-jiehun", "action": "up"})
    assert hits(person.get("/me/frequent").text)[0] == "mz-jiehun", "the first stays the first"
    home = person.get("/").text
    assert [home.index(f"/items/{code}?") for code in ("mz-jiehun", "ga-gangao", "ga-huzhao")] == sorted(
        home.index(f"/items/{code}?") for code in ("mz-jiehun", "ga-gangao", "ga-huzhao")
    )
    unpinned = person.post("/me/frequent", data={"item": "ga-yangquan", "action": "up"}, headers={"accept": "application/json"})
    assert unpinned.status_code == 409


@pytest.mark.parametrize("action", ["pin", "hide", "restore", "down"])
def test_each_change_is_taken_back(login: Callable[..., httpx.Client], action: str) -> None:
    person = login()
    for code in ("ga-gangao", "ga-huzhao", "mz-jiehun"):
        person.post("/me/frequent", data={"item": code, "action": "pin"})
    if action == "pin":
        person.post("/me/frequent", data={"item": "ga-gangao", "action": "hide"})

    def stand() -> Any:
        return person.get("/api/me/frequent").json()["items"]

    before = stand()
    page = person.post("/me/frequent", data={"item": "ga-gangao", "action": action}).text
    assert stand() != before
    was = re.search(r'name="was" value="([^"]+)"', page)
    assert was
    assert "撤销" in page
    person.post("/me/frequent", data={"item": "ga-gangao", "action": "undo", "was": was[1]})
    assert stand() == before


@pytest.mark.parametrize("was", ["", "p", "p-1", "p999", "x", "p１", "<b>", "h0"])
def test_nonsense_is_not_put_back(login: Callable[..., httpx.Client], was: str) -> None:
    person = login()
    answer = person.post("/me/frequent", data={"item": "ga-gangao", "action": "undo", "was": was}, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert person.get("/me/frequent", params={"done": "hide", "item": "ga-gangao", "was": was}).status_code == 200
    assert person.get("/me/frequent", params={"done": "<b>", "item": "<b>", "was": "n"}).status_code == 200


def test_a_program_arranges_once_per_key(login: Callable[..., httpx.Client], client: httpx.Client) -> None:
    person, body = login(), {"item": "ga-gangao", "action": "pin"}
    assert client.post("/api/me/frequent/changes", json=body).status_code == 401
    first = person.post("/api/me/frequent/changes", json=body, headers={"idempotency-key": "one"})
    assert first.status_code == 201
    assert [(o["code"], o["pinned"]) for o in first.json()["items"]] == [("ga-gangao", True)]
    person.post("/api/me/frequent/changes", json={"item": "ga-gangao", "action": "hide"})
    again = person.post("/api/me/frequent/changes", json=body, headers={"idempotency-key": "one"})
    assert again.headers["idempotent-replay"] == "true"
    assert person.get("/api/me/frequent").json()["items"][0]["hidden"]
    for bad in ({"item": "none", "action": "pin"}, {"item": "ga-gangao", "action": "explode"}, {}, {"item": 1}):
        assert person.post("/api/me/frequent/changes", json=bad).status_code in (400, 404, 422)


def test_the_first_pin_is_taken_back_whole(login: Callable[..., httpx.Client]) -> None:
    """Nobody is left with a list of their own that holds one service which they neither use nor want."""
    person = login()
    before = person.get("/").text
    page = person.post("/me/frequent", data={"item": "ga-gangao", "action": "pin"}).text
    assert person.get("/").text != before
    was = re.search(r'name="was" value="([^"]+)"', page)
    assert was
    person.post("/me/frequent", data={"item": "ga-gangao", "action": "undo", "was": was[1]})
    assert person.get("/api/me/frequent").json()["items"] == []
    assert hits(person.get("/me/frequent").text) == []
    assert person.get("/").text == before
    person.post("/me/frequent", data={"item": "ga-gangao", "action": "hide"})
    assert [one["hidden"] for one in person.get("/api/me/frequent").json()["items"]] == [True]


def test_two_devices_at_once_do_not_pin_more_than_a_list_holds(site: Site, login: Callable[..., httpx.Client]) -> None:
    person = login()
    codes = [item.code for item in service.hot("", use.PINS + 1)]
    for code in codes[: use.PINS - 1]:
        assert person.post("/api/me/frequent/changes", json={"item": code, "action": "pin"}).status_code == 201
    token = person.cookies["onedoor"]

    async def both() -> list[str]:
        actor = await identity.actor_of(site.house.database.reference, token)

        async def pin(code: str, waits: float) -> str:
            try:
                async with site.house.begin(actor=actor) as work:
                    await service.arrange(work, code, "pin")
                    await asyncio.sleep(waits)
            except TooManyPinned:
                return "refused"
            return "pinned"

        return list(await asyncio.gather(pin(codes[-2], 0.3), pin(codes[-1], 0.3)))

    assert sorted(site.run(both)) == ["pinned", "refused"]
    found = person.get("/api/me/frequent").json()["items"]
    assert len([one for one in found if one["pinned"]]) == use.PINS
