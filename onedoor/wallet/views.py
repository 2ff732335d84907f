"""What pages and the API say of a certificate: words for states, masked fields, and the code as a picture."""

import datetime as dt
from typing import Any

import segno
from markupsafe import Markup
from msgspec import Struct

from onedoor.kernel.i18n import Text, day, pick, say
from onedoor.kernel.text import mask_name, mask_number

from .models import Cert, CertType, Claim, ClaimKind, Mask, State, masked


class Line(Struct, frozen=True):
    """One field on a card. `spoken` is read instead of a masked value's stars."""

    label: str
    value: str
    spoken: str
    hidden: bool
    face: bool


class Card(Struct, frozen=True):
    """A certificate ready for a page."""

    id: str
    code: str
    name: str
    issuer: str
    holder: str
    number: str
    spoken: str
    state: str
    effective: bool
    sheet: bool
    lines: list[Line]


class CertView(Struct, frozen=True):
    """A certificate as the API gives it to its holder."""

    id: str
    type: str
    name: Text
    issuer: Text
    number: str
    identifier: str
    version: int
    holder_name: str
    state: str
    state_code: str
    issued_on: dt.date
    valid_from: dt.date
    valid_to: dt.date | None
    reason: Text | None
    claims: dict[str, Any]
    credential: str | None = None


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


def channel_word(locale: str, channel: str) -> str:
    """How a certificate was seen."""
    return {
        "screen": lambda: say(locale, "您打开了亮证页面"),
        "device": lambda: say(locale, "您把离线码存到了这台设备"),
        "download": lambda: say(locale, "您下载了电子证照"),
        "verify": lambda: say(locale, "有人核验了证照"),
        "staff": lambda: say(locale, "工作人员查看了证照"),
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


def spoken_tail(locale: str, value: str) -> str:
    """The last four characters, one by one: "尾号 0 2 2 2"."""
    return say(locale, "尾号 {digits}", digits=" ".join(value[-4:]))


def _plain(locale: str, claim: Claim, value: Any) -> str:
    if claim.kind is ClaimKind.BOOL:
        return say(locale, "是") if value in (True, "yes") else say(locale, "否")
    if claim.kind is ClaimKind.DATE:
        return day(locale, dt.date.fromisoformat(str(value)), year=True)
    return str(value)


def line(locale: str, claim: Claim, value: Any, reveal: bool) -> Line:
    """A field, masked unless its holder has asked to see it."""
    plain = _plain(locale, claim, value)
    shown = plain if reveal else masked(plain if claim.kind is ClaimKind.DATE else value, claim.mask)
    spoken = shown
    if shown != plain:
        spoken = spoken_tail(locale, str(value)) if claim.mask is Mask.NUMBER else say(locale, "已隐藏")
        if claim.mask in (Mask.NAME, Mask.ADDRESS):
            spoken = shown.replace("*", "")
    return Line(pick(locale, claim.label), shown, spoken, shown != plain, claim.face)


def card(locale: str, cert: Cert, kind: CertType, today: dt.date, *, reveal: bool = False) -> Card:
    """The certificate for a page, masked unless `reveal`."""
    state = cert.state_on(today)
    lines = [line(locale, claim, cert.claims[claim.name], reveal) for claim in kind.claims if claim.name in cert.claims]
    return Card(
        str(cert.id), kind.code, pick(locale, kind.name), pick(locale, kind.issuer_name),
        cert.holder.name if reveal else mask_name(cert.holder.name), cert.number if reveal else mask_number(cert.number, 4, 4),
        spoken_tail(locale, cert.number), state_word(locale, state), state is State.EFFECTIVE, kind.look.sheet, lines,
    )  # fmt: skip


def view(cert: Cert, kind: CertType, today: dt.date, credential: str | None = None) -> CertView:
    """The certificate for the API: its holder gets every field."""
    state = cert.state_on(today)
    return CertView(
        str(cert.id), cert.type, kind.name, kind.issuer_name, cert.number, cert.identifier, cert.version, cert.holder.name,
        state.name.lower(), state.value, cert.issued_on, cert.valid_from, cert.valid_to, cert.reason, cert.claims, credential,
    )  # fmt: skip


def picture(words: str) -> Markup:
    """The code as inline SVG, black on white with its four modules of margin; no style attribute, so that the CSP holds."""
    code = segno.make(words, error="m", boost_error=False, micro=False)
    return Markup(code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None))  # noqa: S704 - our own drawing


def looks_css(types: dict[str, CertType]) -> str:
    """The colours of every type as custom properties; each pair has been checked for contrast when the city was loaded."""
    return "".join(f".look-{k.code}{{--ground:{k.look.ground};--ink:{k.look.ink}}}\n" for k in types.values())


def type_metadata(issuer: str, kind: CertType) -> dict[str, Any]:
    """SD-JWT VC type metadata, served at the address that is the type's name."""
    return {
        "vct": f"{issuer}/vct/{kind.code}",
        "name": kind.name.en or kind.name.zh,
        "display": [
            {"lang": lang, "name": words, "rendering": {"simple": {"background_color": kind.look.ground, "text_color": kind.look.ink}}}
            for lang, words in (("zh-CN", kind.name.zh), ("en", kind.name.en or kind.name.zh))
        ],
        "claims": [
            {
                "path": [claim.name], "sd": "always",
                "display": [{"lang": "zh-CN", "label": claim.label.zh}, {"lang": "en", "label": claim.label.en or claim.label.zh}],
            }
            for claim in kind.claims
        ],
    }  # fmt: skip
