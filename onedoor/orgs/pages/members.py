"""我的机构: my registrations and invitations; for members, who belongs to it and what has been done."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import mask_number
from onedoor.kernel.work import Begin, Work
from onedoor.orgs import policy
from onedoor.orgs.errors import NoSuchInvitation, NoSuchMember
from onedoor.orgs.models import HANDLES, Grants
from onedoor.orgs.registered import Deed, InvitationId
from onedoor.orgs.service import members, registering
from onedoor.ui.edge import AnyRequest, form, may, page, see_other

from . import _view

MEMBER, MEMBERS = str(Grants.MEMBER), str(Grants.MEMBERS)
Word = Annotated[str, msgspec.Meta(max_length=200)]


class Invite(msgspec.Struct, frozen=True):
    """Who is asked to join, and as what."""

    phone: Word = ""
    name: Word = ""
    role: Word = ""


class NewRole(msgspec.Struct, frozen=True):
    """What a member is from now on."""

    role: Word = ""


@get("/me/organisations", **may("signed-in"), include_in_schema=False)
async def mine(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """My organisation, invitations to me, and what I have registered."""
    made = [(one, policy.state_words(work.locale, one.state), _view.TONES[one.state]) for one in await registering.mine(work)]
    asked = [(one, policy.role_text(one.invitation.role)) for one in await members.my_invitations(work)]
    return page(request, "orgs/mine.html", org=await members.belongs_to(work), asked=asked, made=made)


@post("/me/invitations/{invitation:str}/{reply:str}", **may("signed-in"), include_in_schema=False)
async def answer(invitation: FromPath[str], reply: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Accept or decline."""
    if reply not in ("accept", "decline"):
        raise NoSuchInvitation()
    await members.reply(work, _view.id_of(InvitationId, invitation, NoSuchInvitation), accept=reply == "accept")
    return see_other("/orgs/mine" if reply == "accept" else "/me/organisations")


@get("/orgs/mine", **may(MEMBER), include_in_schema=False)
async def house(request: AnyRequest, work: NamedDependency[Work]) -> Response[str]:
    """Its people; for administrators also invitations and the record."""
    return await _house(request, work, {}, [])


async def _house(request: AnyRequest, work: Work, values: dict[str, str], errors: list[dict[str, str]]) -> Response[str]:
    seen, locale = await members.house(work), work.locale
    invitations = [(one, mask_number(one.tel, 3, 4), policy.role_text(one.role)) for one in seen.invitations]
    return page(
        request, "orgs/house.html", 422 if errors else 200, seen=seen, me=work.actor.id, admin=MEMBERS in work.actor.grants,
        works=[(label, href) for grant, label, href in (
            ("studio:see", say(locale, "事项上架"), "/studio"), (HANDLES, say(locale, "办件工作台"), "/desk/inbox"),
        ) if grant in work.actor.grants],
        invitations=invitations, deeds=[(one, deed_words(locale, one)) for one in seen.deeds], roles=_view.roles(locale), values=values,
        errors=errors,
    )  # fmt: skip


def deed_words(locale: str, deed: Deed) -> str:
    """What was done, in one sentence."""
    words = {
        "joined": say(locale, "{who} 的角色：{detail}", who=deed.subject, detail=_role(locale, deed.detail)),
        "invited": say(locale, "邀请了 {who}（{detail}）", who=deed.subject, detail=_role(locale, deed.detail)),
        "revoked": say(locale, "撤回了给 {who} 的邀请", who=deed.subject),
        "refused": say(locale, "{who} 没有接受邀请", who=deed.subject), "left": say(locale, "{who} 退出了机构", who=deed.subject),
        "removed": say(locale, "移除了 {who}", who=deed.subject),
    }  # fmt: skip
    return words.get(deed.act, deed.act)


def _role(locale: str, role: str) -> str:
    return next((one["label"] for one in _view.roles(locale) if one["value"] == role), role)


@post("/orgs/mine/invitations", **may(MEMBERS), include_in_schema=False)
async def invite(request: AnyRequest, begin: NamedDependency[Begin]) -> Response[Any]:
    """Ask somebody to join."""
    values: dict[str, str] = {}
    try:
        said = await form(request, Invite)
        values = {"phone": said.phone, "name": said.name, "role": said.role}
        async with begin() as work:
            await members.invite(work, said.phone, said.name, said.role)
    except Invalid as bad:
        sent: Any = bad.extra.get("values") or {}
        async with begin() as work:
            return await _house(request, work, values | sent, bad.errors)
    return see_other("/orgs/mine#invitations")


@post("/orgs/mine/invitations/{invitation:str}/revoke", **may(MEMBERS), include_in_schema=False)
async def revoke(invitation: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Take an invitation back."""
    await members.revoke(work, _view.id_of(InvitationId, invitation, NoSuchInvitation))
    return see_other("/orgs/mine#invitations")


@post("/orgs/mine/members/{person:str}/role", **may(MEMBERS), include_in_schema=False)
async def set_role(request: AnyRequest, person: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """Give a member another role."""
    await members.set_role(work, _view.id_of(PersonId, person, NoSuchMember), (await form(request, NewRole)).role)
    return see_other("/orgs/mine")


@post("/orgs/mine/members/{person:str}/remove", **may(MEMBER), include_in_schema=False)
async def remove(person: FromPath[str], work: NamedDependency[Work]) -> Response[Any]:
    """A member goes, or I leave."""
    who = _view.id_of(PersonId, person, NoSuchMember)
    await members.remove(work, who)
    return see_other("/me/organisations" if who == work.actor.id else "/orgs/mine")


handlers = [mine, answer, house, invite, revoke, set_role, remove]
