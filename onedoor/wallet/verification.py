"""核验: what a code or a certificate's text is worth now. Pure: keys, types and lists come in, a verdict comes out, no database.

The order of the checks is part of the promise: whose it is, whether the code is fresh, whether the certificate still stands, and last
whether the list that says so is young enough. Anything that cannot be told is amber, never green.
"""

import datetime as dt
import re
import uuid
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct, structs

from onedoor.kernel import text as typed
from onedoor.kernel.i18n import Text, text
from onedoor.kernel.keys import Signers

from . import hcert, sdjwt, ticket
from .models import CertType, ListId, Mask, masked
from .statuslist import Kept, Status, at
from .ticket import Ticket, Unreadable
from .vault import Shelf

MAX_TEXT = 8000
LIST_GOOD_FOR = dt.timedelta(hours=24)
CLOCK = 60


class Result(StrEnum):
    """The one word that a machine acts on."""

    VALID = "valid"
    CODE_EXPIRED = "code_expired"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    UNCLEAR = "unclear"
    FORGED = "forged"
    DAMAGED = "damaged"
    FOREIGN = "foreign"
    EMPTY = "empty"


class Face(Struct, frozen=True):
    """What a checker may see: masked."""

    type: str
    name: Text
    issuer: Text
    holder: str
    number: str
    valid_to: dt.date | None
    fields: list[tuple[Text, str]] = []
    agent: str = ""
    """代 Who shows it in its holder's stead."""


class Place(Struct, frozen=True):
    """Which certificate it was, for the holder's record; nobody else learns it."""

    list: ListId
    idx: int


class Keeper(Protocol):
    """Whose keys are believed: this house's vault, or another city as it is known here."""

    @property
    def ring(self) -> Signers: ...


class Verdict(Struct, frozen=True, kw_only=True):
    """The answer, in words and in one word."""

    result: Result
    title: Text
    detail: Text
    face: Face | None = None
    list_at: dt.datetime | None = None
    code_until: dt.datetime | None = None
    place: Place | None = None
    city: Text | None = None
    """Of which other city it is."""

    @property
    def tone(self) -> str:
        """done, waiting (amber) or refused."""
        if self.result is Result.VALID:
            return "done"
        return "waiting" if self.result in (Result.UNCLEAR, Result.SUSPENDED, Result.CODE_EXPIRED, Result.EMPTY) else "refused"


def title_of(result: Result) -> Text:
    """The verdict in a few words."""
    return {
        Result.VALID: lambda: text("证照真实有效"),
        Result.CODE_EXPIRED: lambda: text("这个二维码已过期"),
        Result.REVOKED: lambda: text("证照已失效"),
        Result.EXPIRED: lambda: text("证照已过有效期"),
        Result.SUSPENDED: lambda: text("证照状态待确认"),
        Result.UNCLEAR: lambda: text("现在不能确认"),
        Result.FORGED: lambda: text("不是本市签发的证照"),
        Result.DAMAGED: lambda: text("内容不完整，无法核验"),
        Result.FOREIGN: lambda: text("这不是本市的证照码"),
        Result.EMPTY: lambda: text("请扫码或粘贴文字"),
    }[result]()


def advice_on(result: Result) -> Text:
    """Why, and what to do now."""
    return {
        Result.VALID: lambda: text("由本市签发，没有被改动，现在有效。请核对持证人与证照上的姓名是否一致。"),
        Result.CODE_EXPIRED: lambda: text("二维码只在几分钟内有效，截图不能用。请持证人重新打开证照，再扫一次。"),
        Result.REVOKED: lambda: text("颁发部门已撤销、注销或换发这张证照，请不要接受。持证人可向颁发部门询问原因。"),
        Result.EXPIRED: lambda: text("证照是真的，但有效期已过。持证人可以申请换发。"),
        Result.SUSPENDED: lambda: text("颁发部门要求当面确认这张证照，请向颁发部门核实。"),
        Result.UNCLEAR: lambda: text("签名是本市的，但现在拿不到最新的状态，不能说它有效。请稍后再试，或向颁发部门核实。"),
        Result.FORGED: lambda: text("签名与本市的密钥不符：内容被改动过，或来自别处。请不要接受。"),
        Result.DAMAGED: lambda: text("文字缺了一段或被改动，字母须为大写。请重新扫码，或让持证人重新打开证照。"),
        Result.FOREIGN: lambda: text("本市的证照码以 OC1: 开头。请确认扫的是证照页面上的二维码。"),
        Result.EMPTY: lambda: text("扫描证照页面上的二维码，或把二维码的文字粘贴到这里。"),
    }[result]()


