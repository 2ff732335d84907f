"""监护 A parent acts for the own child because the population register says so; nobody else is asked."""

import datetime as dt

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.errors import NotMatched, RegisterAway
from onedoor.identity.events import LifeChanged, WardProven
from onedoor.identity.models import Life, Person, PersonId, RegisterEntry
from onedoor.identity.ports import PopulationRegister, Secrets
from onedoor.kernel import buckets
from onedoor.kernel.i18n import say
from onedoor.kernel.ports import Ports
from onedoor.kernel.text import birth_of
from onedoor.kernel.work import Begin, Work
from onedoor.mandates import policy, store
from onedoor.mandates.errors import BadMandate, HasOwnAccount, NotAParent
from onedoor.mandates.models import BY_LAW, Act, Ground, Kind, Kinship, Mandate, Side, State, Terms, Via
from onedoor.mandates.ports import FamilyRegister

from . import firm
from .agreeing import ROOM, again, confirmed, drawn, me, mine, over, room

MOST_CHILDREN, BATCH = 20, 200
OF_ACCOUNT = [Act.SHOW, Act.COPY]
"""What a guardian does for a child that signs in itself."""


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
    """What registers say of a child and of whoever asks to act for it; `account` when it has one of its own."""

    entry: RegisterEntry
    until: dt.date
    account: PersonId | None = None


async def looked_up(begin: Begin, ports: Ports, name: str, id_number: str) -> Child:
    """Is there such a child, and am I its guardian? The registers are asked between transactions."""
    async with begin() as work:
        own, who = await mine(work), named(work, name, id_number)
        await buckets.need(work.db, f"mandates child {me(work).hex}", capacity=10, per_second=10 / 86400)
        account = await identity.person_of_id_number(work, ports.get(Secrets), who.id_number)
    entry = await match(ports, who, work.locale)
    try:
        kin = await ports.get(FamilyRegister).kinship(own.id_number or "", who.id_number)
    except OSError as away:
        raise RegisterAway(retry_after=60) from away
    until = last_day(entry.birth_on, kin)
    if account is not None and kin is not None and last_day(entry.birth_on, None) < work.today:  # told to kin alone
        raise HasOwnAccount(say(work.locale, "对方已成年，请由本人登录后请您代办。"))
    if kin is None or until < work.today:
        words = say(work.locale, "人口库里没有登记您是这个孩子的监护人。请带户口簿或出生证明到窗口办理。")
        raise NotAParent(errors=[{"pointer": "", "detail": words}])
    return Child(entry, until, account)


async def found(begin: Begin, ports: Ports) -> list[Mandate]:
    """All my children of whom the register knows, without typing a number: each as if I had named it."""
    async with begin() as work:
        own = await mine(work)
        await buckets.need(work.db, f"mandates children {me(work).hex}", capacity=5, per_second=5 / 86400)
    try:
        known = await ports.get(FamilyRegister).wards(own.id_number or "")
    except OSError as away:
        raise RegisterAway(retry_after=60) from away
    made = list[Mandate]()
    for one in known[:MOST_CHILDREN]:
        try:
            child = await looked_up(begin, ports, one.name, one.id_number)
        except (NotAParent, NotMatched, HasOwnAccount):  # of age meanwhile, or struck off
            continue
        async with begin(actor=room(work.actor)) as inside:
            made.append(await guard(inside, ports.get(Secrets), child))
    return made


async def guard(work: Work, secrets: Secrets, child: Child) -> Mandate:
    """Act for my child until it is of age; asking again gives the same mandate. Of a child with an account the certificates alone."""
    own = await mine(work)
    citizen = child.account or (await identity.ward_of(work, secrets, child.entry, own.district)).citizen_id
    await buckets.need(work.db, f"mandates guard {citizen.hex}", capacity=40, per_second=40 / 86400)  # two at once wait for each other here
    for known in await store.given(work.db, citizen, 100):
        if known.agent_ref == own.citizen_id and known.state is State.ACTIVE and known.kind is Kind.GUARDIAN:
            return known
    acts = OF_ACCOUNT if child.account else list(Act)
    terms = Terms(Kind.GUARDIAN, [], acts, [], None, work.today, child.until)
    made = drawn(work, terms, citizen, own.citizen_id, (child.entry.name, own.name or ""), Side.AGENT, Ground.REGISTER)
    await store.add(work.db, made)
    await confirmed(work, made, Via.REGISTER, Ground.REGISTER, "")
    return await again(work, made)


