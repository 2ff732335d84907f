"""Two people agree to another region's node, and to a hub; one alone to neither, whatever has been before."""

import pytest

from onedoor.identity.models import PersonId
from onedoor.kernel.work import Actor
from onedoor.passes.regions import Mode
from onedoor.passes.service import hubs, peering

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
