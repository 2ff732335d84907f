"""People whom tests of mandates make for themselves, so that no other test spoils them: rows of the population register."""

import datetime as dt
import itertools
from typing import Any, NamedTuple

import httpx

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.text import citizen_check
from onedoor.kernel.work import system
from onedoor.mandates.models import MandateId
from onedoor.wallet import service as wallet
from onedoor.wallet.models import Seed
from tests.cases.kit import bearer

_drawn = itertools.count(1)


class Somebody(NamedTuple):
    """A row of the register."""

    name: str
    id_number: str


class Account(NamedTuple):
    """Somebody who signs in: with which phone, and the program that holds the token."""

    who: Somebody
    phone: str
    program: httpx.Client

    @property
    def id(self) -> PersonId:
        return PersonId.parse(self.program.get("/api/me").json()["id"])


def entered(site: Any, name: str, born: dt.date, **guardians: Somebody) -> Somebody:
    """A new row; `guardians` by what they are to the child."""
    body = f"990102{born:%Y%m%d}{next(_drawn) % 1000:03d}"
    number = body + citizen_check(body)
    site.register.made[number] = {
        "id_number": number, "name": name, "sex": "male" if int(number[16]) % 2 else "female", "birth_on": born.isoformat(),
        "nation": {"zh": "汉族", "en": "Han"}, "household_address": "青禾市东湖区安平街道安平路 1 号", "status": "normal",
        "address": "青禾市东湖区安平街道安平路 1 号", "guardians": {one.id_number: what for what, one in guardians.items()},
    }  # fmt: skip
    return Somebody(name, number)


def account(site: Any, who: Somebody) -> Account:
    """Signed in with a new phone, the name proven; how many names one address may prove is another test's question."""

    async def unlimited() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("-- scatter\ndelete from kernel.bucket where key like 'proof%'")

    site.run(unlimited)
    phone = site.new_phone()
    program = bearer(site, phone)
    said = program.post("/api/me/real-name", json={"name": who.name, "id_number": who.id_number})
    assert said.status_code == 200, said.text
    return Account(who, phone, program)


def given(site: Any, person: PersonId, who: Somebody, *certs: dict[str, Any]) -> None:
    """Certificates that the registers hold of somebody."""

    async def seed() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await wallet.seed(work, [Seed(person, who.name, who.id_number, list(certs))])

    site.run(seed)


def principal(site: Any, mandate: str) -> PersonId:
    """Who gave it."""

    async def read() -> PersonId:
        async with site.house.begin(actor=system("test")) as work:
            return PersonId(await work.db.value("select citizen_id from mandates.mandate where id = $id", id=MandateId.parse(mandate)))

    return site.run(read)


def aged(site: Any, mandate: str) -> None:
    """The day after its last day has come."""

    async def write() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "update mandates.mandate set from_on = $before, until_on = $before where id = $id",
                before=work.today - dt.timedelta(days=1), id=MandateId.parse(mandate),
            )  # fmt: skip

    site.run(write)


def looks(site: Any, person: PersonId) -> list[str]:
    """What is in somebody's record of data access, the latest first."""

    async def read() -> list[str]:
        async with site.house.begin(actor=system("test")) as work:
            return [link.body.decode() for link in reversed(await identity.chain_of(work, person, 0, 500))]

    return site.run(read)