def verdict(result: Result, **facts: Any) -> Verdict:
    return Verdict(result=result, title=title_of(result), detail=advice_on(result), **facts)


def elsewhere(found: Verdict, city: Text) -> Verdict:
    """The same verdict when it rests on another city's keys and list. Whose record it would be written to is that city's to know."""
    words = {
        Result.VALID: lambda: text("由{city}签发，没有被改动，按{city}的状态名单现在有效。请核对持证人与证照上的姓名是否一致。", city=city),
        Result.UNCLEAR: lambda: text("签名是{city}的，但拿不到它最新的状态，不能说它有效。请稍后再试，或向颁发部门核实。", city=city),
    }.get(found.result)  # fmt: skip
    return structs.replace(found, detail=words() if words else found.detail, place=None, city=city)


def check(given: str, vault: Keeper, shelf: Shelf, now: dt.datetime, today: dt.date) -> Verdict:
    """The verdict on whatever somebody typed, pasted or scanned. Never raises for a text."""
    said = given.strip()
    if not said:
        return verdict(Result.EMPTY)
    if len(said) > MAX_TEXT:
        return verdict(Result.FOREIGN)
    if said.upper().startswith(ticket.PREFIX) or typed.fold(said).upper().startswith(ticket.PREFIX):
        return _code(said, vault, shelf, now, today)
    if said.startswith(hcert.PREFIX):
        return _paper(said, vault, shelf, now, today)
    unwrapped = re.sub(r"\s+", "", said)  # mail and chat break long lines
    if re.match(r"ey[A-Za-z0-9_-]+\.", unwrapped):
        return _credential(unwrapped, vault, shelf, now, today)
    return verdict(Result.FOREIGN)


# ── codes ──────────────────────────────────────────────────────────────────────────────────────────


def _code(said: str, vault: Keeper, shelf: Shelf, now: dt.datetime, today: dt.date) -> Verdict:
    try:
        found = ticket.read(said, vault.ring)
    except Unreadable as bad:
        return verdict(Result.FORGED if bad.why == "forged" else Result.DAMAGED)
    kind, moment = shelf.types.get(found.type), int(now.timestamp())
    face = _face(kind, found) if kind else None
    until = dt.datetime.fromtimestamp(found.expires_at, dt.UTC)
    place = Place(ListId(uuid.UUID(bytes=found.list)), found.idx)
    if found.issued_at > moment + CLOCK:
        return verdict(Result.UNCLEAR, face=face)
    if found.expires_at < moment:
        return verdict(Result.CODE_EXPIRED, face=face, code_until=until)
    return _standing(place, found.ends_on, face, shelf, now, today, until)


def _face(kind: CertType, found: Ticket) -> Face:
    holder, agent = ticket.parted(found.holder)
    return Face(kind.code, kind.name, kind.issuer_name, holder, found.number, found.ends_on, agent=agent)


def _standing(
    place: Place, ends_on: dt.date | None, face: Face | None, shelf: Shelf, now: dt.datetime, today: dt.date, until: dt.datetime | None
) -> Verdict:
    """Whether the certificate still stands, by the list."""
    kept = shelf.lists.by_id.get(str(place.list))
    list_at = shelf.lists.known_at(str(place.list))
    facts: dict[str, Any] = {"face": face, "list_at": list_at, "code_until": until, "place": place}
    status = _status(kept, place.idx)
    if status is Status.REVOKED:
        return verdict(Result.REVOKED, **facts)
    if ends_on is not None and ends_on < today:
        return verdict(Result.EXPIRED, **facts)
    if status is None or face is None or now - list_at > LIST_GOOD_FOR:
        return verdict(Result.UNCLEAR, **facts)
    return verdict(Result.VALID if status is Status.VALID else Result.SUSPENDED, **facts)


def _status(kept: Kept | None, idx: int) -> Status | None:
    return at(kept.body, idx) if kept is not None and 0 <= idx < kept.size else None


# ── printed codes ──────────────────────────────────────────────────────────────────────────────────


