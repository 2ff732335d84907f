"""An organisation's own people, by program: invited, in a role, gone; and the invitations to me."""

import datetime as dt

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.text import mask_number
from onedoor.kernel.work import Work
from onedoor.orgs.errors import NoSuchInvitation, NoSuchMember
from onedoor.orgs.models import Grants, Organisation, Role
from onedoor.orgs.registered import Invitation, InvitationId
from onedoor.orgs.service import members
from onedoor.ui.edge import AnyRequest, may, once

from ._shapes import TAGS, Word, id_of

MEMBER, MEMBERS = str(Grants.MEMBER), str(Grants.MEMBERS)


class MemberShown(msgspec.Struct, frozen=True):
    """Who belongs to it, and as what."""

    id: PersonId
    name: str
    post: Text
    role: Role | None


class InvitationShown(msgspec.Struct, frozen=True):
    """Who was asked to join; the phone is masked."""

    id: InvitationId
    phone: str
    name: str
    role: Role
    expires_at: dt.datetime


class DeedShown(msgspec.Struct, frozen=True):
    """One line of the record."""

    at: dt.datetime
    by: str
    act: str
    subject: str
    detail: str


class House(msgspec.Struct, frozen=True):
    """My organisation; invitations and the record are for its administrators."""

    organisation: Organisation
    members: list[MemberShown]
    invitations: list[InvitationShown]
    record: list[DeedShown]


class AskedShown(msgspec.Struct, frozen=True):
    """An organisation has asked me to join."""

    id: InvitationId
    organisation: str
    role: Role
    expires_at: dt.datetime


class Asks(msgspec.Struct, frozen=True):
    """The open invitations to the phone I am signed in with."""

    items: list[AskedShown]


class NewInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is asked to join, and as what."""

    phone: Word
    name: Word
    role: Word


class NewRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member is from now on."""

    role: Word


def _invitation(one: Invitation) -> InvitationShown:
    return InvitationShown(one.id, mask_number(one.tel, 3, 4), one.name, one.role, one.expires_at)


async def _house(work: Work) -> House:
    seen = await members.house(work)
    return House(
        seen.org, [MemberShown(m.person, m.name, m.post, m.role) for m in seen.members], [_invitation(i) for i in seen.invitations],
        [DeedShown(d.at, d.actor_name, d.act, d.subject, d.detail) for d in seen.deeds],
    )  # fmt: skip


@get("/api/organisation", **may(MEMBER), tags=TAGS)
async def house(work: NamedDependency[Work]) -> House:
    """My organisation and its people."""
    return await _house(work)


@post("/api/organisation/invitations", **may(MEMBERS), tags=TAGS)
async def invite(request: AnyRequest, data: JSONBody[NewInvitation], work: NamedDependency[Work]) -> Response[InvitationShown]:
    """Ask somebody by phone to join; accepting needs that phone's own sign-in."""

    async def make() -> InvitationShown:
        return _invitation(await members.invite(work, data.phone, data.name, data.role))

    return await once(request, work, make)


@post("/api/organisation/invitations/{invitation:str}/revocations", **may(MEMBERS), tags=TAGS)
async def revoke(request: AnyRequest, invitation: FromPath[str], work: NamedDependency[Work]) -> Response[House]:
    """Take an invitation back."""

    async def make() -> House:
        await members.revoke(work, id_of(InvitationId, invitation, NoSuchInvitation))
        return await _house(work)

    return await once(request, work, make)


@post("/api/organisation/members/{person:str}/roles", **may(MEMBERS), tags=TAGS)
async def set_role(
    request: AnyRequest, person: FromPath[str], data: JSONBody[NewRole], work: NamedDependency[Work]
) -> Response[Organisation]:
    """Give a member another role; the last administrator stays one."""

    async def make() -> Organisation:
        return await members.set_role(work, id_of(PersonId, person, NoSuchMember), data.role)

    return await once(request, work, make)


@post("/api/organisation/members/{person:str}/removals", **may(MEMBER), tags=TAGS)
async def remove(request: AnyRequest, person: FromPath[str], work: NamedDependency[Work]) -> Response[Organisation]:
    """A member goes, or I leave; the last administrator cannot."""

    async def make() -> Organisation:
        return await members.remove(work, id_of(PersonId, person, NoSuchMember))

    return await once(request, work, make)


@get("/api/me/invitations", **may("signed-in"), tags=TAGS)
async def invitations(work: NamedDependency[Work]) -> Asks:
    """Which organisations have asked me to join."""
    found = await members.my_invitations(work)
    return Asks([AskedShown(a.invitation.id, a.org.name, a.invitation.role, a.invitation.expires_at) for a in found])


@post("/api/me/invitations/{invitation:str}/acceptances", **may("signed-in"), tags=TAGS)
async def accept(request: AnyRequest, invitation: FromPath[str], work: NamedDependency[Work]) -> Response[Organisation]:
    """Join; whoever has a post elsewhere leaves that one first."""

    async def make() -> Organisation:
        return await members.reply(work, id_of(InvitationId, invitation, NoSuchInvitation), accept=True)

    return await once(request, work, make)


@post("/api/me/invitations/{invitation:str}/refusals", **may("signed-in"), tags=TAGS)
async def refuse(request: AnyRequest, invitation: FromPath[str], work: NamedDependency[Work]) -> Response[Organisation]:
    """Do not join."""

    async def make() -> Organisation:
        return await members.reply(work, id_of(InvitationId, invitation, NoSuchInvitation), accept=False)

    return await once(request, work, make)


handlers = [house, invite, revoke, set_role, remove, invitations, accept, refuse]
