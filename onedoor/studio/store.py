"""Every statement of the studio."""

from datetime import datetime

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db
from onedoor.kernel.ids import Id
from onedoor.orgs.models import OrgId

from .models import Bundle, Draft, DraftId, Edit, Line, Remark, RemarkId, State, Version


async def draft(db: Db, draft: DraftId) -> Draft | None:
    """The draft for reading."""
    return await db.maybe(
        Draft,
        "select id, org_ref, item, bundle, state, rev, base_version, editors, endorsed_by, publish_at, changed_at, changed_by "
        "from studio.draft where id = $draft",
        draft=draft,
    )


async def locked(db: Db, draft: DraftId) -> Draft | None:
    """The draft for writing; a second editor waits here."""
    return await db.maybe(
        Draft,
        "select id, org_ref, item, bundle, state, rev, base_version, editors, endorsed_by, publish_at, changed_at, changed_by "
        "from studio.draft where id = $draft for update",
        draft=draft,
    )


async def drafts(db: Db, org: OrgId | None, state: str, at: datetime | None, after: DraftId | None, most: int) -> list[Line]:
    """Drafts of one department, or of all, the one changed last first; after (at, after) when a page came before."""
    return await db.all(
        Line,
        "select id, org_ref, item, bundle -> 'name' as name, state, changed_at, changed_by from studio.draft "
        "where ($org::uuid is null or org_ref = $org) and state <> 'discarded' and ($state = '' or state = $state) "
        "and ($at::timestamptz is null or (changed_at, id) < ($at, $after::uuid)) order by changed_at desc, id desc limit $most",
        org=org, state=state, at=at, after=after, most=most,
    )  # fmt: skip


async def waiting(db: Db, me: PersonId, org: Id | None, publishes: bool, most: int) -> int:
    """How many drafts are this person's turn: those of the own department to be read, and those of all to be published."""
    return await db.value(
        "select count(*) from (select 1 from studio.draft where ((state = 'in_review' and org_ref = $org::uuid) "
        "or (state = 'endorsed' and $publishes)) and $me <> all(editors) and endorsed_by is distinct from $me limit $most) as d",
        me=me, org=org, publishes=publishes, most=most,
    )  # fmt: skip


async def open_draft(db: Db, item: str) -> Line | None:
    """The one open draft of a service."""
    return await db.maybe(
        Line,
        "select id, org_ref, item, bundle -> 'name' as name, state, changed_at, changed_by from studio.draft "
        "where item = $item and state in ('editing', 'in_review', 'endorsed', 'scheduled')",
        item=item,
    )


async def add(db: Db, draft: Draft) -> int:
    """How many were made: none when the service has an open draft already."""
    return await db.run(
        "insert into studio.draft (id, org_ref, item, bundle, state, base_version, editors, changed_at, changed_by) "
        "values ($id, $org, $item, $bundle, $state, $base, $editors, $at, $by) "
        "on conflict (item) where state in ('editing', 'in_review', 'endorsed', 'scheduled') do nothing",
        id=draft.id, org=draft.org_ref, item=draft.item, bundle=draft.bundle, state=draft.state, base=draft.base_version,
        editors=draft.editors, at=draft.changed_at, by=draft.changed_by,
    )  # fmt: skip


async def save(db: Db, draft: DraftId, bundle: Bundle, editor: PersonId, at: datetime, by: str) -> int:
    """The tables as they are now; whoever changed them is one of the editors."""
    return await db.run(
        "update studio.draft set bundle = $bundle, rev = rev + 1, changed_at = $at, changed_by = $by, "
        "editors = case when $editor = any(editors) then editors else editors || $editor end where id = $draft",
        draft=draft, bundle=bundle, editor=editor, at=at, by=by,
    )  # fmt: skip


async def move(db: Db, draft: DraftId, state: State, endorsed: PersonId | None, publish_at: datetime | None, at: datetime, by: str) -> int:
    """From one state to the next."""
    return await db.run(
        "update studio.draft set state = $state, endorsed_by = $endorsed, publish_at = $publish_at, rev = rev + 1, changed_at = $at, "
        "changed_by = $by where id = $draft",
        draft=draft, state=state, endorsed=endorsed, publish_at=publish_at, at=at, by=by,
    )  # fmt: skip


