"""Who may agree to what, how much may be asked, and the words for it."""

import datetime as dt
import re
from collections.abc import Collection, Sequence

from msgspec import Struct

from onedoor.identity.errors import NeedsRealName
from onedoor.identity.models import Assurance, PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.text import mask_name
from onedoor.kernel.work import Actor, Work
from onedoor.orgs.models import covers

from .errors import BadMandate, NoSuchMandate, NotAnswerable, NotYourPlace, TooManyPrincipals, YouAsked
from .models import BY_LAW, PAPERS, Act, Kind, Mandate, Side, State, Terms

LONGEST = 365
LASTING = (7, 30, 90, 180, 365)
ANSWER_WITHIN = dt.timedelta(days=7)
CODE_LIFE = dt.timedelta(days=1)
CODE_TRIES = 5
MOST_PRINCIPALS, MOST_OF_A_GRID_WORKER = 10, 200
MOST_ITEMS, MOST_TYPES = 30, 60
ADULT = 18
HIDDEN = ("person.id_number",)
"""Sensitivity 4: an agent needs none of it to fill in a form, because registers hand it to the department directly."""
CHOSEN = (Kind.FAMILY, Kind.CARER, Kind.GRID_WORKER, Kind.ONCE)
"""What people may name; the others follow from a register or from an organisation."""


def must_be_proven(actor: Actor) -> None:
    """Both sides of a mandate are known by name: whoever asks or agrees has proven it."""
    if actor.assurance < Assurance.REAL_NAME:
        raise NeedsRealName(step_up="/identity/real-name?next=/me/mandates")


class Wanted(Struct, frozen=True):
    """What somebody would like to agree on, as typed."""

    kind: str = ""
    items: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    days: str = ""
    hide: tuple[str, ...] = HIDDEN
    types: tuple[str, ...] = ()

    @property
    def fitting(self) -> list[Act]:
        """Of what was ticked, what the chosen services and certificates have a use for."""
        return [act for act in Act if act in self.acts and (self.types if act in PAPERS else self.items)]


class Choice(Struct, frozen=True):
    """What can be chosen from: services, kinds of certificates, and what joins the two people."""

    items: Collection[str]
    types: Collection[str]
    kinds: Collection[Kind] = CHOSEN


def service_faults(locale: str, wanted: Wanted, choice: Choice) -> list[dict[str, str]]:
    """What is wrong with the choice of services and certificates."""
    offered = choice.items
    if not wanted.items and not wanted.types:
        return [{"pointer": "/items", "detail": say(locale, "请至少选一个事项或一种证照")}]
    if len(wanted.types) > MOST_TYPES or set(wanted.types) - set(choice.types):
        return [{"pointer": "/types", "detail": say(locale, "有的证照不能交给别人，请重新选择")}]
    if len(wanted.items) > MOST_ITEMS or set(wanted.items) - set(offered):
        return [{"pointer": "/items", "detail": say(locale, "有的事项不能在线代办，请重新选择")}]
    return []


def fits(days: str) -> bool:
    """Whether so many days are a time that may be agreed."""
    return days.isascii() and days.isdigit() and len(days) <= 4 and 1 <= int(days) <= LONGEST


def days_fault(locale: str) -> dict[str, str]:
    """What is said of any other."""
    return {"pointer": "/days", "detail": say(locale, "请选择到什么时候为止，最长一年")}


def acts_faults(locale: str, wanted: Wanted, kinds: Collection[Kind]) -> list[dict[str, str]]:
    """What is wrong with what the agent is to do, and for how long."""
    found: list[dict[str, str]] = []
    if wanted.kind not in kinds:
        found.append({"pointer": "/kind", "detail": say(locale, "请选择你们的关系")})
    if wanted.kind == Kind.ONCE and wanted.types:
        found.append({"pointer": "/kind", "detail": say(locale, "只办一次的委托不能带证照，请改选别的关系")})
    if not wanted.fitting or set(wanted.acts) - set(Act):
        found.append({"pointer": "/acts", "detail": say(locale, "请至少选一项可以做的事")})
    if not fits(wanted.days):
        found.append(days_fault(locale))
    if len(wanted.hide) > 40 or not all(re.fullmatch(r"[a-z_]{1,40}(\.[a-z_]{1,40}){1,3}", one) for one in wanted.hide):
        found.append({"pointer": "/hide", "detail": say(locale, "没有这样的资料")})
    return found


