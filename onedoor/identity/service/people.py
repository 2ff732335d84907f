"""What the city knows of a person, for the person and for forms; persons the city brings along."""

import datetime as dt

from onedoor.identity import policy, store
from onedoor.identity.errors import Incomplete
from onedoor.identity.models import Assurance, Claim, Fact, Firm, KnownPerson, Me, Person, PersonId, RegisterEntry, Sex, Ward
from onedoor.identity.ports import Secrets
from onedoor.kernel import crypto
from onedoor.kernel.i18n import text
from onedoor.kernel.text import birth_of, citizen_id_fault, mask_name
from onedoor.kernel.work import Begin, Work, system


async def account_of(work: Work, tel: str) -> PersonId:
    """The account of a phone that has proven itself; a new one the first time."""
    claim = await store.citizen_of_phone(work.db, tel)
    if claim is not None:
        return claim.citizen_id
    citizen = PersonId.new()
    if await store.claim_phone(work.db, tel, citizen):
        await store.add_person(work.db, citizen, tel, work.now)
        return citizen
    other = await store.citizen_of_phone(work.db, tel)  # somebody was first, in the same moment
    return other.citizen_id if other else citizen


async def person(work: Work, citizen: PersonId) -> Person | None:
    """Everything about one person, for rooms above; what staff may see of it is their policy."""
    return await store.person(work.db, citizen)


async def names_of(work: Work, citizens: list[PersonId]) -> dict[PersonId, str]:
    """The proven names of many at once, for rooms above; whoever has proven none is not among them."""
    return {one.citizen_id: one.name for one in await store.names(work.db, citizens)} if citizens else {}


async def numbers_of(work: Work, citizens: list[PersonId]) -> dict[PersonId, str]:
    """The proven identity numbers of many at once, for jobs of rooms above that keep none of them; nobody is shown one."""
    return {one.citizen_id: one.id_number for one in await store.id_numbers(work.db, citizens)} if citizens else {}


async def person_of_phone(work: Work, tel: str) -> PersonId | None:
    """The account of a phone, for jobs and commands."""
    claim = await store.citizen_of_phone(work.db, tel)
    return claim.citizen_id if claim else None


async def person_of_id_number(work: Work, secrets: Secrets, number: str) -> PersonId | None:
    """Whose proven number this is, by its keyed hash; whoever asks has a policy for it and writes the look down."""
    return await store.holder(work.db, crypto.keyed(secrets.key("id-number"), number))


async def holder_of_id_number(work: Work, secrets: Secrets, number: str) -> PersonId | None:
    """The same, also of somebody without an account for whom others have acted before."""
    id_hash = crypto.keyed(secrets.key("id-number"), number)
    return await store.holder(work.db, id_hash) or await store.ward(work.db, id_hash)


async def holders_of_id_numbers(work: Work, secrets: Secrets, numbers: list[str]) -> list[PersonId]:
    """The same of many at once; whoever is not known here is not among them."""
    key = secrets.key("id-number")
    return [one.citizen_id for one in await store.holders(work.db, [crypto.keyed(key, number) for number in numbers])] if numbers else []


async def phone_of(work: Work, citizen: PersonId) -> str | None:
    """Where a person is reached by text message."""
    found = await store.person(work.db, citizen)
    return found.phone or None if found else None


async def ward_of(work: Work, secrets: Secrets, entry: RegisterEntry, district: str | None) -> Ward:
    """Somebody of the register for whom others act: the same key each time, and no account."""
    citizen = await store.claim_ward(work.db, crypto.keyed(secrets.key("id-number"), entry.id_number), PersonId.new())
    await store.put_ward(work.db, citizen, entry, Assurance.REAL_NAME, district, work.now, work.today)
    return Ward(citizen, entry.name, entry.id_number, district)


async def firm_of(work: Work, secrets: Secrets, firm: Firm) -> PersonId:
    """An organisation for which people act: the same key each time, and no account. What is known of it is written anew."""
    citizen = await store.claim_ward(work.db, crypto.keyed(secrets.key("id-number"), f"uscc {firm.uscc}"), PersonId.new())
    await store.put_firm(work.db, citizen, firm, Assurance.REAL_NAME, work.now, work.today)
    return citizen


async def known_firm(work: Work, secrets: Secrets, uscc: str) -> PersonId | None:
    """The key of an organisation that people act for already."""
    return await store.ward(work.db, crypto.keyed(secrets.key("id-number"), f"uscc {uscc}"))


async def district_of(begin: Begin, citizen: PersonId) -> str:
    """Where a person lives, as chosen before; empty when it is not known. Asked once, when a device signs in."""
    async with begin(actor=system("identity.district")) as work:
        found = await store.person(work.db, citizen)
    return (found.district or "") if found else ""


