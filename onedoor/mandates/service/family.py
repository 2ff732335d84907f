"""监护 A parent acts for the own child because the population register says so; nobody else is asked, and the child has no account."""

import datetime as dt

from msgspec import Struct

from onedoor.identity import service as identity
from onedoor.identity.errors import NotMatched, RegisterAway
from onedoor.identity.models import RegisterEntry
from onedoor.identity.ports import PopulationRegister, Secrets
from onedoor.kernel import buckets
from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import Begin, Work
from onedoor.mandates import policy, store
from onedoor.mandates.errors import BadMandate, HasOwnAccount, NotAParent
from onedoor.mandates.models import Act, Ground, Kind, Kinship, Mandate, Side, State, Terms, Via
from onedoor.mandates.ports import FamilyRegister

from .agreeing import again, confirmed, drawn, me, mine


class Named(Struct, frozen=True):
    """Somebody as their identity card names them."""

    name: str
    id_number: str


def named(work: Work, name: str, id_number: str, at: str = "") -> Named:
    """Both as they are stored; every fault at once. `at` goes before the fields' names."""
    fine, errors = identity.person_name(name), list[dict[str, str]]()
    if fine is None:
        errors.append({"pointer": f"/{at}name", "detail": say(work.locale, "请填写身份证上的姓名")})
    if fault := identity.id_number_fault(work.locale, id_number, work.today):
        errors.append({"pointer": f"/{at}id_number", "detail": fault})
    if errors or fine is None:
        raise BadMandate(errors=errors)
    return Named(fine, identity.id_number(id_number))


async def match(ports: Ports, who: Named, locale: str) -> RegisterEntry:
    """Outside of every transaction: the register is another house."""
    try:
        found = await ports.get(PopulationRegister).match(who.name, who.id_number)
    except OSError as away:
        raise RegisterAway(retry_after=60) from away
    if found is None:
        raise NotMatched(errors=[{"pointer": "", "detail": say(locale, "姓名与身份证号核对不一致，请照身份证逐字核对")}])
    return found


class Child(Struct, frozen=True):
    """What registers say of a child and of whoever asks to act for it."""

    entry: RegisterEntry
    until: dt.date


async def looked_up(begin: Begin, ports: Ports, name: str, id_number: str) -> Child:
    """Is there such a child, and am I its guardian? The registers are asked between transactions."""
    async with begin() as work:
        own, who = await mine(work), named(work, name, id_number)
        await buckets.need(work.db, f"mandates child {me(work).hex}", capacity=10, per_second=10 / 86400)
        if await identity.person_of_id_number(work, ports.get(Secrets), who.id_number):
            raise HasOwnAccount(say(work.locale, "孩子已有自己的账户，请由孩子登录后请您代办。"))
    entry = await match(ports, who, work.locale)
    try:
        kin = await ports.get(FamilyRegister).kinship(own.id_number or "", who.id_number)
    except OSError as away:
        raise RegisterAway(retry_after=60) from away
    until = last_day(entry.birth_on, kin)
    if kin is None or until < work.today:
        words = say(work.locale, "人口库里没有登记您是这个孩子的监护人。请带户口簿或出生证明到窗口办理。")
        raise NotAParent(errors=[{"pointer": "", "detail": words}])
    return Child(entry, until)


async def guard(work: Work, secrets: Secrets, child: Child) -> Mandate:
    """Act for my child until it is of age; asking again gives the same mandate."""
    own = await mine(work)
    ward = await identity.ward_of(work, secrets, child.entry, own.district)
    for known in await store.given(work.db, ward.citizen_id, 100):
        if known.agent_ref == own.citizen_id and known.state is State.ACTIVE and known.kind is Kind.GUARDIAN:
            return known
    terms = Terms(Kind.GUARDIAN, [], list(Act), [], None, work.today, child.until)
    made = drawn(work, terms, ward.citizen_id, own.citizen_id, (ward.name, own.name or ""), Side.AGENT, Ground.REGISTER)
    await store.add(work.db, made)
    await confirmed(work, made, Via.REGISTER, Ground.REGISTER, "")
    return await again(work, made)


def last_day(born: dt.date, kin: Kinship | None) -> dt.date:
    """The day before the eighteenth birthday; 29 February is kept on 1 March."""
    year = born.year + policy.ADULT
    leap = (born.month, born.day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    birthday = dt.date(year, 3, 1) if leap else born.replace(year=year)
    of_age = birthday - dt.timedelta(days=1)
    return min(of_age, kin.until) if kin is not None and kin.until else of_age
