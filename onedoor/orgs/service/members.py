"""An organisation's own people: invited by phone, in a role, each act on its record; there is always an administrator."""

import datetime as dt

import msgspec

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.identity.ports import SmsGateway
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.memory import changed
from onedoor.kernel.outbox import publish
from onedoor.kernel.problems import Forbidden, Invalid
from onedoor.kernel.text import Unclean, clean, mask_number
from onedoor.kernel.text import phone as phone_number
from onedoor.kernel.work import Begin, Work, system
from onedoor.orgs import policy
from onedoor.orgs.errors import HasPost, LastAdmin, NoSuchInvitation, NoSuchMember
from onedoor.orgs.events import MemberLeft
from onedoor.orgs.models import ROLES, Grants, Organisation, OrgId, Role, Staff, StaffRow
from onedoor.orgs.registered import Deed, Invitation, InvitationId
from onedoor.orgs.store import members as store

from .known import MEMORY, city, snapshot

LIFE = dt.timedelta(days=7)
MOST_OPEN, MOST_DEEDS = 50, 50


class House(msgspec.Struct, frozen=True):
    """An organisation as its members see it."""

    org: Organisation
    members: list[Staff]
    invitations: list[Invitation]
    deeds: list[Deed]


class Asked(msgspec.Struct, frozen=True):
    """An invitation as the invited person sees it."""

    invitation: Invitation
    org: Organisation


async def house(work: Work) -> House:
    """My organisation. Invitations and the record are for its administrators."""
    org = await _mine(work)
    known = await snapshot(work.db)
    members = sorted(known.clerks.get(org.id, []), key=lambda one: (one.role is not Role.ADMIN, one.name, one.person))
    if Grants.MEMBERS not in work.actor.grants:
        return House(org, members, [], [])
    return House(org, members, await store.invitations(work.db, org.id, work.now), await store.deeds(work.db, org.id, MOST_DEEDS))


async def _mine(work: Work) -> Organisation:
    org = (await snapshot(work.db)).organisations.get(OrgId(work.actor.org.uuid)) if work.actor.org else None
    if org is None:
        raise Forbidden(needs=str(Grants.MEMBER))
    return org


async def belongs_to(work: Work) -> Organisation | None:
    """The organisation I am a member of, if any."""
    return (await snapshot(work.db)).organisations.get(OrgId(work.actor.org.uuid)) if work.actor.org else None


async def join(work: Work, org: OrgId, person: PersonId, name: str, role: Role) -> bool:
    """A person is a member from now on, or has another role; False when they have a post elsewhere."""
    if not await store.put_member(work.db, org, person, name[:60], policy.role_text(role), role):
        return False
    root = city()
    await store.set_grants(work.db, person, sorted(ROLES[role]), root.code if root else "")
    await _note(work, org, "joined", name, str(role))
    await changed(work.db, MEMORY)
    return True


async def _note(work: Work, org: OrgId, act: str, subject: str = "", detail: str = "") -> None:
    name = work.actor.name[:60]
    await store.add_deed(work.db, org, work.now, work.actor.id, name, act, subject[:100], detail[:500])


async def invite(work: Work, tel: str, name: str, role: str) -> Invitation:
    """Ask somebody by phone to join. The text message says who asks; accepting needs that phone's own sign-in."""
    org, number = await _mine(work), phone_number(tel) if len(tel) <= 40 else None
    errors: list[dict[str, str]] = []
    if number is None:
        errors.append({"pointer": "/phone", "detail": say(work.locale, "请填写 11 位手机号")})
    try:
        fine = clean(name, 60)
    except Unclean:
        fine = ""
    if not fine:
        errors.append({"pointer": "/name", "detail": say(work.locale, "请填写姓名，最多 60 个字")})
    if role not in list(Role):
        errors.append({"pointer": "/role", "detail": say(work.locale, "请选择角色")})
    if errors or number is None:
        raise Invalid(errors=errors)
    await store.lock_members(work.db, org.id)
    if len(await store.invitations(work.db, org.id, work.now)) >= MOST_OPEN:
        raise Invalid(errors=[{"pointer": "/phone", "detail": say(work.locale, "还有太多邀请没有答复，请先撤回一些")}])
    made = Invitation(org.id, InvitationId.new(), number, fine, Role(role), work.actor.name[:60], work.now, work.now + LIFE, "open")
    await store.add_invitation(work.db, made)
    await store.claim_invitation(work.db, made)
    await store.close_others(work.db, org.id, number, made.id)
    await _note(work, org.id, "invited", f"{fine} {mask_number(number, 3, 4)}", role)
    await enqueue(work.db, "orgs.invite", {"tel": number, "org": org.name, "id": str(made.id)}, queue="sms")
    return made


