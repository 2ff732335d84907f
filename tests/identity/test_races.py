"""Two at once: one account a phone, one account a number, one session a code; what has run out opens nothing."""

import asyncio
from typing import Any

from onedoor.identity import service
from onedoor.identity.errors import AlreadyProven, IdNumberTaken, WrongCode
from onedoor.identity.models import KnownPerson, Opened, PersonId, SessionKind
from onedoor.identity.ports import Secrets
from onedoor.kernel.work import Actor, system


def begin_as(site: Any, actor: Actor) -> Any:
    return lambda **said: site.house.begin(**{"actor": actor, **said})


async def code_of(site: Any, phone: str) -> str:
    async with site.house.begin() as work:
        await service.request_code(work, phone)
    await asyncio.to_thread(site.jobs)
    return site.outbox.sign_in_code(phone)


def test_one_code_opens_one_session(site) -> None:
    phone = site.new_phone()

    async def both() -> list[Any]:
        code, secrets = await code_of(site, phone), site.house.ports.get(Secrets)
        tries = [service.sign_in(begin_as(site, Actor()), secrets, phone, code, SessionKind.API, "") for _ in range(4)]
        return await asyncio.gather(*tries, return_exceptions=True)

    found = site.run(both)
    assert [type(f) for f in found].count(Opened) == 1
    assert sum(isinstance(f, WrongCode) for f in found) == 3


def test_one_number_goes_to_one_of_two(site) -> None:
    row = [r for r in site.register.rows.values() if r.get("status", "normal") == "normal"][-15]

    async def person() -> Actor:
        async with site.house.begin(actor=system("test")) as work:
            phone = site.new_phone()
            people = await service.put_people(work, [KnownPerson(phone=phone)])
            return Actor(id=people[phone])

    async def both() -> list[Any]:
        secrets = site.house.ports.get(Secrets)
        actors = [await person() for _ in range(2)]
        tries = [service.prove(begin_as(site, a), site.register, secrets, row["name"], row["id_number"]) for a in actors]
        return await asyncio.gather(*tries, return_exceptions=True)

    found = site.run(both)
    assert sorted(type(f).__name__ for f in found) == sorted([IdNumberTaken.__name__, "NoneType"])


def test_an_account_is_proven_once_whatever_is_asked_at_the_same_time(site) -> None:
    """While the register is asked about one number, another one is proven: the first to be settled stays."""
    rows = [r for r in site.register.rows.values() if r.get("status", "normal") == "normal"][-18:-16]

    class Slow:
        """Answers when both have been asked."""

        def __init__(self) -> None:
            self.asked = 0

        async def match(self, name: str, id_number: str) -> Any:
            self.asked += 1
            while self.asked < 2:
                await asyncio.sleep(0.01)
            return await site.register.match(name, id_number)

    async def both() -> tuple[list[Any], int]:
        secrets, register, phone = site.house.ports.get(Secrets), Slow(), site.new_phone()
        async with site.house.begin(actor=system("test")) as work:
            actor = Actor(id=(await service.put_people(work, [KnownPerson(phone=phone)]))[phone])
        tries = [service.prove(begin_as(site, actor), register, secrets, row["name"], row["id_number"]) for row in rows]
        found = await asyncio.gather(*tries, return_exceptions=True)
        claims = "select count(*) from identity.id_claim where citizen_id = $citizen"
        return found, await site.house.database.reference.value(claims, citizen=actor.id)

    found, claims = site.run(both)
    assert sorted(type(f).__name__ for f in found) == sorted([AlreadyProven.__name__, "NoneType"])
    assert claims == 1


def test_a_device_signed_in_while_the_name_is_proven_knows_of_it(site) -> None:
    row = [r for r in site.register.rows.values() if r.get("status", "normal") == "normal"][-21]

    async def both() -> int:
        secrets, phone, db = site.house.ports.get(Secrets), site.new_phone(), site.house.database.reference
        async with site.house.begin(actor=system("test")) as work:
            citizen = (await service.put_people(work, [KnownPerson(phone=phone)]))[phone]
        async with site.house.begin(actor=system("test")) as work:
            opened = await service.signing.begin_session(work, citizen, SessionKind.WEB, "")
            proof = service.prove(begin_as(site, Actor(id=citizen)), site.register, secrets, row["name"], row["id_number"])
            proving = asyncio.create_task(proof)
            await asyncio.wait([proving], timeout=0.3)
        await proving
        return (await service.actor_of(db, opened.token)).assurance

    assert site.run(both) == 2


def test_a_code_lives_five_minutes_and_a_session_thirty_days(site) -> None:
    phone = site.new_phone()

    async def late() -> tuple[list[Any], bool, int]:
        code, secrets, db = await code_of(site, phone), site.house.ports.get(Secrets), site.house.database.reference
        await db.run("update identity.one_time_code set expires_at = now() - interval '1 second' where tel = $tel", tel=phone)
        tries = [service.sign_in(begin_as(site, Actor()), secrets, phone, code, SessionKind.API, "")]
        refused = await asyncio.gather(*tries, return_exceptions=True)
        async with site.house.begin(actor=system("test")) as work:
            opened = await service.signing.begin_session(work, PersonId.new(), SessionKind.WEB, "")
        await db.run("update identity.session set expires_at = now() - interval '1 second' where id = $id", id=opened.id)
        gone = (await service.actor_of(db, opened.token)).signed_in
        async with site.house.begin(actor=system("test")) as work:
            return refused, gone, await service.sweep(work)

    refused, gone, swept = site.run(late)
    assert isinstance(refused[0], WrongCode)
    assert not gone
    assert swept >= 2


def test_fifty_devices_and_no_more(site) -> None:
    async def many() -> tuple[int, bool, bool]:
        db, citizen, opened = site.house.database.reference, PersonId.new(), []
        for _ in range(52):
            async with site.house.begin(actor=system("test")) as work:
                opened.append(await service.signing.begin_session(work, citizen, SessionKind.WEB, ""))
        async with site.house.begin(actor=Actor(id=citizen)) as work:
            listed = await service.sessions(work)
        first, last = [(await service.actor_of(db, one.token)).signed_in for one in (opened[0], opened[-1])]
        return len(listed), first, last

    assert site.run(many) == (50, False, True)


def test_changes_at_once_take_the_devices_in_one_order(site) -> None:
    """Whoever waits for one device holds none of those that come after it, in whatever order they lie: no two ever wait for each other."""
    blocked = "select exists (select from pg_locks where not granted and $pid = any(pg_blocking_pids(pid)))"
    free = "select count(*) from (select from identity.session where citizen_ref = $citizen for update skip locked) as one"

    async def waiting() -> int:
        citizen = PersonId.new()
        async with site.house.begin(actor=system("test")) as work:
            opened = [await service.signing.begin_session(work, citizen, SessionKind.WEB, "") for _ in range(3)]
        first = min(one.id for one in opened)

        async def change() -> None:
            async with site.house.begin(actor=system("test")) as work:
                service.touch(work, citizen)

        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("update identity.session set begun_at = begun_at + interval '1 hour' where id = $id", id=first)
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("update identity.session set rev = rev where id = $id", id=first)
            changing, pid = asyncio.create_task(change()), await work.db.value("select pg_backend_pid()")
            async with site.house.begin(actor=system("test")) as other, asyncio.timeout(10):
                while not await other.db.value(blocked, pid=pid):
                    await asyncio.sleep(0.01)
                found = await other.db.value(free, citizen=citizen)
        await changing
        return found

    assert site.run(waiting) == 2