def terms(work: Work, wanted: Wanted, choice: Choice) -> Terms:
    """What was typed as it is agreed; every fault at once."""
    if faults := service_faults(work.locale, wanted, choice) + acts_faults(work.locale, wanted, choice.kinds):
        raise BadMandate(errors=faults)
    kind = Kind(wanted.kind)
    until = work.today + dt.timedelta(days=int(wanted.days))
    hide = sorted({*HIDDEN, *wanted.hide})
    uses, types = 1 if kind is Kind.ONCE else None, sorted(set(wanted.types))
    return Terms(kind, sorted(set(wanted.items)), wanted.fitting, hide, uses, work.today, until, types)


def side_of(person: PersonId, made: Mandate) -> Side:
    """Which of the two somebody is; to everybody else it does not exist."""
    if person == made.citizen_id:
        return Side.PRINCIPAL
    if person == made.agent_ref:
        return Side.AGENT
    raise NoSuchMandate()


def must_wait(made: Mandate, today: dt.date) -> None:
    """Only what still waits is answered, and not after its own last day."""
    if made.state is not State.ASKED or made.until_on < today:
        raise NotAnswerable(state=str(State.EXPIRED if made.state is State.ASKED else made.state))


def may_confirm(side: Side, made: Mandate, today: dt.date) -> None:
    """The side that was asked confirms, and only what still waits."""
    must_wait(made, today)
    if made.asked_by == side:
        raise YouAsked()


def may_hold(work: Work, kind: Kind, principals: int, *, posted: bool) -> None:
    """Ten people at most; whoever visits people as a post may have more, and only such a post makes a grid worker. Whom a register names
    as guardian or head acts for all of whom it says so."""
    if kind in BY_LAW:
        return
    if kind is Kind.GRID_WORKER and not posted:
        raise BadMandate(errors=[{"pointer": "/kind", "detail": say(work.locale, "对方不是本市的网格员或社区工作人员")}])
    most = MOST_OF_A_GRID_WORKER if kind is Kind.GRID_WORKER else MOST_PRINCIPALS
    if principals >= most:
        raise TooManyPrincipals(say(work.locale, "最多同时替 {n} 个人办事，请先结束一些", n=most), most=most)


def may_serve(actor: Actor, path: str) -> None:
    """A counter serves the people of its districts, and those of whom nobody knows where they live."""
    if path and not covers(actor.districts, path):
        raise NotYourPlace()


def kind_words(locale: str, kind: Kind) -> str:
    """What joins the two people."""
    return {
        Kind.GUARDIAN: say(locale, "监护人"), Kind.FAMILY: say(locale, "家人"), Kind.CARER: say(locale, "照料人"),
        Kind.GRID_WORKER: say(locale, "网格员"), Kind.LEGAL: say(locale, "法定代表人"),
        Kind.COMPANY_STAFF: say(locale, "单位经办人"), Kind.ONCE: say(locale, "只办一次"),
    }[kind]  # fmt: skip


def called(made: Mandate) -> str:
    """The principal as others read it: a person without the middle of the name, an organisation by its whole name."""
    return made.principal_name if made.firm else mask_name(made.principal_name)


def joins(locale: str, made: Mandate) -> str:
    """What the other one is to whoever acts."""
    if made.firm:
        return say(locale, "单位的证照")
    return say(locale, "我监护的人") if made.kind is Kind.GUARDIAN else say(locale, "我代为保管的证照")


def act_words(locale: str, act: Act) -> str:
    """What the agent may do."""
    return {
        Act.SEE: say(locale, "看办到哪一步"), Act.FILL: say(locale, "填写申请"), Act.SUBMIT: say(locale, "提交申请"),
        Act.SUPPLEMENT: say(locale, "补交材料"), Act.COLLECT: say(locale, "到窗口领取结果"),
        Act.SHOW: say(locale, "出示证照"), Act.COPY: say(locale, "做只用于一件事的证照复印件"),
        Act.CONSENT: say(locale, "同意办事的部门读取证照"),
    }[act]  # fmt: skip


def state_words(locale: str, made: Mandate, today: dt.date) -> tuple[str, str]:
    """Where it stands, with the tone of its tag."""
    if made.state in (State.ACTIVE, State.ASKED) and today > made.until_on:
        return say(locale, "已到期"), "grey"
    return {
        State.ASKED: (say(locale, "等待确认"), "orange"), State.ACTIVE: (say(locale, "有效"), "green"),
        State.DECLINED: (say(locale, "对方没有同意"), "grey"), State.ENDED: (say(locale, "已结束"), "grey"),
        State.USED_UP: (say(locale, "已用完"), "grey"), State.EXPIRED: (say(locale, "已到期"), "grey"),
    }[made.state]  # fmt: skip


def listed(locale: str, words: Sequence[str]) -> str:
    """Several in one line."""
    return (", " if locale == "en" else "、").join(words)
