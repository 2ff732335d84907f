"""车辆通行证: a pass that is a vehicle's. OV1, its code, carries the number plate, the days and the parts of the country on its route,
signed with the key of the scheme; so one region's pass is read on the next region's road without a network.

`OV1:` + base45 of: 0x21, kid (3), signed, begins, ends (4 each, unix seconds), serial (8), use (1), plate (length, UTF-8), number of
divisions, each (length, digits), signature (64) over "OV1\\0" and all before it. The order of the tests is part of the format.
"""

import datetime as dt
import re
import secrets
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onedoor.identity.models import PersonId
from onedoor.kernel import base45
from onedoor.kernel.ids import Id
from onedoor.kernel.trust import bare, covered

from .od1.checking import Issuer
from .od1.layout import Colour, Unreadable, kid_of

PREFIX, DOMAIN, PROFILE = "OV1:", b"OV1\0", 0x21
LONGEST = 400
MOST_DIVISIONS, MOST_DAYS = 8, 30
SIGNATURE = 64
_HEAD = 25
_LETTER, _MARK = "A-HJ-NP-Z", "A-HJ-NP-Z0-9"
PLATE = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    f"[{_LETTER}](?:[{_MARK}]{{4}}[{_MARK}挂学警港澳]|[{_LETTER}][{_MARK}][0-9]{{4}}|[0-9]{{5}}[{_LETTER}])"
)


class VehicleId(Id):
    """车辆通行证: one pass of one vehicle."""

    prefix = "vehicle"


class Use(StrEnum):
    """What the vehicle is for."""

    FREIGHT = "freight"
    PASSENGERS = "passengers"
    SERVICE = "service"


USES = list(Use)
"""By their number in a code."""


class VehicleState(StrEnum):
    """Where a pass stands."""

    ASKED = "asked"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Vehicle(msgspec.Struct, frozen=True):
    """车辆通行证: what was asked for, what became of it, and its code once it is issued."""

    citizen_id: PersonId
    id: VehicleId
    scheme: str
    plate: str
    use: Use
    route: list[str]
    purpose: str
    starts_on: dt.date
    ends_on: dt.date
    state: VehicleState
    asked_at: dt.datetime
    decided_at: dt.datetime | None = None
    decided_name: str | None = None
    words: str | None = None
    serial: bytes | None = None
    code: str | None = None

    @property
    def worth(self) -> bool:
        """Whether the code is worth anything, on its days."""
        return self.state is VehicleState.ISSUED


class Result(StrEnum):
    """What a check finds. With `ok` the vehicle passes; with `compare` it does when the plate in front is the one in the code."""

    OK = "ok"
    COMPARE = "compare"
    ASK = "ask"
    FORMAT = "format"
    UNKNOWN_ISSUER = "unknown_issuer"
    FORGED = "forged"
    FUTURE = "future"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    WRONG_ROUTE = "wrong_route"
    WRONG_PLATE = "wrong_plate"


class Verdict(msgspec.Struct, frozen=True):
    """The result, and what a genuine code says; nothing of one that is not."""

    result: Result
    plate: str = ""
    use: str = ""
    route: tuple[str, ...] = ()
    begins: int = 0
    ends: int = 0
    scheme: str = ""


class Said(msgspec.Struct, frozen=True):
    """What stands in a code. Times are unix seconds; `ends` is the first second after it."""

    kid: bytes
    signed: int
    begins: int
    ends: int
    serial: bytes
    use: int
    plate: str
    route: tuple[str, ...]


def plate_of(given: str) -> str | None:
    """A number plate as one spelling, however it was typed; None for what is none."""
    plain = re.sub(r"[\s·・.\-]", "", unicodedata.normalize("NFKC", given)).upper()
    return plain if PLATE.fullmatch(plain) else None