async def me(work: Work) -> Me | None:
    """My own profile, masked, so that nobody reads it over my shoulder."""
    if not isinstance(work.actor.id, PersonId):
        return None
    found = await store.person(work.db, work.actor.id)
    if found is None:
        return None
    return Me(
        id=found.citizen_id,
        phone=found.phone[:3] + "****" + found.phone[-4:],
        name=mask_name(found.name) if found.name else None,
        id_number=found.id_number[:4] + "*" * 12 + found.id_number[-2:] if found.id_number else None,
        assurance=found.assurance,
        real_name=found.assurance >= Assurance.REAL_NAME,
        district=found.district,
        checked_on=found.checked_on,
    )


async def set_district(work: Work, district: str) -> None:
    """Where I live, for services and warnings; whether there is such a district is the caller's to know."""
    if isinstance(work.actor.id, PersonId):
        await store.save_district(work.db, work.actor.id, district)


async def facts(work: Work, citizen: PersonId) -> dict[str, Fact]:
    """What forms may fill in by themselves: element name → value, where it comes from, and of which day. Unknown ones are absent."""
    known = await store.person(work.db, citizen)
    if known is None:
        return {}
    if known.firm is not None:
        return _of_firm(known.firm, known.checked_on)
    told = {"person.phone": Fact(known.phone, text("登录手机号"), None)} if known.phone else {}
    if known.district:
        told["person.district"] = Fact(known.district, text("您选择的区域"), None)
    if known.assurance < Assurance.REAL_NAME or known.checked_on is None or known.birth_on is None:
        return told
    source, as_of = text("人口库"), known.checked_on
    plain = {
        "person.name": known.name, "person.id_number": known.id_number, "person.birth_on": known.birth_on.isoformat(),
        "person.age": age(known.birth_on, work.today), "person.address": known.address,
        "person.household_address": known.household_address,
    }  # fmt: skip
    told |= {name: Fact(value, source, as_of) for name, value in plain.items() if value not in (None, "")}
    if known.sex:
        told["person.sex"] = Fact(known.sex.value, source, as_of, text("女") if known.sex is Sex.FEMALE else text("男"))
    if known.nation:
        told["person.nation"] = Fact(known.nation.zh, source, as_of, known.nation)
    return told


def _of_firm(firm: Firm, as_of: dt.date | None) -> dict[str, Fact]:
    """What forms may fill in of an organisation."""
    plain = {
        "firm.name": firm.name, "firm.uscc": firm.uscc, "firm.legal_name": firm.legal_name, "firm.address": firm.address,
        "firm.scope": firm.scope, "firm.founded_on": firm.founded_on.isoformat() if firm.founded_on else "",
    }  # fmt: skip
    return {name: Fact(value, text("市场主体登记"), as_of) for name, value in plain.items() if value}


def age(born: dt.date, today: dt.date) -> int:
    """Full years; a birthday on 29 February is kept on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


async def proven(work: Work, after: PersonId | None, most: int) -> list[PersonId]:
    """The next people whose names are proven, by id: for what the city does for everybody at night."""
    return [row.citizen_id for row in await store.proven(work.db, after, most)]


async def put_people(work: Work, rows: list[KnownPerson], secrets: Secrets | None = None) -> dict[str, PersonId]:
    """Persons a city brings along, by phone; loading them again changes nothing. Proven ones need `secrets`."""
    for row in rows:
        if row.real_name and (not row.name or not row.id_number or citizen_id_fault(row.id_number, work.today) or secrets is None):
            raise Incomplete(errors=[{"pointer": f"/{row.phone}", "detail": row.name or ""}])
    claims = await store.claim_phones(work.db, [row.phone for row in rows], [PersonId.new() for _ in rows])
    await store.put_persons(work.db, claims, work.now)
    by_phone = {claim.tel: claim.citizen_id for claim in claims}
    places = [(by_phone[row.phone], row.district) for row in rows if row.district]
    await store.put_districts(work.db, [citizen for citizen, _ in places], [district for _, district in places])
    if secrets is not None:
        await _put_proofs(work, claims, [row for row in rows if row.real_name], secrets)
    return by_phone


async def _put_proofs(work: Work, claims: list[Claim], rows: list[KnownPerson], secrets: Secrets) -> None:
    by_phone = {claim.tel: claim.citizen_id for claim in claims}
    key = secrets.key("id-number")
    numbers = {crypto.keyed(key, row.id_number or ""): row for row in rows}
    mine = await store.claim_id_numbers(work.db, list(numbers), [by_phone[row.phone] for row in numbers.values()])
    proven = [numbers[claim.id_hash] for claim in mine if by_phone[numbers[claim.id_hash].phone] == claim.citizen_id]
    complete = [_completed(row) for row in proven]
    await store.put_proofs(work.db, [by_phone[row.phone] for row in proven], complete, Assurance.REAL_NAME, work.today)


def _completed(row: KnownPerson) -> dict[str, object]:
    number = policy.id_number(row.id_number or "")
    return {
        "name": row.name, "id_number": number, "birth_on": birth_of(number), "sex": sex_of(number).value, "nation": row.nation,
        "household_address": row.household_address, "address": row.address, "district": row.district,
    }  # fmt: skip


def sex_of(id_number: str) -> Sex:
    """The 17th digit: odd is male."""
    return Sex.MALE if int(id_number[16]) % 2 else Sex.FEMALE
