"""代办 Standing in for a child or an elder who has no account. The population register confirms who lives in the same household; all others
wait for a clerk. Whoever has an account of their own is declared for by nobody else."""

from msgspec import Struct
from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.errors import NotMatched, RegisterAway
from onedoor.identity.models import Person, PersonId, RegisterEntry
from onedoor.identity.ports import PopulationRegister, Secrets
from onedoor.kernel import buckets, crypto
from onedoor.kernel.i18n import say, text
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Actor, Begin, Work
from onedoor.orgs import service as orgs
from onedoor.passes import policy
from onedoor.passes.errors import BadDependant, HasAccount, NoSuchPerson, NotYours
from onedoor.passes.records import Dependant, MandateState, Relation, Subject
from onedoor.passes.store import people as store
from onedoor.passes.store import texting

MOST, CHILD_UNTIL, ELDER_FROM = 8, 18, 60
KEY = "id-number"


class Named(Struct, frozen=True):
    """Somebody as their identity card names them."""

    name: str
    id_number: str


def named(work: Work, name: str, id_number: str) -> Named:
    """Both as they are stored; every fault at once."""
    fine, errors = identity.person_name(name), list[dict[str, str]]()
    if fine is None:
        errors.append({"pointer": "/name", "detail": say(work.locale, "请填写身份证上的姓名")})
    if fault := identity.id_number_fault(work.locale, id_number, work.today):
        errors.append({"pointer": "/id_number", "detail": fault})
    if errors or fine is None:
        raise BadDependant(errors=errors)
    return Named(fine, identity.id_number(id_number))


async def _match(begin: Begin, register: PopulationRegister, who: Named) -> RegisterEntry:
    """Outside of every transaction: the register is another house."""
    try:
        found = await register.match(who.name, who.id_number)
    except OSError as away:
        raise RegisterAway(retry_after=60) from away
    if found is None:
        async with begin() as work:
            words = say(work.locale, "姓名与身份证号核对不一致，请照身份证逐字核对")
        raise NotMatched(errors=[{"pointer": "", "detail": words}])
    return found


async def add(begin: Begin, register: PopulationRegister, secrets: Secrets, name: str, id_number: str, relation: str) -> Dependant:
    """Ask to stand in for somebody. In the same household the register's word is enough."""
    async with begin() as work:
        me = _me(work.actor)
        policy.proven(work.actor)
        who = named(work, name, id_number)
        await buckets.need(work.db, f"passes family {me.hex}", capacity=10, per_second=10 / 86400)
        guardian = await identity.person(work, me)
        if len(await store.dependants(work.db, me, MOST)) >= MOST:
            raise BadDependant(errors=[{"pointer": "", "detail": say(work.locale, "最多登记 {n} 位家人", n=MOST)}])
    entry = await _match(begin, register, who)
    async with begin() as work:
        if await identity.person_of_id_number(work, secrets, who.id_number):  # not told of a number alone
            raise HasAccount(say(work.locale, "请本人申报；不会用手机的，可以到社区或窗口，由工作人员代填。"))
        kind = _relation(work, relation, identity.age(entry.birth_on, work.today))
        person = await store.claim_subject(work.db, crypto.keyed(secrets.key(KEY), who.id_number), PersonId.new())
        home = bool(guardian and guardian.household_address and guardian.household_address == entry.household_address)
        state = MandateState.CONFIRMED if home and kind is not Relation.WARD else MandateState.WAITING
        made = Dependant(
            me, person, who.name, kind, state, orgs.path_or_root((guardian.district if guardian else "") or ""), work.now,
            say("zh-CN", "人口库") if home else None, work.now if state is MandateState.CONFIRMED else None,
        )  # fmt: skip
        await store.put_dependant(work.db, made)
    async with begin(actor=replace(work.actor, on_behalf_of=person)) as work:
        await store.put_subject(work.db, Subject(person, who.name, who.id_number, entry.birth_on), work.now)
    return made


def _relation(work: Work, given: str, age: int) -> Relation:
    try:
        kind = Relation(given)
    except ValueError as no:
        raise BadDependant(errors=[{"pointer": "/relation", "detail": say(work.locale, "请选择关系")}]) from no
    if (kind is Relation.CHILD and age >= CHILD_UNTIL) or (kind is Relation.ELDER and age < ELDER_FROM):
        detail = say(work.locale, "孩子要不满 18 岁，老人要满 60 岁；其他被监护人请选“被监护人”")
        raise BadDependant(errors=[{"pointer": "/relation", "detail": detail}])
    return kind


def _me(actor: Actor) -> PersonId:
    if not isinstance(actor.id, PersonId):
        raise Unauthorized()
    return actor.id


async def mine(work: Work) -> list[Dependant]:
    """Whom I may stand in for, and whom I have asked for."""
    return await store.dependants(work.db, _me(work.actor), MOST) if isinstance(work.actor.id, PersonId) else []


