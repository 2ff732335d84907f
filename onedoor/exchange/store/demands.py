"""Demands: what departments would like to ask one another."""

import datetime as dt

from onedoor.exchange.records import Demand, DemandId, Happened
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId


async def add(db: Db, made: Demand) -> int:
    return await db.run(
        "insert into exchange.demand (org_id, id, resource, elements, purpose, items, ground, basis, words, supplier, state, due_on, at, "
        "changed_at, scope, every) values ($org, $id, $resource, $elements, $purpose, $items, $ground, $basis, $words, $supplier, $state, "
        "$due, $at, $at, $scope, $every)",
        org=made.org_id, id=made.id, resource=made.resource, elements=made.elements, purpose=made.purpose, items=made.items,
        ground=str(made.ground), basis=made.basis, words=made.words, supplier=made.supplier, state=str(made.state), due=made.due_on,
        at=made.at, scope=made.scope, every=made.every,
    )  # fmt: skip


async def save(db: Db, made: Demand) -> int:
    return await db.run(
        "update exchange.demand set state = $state, due_on = $due, prolonged = $prolonged, reason = $reason, ruling = $ruling, "
        "agreement = $agreement, changed_at = $changed where org_id = $org and id = $id",
        org=made.org_id, id=made.id, state=str(made.state), due=made.due_on, prolonged=made.prolonged, reason=made.reason,
        ruling=made.ruling, agreement=made.agreement, changed=made.changed_at,
    )  # fmt: skip


async def locked(db: Db, org: Id, which: DemandId) -> Demand | None:
    return await db.maybe(
        Demand,
        "select org_id, id, resource, elements, purpose, items, ground, basis, words, supplier, state, due_on, prolonged, reason, ruling, "
        "agreement, at, changed_at, scope, every from exchange.demand where org_id = $org and id = $which for update",
        org=org, which=which,
    )  # fmt: skip


async def one(db: Db, org: Id, which: DemandId) -> Demand | None:
    return await db.maybe(
        Demand,
        "select org_id, id, resource, elements, purpose, items, ground, basis, words, supplier, state, due_on, prolonged, reason, ruling, "
        "agreement, at, changed_at, scope, every from exchange.demand where org_id = $org and id = $which",
        org=org, which=which,
    )  # fmt: skip


async def of_areas(db: Db, org: Id, areas: list[str], most: int) -> list[Demand]:
    """What an organisation wants back for these areas, the latest first."""
    return await db.all(
        Demand,
        "select org_id, id, resource, elements, purpose, items, ground, basis, words, supplier, state, due_on, prolonged, reason, ruling, "
        "agreement, at, changed_at, scope, every from exchange.demand where org_id = $org and scope = any($areas::text[]) and scope <> '' "
        "order by changed_at desc limit $most",
        org=org, areas=areas, most=most,
    )  # fmt: skip


async def of_asker(db: Db, org: Id, states: list[str], most: int) -> list[Demand]:
    """Those that stand so, the latest first."""
    return await db.all(
        Demand,
        "select org_id, id, resource, elements, purpose, items, ground, basis, words, supplier, state, due_on, prolonged, reason, ruling, "
        "agreement, at, changed_at, scope, every from exchange.demand where org_id = $org and state = any($states) "
        "order by changed_at desc limit $most",
        org=org, states=states, most=most,
    )  # fmt: skip


async def of_askers(db: Db, orgs: list[OrgId], whose: Id | None, most: int) -> list[Demand]:
    """Of all these departments, those that wait for somebody first; `whose`: made by this one, or of it, and no others."""
    return await db.all(
        Demand,
        "select org_id, id, resource, elements, purpose, items, ground, basis, words, supplier, state, due_on, prolonged, reason, ruling, "
        "agreement, at, changed_at, scope, every from exchange.demand where org_id = any($orgs::uuid[]) "
        "and ($whose::uuid is null or $whose in (org_id, supplier)) "
        "order by state in ('granted', 'refused', 'ruled'), due_on nulls last, changed_at desc limit $most",
        orgs=orgs, whose=whose, most=most,
    )  # fmt: skip


async def overdue(db: Db, today: dt.date, most: int) -> list[Demand]:
    return await db.all(
        Demand,
        "-- scatter\nselect org_id, id, resource, elements, purpose, items, ground, basis, words, supplier, state, due_on, prolonged, "
        "reason, ruling, agreement, at, changed_at, scope, every from exchange.demand where state in ('drafted', 'asked', 'disputed') "
        "and due_on < $today order by due_on limit $most",
        today=today, most=most,
    )  # fmt: skip


async def happened(db: Db, step: Happened) -> int:
    return await db.run(
        "insert into exchange.demand_step (org_id, id, demand_id, kind, actor_ref, actor, at, note) "
        "values ($org, $id, $demand, $kind, $actor_ref, $actor, $at, $note)",
        org=step.org_id, id=step.id, demand=step.demand_id, kind=step.kind, actor_ref=step.actor_ref, actor=step.actor, at=step.at,
        note=step.note,
    )  # fmt: skip


async def history(db: Db, org: Id, demand: DemandId) -> list[Happened]:
    """The latest hundred, the oldest of them first."""
    found = await db.all(
        Happened,
        "select org_id, id, demand_id, kind, actor_ref, actor, at, note from exchange.demand_step "
        "where org_id = $org and demand_id = $demand order by id desc limit 100",
        org=org, demand=demand,
    )  # fmt: skip
    return found[::-1]
