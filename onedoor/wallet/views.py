"""What pages and the API say of a certificate: words for states, masked fields, and the code as a picture."""

import datetime as dt
from typing import Any

import segno
from markupsafe import Markup
from msgspec import Struct

from onedoor.kernel.i18n import Text, pick, say
from onedoor.kernel.text import mask_name, mask_number
from onedoor.kernel.work import Actor

from . import guilloche
from .models import Cert, CertType, Claim, ClaimKind, Elsewhere, Logged, Mask, Present, State, masked
from .words import channel_word, field_words, in_doubt, plain, result_word, state_word

CARD, SHEET = (856, 540), (540, 764)
"""A tenth of a millimetre of an ID-1 card; of a sheet the proportions alone."""


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
    frozen: bool
    sheet: bool
    lines: list[Line]
    drawing: str = ""


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
    elsewhere: tuple[Elsewhere, ...] = ()


class Hands(Struct, frozen=True):
    """In whose hands a certificate is at the moment: what the page offers, and who acts for the holder, as others read it."""

    agent: str = ""
    shows: bool = True
    copies: bool = True
    whole: bool = True


def hands(actor: Actor) -> Hands:
    """The holder's, or those of whoever stands in."""
    behalf = actor.behalf
    if behalf is None:
        return Hands()
    return Hands(mask_name(actor.name), behalf.whole or "show" in behalf.acts, behalf.whole or "copy" in behalf.acts, behalf.whole)


class SeenLine(Struct, frozen=True):
    """One line of the record."""

    at: dt.datetime
    what: str
    who: str
    fields: str
    result: str
    offline: bool


def seen(locale: str, kind: CertType, one: Present | Logged) -> SeenLine:
    """A show or a check in words."""
    return SeenLine(
        one.at, channel_word(locale, one.channel, one.agent), pick(locale, one.verifier) if one.verifier else "",
        field_words(locale, kind, one.fields), result_word(locale, one.result), one.offline,
    )  # fmt: skip


def spoken_tail(locale: str, value: str) -> str:
    """The last four characters, one by one: "尾号 0 2 2 2"."""
    return say(locale, "尾号 {digits}", digits=" ".join(value[-4:]))


def line(locale: str, claim: Claim, value: Any, reveal: bool) -> Line:
    """A field, masked unless its holder has asked to see it."""
    whole = plain(locale, claim, value)
    shown = whole if reveal else masked(whole if claim.kind is ClaimKind.DATE else value, claim.mask)
    spoken = shown
    if shown != whole:
        spoken = spoken_tail(locale, str(value)) if claim.mask is Mask.NUMBER else say(locale, "已隐藏")
        if claim.mask in (Mask.NAME, Mask.ADDRESS):
            spoken = shown.replace("*", "")
    return Line(pick(locale, claim.label), shown, spoken, shown != whole, claim.face)


def card(locale: str, cert: Cert, kind: CertType, today: dt.date, *, reveal: bool = False) -> Card:
    """The certificate for a page, masked unless `reveal`."""
    state = cert.state_on(today)
    lines = [line(locale, claim, cert.claims[claim.name], reveal) for claim in kind.claims if claim.name in cert.claims]
    return Card(
        str(cert.id), kind.code, pick(locale, kind.name), pick(locale, kind.issuer_name),
        cert.holder.name if reveal else cert.holder.shown, cert.number if reveal else mask_number(cert.number, 4, 4),
        spoken_tail(locale, cert.number), say(locale, "已冻结") if cert.frozen else state_word(locale, state), state is State.EFFECTIVE,
        cert.frozen and not in_doubt(cert), kind.look.sheet, lines,
        guilloche.path(*kind.look.lines, *(SHEET if kind.look.sheet else CARD)),
    )  # fmt: skip


def view(
    cert: Cert, kind: CertType, today: dt.date, credential: str | None = None, elsewhere: tuple[Elsewhere, ...] = (), *,
    veiled: bool = False,
) -> CertView:  # fmt: skip
    """The certificate for the API: its holder gets every field, whoever stands in gets them as others do."""
    state, claims = cert.state_on(today), cert.claims
    number, identifier, holder = cert.number, cert.identifier, cert.holder.name
    if veiled:
        masks = {claim.name: claim.mask for claim in kind.claims}
        claims = {name: masked(value, masks[name]) if name in masks else "" for name, value in claims.items()}
        number, identifier, holder = mask_number(number, 4, 4), "", cert.holder.shown
    return CertView(
        str(cert.id), cert.type, kind.name, kind.issuer_name, number, identifier, cert.version, holder, state.name.lower(), state.value,
        cert.issued_on, cert.valid_from, cert.valid_to, cert.reason, claims, credential, elsewhere,
    )  # fmt: skip


def picture(words: str) -> Markup:
    """The code as inline SVG, black on white with its four modules of margin; no style attribute, so that the CSP holds."""
    code = segno.make(words, error="m", boost_error=False, micro=False)
    return Markup(code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None))  # noqa: S704 - our own drawing


def looks_css(types: dict[str, CertType]) -> str:
    """The colours of every type as custom properties; each pair has been checked for contrast when the city was loaded."""
    edge = {k.code: f";--edge:{k.look.edge}" if k.look.edge else "" for k in types.values()}
    return "".join(f".look-{k.code}{{--ground:{k.look.ground};--ink:{k.look.ink}{edge[k.code]}}}\n" for k in types.values())

