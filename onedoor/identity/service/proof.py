"""实名认证 Proving a real name: name and identity number against the population register, outside of every transaction.

A mismatch is told in the same words whichever part is wrong, and tries are counted, so that the register cannot be asked by guessing.
One identity number is one account; who finds it taken is told how to get back in.
"""

from onedoor.identity import policy, store
from onedoor.identity.errors import AlreadyProven, IdNumberTaken, NotMatched, RegisterAway, RegisterContradicts, TooManyChecks
from onedoor.identity.events import WardProven
from onedoor.identity.models import Assurance, Person, PersonId, RegisterEntry
from onedoor.identity.ports import PopulationRegister, Secrets
from onedoor.kernel import buckets, crypto, outbox
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid, Unauthorized
from onedoor.kernel.text import birth_of, mask_name
from onedoor.kernel.work import Actor, Begin, Work

from .people import sex_of


async def prove(begin: Begin, register: PopulationRegister, secrets: Secrets, name: str, id_number: str) -> None:
    """Raise the signed-in person to real name, or say why not. Repeating a proof that succeeded is harmless."""
    async with begin() as work:
        citizen, fine_name, number = _me(work.actor), *_typed(work, name, id_number)
        if _proven(work, await store.person(work.db, citizen), fine_name, number):
            return
        await _count(work, citizen, 1)
    try:
        entry = await register.match(fine_name, number)
    except OSError as away:
        async with begin() as work:
            await _count(work, citizen, -1)
        words = say(work.locale, "您填写的内容没有丢失，也没有提交。请过几分钟再试；着急的话请拨打热线。")
        raise RegisterAway(words, retry_after=60) from away
    async with begin() as work:
        await _settle(work, secrets, citizen, (fine_name, number), entry)


def _proven(work: Work, known: Person | None, name: str, number: str) -> bool:
    """Whether this very proof has succeeded before; AlreadyProven when it was another one."""
    if known is None or known.assurance < Assurance.REAL_NAME:
        return False
    if (known.name, known.id_number) != (name, number):
        raise AlreadyProven(say(work.locale, "如果资料有误，请带身份证到政务服务窗口更正。"))
    return True


async def _settle(work: Work, secrets: Secrets, citizen: PersonId, typed: tuple[str, str], entry: RegisterEntry | None) -> None:
    name, number = typed
    if entry is None:
        words = say(work.locale, "姓名与身份证号核对不一致，请照身份证逐字核对。改过姓名的，请填现在身份证上的姓名。")
        raise NotMatched(errors=[{"pointer": "", "detail": words}])
    if entry.id_number != number or entry.birth_on != birth_of(number) or entry.sex != sex_of(number):
        raise RegisterContradicts(say(work.locale, "人口登记里的出生日期或性别与身份证号不一致。请带户口簿到派出所更正，更正后再来实名。"))
    if _proven(work, await store.locked(work.db, citizen), name, number):
        return  # while the register was asked
    if not await store.claim_id_number(work.db, crypto.keyed(secrets.key("id-number"), number), citizen):
        words = say(
            work.locale,
            "一个身份证号只能实名一个账户。请退出后用原来的手机号登录；原号码不用了，请带身份证到任一政务服务窗口换绑手机号。",
        )
        raise IdNumberTaken(words, sign_in="/login")
    await store.save_proof(work.db, citizen, entry, Assurance.REAL_NAME, work.today)
    await store.raise_sessions(work.db, citizen, Assurance.REAL_NAME, mask_name(entry.name))
    if (ward := await store.ward(work.db, crypto.keyed(secrets.key("id-number"), number))) is not None:
        await outbox.publish(work.db, WardProven(citizen, ward))


def _typed(work: Work, name: str, id_number: str) -> tuple[str, str]:
    """Both as they are stored; every fault at once."""
    fine_name, errors = policy.person_name(name), list[dict[str, str]]()
    if fine_name is None:
        words = say(work.locale, "请填写身份证上的姓名，最多 60 个字，只用文字、空格和间隔号")
        errors.append({"pointer": "/name", "detail": words})
    if fault := policy.id_number_fault(work.locale, id_number, work.today):
        errors.append({"pointer": "/id_number", "detail": fault})
    if errors or fine_name is None:
        raise Invalid(errors=errors)
    return fine_name, policy.id_number(id_number)


async def _count(work: Work, citizen: PersonId, cost: float) -> None:
    """Take a try from the person and from the network, or give it back."""
    for key, rate in ((f"proof {citizen.hex}", policy.CHECKS_PER_PERSON), (f"proof ip {work.ip}", policy.CHECKS_PER_NETWORK)):
        wait = await buckets.take(work.db, key, capacity=rate.capacity, per_second=rate.per_second, cost=cost)
        if wait:
            words = say(work.locale, "为防止冒用，核对次数有限。请稍后再试，或带身份证到政务服务窗口办理。")
            raise TooManyChecks(words, retry_after=int(wait) + 1)


def _me(actor: Actor) -> PersonId:
    if not isinstance(actor.id, PersonId):
        raise Unauthorized()
    return actor.id