def _paper(said: str, vault: Keeper, shelf: Shelf, now: dt.datetime, today: dt.date) -> Verdict:
    try:
        found = hcert.read(said, vault.ring, int(now.timestamp()))
    except hcert.Unreadable as bad:
        return verdict(Result(bad.why))
    kind, place = shelf.types.get(found.type), Place(ListId(uuid.UUID(bytes=found.list)), found.idx)
    ends = _day(found.claims.get("valid_to"))
    face = None
    if kind is not None:
        fields = [(one.label, masked(found.claims[one.name], one.mask)) for one in kind.claims if one.name in found.claims]
        face = Face(
            kind.code, kind.name, kind.issuer_name, masked(found.claims.get("holder"), Mask.NAME),
            masked(found.claims.get("number"), Mask.NUMBER), ends, fields,
        )  # fmt: skip
    return _standing(place, ends, face, shelf, now, today, None)


# ── SD-JWT text ────────────────────────────────────────────────────────────────────────────────────


def whole(said: str) -> str:
    """The `~` that gets lost in copying: after a bare token, and after the last disclosure."""
    tail = said.rsplit("~", 1)[-1]
    return said + "~" if tail and ("~" not in said or "." not in tail) else said


ALWAYS = frozenset({
    "iss", "vct", "vct#integrity", "iat", "nbf", "exp", "cnf", "status", "issuing_authority", "issuing_authority_code", "certificate_type",
    "valid_to",
})  # fmt: skip
"""What stands open in each certificate of this house."""


def profile_of(ring: Signers, shelf: Shelf, now: dt.datetime, binding: sdjwt.Binding | None = None) -> sdjwt.Profile:
    """Against what this house verifies: its own keys, types and lists, under each address it has had."""
    vcts = {f"{issuer}/vct/{code}": kind for issuer in ring.issuers for code, kind in shelf.types.items()}
    lists = {f"{issuer}/status/{key}": kept for issuer in ring.issuers for key, kept in shelf.lists.by_id.items()}
    return sdjwt.Profile(
        ring=ring, known_vct=vcts.__contains__, now=int(now.timestamp()),
        list_size=lambda uri: lists[uri].size if uri in lists else None,
        published=lambda vct, held: shelf.documents.get(held) == vcts[vct].code, binding=binding,
    )  # fmt: skip


def stands(found: sdjwt.Verified, shelf: Shelf, now: dt.datetime, today: dt.date) -> tuple[Place, Result]:
    """Where its state is written, and what the list says of it now."""
    place = Place(shelf.lists.by_id[found.place.uri.rpartition("/")[2]].id, found.place.idx)
    kind = shelf.types[found.claims["vct"].rpartition("/")[2]]
    told = _standing(place, _day(found.claims.get("valid_to")), _open_face(kind, found.claims), shelf, now, today, None)
    return place, told.result


def _credential(said: str, vault: Keeper, shelf: Shelf, now: dt.datetime, today: dt.date) -> Verdict:
    try:
        found = sdjwt.verify(whole(said), profile_of(vault.ring, shelf, now))
    except sdjwt.Refused as bad:
        return verdict(_refusal(bad.code))
    kind = shelf.types[found.claims["vct"].rpartition("/")[2]]
    place = Place(shelf.lists.by_id[found.place.uri.rpartition("/")[2]].id, found.place.idx)
    return _standing(place, _day(found.claims.get("valid_to")), _open_face(kind, found.claims), shelf, now, today, None)


def _refusal(code: str) -> Result:
    """Reason codes of the profile as the few words a guard needs."""
    if code == "format":
        return Result.DAMAGED
    if code == "expired":
        return Result.EXPIRED
    return Result.UNCLEAR if code in ("status", "vct") else Result.FORGED


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _open_face(kind: CertType, claims: dict[str, Any]) -> Face:
    """The disclosed fields, masked as the type says: who pastes a text here learns nothing new about its holder."""
    fields = [(claim.label, masked(claims[claim.name], claim.mask)) for claim in kind.claims if claim.name in claims]
    return Face(
        kind.code, kind.name, kind.issuer_name, masked(claims.get("holder_name"), Mask.NAME),
        masked(claims.get("certificate_number"), Mask.NUMBER), _day(claims.get("valid_to")), fields,
    )  # fmt: skip