def sign(key: Ed25519PrivateKey, said: Said) -> str:
    """The text of a code. `kid` is that of the key."""
    kid, plate = kid_of(key.public_key().public_bytes_raw()), said.plate.encode()
    times = b"".join(at.to_bytes(4, "big") for at in (said.signed, said.begins, said.ends))
    route = b"".join(bytes([len(one)]) + one.encode() for one in map(bare, said.route))
    body = bytes([PROFILE]) + kid + times + said.serial + bytes([said.use, len(plate)]) + plate + bytes([len(said.route)]) + route
    return PREFIX + base45.encode(body + key.sign(DOMAIN + body))


def fresh_serial() -> bytes:
    return secrets.token_bytes(8)


def read(text: str) -> bytes:
    """The bytes of a code as a scanner gives it: line ends fall, small letters rise, anything else is Unreadable."""
    plain = text.strip("\r\n").upper()
    if not plain.startswith(PREFIX) or len(plain) > LONGEST:
        raise Unreadable(text[:8])
    try:
        return base45.decode(plain[len(PREFIX) :])
    except ValueError as bad:
        raise Unreadable(text[:8]) from bad


def parsed(code: bytes) -> Said | None:
    """What stands in it, whoever has signed it; None for bytes in which anything is missing, left over or out of bounds."""
    body = code[:-SIGNATURE]
    if len(body) < _HEAD + 3 or body[0] != PROFILE or body[24] >= len(USES):
        return None
    at, parts = _HEAD, list[bytes]()
    try:
        size = body[at]
        parts.append(body[at + 1 : at + 1 + size])
        at += 1 + size
        many = body[at]
        at += 1
        for _ in range(many):
            parts.append(body[at + 1 : at + 1 + body[at]])
            at += 1 + body[at]
        plate, *route = (part.decode() for part in parts)
    except (IndexError, UnicodeDecodeError):
        return None
    fit = at == len(body) and 1 <= many <= MOST_DIVISIONS and PLATE.fullmatch(plate) and all(re.fullmatch("[0-9]{2,12}", r) for r in route)
    signed, begins, ends = (int.from_bytes(body[n : n + 4], "big") for n in (4, 8, 12))
    return Said(body[1:4], signed, begins, ends, body[16:24], body[24], plate, tuple(route)) if fit else None


def check(
    code: bytes, issuers: Mapping[bytes, list[Issuer]], here: str, now: int, plate: str | None = None, withdrawn: Collection[bytes] = ()
) -> Verdict:  # fmt: skip
    """The verdict of a gate in division `here`. `plate` is the plate in front of it, None while nobody has compared."""
    said = parsed(code)
    if said is None:
        return Verdict(Result.FORMAT)
    standing = [one for one in issuers.get(said.kid, ()) if one.stands(said.signed, now)]
    if not standing:
        return Verdict(Result.UNKNOWN_ISSUER)
    issuer = _signer(code, standing)
    if issuer is None:
        return Verdict(Result.FORGED)
    return Verdict(
        _result(said, issuer, here, now, plate, withdrawn), said.plate, USES[said.use], said.route, said.begins, said.ends, issuer.scheme
    )


def _signer(code: bytes, standing: list[Issuer]) -> Issuer | None:
    body, signature = code[:-SIGNATURE], code[-SIGNATURE:]
    for one in standing:
        try:
            one.public.verify(signature, DOMAIN + body)
        except InvalidSignature:
            continue
        return one
    return None


def _result(said: Said, issuer: Issuer, here: str, now: int, plate: str | None, withdrawn: Collection[bytes]) -> Result:
    if now < said.begins:
        return Result.FUTURE
    if now >= said.ends:
        return Result.EXPIRED
    if said.serial in withdrawn:
        return Result.WITHDRAWN
    if not covered([here], said.route):
        return Result.WRONG_ROUTE
    if plate is not None and plate_of(plate) != said.plate:
        return Result.WRONG_PLATE
    if issuer.levels is not None and issuer.levels.get(Colour.GREEN) not in (Colour.GREEN, Colour.POPUP):
        return Result.ASK
    return Result.COMPARE if plate is None else Result.OK
