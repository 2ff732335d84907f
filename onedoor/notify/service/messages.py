"""Messages: tell a person something, and read what one was told."""

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import SmsGateway
from onedoor.kernel import jobs
from onedoor.kernel.i18n import Text
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.work import Begin, Work, system
from onedoor.notify import policy, store
from onedoor.notify.errors import NoSuchMessage
from onedoor.notify.models import Glance, Message, MessageId
from onedoor.orgs import service as orgs


async def send(
    work: Work, citizen: PersonId, title: Text, body: Text, href: str | None, kind: str, *, sms: bool = False,
    case: str | None = None, number: str | None = None,
) -> MessageId:  # fmt: skip
    """Write a message in the caller's transaction; with `sms`, a text message follows that says stage and number only.

    The last word of `kind` names the stage ("cases.accepted"); `number` is the human number of the matter, `case` its id.
    """
    message = MessageId.new()
    await store.add(work.db, citizen, message, work.now, kind, title, body, href, case)
    identity.touch(work, citizen)
    if sms:
        args = {"citizen": citizen.hex, "kind": kind, "number": number, "message": message.hex}
        await jobs.enqueue(work.db, "notify.sms", args, queue="sms")
    return message


async def deliver_sms(begin: Begin, gateway: SmsGateway, citizen: PersonId, kind: str, number: str | None, message: MessageId) -> None:
    """The text message of one inbox message; the gateway knows a repetition by its id."""
    async with begin(actor=system("notify.sms")) as work:
        phone = await identity.phone_of(work, citizen)
    if phone:
        root = orgs.city()
        words = policy.text_message(work.locale, root.name.zh if root else "", kind, number)
        await gateway.send(phone, words, str(message))


async def unread(work: Work) -> int:
    """How many of my messages are unread; from a hundred on it is not counted further."""
    return await store.unread(work.db, work.actor.id, policy.COUNTED) if isinstance(work.actor.id, PersonId) else 0


async def glance(work: Work) -> Glance:
    """What the first page shows of this room to whoever is signed in; one statement."""
    if not isinstance(work.actor.id, PersonId):
        return Glance()
    return await store.glance(work.db, work.actor.id, policy.COUNTED) or Glance()


async def inbox(work: Work, before: MessageId | None) -> tuple[list[Message], MessageId | None]:
    """One page of my messages, the latest first, and where the next page begins."""
    found = await store.page(work.db, me(work), before, policy.PAGE + 1)
    shown = found[: policy.PAGE]
    return shown, shown[-1].id if len(found) > policy.PAGE else None


async def since(work: Work, last: MessageId | None) -> tuple[list[Message], int]:
    """What came after `last`, in order, and how many are unread: one look of an open stream."""
    new = await store.after(work.db, me(work), last, policy.RESUMED) if last else []
    return new, await unread(work)


async def newest(work: Work) -> MessageId | None:
    """Where a stream that begins now begins."""
    return await store.newest(work.db, me(work))


async def read(work: Work, message: MessageId) -> Message:
    """Open one of my messages; from now on it is read."""
    found = await store.read(work.db, me(work), message, work.now)
    if found is None:
        raise NoSuchMessage()
    await store.wake(work.db, me(work))
    identity.touch(work, me(work))
    return found


async def read_all(work: Work) -> int:
    """All of my messages are read."""
    await store.wake(work.db, me(work))
    return await store.read_all(work.db, me(work), work.now)


def me(work: Work) -> PersonId:
    """Whose inbox it is."""
    if not isinstance(work.actor.id, PersonId):
        raise Unauthorized()
    return work.actor.id
