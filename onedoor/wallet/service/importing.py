"""导入 Certificates that another system keeps come along, line by line, by the field codes of GB/T 36903; and a list is issued at once.

Each line is a transaction of its own, and a line that cannot be taken is named with its reason. Two different certificates with one
number of one issuer are both set aside: neither is shown before the issuer has said which one is right.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, cast

import msgspec
from msgspec import Struct, structs

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import Secrets
from onedoor.kernel import jose, outbox
from onedoor.kernel.i18n import text
from onedoor.kernel.jose import Malformed
from onedoor.kernel.problems import Problem
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department
from onedoor.wallet import compat
from onedoor.wallet.compat import NotOfTheStandard, Outline
from onedoor.wallet.errors import ClaimsDoNotFit
from onedoor.wallet.events import CertIssued
from onedoor.wallet.kinds import ORGANISATION
from onedoor.wallet.models import Cert, CertType, Source, State
from onedoor.wallet.store import certs as store
from onedoor.wallet.store import still
from onedoor.wallet.words import doubted, in_doubt

from . import freezing, known
from .issuing import Draft, fitting, issue, placed

ACTOR = system("wallet.import")
CITIZEN = "111"
ADDED, SAME = "added", "same"
CLAIMS = "claims"
"""Where a line holds the fields that the standard has no code for."""


class Refused(ValueError):
    """A line that cannot be taken; the message is the field, or the rule."""


class Bad(Struct, frozen=True, order=True):
    """A line that was not taken, and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Report(Struct, frozen=True):
    """What has become of a file."""

    lines: int
    added: int
    same: int
    bad: list[Bad]


class Row(Struct, frozen=True):
    """One line as it is read: what the standard's fields say, and the type's own."""

    outline: Outline
    claims: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What no two certificates have in common."""
        one = self.outline
        return one.issuer_code, one.type_code, one.number, one.version


def rows_of(lines: Iterable[tuple[int, bytes]]) -> tuple[dict[int, Row], list[Bad]]:
    """Those lines that can be read, by their number in the file, and what is wrong with the others."""
    good, bad = dict[int, Row](), list[Bad]()
    for number, raw in lines:
        try:
            said = jose.parse(raw)
            if not isinstance(said, dict):
                raise Malformed("object")
            row = cast("dict[str, Any]", said)
            claims: Any = row.get(CLAIMS, {})
            if not isinstance(claims, dict):
                raise NotOfTheStandard(CLAIMS)
            good[number] = Row(compat.from_36903(row), cast("dict[str, Any]", claims))
        except Malformed as no:
            bad.append(Bad(number, f"not a JSON object ({no})"))
        except NotOfTheStandard as no:
            bad.append(Bad(number, f"{no}: missing, or not of its form"))
    return good, bad


async def take_in(begin: Begin, secrets: Secrets, lines: Iterable[tuple[int, bytes]]) -> Report:
    """Every line of a file; reading the same file again changes nothing."""
    good, bad = rows_of(lines)
    total = len(good) + len(bad)
    often = Counter(row.key for row in good.values())
    done: Counter[str] = Counter()
    for number, row in good.items():
        async with begin(actor=ACTOR) as work:
            try:
                if often[row.key] > 1:
                    await _set_aside(work, row)
                    raise Refused("ZZBH: two lines have this number; neither was taken")
                done[await _taken(work, secrets, row)] += 1
            except Refused as no:
                bad.append(Bad(number, str(no)))
    return Report(total, done[ADDED], done[SAME], sorted(bad))


async def _issuer(work: Work, row: Row) -> Department:
    found = next((one for one in await orgs.departments(work) if one.uscc == row.outline.issuer_code), None)
    if found is None:
        raise Refused("ZZBFJGDM: no department of this city has this code")
    if row.outline.identifier.split(".")[6] != found.uscc:
        raise Refused("ZZBFJGDM: not the issuer that the identifier names")
    return found


async def _kind(work: Work, row: Row) -> CertType:
    found = (await known.all_types(work)).get(row.outline.type_code)
    if found is None:
        raise Refused("ZZLXDM: the city has no such type")
    return found


async def _holder(work: Work, secrets: Secrets, row: Row) -> PersonId:
    """Whom the city knows by this number, under this name."""
    who = row.outline.holder
    if who.kind == ORGANISATION:
        found = await identity.known_firm(work, secrets, who.number)
    elif who.kind == CITIZEN:
        found = await identity.holder_of_id_number(work, secrets, identity.id_number(who.number))
    else:
        raise Refused("CZZTDMLXDM: holders are found by identity number or unified social credit code")
    person = await identity.person(work, found) if found else None
    if found is None or person is None:
        raise Refused("CZZTDM: nobody here has this number yet")
    if person.name != who.name:
        raise Refused("CZZT: the name is not that of the number")
    return found


async def _taken(work: Work, secrets: Secrets, row: Row) -> str:
    one, kind, issuer = row.outline, await _kind(work, row), await _issuer(work, row)
    if kind.issuer_ref != issuer.id:
        raise Refused("ZZBFJGDM: not the department of this type")
    holder = await _holder(work, secrets, row)
    try:
        claims = fitting(work, kind, row.claims)
    except ClaimsDoNotFit as no:
        raise Refused("; ".join(f"{CLAIMS}{fault['pointer']}: {fault['detail']}" for fault in no.errors)) from None
    claim = await store.numbered(work.db, issuer.id, one.type_code, one.number, one.version)
    if claim is not None:
        cert = await store.locked(work.db, claim.citizen_ref, claim.cert_ref)
        if cert is None or not _is(cert, holder, row, claims):
            await _set_aside(work, row)
            raise Refused("ZZBH: another certificate here has this number; neither is shown until its issuer has decided")
        await still.doubt(work.db, cert, False)
        if in_doubt(cert):
            await freezing.halt(work, cert, None)
            await freezing.with_the_rest(work, cert)
        return SAME
    if one.state is State.EXPIRED and (one.valid_to is None or one.valid_to >= work.today):
        raise Refused("ZZZT: expired, but its last day is not past")
    draft = Draft(holder, one.holder, claims, None, Source.IMPORTED, one.valid_to)
    cert = await placed(work, kind, issuer, draft, one)
    if cert.state is State.EFFECTIVE:
        await freezing.with_the_rest(work, cert)
    await outbox.publish(work.db, CertIssued(holder, cert.id, kind.code, issuer.id))
    words = text("{name}从{issuer}原来的系统转入卡包", name=kind.name, issuer=issuer.name)
    await identity.record_access(work, holder, words, ("certificate",), None)
    return ADDED


def _is(cert: Cert, holder: PersonId, row: Row, claims: Mapping[str, Any]) -> bool:
    """Whether a line says what is kept already; what has become of the certificate here since then is not the line's to say."""
    one = row.outline
    return cert.source is Source.IMPORTED and (
        cert.citizen_id, cert.identifier, cert.holder, cert.issued_on, cert.valid_from, cert.valid_to, cert.claims,
    ) == (holder, one.identifier, one.holder, one.issued_on, one.valid_from, one.valid_to, claims)  # fmt: skip


