"""输身份证号 without a network: lists of marks for gates of schemes that allow it, and what gates tell afterwards of whom they asked."""

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from onedoor.identity import service as identity
from onedoor.identity.models import Action
from onedoor.identity.ports import Secrets
from onedoor.kernel import buckets, jose
from onedoor.kernel.i18n import text
from onedoor.kernel.text import citizen_id_fault
from onedoor.kernel.work import Actor, Work
from onedoor.orgs import service as orgs
from onedoor.passes.errors import NoSuchList
from onedoor.passes.gates import Gate, NumberList
from onedoor.passes.models import Scheme
from onedoor.passes.od1 import numbers
from onedoor.passes.od1.layout import DAY
from onedoor.passes.store import many
from onedoor.passes.store import numbers as store
from onedoor.passes.vault import pid_name, vault

from . import peering
from .known import known
from .looking_up import holder

BATCH = 5000
FIRST = UUID(int=0)
LATE, EARLY = dt.timedelta(days=30), dt.timedelta(minutes=10)
"""How old what a gate tells may be, and how far its clock may go before ours."""
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
LONGEST = 400
A_MINUTE = 60


async def allowing(work: Work) -> list[Scheme]:
    """Schemes that hold and let gates work by identity numbers without a network."""
    return [one for one in (await known(work)).by_code.values() if one.holds(work.today) and one.gate.offline_id]


async def build_numbers(work: Work) -> list[NumberList]:
    """A new list of marks for each scheme that allows it; those of all others go, and one that no gate could carry."""
    made: list[NumberList] = []
    for scheme in await allowing(work):
        found = await _numbers(work, scheme.code)
        if found is not None:
            one, body = _marked(work, scheme, found, await many.count(work.db, scheme.code))
            await store.put(work.db, one, body)
            made.append(one)
    await store.keep_only(work.db, [one.scheme for one in made])
    return made


def _marked(work: Work, scheme: Scheme, found: list[str], people: int) -> tuple[NumberList, bytes]:
    now = int(work.now.timestamp())
    day, bits = now // DAY, numbers.bits_for(len(found), people)
    key = vault().ring(scheme.code, now).pids[pid_name(False, day)].raw
    body = numbers.packed(numbers.mark_of(key, scheme.code, number, bits) for number in found)
    return NumberList(scheme.code, day, bits, len(found), work.now.replace(microsecond=0), hashlib.sha256(body).digest()), body


async def _numbers(work: Work, scheme: str) -> list[str] | None:
    """The identity numbers of whoever is yellow or red; None when they are more than a gate can carry."""
    found: list[str] = []
    after = FIRST
    while people := [one.citizen_ref for one in await store.meant(work.db, orgs.path_or_root(""), scheme, after, BATCH)]:
        known_ = await identity.numbers_of(work, people)
        rest = await store.subjects(work.db, [one for one in people if one not in known_])
        found += [*known_.values(), *(one.id_number for one in rest)]
        after = people[-1].uuid
        if len(found) > numbers.MOST:
            return None
    return found


async def told(work: Work) -> dict[str, Any]:
    """What a bundle says of them: which there are, under which day's key, and to whom it seals what it asked; nothing without a list."""
    codes = [one.code for one in await allowing(work)]
    lists = await store.number_lists(work.db, codes) if codes else []
    if not lists:
        return {}
    said = {one.scheme: {
        "day": one.day, "bits": one.bits, "at": int(one.issued_at.timestamp()), "sha256": one.sha256.hex(),
    } for one in lists}  # fmt: skip
    return {"numbers": said, "enc": jose.b64(peering.region().opener.public_key().public_bytes_raw())}


async def number_list(work: Work, scheme: str) -> bytes:
    """The marks of one scheme, for a gate that has proven itself."""
    allowed = any(one.code == scheme for one in await allowing(work))
    found = await store.marks(work.db, scheme) if allowed else None
    if found is None:
        raise NoSuchList()
    return found


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose number a guard typed without a network, and when by the gate's clock, in unix seconds."""

    number: str
    at: int


async def looked_offline(work: Work, secrets: Secrets, gate: Gate, sealed: list[str]) -> int:
    """Write down for each person that a gate asked about them; how many could be read. Whether somebody is known here is not told."""
    await buckets.need(work.db, f"gate looks {gate.id}", capacity=A_MINUTE, per_second=A_MINUTE / 60)
    guard = Actor(system="passes.gate", name=gate.name, org=gate.org_id)
    looks = [one for one in (_opened(work, gate, text_) for text_ in sealed) if one is not None]
    for one in looks:
        citizen = await holder(work, secrets, one.number)
        if citizen is not None:
            at = dt.datetime.fromtimestamp(one.at, work.zone)
            words = text("{at} 卡口没有网络时输身份证号查验通行码", at=f"{at:%Y-%m-%d %H:%M}")
            await identity.record_access(work, citizen, words, ("pass",), None, action=Action.SCAN, by=guard)
    return len(looks)


def _opened(work: Work, gate: Gate, sealed: str) -> Look | None:
    if len(sealed) > LONGEST:
        return None
    try:
        plain = SUITE.decrypt(jose.unb64(sealed), peering.region().opener, info=f"onedoor-look-1|{gate.id}".encode())
        found = msgspec.json.decode(plain, type=Look)
        at = dt.datetime.fromtimestamp(found.at, dt.UTC)
    except (InvalidTag, ValueError, OverflowError, OSError, msgspec.MsgspecError):
        return None
    timely = work.now - LATE <= at <= work.now + EARLY
    return found if timely and citizen_id_fault(found.number, work.today) is None else None

