"""What the API of organisations gives in more than one place."""

import datetime as dt
from typing import Annotated, TypeVar

import msgspec

from onedoor.kernel.ids import Id
from onedoor.kernel.ports import Scan
from onedoor.kernel.problems import NotFound
from onedoor.orgs.models import OrgId
from onedoor.orgs.registered import Kind, Proof, ProofId, Registration, RegistrationId, State
from onedoor.orgs.service.registering import Followed

TAGS = ["organisations"]
T = TypeVar("T", bound=Id)
Word = Annotated[str, msgspec.Meta(max_length=200)]


class ProofShown(msgspec.Struct, frozen=True):
    """One paper with what the scan says of it."""

    id: ProofId
    name: str
    kind: str
    size: int
    scan: Scan


class RegistrationShown(msgspec.Struct, frozen=True):
    """A registration as it stands; `rev` goes into the answer to it."""

    id: RegistrationId
    uscc: str
    name: str
    kind: Kind
    legal_name: str
    contact_name: str
    contact_phone: str
    state: State
    reason: str
    rev: int
    submitted_at: dt.datetime
    changed_at: dt.datetime
    organisation: OrgId | None


class MomentShown(msgspec.Struct, frozen=True):
    """One thing that happened to a registration."""

    at: dt.datetime
    state: State
    by_staff: bool
    note: str


class RegistrationWhole(RegistrationShown, frozen=True):
    """A registration with its papers and everything that happened to it."""

    proofs: list[ProofShown]
    steps: list[MomentShown]


def id_of(kind: type[T], given: str, refusal: type[NotFound]) -> T:
    """The id in an address; what is none names nothing."""
    try:
        return kind.parse(given)
    except ValueError:
        raise refusal() from None


def proof_of(one: Proof) -> ProofShown:
    return ProofShown(one.id, one.name, one.kind, one.size, one.scan)


def shown(made: Registration) -> RegistrationShown:
    """A registration without the key to its person."""
    return RegistrationShown(
        made.id, made.uscc, made.name, made.kind, made.legal_name, made.contact_name, made.contact_phone, made.state, made.reason,
        made.rev, made.submitted_at, made.changed_at, made.org_ref,
    )  # fmt: skip


def whole(seen: Followed) -> RegistrationWhole:
    brief = shown(seen.made)
    return RegistrationWhole(
        **{name: getattr(brief, name) for name in brief.__struct_fields__}, proofs=[proof_of(one) for one in seen.proofs],
        steps=[MomentShown(one.at, one.state, one.by_staff, one.note) for one in seen.steps],
    )  # fmt: skip
