"""短信 The code for the principal's phone, what people reply, and what ends by itself."""

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets, SmsGateway
from onedoor.kernel import scanning
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.ports import Ports, Scan
from onedoor.kernel.text import phone
from onedoor.kernel.work import Begin, Work
from onedoor.mandates import policy, store
from onedoor.mandates.models import LIVING, MandateId, PaperId, State, UseId, Via
from onedoor.mandates.ports import SmsReplies
from onedoor.orgs import service as orgs

from .agreeing import ROOM, code_of, over

SOURCE = "sms"
STOP = ("停", "停止", "T", "TD", "STOP")
"""What ends everything that somebody has given."""
BATCH = 200


def city(locale: str) -> str:
    """Who signs a text message."""
    root = orgs.city()
    return (root.name.en if locale == "en" else root.name.zh) if root else ""


async def send_code(begin: Begin, ports: Ports, citizen: PersonId, mandate: MandateId) -> None:
    """Who asks for what, the code to read out, and how to say no; nothing once it has been answered."""
    async with begin(actor=ROOM) as work:
        made = await store.one(work.db, citizen, mandate)
        tel = await identity.phone_of(work, citizen)
    if made is None or tel is None or made.state is not State.ASKED:
        return
    code = code_of(ports.get(Secrets), made)
    words = say(
        work.locale, "【{city}】{name} 想替您在网上办事。同意，就在电话里把 {code} 告诉他；不同意，回复“停”。请确认真的是熟人。",
        city=city(work.locale), name=made.agent_name, code=f"{code[:4]} {code[4:]}",
    )  # fmt: skip
    await ports.get(SmsGateway).send(tel, words, str(made.id))


async def listen(begin: Begin, ports: Ports) -> int:
    """Read what came in since the last time; how many mandates were ended by it. A gateway that is away is asked again at the next tick."""
    if not ports.has(SmsReplies):
        return 0
    async with begin(actor=ROOM) as work:
        last = await store.heard(work.db, SOURCE)
    try:
        found = await ports.get(SmsReplies).replies(last)
    except OSError:
        return 0
    ended = 0
    for reply in found:
        async with begin(actor=ROOM) as work:  # one by one: what was heard is not heard again after a crash
            tel = phone(reply.phone) if len(reply.phone) <= 40 else None
            if tel and reply.text.strip(" 　。.!！”“\"").upper() in STOP:
                ended += await _stop(work, tel)
            await store.hear(work.db, SOURCE, reply.number)
    return ended


async def _stop(work: Work, tel: str) -> int:
    """End all that the owner of this phone has given, and say so."""
    citizen, count = await identity.person_of_phone(work, tel), 0
    while living := [one for one in await store.given(work.db, citizen, 100) if one.state in LIVING] if citizen else []:
        for one in living:
            await over(work, one, State.DECLINED if one.state is State.ASKED else State.ENDED, Via.SMS)
        count += len(living)
    await enqueue(work.db, "mandates.stopped", {"tel": tel, "n": count, "id": str(UseId.new())}, queue="sms")
    return count


async def tell_stopped(begin: Begin, ports: Ports, tel: str, n: int, request_id: str) -> None:
    """The answer to "stop"."""
    async with begin(actor=ROOM) as work:
        name = city(work.locale)
        words = say(work.locale, "【{city}】已按您的要求停止 {n} 项代办，现在没有人能替您在网上办事。", city=name, n=n)
    await ports.get(SmsGateway).send(tel, words, request_id)


async def expire(begin: Begin) -> int:
    """Every hour: what has passed its last day or was never answered ends by itself."""
    ended = 0
    while True:
        async with begin(actor=ROOM, seconds=60) as work:
            found = await store.over(work.db, work.today, work.now - policy.ANSWER_WITHIN, BATCH)
            for one in found:
                await over(work, one, State.EXPIRED, Via.CLOCK)
        ended += len(found)
        if len(found) < BATCH:
            return ended


async def used_up(begin: Begin, citizen: PersonId, mandate: MandateId) -> None:
    """Used as often as agreed: both are told."""
    async with begin(actor=ROOM) as work:
        made = await store.locked(work.db, citizen, mandate)
        if made is not None:
            await over(work, made, State.USED_UP, Via.CLOCK)


async def scan(begin: Begin, ports: Ports, citizen: PersonId, mandate: MandateId, paper: PaperId) -> None:
    """Ask the scanner about a signed paper, and write down what it says."""

    async def find(work: Work) -> str | None:
        found = await store.paper(work.db, citizen, mandate)
        return found.sha256 if found and found.id == paper and found.scan is Scan.WAITING else None

    async def write(work: Work, verdict: Scan) -> None:
        await store.scanned(work.db, citizen, paper, verdict)

    await scanning.scan(begin, ports, "mandates.scan", find, write)
