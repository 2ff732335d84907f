"""Who may do what with passes, how much may be asked, and the words for colours."""

import datetime as dt

from onedoor.identity.errors import NeedsRealName
from onedoor.identity.models import Assurance, PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.text import Unclean, citizen_id_fault, clean
from onedoor.kernel.work import Actor
from onedoor.orgs.models import OrgId, covers

from .errors import NeedsAnotherPerson, NeedsPurpose, NoSuchPeer, NotYours, OrderIncomplete, OrderNotGood
from .models import Colour, Grants, Scheme
from .records import Appeal
from .regions import PeerState
from .tracing import Asked, Order, OrderState

MOST_QUESTIONS = 6
APPEAL_WITHIN = dt.timedelta(hours=24)
LONGEST_EXTENSION = dt.timedelta(days=90)
SIGNATURES = 2

SHAPE = {Colour.GREEN: "✓", Colour.POPUP: "!", Colour.GREY: "?", Colour.YELLOW: "!", Colour.RED: "✕"}
"""Beside the words: a colour alone is never the message."""


def colour_words(locale: str, colour: Colour) -> str:
    """What a colour is called."""
    return {
        Colour.GREEN: say(locale, "绿码"), Colour.POPUP: say(locale, "绿码，有一件事要办"), Colour.GREY: say(locale, "灰码"),
        Colour.YELLOW: say(locale, "黄码"), Colour.RED: say(locale, "红码"),
    }[colour]  # fmt: skip


def meaning(locale: str, colour: Colour) -> str:
    """What a colour means for whoever has it."""
    return {
        Colour.GREEN: say(locale, "可以通行"), Colour.POPUP: say(locale, "可以通行，请先办好提示的事"),
        Colour.GREY: say(locale, "还不知道，请申报或重新申报"), Colour.YELLOW: say(locale, "请按提示做，暂时不要去人多的地方"),
        Colour.RED: say(locale, "请按提示做，先不要外出"),
    }[colour]  # fmt: skip


def may_key_in(actor: Actor, path: str) -> bool:
    """Whether a clerk or grid worker may write down what somebody of this place says."""
    return Grants.COUNTER in actor.grants and not actor.outside and covers(actor.districts, path)


def may_serve(actor: Actor, path: str) -> bool:
    """Whether somebody who lives there may be served here: inside the own districts, or in what lies around them, when no more is known."""
    return Grants.COUNTER in actor.grants and (covers(actor.districts, path) or any(covers((path,), held) for held in actor.districts))


def reaches(actor: Actor, path: str) -> bool:
    """Whether a place lies in the own districts."""
    return covers(actor.districts, path)


def own(actor: Actor) -> OrgId:
    """The own department; whoever has none has nothing to do here."""
    if actor.org is None or actor.outside:
        raise NotYours()
    return OrgId(actor.org.uuid)


def may_answer(actor: Actor, appeal: Appeal) -> None:
    """Nobody answers an appeal that they made themselves, or that is about their own colour."""
    if actor.id in (appeal.by_ref, appeal.citizen_id):
        raise NotYours()


def must_be_approved(state: PeerState | None) -> None:
    """Why a second person's word about a node or a hub changed nothing; when somebody has just given it, all is well."""
    if state is None or state is PeerState.WITHDRAWN:
        raise NoSuchPeer()
    if state is PeerState.ASKED:
        raise NeedsAnotherPerson()


def not_ones_own(actor: Actor, citizen: PersonId) -> None:
    """Whoever asked for a pass of a vehicle has it decided by somebody else."""
    if actor.id == citizen:
        raise NotYours()


def may_keep(actor: Actor, scheme: Scheme, department: str | None) -> None:
    """A scheme is kept by its own department."""
    if not actor.system and (department != scheme.authority or actor.outside):
        raise NotYours()


def proven(actor: Actor, then: str = "/passes/family") -> None:
    """Whoever stands in for somebody, or answers for a vehicle, has proven the own name first."""
    if actor.assurance < Assurance.REAL_NAME:
        raise NeedsRealName(step_up=f"/identity/real-name?next={then}")


