"""Two people agree to another region's node, and to a hub; one alone to neither, whatever has been before."""

import datetime as dt

import pytest

from onedoor.identity.models import PersonId
from onedoor.kernel.work import Actor
from onedoor.passes import service
from onedoor.passes.regions import Mode, Recognised
from onedoor.passes.service import hubs, peering, visiting
from onedoor.passes.store import regions as store
from tests.passes.kit import SCHEME, Phone

DUTY = "13800990625"
NODE, HUB, PRINT = "https://far.example", "https://hub.example", "A" * 43


@pytest.fixture
def asked(site):
    """Somebody else names a node and a hub."""
    other = Actor(id=PersonId.new(), name="另一人")

    async def ask() -> None:
        async with site.house.begin(actor=other) as work:
            await peering.ask_peer(work, NODE, PRINT, ["9977"], Mode.VERIFY, "by telephone")
            await hubs.ask(work, HUB, [PRINT, "B" * 43])

    return lambda: site.run(ask)


@pytest.mark.parametrize(("what", "node"), [("peers", NODE), ("hubs", HUB)])
def test_one_person_brings_back_nothing_that_was_withdrawn(site, asked, what: str, node: str) -> None:
    duty = site.sign_in(DUTY)

    def act(verb: str) -> int:
        return duty.post(f"/api/passes/{what}/{verb}", json={"node": node}).status_code

    asked()
    assert act("approval") == 201
    assert act("approval") == 201, "agreed already"
    assert act("withdrawal") == 201
    assert act("approval") == 404
    asked()
    assert act("approval") == 201


def test_a_guest_shows_no_code_on_the_word_of_a_node_that_was_withdrawn(site, asked) -> None:
    duty, guest = site.sign_in(DUTY), site.sign_in()
    me = Actor(id=PersonId.parse(guest.get("/api/me").json()["id"]))
    asked()
    assert duty.post("/api/passes/peers/approval", json={"node": NODE}).status_code == 201

    async def recognised() -> None:
        async with site.house.begin(actor=me) as work:
            place = await visiting.place(work, me.id, await service.scheme(work, SCHEME))
            said = Recognised("epi", NODE, "green", "green", False, work.now, work.now + dt.timedelta(hours=20), place)
            await store.put_recognised(work.db, me.id, said, "once")

    site.run(recognised)
    phone = Phone(guest, int(site.house.now().timestamp()))
    few = phone.asked()["anchors"][:2]
    assert phone.ask(anchors=few).status_code == 201
    assert duty.post("/api/passes/peers/withdrawal", json={"node": NODE}).status_code == 201
    assert phone.ask(anchors=few).json()["type"] == "/problems/not-declared"