async def remember(db: Db, edit: Edit, kept: int) -> int:
    """What it was before a change; older ones than `kept` changes ago go."""
    await db.run(
        "insert into studio.edit (draft_id, rev, part, bundle, at, by) values ($draft, $rev, $part, $bundle, $at, $by) "
        "on conflict (draft_id, rev) do nothing",
        draft=edit.draft_id, rev=edit.rev, part=edit.part, bundle=edit.bundle, at=edit.at, by=edit.by,
    )  # fmt: skip
    return await db.run("delete from studio.edit where draft_id = $draft and rev < $oldest", draft=edit.draft_id, oldest=edit.rev - kept)


async def last_edit(db: Db, draft: DraftId) -> Edit | None:
    """The change that can be undone."""
    return await db.maybe(
        Edit, "select draft_id, rev, part, bundle, at, by from studio.edit where draft_id = $draft order by rev desc limit 1", draft=draft
    )


async def forget(db: Db, draft: DraftId, rev: int) -> int:
    return await db.run("delete from studio.edit where draft_id = $draft and rev = $rev", draft=draft, rev=rev)


async def remarks(db: Db, draft: DraftId) -> list[Remark]:
    """What was said of a draft, in order; of very much, what still waits to be seen to and what was said last."""
    return await db.all(
        Remark,
        "select id, draft_id, part, words, by, at, done from (select id, draft_id, part, words, by, at, done from studio.remark "
        "where draft_id = $draft order by done, at desc, id desc limit 200) as latest order by at, id",
        draft=draft,
    )


async def add_remark(db: Db, remark: Remark) -> int:
    return await db.run(
        "insert into studio.remark (id, draft_id, part, words, by, at) values ($id, $draft, $part, $words, $by, $at)",
        id=remark.id, draft=remark.draft_id, part=remark.part, words=remark.words, by=remark.by, at=remark.at,
    )  # fmt: skip


async def settle_remark(db: Db, draft: DraftId, remark: RemarkId) -> int:
    """It has been seen to."""
    return await db.run("update studio.remark set done = true where id = $remark and draft_id = $draft", draft=draft, remark=remark)


async def versions(db: Db, item: str) -> list[Version]:
    """The history of a service, the newest first."""
    return await db.all(
        Version,
        "select item, version, bundle, sha256, origin, published_at, published_by from studio.version where item = $item "
        "order by version desc limit 100",
        item=item,
    )


async def newest(db: Db, items: list[str]) -> list[Version]:
    """The newest version of each of these services."""
    return await db.all(
        Version,
        "select distinct on (item) item, version, bundle, sha256, origin, published_at, published_by from studio.version "
        "where item = any($items::text[]) order by item, version desc",
        items=items,
    )


async def all_newest(db: Db) -> list[Version]:
    """The newest version of every service."""
    return await db.all(
        Version,
        "select distinct on (item) item, version, bundle, sha256, origin, published_at, published_by from studio.version "
        "order by item, version desc",
    )


async def version(db: Db, item: str, version: int) -> Version | None:
    return await db.maybe(
        Version,
        "select item, version, bundle, sha256, origin, published_at, published_by from studio.version "
        "where item = $item and version = $version",
        item=item, version=version,
    )  # fmt: skip


async def alone(db: Db) -> None:
    """Two that publish at the same moment: the second waits, and sees what the first has put out."""
    await db.value("select pg_advisory_xact_lock(hashtext('studio.publish'))")


async def add_versions(db: Db, rows: list[Version]) -> int:
    return await db.run(
        "insert into studio.version (item, version, bundle, sha256, origin, published_at, published_by) "
        "select item, version, bundle, sha256, origin, published_at, published_by from jsonb_to_recordset($rows::jsonb) as r "
        "(item text, version int, bundle jsonb, sha256 text, origin text, published_at timestamptz, published_by text)",
        rows=rows,
    )