async def _set_aside(work: Work, row: Row) -> None:
    """One that came in before with this number is not shown either; what a department has issued here stays as it is."""
    issuer = await _issuer(work, row)
    claim = await store.numbered(work.db, issuer.id, row.outline.type_code, row.outline.number, row.outline.version)
    cert = await store.locked(work.db, claim.citizen_ref, claim.cert_ref) if claim else None
    if cert is not None and cert.source is Source.IMPORTED and cert.state is State.EFFECTIVE:
        await still.doubt(work.db, cert, True)
        if not cert.frozen:
            await freezing.halt(work, cert, doubted())


# ── many at once ───────────────────────────────────────────────────────────────────────────────────


class Order(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a list of certificates to issue: which type, to whom, saying what, by which decision, so that it is issued once."""

    type: str
    id_number: str
    name: str
    decision: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    claims: dict[str, str | int | bool] = {}
    valid_days: int | None = None


async def issue_all(begin: Begin, secrets: Secrets, lines: Iterable[tuple[int, bytes]]) -> Report:
    """Issue a list in the name of each type's own department: told to each holder as at the end of a case. Again, it changes nothing."""
    bad, total = list[Bad](), 0
    done: Counter[str] = Counter()
    for number, raw in lines:
        total += 1
        try:
            order = msgspec.json.decode(raw, type=Order)
            async with begin(actor=structs.replace(ACTOR, system="wallet.issue", name="wallet.issue")) as work:
                became = await _issued(work, secrets, order)
            done[became] += 1
        except msgspec.DecodeError as no:
            bad.append(Bad(number, str(no)))
        except Refused as no:
            bad.append(Bad(number, str(no)))
        except Problem as no:
            words = "; ".join(f"claims{fault['pointer']}: {fault['detail']}" for fault in getattr(no, "errors", ()))
            bad.append(Bad(number, words or (no.__doc__ or no.title).splitlines()[0]))
    return Report(total, done[ADDED], done[SAME], bad)


async def _issued(work: Work, secrets: Secrets, order: Order) -> str:
    kind = await known.type_of(work, order.type)
    holder = await identity.holder_of_id_number(work, secrets, identity.id_number(order.id_number))
    person = await identity.person(work, holder) if holder else None
    if holder is None or person is None:
        raise Refused("id_number: nobody here has this number yet")
    if person.name != order.name:
        raise Refused("name: not that of the number")
    if any(one.decision_ref == order.decision for one in await store.of_type(work.db, holder, kind.code)):
        return SAME
    await issue(
        work, holder, kind.code, order.claims, order.decision, order.name, identity.id_number(order.id_number), kind.issuer_ref,
        order.valid_days,
    )  # fmt: skip
    await identity.record_access(work, holder, text("颁发{name}", name=kind.name), ("certificate",), None)
    return ADDED