def may_keep_gates(actor: Actor) -> OrgId:
    """The department whose gates this member of staff answers for."""
    if Grants.GATES not in actor.grants or not isinstance(actor.org, OrgId):
        raise Forbidden(needs=str(Grants.GATES))
    return actor.org


def may_list(actor: Actor) -> bool:
    """Whether names may be seen, and so exact counts."""
    return Grants.LIST in actor.grants and not actor.outside


def must_list(actor: Actor) -> None:
    if not may_list(actor):
        raise Forbidden(needs=Grants.LIST.value)


def stated_purpose(locale: str, given: str, pointer: str = "/purpose") -> str:
    """What a list is for, in at least four characters."""
    try:
        purpose = " ".join(clean(given, 200).split())
    except Unclean:
        purpose = ""
    if len(purpose) < 4:
        raise NeedsPurpose(errors=[{"pointer": pointer, "detail": say(locale, "请用 4 到 200 个字写明用途，名单上的每个人都会看到")}])
    return purpose


def proper_order(locale: str, asked: Asked, most_days: int, now: dt.datetime) -> None:
    """Everything that is missing or out of bounds, at once."""
    errors: list[dict[str, str]] = []
    for field, least, words in (
        ("case_no", 3, say(locale, "请填写个案编号")), ("disease", 1, say(locale, "请填写病种")),
        ("basis", 4, say(locale, "请写明法律依据：哪部法律、第几条")), ("purpose", 4, say(locale, "请写明用途")),
    ):  # fmt: skip
        if len(getattr(asked, field).strip()) < least:
            errors.append({"pointer": f"/{field}", "detail": words})
    if citizen_id_fault(asked.id_number, now.date()):
        errors.append({"pointer": "/id_number", "detail": say(locale, "身份证号不对，请逐位核对")})
    if asked.to_at <= asked.from_at:
        errors.append({"pointer": "/to_at", "detail": say(locale, "结束时间要晚于开始时间")})
    elif asked.to_at - asked.from_at > dt.timedelta(days=most_days):
        errors.append({"pointer": "/from_at", "detail": say(locale, "这个方案最多可以查 {n} 天", n=most_days)})
    elif asked.from_at > now:
        errors.append({"pointer": "/from_at", "detail": say(locale, "开始时间不能在以后")})
    if asked.delay_reason and len(asked.delay_reason.strip()) < 4:
        errors.append({"pointer": "/delay_reason", "detail": say(locale, "推迟告知要写明理由")})
    if errors:
        raise OrderIncomplete(errors=errors)


def may_approve(actor: Actor, order: Order) -> None:
    """Another person, with the right to agree, for a state in which there is something to agree to."""
    if Grants.APPROVE_TRACE not in actor.grants or actor.outside or actor.id == order.asked_by:
        raise NeedsAnotherPerson()
    if order.state is not OrderState.ASKED:
        raise OrderNotGood()


def pseudonyms(locale: str, ticked: list[str], most: int) -> list[tuple[int, int]]:
    """"3-417" → (3, 417); at most so many at once."""
    found: list[tuple[int, int]] = []
    for one in dict.fromkeys(ticked):
        shard, dash, row = one.partition("-")
        if dash and shard.isdecimal() and row.isdecimal() and len(one) <= 16:
            found.append((int(shard), int(row)))
    if not found or len(found) > most or any(s > 32_767 or r > 16_777_215 for s, r in found):
        raise Invalid(errors=[{"pointer": "/contact", "detail": say(locale, "请勾选要看姓名的人，一次最多 {n} 个", n=most)}])
    return found


def some_ticked(locale: str, ticked: int, most: int) -> None:
    """At least one, and at most so many at once."""
    if not 0 < ticked <= most:
        raise Invalid(errors=[{"pointer": "/away", "detail": say(locale, "请勾选要看姓名的人，一次最多 {n} 个", n=most)}])