async def recheck(begin: Begin, ports: Ports) -> int:
    """Every night: whoever a register no longer names as guardian, or as who represents a firm, acts no longer. A register that is away
    changes nothing."""
    ended, after = 0, None
    while True:
        async with begin(actor=ROOM) as work:
            found = await store.by_register(work.db, after, BATCH)
            numbers = [await _numbers(work, one) for one in found]
        for made, (agent, whose) in zip(found, numbers, strict=True):
            try:
                still = await (firm.stands if made.firm else _stands)(ports, made, agent, whose)
            except OSError:
                continue
            if not still:
                async with begin(actor=ROOM) as work:
                    ended += await over(work, made, State.ENDED, Via.REGISTER)
        if len(found) < BATCH:
            return ended
        after = found[-1].id


async def _stands(ports: Ports, made: Mandate, guardian: str, ward: str) -> bool:
    return await ports.get(FamilyRegister).kinship(guardian, ward) is not None


async def _numbers(work: Work, made: Mandate) -> tuple[str, str]:
    guardian, ward = await identity.person(work, made.agent_ref), await identity.person(work, made.citizen_id)
    return (guardian.id_number if guardian else "") or "", (ward.id_number if ward else "") or ""


async def grown(work: Work, event: WardProven) -> None:
    """The child signs in itself now: its guardians keep its certificates, and what they have begun for it; nothing new in its name."""
    for one in await store.given(work.db, event.ward, MOST_CHILDREN):
        if not (one.kind is Kind.GUARDIAN and one.holds(work.today)):
            continue
        known = await store.given(work.db, event.citizen, 100)
        if not any(other.agent_ref == one.agent_ref and other.kind is Kind.GUARDIAN and other.state is State.ACTIVE for other in known):
            terms = Terms(Kind.GUARDIAN, [], OF_ACCOUNT, [], None, work.today, one.until_on)
            names = one.principal_name, one.agent_name
            made = drawn(work, terms, event.citizen, one.agent_ref, names, one.asked_by, one.ground)
            await store.add(work.db, made)
            await confirmed(work, made, one.confirmed_via or Via.REGISTER, one.ground, one.confirmed_by)


async def life_changed(work: Work, event: LifeChanged) -> None:
    """Whoever has died, or can no longer decide, acts for nobody and has nobody acting but a guardian; of the dead nobody has."""
    if event.life is Life.RESTORED:
        return
    given = [one for one in await store.given(work.db, event.citizen, 300) if event.life is Life.DIED or one.kind not in BY_LAW]
    for one in (*given, *await store.held(work.db, event.citizen, 300)):
        await over(work, one, State.ENDED, Via.REGISTER)


def by_paper(work: Work, id_number: str, days: str = "") -> Terms:
    """A guardian whom a court or a village committee has named, as the paper at the counter says: the same reach as a parent's, until the
    paper's last day when it has one, and never beyond the eighteenth birthday."""
    born = birth_of(identity.id_number(id_number)) if identity.id_number_fault(work.locale, id_number, work.today) is None else None
    if born is None or (until := last_day(born, None)) < work.today:
        raise BadMandate(errors=[{"pointer": "/kind", "detail": say(work.locale, "只有不满 18 岁的人由监护人代办")}])
    if days:
        if not policy.fits(days):
            raise BadMandate(errors=[policy.days_fault(work.locale)])
        until = min(until, work.today + dt.timedelta(days=int(days)))
    return Terms(Kind.GUARDIAN, [], list(Act), [], None, work.today, until)


def narrowed(terms: Terms, whose: Person) -> Terms:
    """Whoever has an account of their own decides; a guardian holds the certificates alone."""
    return replace(terms, acts=OF_ACCOUNT) if terms.kind is Kind.GUARDIAN and whose.phone else terms


def last_day(born: dt.date, kin: Kinship | None) -> dt.date:
    """The day before the eighteenth birthday; 29 February is kept on 1 March."""
    year = born.year + policy.ADULT
    leap = (born.month, born.day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    birthday = dt.date(year, 3, 1) if leap else born.replace(year=year)
    of_age = birthday - dt.timedelta(days=1)
    return min(of_age, kin.until) if kin is not None and kin.until else of_age