async def tell(begin: Begin, gateway: SmsGateway, tel: str, org: str, request_id: str) -> None:
    """The text message of an invitation; the gateway knows a repetition by its id."""
    async with begin(actor=system("orgs.invite")) as work:
        root = city()
        words = say(
            work.locale, "【{city}】{org} 邀请您加入。请用这个手机号登录，在“我的机构”里答复，7 天内有效。不认识请不用理会。",
            city=root.name if root else "", org=org,
        )  # fmt: skip
    await gateway.send(tel, words, request_id)


async def revoke(work: Work, invitation: InvitationId) -> None:
    """Take an invitation back; taking it back twice is no fault."""
    org = await _mine(work)
    found = await store.invitation_locked(work.db, org.id, invitation)
    if found is None:
        raise NoSuchInvitation()
    if await store.close_invitation(work.db, org.id, invitation, "revoked"):
        await store.unclaim(work.db, found.tel, org.id, invitation)
        await _note(work, org.id, "revoked", found.name)


async def my_invitations(work: Work) -> list[Asked]:
    """Which organisations have asked me to join, by the phone I am signed in with."""
    tel = await identity.phone_of(work, _me(work))
    found: list[Asked] = []
    for claim in await store.invited(work.db, tel) if tel else []:
        org = (await snapshot(work.db)).organisations.get(claim.org_id)
        invitation = await store.invitation_locked(work.db, claim.org_id, claim.invitation_id)
        if org is not None and invitation is not None and invitation.state == "open" and invitation.expires_at > work.now:
            found.append(Asked(invitation, org))
    return found


def _me(work: Work) -> PersonId:
    assert isinstance(work.actor.id, PersonId), "the route is for the signed-in"
    return work.actor.id


async def reply(work: Work, invitation: InvitationId, *, accept: bool) -> Organisation:
    """Accept or decline an invitation that was sent to my phone. The last administrator does not become less by it."""
    members = await _waited(work, invitation)
    asked = next((one for one in await my_invitations(work) if one.invitation.id == invitation), None)
    if asked is None:
        raise NoSuchInvitation()
    made = asked.invitation
    await store.close_invitation(work.db, made.org_id, made.id, "accepted" if accept else "declined")
    await store.unclaim(work.db, made.tel, made.org_id, made.id)
    if not accept:
        await _note(work, made.org_id, "refused", made.name)
        return asked.org
    if any(row.person_ref == work.actor.id for row in members):
        await _may_lose_admin(work, made.org_id, _me(work), keeps=made.role is Role.ADMIN)
    if not await join(work, made.org_id, _me(work), made.name, made.role):
        raise HasPost(say(work.locale, "您已经在别的机构任职。请先退出那个机构，再接受邀请。"))
    return asked.org


async def _waited(work: Work, invitation: InvitationId) -> list[StaffRow]:
    """Everybody in the organisation that asks. Locked before its invitation, as whoever invites does it."""
    tel = await identity.phone_of(work, _me(work))
    claims = await store.invited(work.db, tel) if tel else []
    org = next((one.org_id for one in claims if one.invitation_id == invitation), None)
    return await store.lock_members(work.db, org) if org else []


async def set_role(work: Work, person: PersonId, role: str) -> Organisation:
    """Give a member another role; the last administrator stays one."""
    org = await _mine(work)
    if role not in list(Role):
        raise Invalid(errors=[{"pointer": "/role", "detail": say(work.locale, "请选择角色")}])
    name = await _may_lose_admin(work, org.id, person, keeps=role == Role.ADMIN)
    await join(work, org.id, person, name, Role(role))
    return org


async def remove(work: Work, person: PersonId) -> Organisation:
    """A member goes, or I leave; the last administrator cannot."""
    org = await _mine(work)
    if person != work.actor.id and Grants.MEMBERS not in work.actor.grants:
        raise Forbidden(needs=str(Grants.MEMBERS))
    name = await _may_lose_admin(work, org.id, person, keeps=False)
    await store.drop_member(work.db, org.id, person)
    await _note(work, org.id, "left" if person == work.actor.id else "removed", name)
    await publish(work.db, MemberLeft(org.id, person))
    await changed(work.db, MEMORY)
    return org


async def _may_lose_admin(work: Work, org: OrgId, person: PersonId, *, keeps: bool) -> str:
    """The member's name. Everybody who would change who is in waits here, so two administrators cannot both leave."""
    rows = await store.lock_members(work.db, org)
    member = next((row for row in rows if row.person_ref == person), None)
    if member is None:
        raise NoSuchMember()
    admins = [row.person_ref for row in rows if row.role is Role.ADMIN]
    if not keeps and admins == [person]:
        raise LastAdmin(say(work.locale, "请先请另一位成员做管理员"))
    return member.name
