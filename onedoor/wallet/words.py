"""What is said of a certificate: words for states, channels and results, labels and values of fields."""

import datetime as dt
from typing import Any

from onedoor.kernel.i18n import Text, day, pick, say, text

from . import derived
from .models import Cert, CertType, Claim, ClaimKind, Consent, Mode, State


def state_word(locale: str, state: State) -> str:
    """The state in a word; colour never says it alone."""
    return {
        State.EFFECTIVE: lambda: say(locale, "有效"),
        State.REISSUED: lambda: say(locale, "已换发"),
        State.EXPIRED: lambda: say(locale, "已过期"),
        State.CANCELLED: lambda: say(locale, "已注销"),
        State.REVOKED: lambda: say(locale, "已撤销"),
        State.WITHDRAWN: lambda: say(locale, "已吊销"),
        State.OTHER: lambda: say(locale, "已失效"),
    }[state]()


def doubted() -> Text:
    """Why a certificate stands still whose number another one has as well."""
    return text("另一张证照也用了这个编号，颁发部门核实前先停用。")


def in_doubt(cert: Cert) -> bool:
    """Whether it stands still for that reason, which has nothing to do with its holder's life."""
    return cert.frozen and cert.reason is not None and cert.reason.zh == doubted().zh


def channel_word(locale: str, channel: str, agent: str = "") -> str:
    """How a certificate was seen; `agent` did it in the holder's stead."""
    if agent:
        return say(locale, "{name} 代您亮证", name=agent) if channel == "screen" else say(locale, "{name} 代您下载", name=agent)
    return {
        "screen": lambda: say(locale, "您打开了亮证页面"),
        "device": lambda: say(locale, "您把离线码存到了这台设备"),
        "download": lambda: say(locale, "您下载了电子证照"),
        "verify": lambda: say(locale, "有人核验了证照"),
        "staff": lambda: say(locale, "工作人员查看了证照"),
        "wallet": lambda: say(locale, "您把它放进了另一个卡包"),
        "asked": lambda: say(locale, "您向核验方出示了"),
        "consent": lambda: say(locale, "部门按您的授权读取了"),
        "copy": lambda: say(locale, "有人核对了加注件"),
        "paper": lambda: say(locale, "您下载了打印件"),
    }[channel]()


def result_word(locale: str, result: str) -> str:
    """What the checker was told, for the holder's record."""
    return {
        "valid": lambda: say(locale, "结果：有效"),
        "revoked": lambda: say(locale, "结果：已失效"),
        "expired": lambda: say(locale, "结果：已过有效期"),
        "suspended": lambda: say(locale, "结果：待确认"),
        "unclear": lambda: say(locale, "结果：当时不能确认"),
    }.get(result, lambda: "")()


def field_words(locale: str, kind: CertType, names: list[str]) -> str:
    """The fields of a line in the record, by their labels."""
    known = labels(locale, kind)
    return say(locale, "、").join(known.get(name, name) for name in names)


def plain(locale: str, claim: Claim, value: Any) -> str:
    """A value as it is read."""
    if claim.kind is ClaimKind.BOOL:
        return say(locale, "是") if value in (True, "yes") else say(locale, "否")
    if claim.kind is ClaimKind.DATE:
        return day(locale, dt.date.fromisoformat(str(value)), year=True)
    return str(value)


def labels(locale: str, kind: CertType) -> dict[str, str]:
    """Every fact of a type, also what is derived and what each certificate has."""
    common = {
        "holder_name": say(locale, "持证人"), "holder_number": say(locale, "持证人证件号码"), "certificate_number": say(locale, "证照编号"),
        "certificate_identifier": say(locale, "证照标识"), "issued_on": say(locale, "颁发日期"), "valid_to": say(locale, "有效期至"),
    }  # fmt: skip
    own = {claim.name: pick(locale, claim.label) for claim in kind.claims}
    return common | {name: pick(locale, derived.label(name)) for name in kind.derived} | own


def fact(locale: str, kind: CertType, name: str, value: Any) -> str:
    """A fact as it is read."""
    claim = next((one for one in kind.claims if one.name == name), None)
    if isinstance(value, bool):
        return say(locale, "是") if value else say(locale, "否")
    return plain(locale, claim, value) if claim and value not in (None, "") else str(value)


def copy_word(locale: str, standing: str) -> str:
    """The state of a copy for one purpose."""
    return {
        "valid": lambda: say(locale, "有效"),
        "taken_back": lambda: say(locale, "已收回"),
        "expired": lambda: say(locale, "已过期"),
        "used_up": lambda: say(locale, "核对次数已用完"),
        "revoked": lambda: say(locale, "证照已失效"),
        "unknown": lambda: say(locale, "没有这个码"),
    }[standing]()


def check_words(locale: str, result: str) -> tuple[str, str, str]:
    """What somebody who checks a copy is told: a title, what it means, and its tone."""
    if result == "valid":
        return say(locale, "加注件有效"), say(locale, "只能用于下面写明的用途。请核对持证人的姓名。"), "done"
    if result == "unknown":
        return say(locale, "没有这个码"), say(locale, "请核对 10 位字母和数字，或重新扫码。"), "waiting"
    why = copy_word(locale, result)
    return say(locale, "加注件无效：{why}", why=why), say(locale, "请不要接受。需要的话，请持证人重新制作一份。"), "refused"


def consent_word(locale: str, one: Consent, now: dt.datetime) -> str:
    """Whether a consent is still good."""
    if one.ended_at is not None:
        return say(locale, "已收回")
    if one.expires_at <= now:
        return say(locale, "已过期")
    return say(locale, "已用完") if one.mode is Mode.ONCE and one.reads else say(locale, "有效")