async def standing_in(work: Work, person: PersonId) -> Actor:
    """The actor who stands in for this person; refused without a confirmed mandate."""
    found = await store.dependant(work.db, _me(work.actor), person)
    if found is None or found.state is not MandateState.CONFIRMED:
        raise NoSuchPerson()
    return replace(work.actor, on_behalf_of=person)


async def end(begin: Begin, person: PersonId) -> None:
    """No longer stand in for somebody, nor get texts about them; asked for once more, it can begin again."""
    before = [MandateState.WAITING.value, MandateState.CONFIRMED.value]
    async with begin() as work:
        me, actor = _me(work.actor), work.actor
        if not await store.set_mandate(work.db, me, person, MandateState.ENDED, None, work.now, before):
            raise NoSuchPerson()
    async with begin(actor=replace(actor, on_behalf_of=person)) as work:  # their rows are not mine
        await texting.drop_asked_by(work.db, person, me)


async def speaks_for_oneself(work: Work, citizen: PersonId) -> int:
    """Somebody has declared with an account of their own: whoever stood in for the same person before does not any more. How many did."""
    known = await identity.person(work, citizen)
    before = await store.numbered(work.db, known.id_number) if known and known.phone and known.id_number else None
    return await store.end_mandates(work.db, before, work.now) if before and before != citizen else 0


async def waiting(work: Work, most: int = 50) -> list[tuple[Dependant, Person | None]]:
    """Mandates that a clerk of these districts has to confirm, with who asks."""
    found = await store.mandates_waiting(work.db, list(work.actor.districts), most)
    for one in found:
        await identity.record_access(work, one.citizen_id, text("核对您为家人代办的关系"), ("person.name", "passes.family"), None)
    return [(one, await identity.person(work, one.citizen_id)) for one in found]


async def confirm(work: Work, guardian: PersonId, person: PersonId, *, yes: bool) -> None:
    """A clerk has seen the papers, or has not."""
    found = await store.dependant(work.db, guardian, person)
    if found is None or not policy.reaches(work.actor, found.path) or work.actor.id == guardian:
        raise NoSuchPerson()
    state = MandateState.CONFIRMED if yes else MandateState.DECLINED
    if not await store.set_mandate(work.db, guardian, person, state, work.actor.name[:60], work.now, [MandateState.WAITING.value]):
        raise NoSuchPerson()


class AtCounter(Struct, frozen=True):
    """Who stands at the counter: an account, or somebody without one."""

    person: PersonId
    name: str
    masked_number: str
    account: bool


async def at_counter(begin: Begin, register: PopulationRegister, secrets: Secrets, name: str, id_number: str) -> AtCounter:
    """Whoever stands there with an identity card, for somebody who writes down what they say; the person can read that they did."""
    async with begin() as work:
        who = named(work, name, id_number)
        await buckets.need(work.db, f"passes counter {_me(work.actor).hex}", capacity=60, per_second=60 / 3600)
        account = await identity.person_of_id_number(work, secrets, who.id_number)
        known = await identity.person(work, account) if account else None
        if account and known and known.name != who.name:
            raise NotMatched(errors=[{"pointer": "", "detail": say(work.locale, "姓名与身份证号核对不一致，请照身份证逐字核对")}])
    entry = None if account else await _match(begin, register, who)
    async with begin() as work:
        if known:
            _reached(work, known.district)
        person = account or await store.claim_subject(work.db, crypto.keyed(secrets.key(KEY), who.id_number), PersonId.new())
        if entry:
            await store.put_subject(work.db, Subject(person, who.name, who.id_number, entry.birth_on), work.now)
        await _seen(work, person)
    return AtCounter(person, mask_name(who.name), who.id_number[:4] + "*" * 12 + who.id_number[-2:], account is not None)


async def again_at_counter(work: Work, person: PersonId) -> AtCounter:
    """The same person, while the form is being filled in; their own name shows that it is the right one."""
    subject = await store.subject(work.db, person)
    for held in await store.standings(work.db, person) if subject else ():
        _reached(work, held.division)
    known = None if subject else await identity.person(work, person)
    if subject:
        name, number = subject.name, subject.id_number
    elif known and known.name and known.id_number:
        _reached(work, known.district)
        name, number = known.name, known.id_number
    else:
        raise NoSuchPerson()
    await _seen(work, person)
    return AtCounter(person, mask_name(name), number[:4] + "*" * 12 + number[-2:], subject is None)


def _reached(work: Work, division: str | None) -> None:
    """Somebody who lives elsewhere is served there."""
    if division and not policy.may_serve(work.actor, orgs.path_or_root(division)):
        raise NotYours()


async def _seen(work: Work, person: PersonId) -> None:
    await identity.record_access(work, person, text("替您填写通行申报"), ("person.name", "passes.answers"), None)
