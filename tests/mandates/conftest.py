"""People for the tests of mandates: the daughter, her mother and a stranger, each signed in once; and registers over the city's rows."""

from typing import Any

import httpx
import pytest

from onedoor.mandates.models import Kinship, Reply, Warded
from onedoor.mandates.ports import FamilyRegister, SmsReplies
from tests.cases.kit import bearer

DAUGHTER, MOTHER, STRANGER = "13900990002", "13900990003", "13900990001"


class Family:
    """The port of the family register over the demo city's rows, and people whom tests made up."""

    def __init__(self, register: Any) -> None:
        self.register, self.away = register, False

    async def kinship(self, guardian: str, ward: str) -> Kinship | None:
        if self.away:
            raise OSError("the register does not answer")
        relation = (self.register.row(ward) or {}).get("guardians", {}).get(guardian)
        return Kinship(relation) if relation else None

    async def wards(self, guardian: str) -> list[Warded]:
        if self.away:
            raise OSError("the register does not answer")
        known = self.register.rows | self.register.made
        return [Warded(row["name"], number) for number, row in known.items() if guardian in row.get("guardians", {})]


class Replies:
    """What people send to the city's number."""

    def __init__(self) -> None:
        self.got: list[Reply] = []
        self.away = False

    def send(self, phone: str, text: str) -> None:
        self.got.append(Reply(len(self.got) + 1, phone, text))

    async def replies(self, after: int) -> list[Reply]:
        if self.away:
            raise OSError("the gateway does not answer")
        return [one for one in self.got if one.number > after]


@pytest.fixture(scope="session")
def replies(site: Any) -> Replies:
    made = Replies()
    site.house.ports.put(SmsReplies, made)
    return made


@pytest.fixture(scope="session")
def kin(site: Any) -> Family:
    made = Family(site.register)
    site.house.ports.put(FamilyRegister, made)
    return made


@pytest.fixture(scope="module", autouse=True)
def connected(site: Any, kin: Family, replies: Replies) -> None:
    """Ours again, whatever another module has put in their place."""
    site.house.ports.put(FamilyRegister, kin)
    site.house.ports.put(SmsReplies, replies)


@pytest.fixture(scope="session")
def daughter(site: Any, kin: Family, replies: Replies) -> httpx.Client:
    return bearer(site, DAUGHTER)


@pytest.fixture(scope="session")
def mother(site: Any) -> httpx.Client:
    return bearer(site, MOTHER)


@pytest.fixture(scope="session")
def stranger(site: Any) -> httpx.Client:
    return bearer(site, STRANGER)
