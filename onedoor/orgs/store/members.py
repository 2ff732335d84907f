"""Statements about an organisation's members, invitations and record."""

import datetime as dt

from msgspec import Struct

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.i18n import Text
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId, Role, StaffRow
from onedoor.orgs.registered import Deed, Invitation, InvitationId


async def lock_members(db: Db, org: OrgId) -> list[StaffRow]:
    """Everybody in an organisation; whoever else changes its members waits."""
    return await db.all(
        StaffRow,
        """select person_ref, org_id, name, post, '{}'::text[] as grants, '{}'::text[] as districts, role from orgs.staff
            where org_id = $org order by person_ref for update""",
        org=org,
    )


async def put_member(db: Db, org: OrgId, person: PersonId, name: str, post: Text, role: Role) -> int:
    """0 when the person has a post elsewhere."""
    return await db.run(
        """insert into orgs.staff as s (person_ref, org_id, name, post, role) values ($person, $org, $name, $post, $role)
           on conflict (person_ref) do update set post = excluded.post, role = excluded.role
            where s.org_id = excluded.org_id and s.role is not null""",
        person=person, org=org, name=name, post=post, role=role,
    )  # fmt: skip


async def set_grants(db: Db, person: PersonId, names: list[str], district: str) -> int:
    """Exactly these grants."""
    await db.run("delete from orgs.staff_grant where person_ref = $person and name <> all($names::text[])", person=person, names=names)
    return await db.run(
        """insert into orgs.staff_grant (person_ref, name, district) select $person, name, $district from unnest($names::text[]) as n (name)
           on conflict do nothing""",
        person=person, names=names, district=district,
    )  # fmt: skip


async def drop_member(db: Db, org: OrgId, person: PersonId) -> int:
    return await db.run("delete from orgs.staff where person_ref = $person and org_id = $org and role is not null", person=person, org=org)


async def add_invitation(db: Db, made: Invitation) -> int:
    return await db.run(
        """insert into orgs.invitation (org_id, id, tel, name, role, by_name, at, expires_at, state)
           values ($org, $id, $tel, $name, $role, $by, $at, $expires, 'open')""",
        org=made.org_id, id=made.id, tel=made.tel, name=made.name, role=made.role, by=made.by_name, at=made.at, expires=made.expires_at,
    )  # fmt: skip


async def claim_invitation(db: Db, made: Invitation) -> int:
    """A phone has one invitation of an organisation at a time: the latest."""
    return await db.run(
        """insert into orgs.invitation_claim (tel, org_id, invitation_id) values ($tel, $org, $id)
           on conflict (tel, org_id) do update set invitation_id = excluded.invitation_id""",
        tel=made.tel, org=made.org_id, id=made.id,
    )  # fmt: skip


class Claimed(Struct, frozen=True):
    """Which organisation has asked a phone, and by which invitation."""

    org_id: OrgId
    invitation_id: InvitationId


async def invited(db: Db, tel: str) -> list[Claimed]:
    """The latest first: those that have run out stay claimed, and hide none that came after them."""
    return await db.all(
        Claimed, "select org_id, invitation_id from orgs.invitation_claim where tel = $tel order by invitation_id desc limit 20", tel=tel
    )


async def unclaim(db: Db, tel: str, org: OrgId, invitation: InvitationId) -> int:
    return await db.run(
        "delete from orgs.invitation_claim where tel = $tel and org_id = $org and invitation_id = $invitation",
        tel=tel, org=org, invitation=invitation,
    )  # fmt: skip


async def invitation_locked(db: Db, org: OrgId, invitation: InvitationId) -> Invitation | None:
    return await db.maybe(
        Invitation,
        """select org_id, id, tel, name, role, by_name, at, expires_at, state from orgs.invitation
            where org_id = $org and id = $invitation for update""",
        org=org, invitation=invitation,
    )  # fmt: skip


async def invitations(db: Db, org: OrgId, now: dt.datetime) -> list[Invitation]:
    """Those that are open still."""
    return await db.all(
        Invitation,
        """select org_id, id, tel, name, role, by_name, at, expires_at, state from orgs.invitation
            where org_id = $org and state = 'open' and expires_at > $now order by at desc limit 100""",
        org=org, now=now,
    )  # fmt: skip


async def close_invitation(db: Db, org: OrgId, invitation: InvitationId, state: str) -> int:
    return await db.run(
        "update orgs.invitation set state = $state where org_id = $org and id = $invitation and state = 'open'",
        state=state, org=org, invitation=invitation,
    )  # fmt: skip


async def close_others(db: Db, org: OrgId, tel: str, but: InvitationId) -> int:
    """An earlier invitation of the same phone ends with a later one."""
    return await db.run(
        "update orgs.invitation set state = 'revoked' where org_id = $org and tel = $tel and state = 'open' and id <> $but",
        org=org, tel=tel, but=but,
    )


async def add_deed(db: Db, org: OrgId, at: dt.datetime, actor: Id | None, name: str, act: str, subject: str, detail: str) -> int:
    return await db.run(
        """insert into orgs.deed (org_id, at, actor_ref, actor_name, act, subject, detail)
           values ($org, $at, $actor, $name, $act, $subject, $detail)""",
        org=org, at=at, actor=actor, name=name, act=act, subject=subject, detail=detail,
    )  # fmt: skip


async def deeds(db: Db, org: OrgId, most: int) -> list[Deed]:
    """The record of an organisation, the latest first."""
    return await db.all(
        Deed, "select at, actor_name, act, subject, detail from orgs.deed where org_id = $org order by id desc limit $most",
        org=org, most=most,
    )  # fmt: skip
