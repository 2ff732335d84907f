"""What the pages of mandates share: reading addresses, and a mandate in words."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from onedoor.catalog import service as catalog
from onedoor.kernel.i18n import day, moment, pick, say
from onedoor.kernel.work import Work
from onedoor.mandates import policy
from onedoor.mandates.errors import NoSuchMandate
from onedoor.mandates.models import Act, Kind, Mandate, MandateId, Side, State, Use, UseId, Via
from onedoor.mandates.policy import Choice
from onedoor.mandates.service import agreeing
from onedoor.mandates.service.agreeing import room
from onedoor.mandates.service.telling import deed
from onedoor.ui.edge import AnyRequest, begin_of
from onedoor.wallet import service as wallet
from onedoor.wallet.models import CertType


def inside(request: AnyRequest) -> AbstractAsyncContextManager[Work]:
    """The work of whoever asks, inside of this room: it may read what concerns both people of a mandate."""
    return begin_of(request)(actor=room(request.scope["state"]["actor"]))


def mandate_of(text: str) -> MandateId:
    """The mandate an address names."""
    try:
        return MandateId.parse(text)
    except ValueError:
        raise NoSuchMandate() from None


def use_of(text: str) -> UseId | None:
    """Where a list of uses goes on."""
    try:
        return UseId.parse(text) if text else None
    except ValueError:
        raise NoSuchMandate() from None


def item_words(locale: str, code: str) -> str:
    """A service by its name of today."""
    item = catalog.find_item(code)
    return pick(locale, item.name) if item else code


async def choices(work: Work, choice: Choice | None = None) -> dict[str, list[dict[str, str]]]:
    """What the three questions offer."""
    choice, types, locale = choice or await agreeing.choice(work), await wallet.all_types(work), work.locale
    lasting = {
        7: say(locale, "一星期"), 30: say(locale, "一个月"), 90: say(locale, "三个月"), 180: say(locale, "半年"), 365: say(locale, "一年"),
    }
    return {
        "kinds": [{"value": str(kind), "label": policy.kind_words(locale, kind)} for kind in policy.CHOSEN],
        "items": [{"value": code, "label": item_words(locale, code)} for code in choice.items],
        "types": [{"value": code, "label": pick(locale, types[code].name)} for code in choice.types],
        "acts": [{"value": str(act), "label": policy.act_words(locale, act)} for act in Act],
        "lasting": [{"value": str(days), "label": words} for days, words in lasting.items()],
    }


def row(work: Work, made: Mandate, side: Side) -> dict[str, Any]:
    """One mandate in a list: the other side, what for, until when, and where it stands."""
    words, tone = policy.state_words(work.locale, made, work.today)
    return {
        "href": f"/me/mandates/{made.id}", "other": made.agent_name if side is Side.PRINCIPAL else policy.called(made),
        "kind": policy.kind_words(work.locale, made.kind), "what": what(work.locale, made), "state": words, "tone": tone,
        "until": say(work.locale, "到 {day}", day=day(work.locale, made.until_on, year=True)), "holds": made.holds(work.today),
        "id": str(made.id), "asks": made.state is State.ASKED and made.asked_by != side,
    }  # fmt: skip


def desk_row(work: Work, made: Mandate) -> dict[str, Any]:
    """The same before a clerk."""
    return row(work, made, Side.PRINCIPAL) | {"href": f"/desk/mandates/{made.citizen_id}/{made.id}"}


def what(locale: str, made: Mandate) -> str:
    """For which services and certificates, in one line."""
    items = [item_words(locale, code) for code in made.items] or ([say(locale, "所有能在线办的事项")] if made.whole else [])
    return policy.listed(locale, [*items, *([say(locale, "证照")] if made.papers else [])])


def papers(locale: str, made: Mandate, types: dict[str, CertType]) -> str:
    """Which kinds of certificates."""
    codes = [code for code, kind in types.items() if kind.guarded] if made.kind is Kind.GUARDIAN else made.types
    if made.kind is Kind.LEGAL:
        return say(locale, "单位的全部证照")
    return policy.listed(locale, [pick(locale, types[code].name) for code in codes if code in types])


async def facts(work: Work, made: Mandate, side: Side | None) -> list[dict[str, str]]:
    """Everything that was agreed; the agent and staff read the principal's name without its middle."""
    locale, types = work.locale, await wallet.all_types(work)
    items = policy.listed(locale, [item_words(locale, code) for code in made.items]) or (
        say(locale, "所有能在线办的事项") if made.whole else ""
    )
    whose = made.principal_name if side is Side.PRINCIPAL else policy.called(made)
    rows = [
        (say(locale, "谁的事"), whose), (say(locale, "代办人"), made.agent_name),
        (say(locale, "关系"), policy.kind_words(locale, made.kind)), (say(locale, "哪些事项"), items),
        (say(locale, "哪些证照"), papers(locale, made, types) if made.papers else ""),
        (say(locale, "可以做什么"), policy.listed(locale, [policy.act_words(locale, act) for act in made.acts])),
        (say(locale, "有效期"), say(locale, "{a} 到 {b}", a=day(locale, made.from_on, year=True), b=day(locale, made.until_on, year=True))),
    ]  # fmt: skip
    if made.uses_left is not None:
        rows.append((say(locale, "还可以用"), say(locale, "{n} 次", n=made.uses_left)))
    if made.hide:
        rows.append((say(locale, "代办人看不到"), hidden(locale, made.hide)))
    if made.confirmed_via:
        rows.append((say(locale, "怎么确认的"), confirmed(locale, made)))
    return [{"label": label, "value": value} for label, value in rows if value]


def hidden(locale: str, elements: list[str]) -> str:
    """What stays hidden, in plain words."""
    known = {
        "person.id_number": say(locale, "完整的身份证号"), "person.phone": say(locale, "手机号"), "person.address": say(locale, "现住址"),
        "person.household_address": say(locale, "户籍地址"), "person.birth_on": say(locale, "出生日期"),
        "person.nation": say(locale, "民族"), "person.health": say(locale, "健康状况"),
    }  # fmt: skip
    return policy.listed(locale, [known.get(one, one) for one in elements])


def confirmed(locale: str, made: Mandate) -> str:
    """By which way it was confirmed."""
    words = {
        Via.PAGE: say(locale, "对方登录后同意"), Via.CODE: say(locale, "本人在电话里报了确认码"),
        Via.REGISTER: say(locale, "市场主体登记里的法定代表人") if made.firm else say(locale, "人口库里的监护关系"),
        Via.COUNTER: say(locale, "窗口工作人员看过委托书：{name}", name=made.confirmed_by),
    }  # fmt: skip
    return words.get(made.confirmed_via, "") if made.confirmed_via else ""


def use_row(work: Work, use: Use, side: Side | None) -> dict[str, str]:
    """One use."""
    href = ""
    if side is Side.PRINCIPAL and use.ref.startswith(("case_", "draft_")):
        href = f"/{'cases' if use.ref.startswith('case_') else 'drafts'}/{use.ref}"
    return {"title": pick(work.locale, deed(use.act, use.title, use.ref)), "at": moment(work.locale, use.at, zone=work.zone), "href": href}
