"""Facts for forms, access records, persons a city brings along, and rows as a stranger sees them."""

import datetime as dt
import json
import re
from typing import Any

import pytest

from onedoor.identity import policy, service
from onedoor.identity.errors import Incomplete
from onedoor.identity.models import Firm, KnownPerson, PersonId
from onedoor.identity.ports import Secrets
from onedoor.identity.service.people import age
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Actor, system


async def person_of(site: Any, phone: str) -> PersonId:
    async with site.house.begin(actor=system("test")) as work:
        found = await service.person_of_phone(work, phone)
        assert found is not None
        return found


def test_facts_of_a_proven_person(site) -> None:
    async def ask() -> dict[str, Any]:
        citizen = await person_of(site, "13900990001")
        async with site.house.begin(actor=Actor(id=citizen)) as work:
            return await service.facts(work, citizen)

    facts = site.run(ask)
    assert facts["person.name"].value == "林晓"
    assert facts["person.birth_on"].value == "1992-03-18"
    assert facts["person.sex"].value == "female"
    assert facts["person.sex"].shown == Text("女", "Female")
    assert facts["person.nation"].shown == Text("汉族", "Han")
    assert facts["person.age"].value >= 34
    assert facts["person.district"].value == "990102"
    assert facts["person.phone"].as_of is None
    assert {f.source.zh for name, f in facts.items() if name not in ("person.phone", "person.district")} == {"人口库"}


def test_the_day_of_a_look_into_the_register_is_the_citys(site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of somebody without an account, and of an organisation: early in the morning it is yesterday in Greenwich."""
    monkeypatch.setattr(site.house, "now", lambda: dt.datetime(2026, 11, 20, 18, 30, tzinfo=dt.UTC))
    row = [r for r in site.register.rows.values() if r.get("status", "normal") == "normal"][-20]
    firm = Firm(name="青禾清晨有限公司", uscc="91990100MA0000000X", legal_name="", address="", scope="", founded_on=None)

    async def days() -> list[dt.date | None]:
        secrets = site.house.ports.get(Secrets)
        entry = await site.register.match(row["name"], row["id_number"])
        async with site.house.begin(actor=system("test")) as work:
            both = [(await service.ward_of(work, secrets, entry, None)).citizen_id, await service.firm_of(work, secrets, firm)]
            found = [await service.person(work, one) for one in both]
            await work.db.run("delete from identity.person where citizen_id = any($both)", both=both)
            await work.db.run("delete from identity.ward_claim where citizen_id = any($both)", both=both)
            return [one.checked_on for one in found if one]

    assert site.run(days) == [dt.date(2026, 11, 21)] * 2


def test_facts_of_somebody_unproven_are_few(site, login) -> None:
    phone = site.new_phone()
    login(phone)

    async def ask() -> dict[str, Any]:
        citizen = await person_of(site, phone)
        async with site.house.begin(actor=Actor(id=citizen)) as work:
            return await service.facts(work, citizen)

    assert sorted(site.run(ask)) == ["person.phone"]


def test_a_stranger_gets_no_row_even_when_policy_forgets(site, login) -> None:
    async def ask() -> Any:
        mine = await person_of(site, "13900990001")
        async with site.house.begin(actor=Actor(id=PersonId.new())) as work:
            return await service.person(work, mine)

    assert site.run(ask) is None


def test_loading_people_twice_changes_nothing(site) -> None:
    secrets = site.house.ports.get(Secrets)
    rows = [KnownPerson(phone="13900990001", name="林晓", id_number="990105199203180222", real_name=True, district="990102")]

    async def twice() -> list[dict[str, PersonId]]:
        found = []
        for _ in range(2):
            async with site.house.begin(actor=system("test")) as work:
                found.append(await service.put_people(work, rows, secrets))
        return found

    first, second = site.run(twice)
    assert first == second


def test_a_proven_person_without_number_is_refused(site) -> None:
    async def load() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await service.put_people(work, [KnownPerson(phone="13711111111", name="甲", real_name=True)], site.house.ports.get(Secrets))

    with pytest.raises(Incomplete):
        site.run(load)


def test_staff_looks_are_recorded_and_read_in_plain_words(site, login) -> None:
    phone = site.new_phone()
    browser = login(phone)
    assert "还没有人看过您的资料" in browser.get("/me/access").text
    clerk = json.loads((site.house.settings.city_dir / "demo" / "staff.jsonl").read_text("utf-8").splitlines()[0])

    async def look() -> None:
        from onedoor.orgs import service as orgs

        citizen, who = await person_of(site, phone), await person_of(site, clerk["phone"])
        actor = await orgs.with_grants(site.house.database.reference, Actor(id=who))
        for n in range(23):
            async with site.house.begin(actor=actor) as work:
                purpose = Text(f"审核第 {n} 件", f"Review {n}")
                await service.record_access(work, citizen, purpose, ("person.name", "person.address", "answers"), "case_" + "0" * 32)

    site.run(look)
    page = browser.get("/me/access").text
    assert clerk["name"] in page
    assert "姓名、现住址、申请里填写的内容" in page
    assert "用途：审核第 22 件" in page
    assert "用途：审核第 2 件" not in page
    following = re.search(r'href="(/me/data\?before=\d+)"', page)[1]
    assert "用途：审核第 2 件" in browser.get(following).text
    items = browser.get("/api/me/access").json()
    assert (len(items["items"]), items["items"][0]["staff"]) == (20, clerk["name"])
    assert login().get("/api/me/access").json()["items"] == []
    assert browser.get("/api/me/access?before=x").status_code == 422


def test_birthdays_of_leap_days() -> None:
    assert [age(dt.date(2004, 2, 29), day) for day in (dt.date(2026, 2, 28), dt.date(2026, 3, 1))] == [21, 22]


@pytest.mark.parametrize(("typed", "stored"), [
    (" 林晓 ", "林晓"), ("阿卜杜拉•买买提", "阿卜杜拉·买买提"), ("Anna-Maria  O’Neill", "Anna-Maria O’Neill"), ("林１", None),
    ("林\u202e晓", None), ("·", None), ("𠮷野", "𠮷野"), ("林" * 61, None),
])  # fmt: skip
def test_names(typed: str, stored: str | None) -> None:
    assert policy.person_name(typed) == stored


@pytest.mark.parametrize(("agent", "name"), [
    ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome · Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1 MicroMessenger/8.0", "WeChat · iPhone"),
    ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Edg/130", "Edge · Windows"),
    ("python-httpx/0.28", "python-httpx"), ("", ""), ("<script>", ""),
])  # fmt: skip
def test_devices_have_names_their_owner_knows(agent: str, name: str) -> None:
    assert policy.device_name(agent) == name
